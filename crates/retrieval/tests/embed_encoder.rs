//! The encoder against vectors computed in double precision straight from the published weights.
#![cfg(test)]

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use retrieval::embed::{Counter, EmbedError, Embedder, Encoder};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

static ENCODER: LazyLock<Arc<Encoder>> =
    LazyLock::new(|| Arc::new(Encoder::open(&model(), NonZero::new(2).unwrap()).unwrap()));

#[expect(
    clippy::disallowed_methods,
    reason = "the environment is how the test run names the model"
)]
fn model() -> PathBuf {
    let folder = std::env::var("TEST_MODEL");
    folder
        .expect("TEST_MODEL is the folder of all-MiniLM-L6-v2: `cargo xtask servers` prints it")
        .into()
}

fn embed(texts: &[&str]) -> Vec<Vec<f32>> {
    ENCODER.embed(texts, &CancellationToken::new()).unwrap()
}

fn cosine(left: &[f32], right: &[f32]) -> f64 {
    left.iter().zip(right).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

fn furthest(left: &[f32], right: &[f32]) -> f32 {
    assert_eq!(left.len(), right.len());
    left.iter().zip(right).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[derive(serde::Deserialize)]
struct Reference {
    #[serde(rename = "s")]
    sentences: Vec<String>,
    #[serde(rename = "e")]
    vectors: Vec<Vec<f32>>,
}

#[test]
fn vectors_equal_the_reference() {
    let reference = include_str!("data/minilm_reference_vectors.json");
    let Reference { sentences, vectors } = serde_json::from_str(reference).unwrap();
    let found = ENCODER.embed(&sentences, &CancellationToken::new()).unwrap();
    assert_eq!(found.len(), 6);
    for (found, expected) in found.iter().zip(&vectors) {
        assert!(cosine(found, expected) > 0.999_999);
        assert!(furthest(found, expected) < 1e-6);
    }
}

/// Lengths on both sides of the sizes of tiles, panels and batches.
fn mixed() -> Vec<String> {
    [1, 9, 10, 11, 13, 30, 31, 33, 62, 64, 65, 100, 200, 253, 254, 255, 256, 300]
        .into_iter()
        .enumerate()
        .map(|(number, words)| format!("{number} {}", "river stone ".repeat(words / 2)))
        .collect()
}

#[test]
fn a_batch_of_mixed_lengths_equals_one_by_one_in_order() {
    let texts = mixed();
    let together = ENCODER.embed(&texts, &CancellationToken::new()).unwrap();
    for (text, together) in texts.iter().zip(&together) {
        assert!(furthest(together, &embed(&[text])[0]) < 1e-5, "{text}");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_vectors() {
    let texts = mixed();
    let expected = ENCODER.embed(&texts, &CancellationToken::new()).unwrap();
    for threads in [1, 3, 7] {
        let encoder = Encoder::open(&model(), NonZero::new(threads).unwrap()).unwrap();
        let found = encoder.embed(&texts, &CancellationToken::new()).unwrap();
        for (found, expected) in found.iter().zip(&expected) {
            assert!(furthest(found, expected) < 1e-5);
        }
    }
}

#[test]
fn no_texts_are_no_vectors() {
    assert!(embed(&[]).is_empty());
}

#[test]
fn an_empty_text_has_a_vector() {
    let found = embed(&["", " \n\t"]);
    assert!((cosine(&found[0], &found[0]) - 1.0).abs() < 1e-5);
    assert_eq!(found[0], found[1]);
}

#[test]
fn of_ten_megabytes_only_the_beginning_is_read() {
    let long = "water over stones ".repeat(600_000);
    let started = std::time::Instant::now();
    let found = embed(&[&long, &long[..4_000]]);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    assert_eq!(found[0], found[1]);
}

#[test]
fn what_lies_beyond_256_tokens_changes_nothing() {
    let words = "stone ".repeat(254);
    let found = embed(&[&words, &format!("{words} water"), &"stone ".repeat(253)]);
    assert!(furthest(&found[0], &found[1]) < 1e-6);
    assert!(furthest(&found[0], &found[2]) > 1e-6);
}

#[test]
fn every_script_has_a_vector() {
    for text in
        ["🦀🦀🦀", "東京は日本の首都です", "\0\u{1}\u{7f}\u{feff}", "e\u{301}\u{327}", "a\r\nb"]
    {
        let found = embed(&[text]);
        assert!((cosine(&found[0], &found[0]) - 1.0).abs() < 1e-5, "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn any_text_has_a_vector_of_length_one(text in any::<String>(), other in "\\PC{0,400}") {
        for vector in embed(&[&text, &other]) {
            prop_assert_eq!(vector.len(), 384);
            prop_assert!((cosine(&vector, &vector) - 1.0).abs() < 1e-5);
        }
    }
}

#[test]
fn beside_a_long_call_a_query_is_answered_and_a_cancelled_call_stops() {
    let cancel = CancellationToken::new();
    let texts = vec!["stone ".repeat(250); 5_000];
    let (begun, begins) = std::sync::mpsc::channel();
    let found = std::thread::scope(|scope| {
        let embedding = scope.spawn(|| {
            begun.send(()).unwrap();
            ENCODER.embed(&texts, &cancel)
        });
        begins.recv().unwrap();
        embed(&["a question"]);
        cancel.cancel();
        embedding.join().unwrap()
    });
    assert!(matches!(found, Err(EmbedError::Cancelled)));
}

#[tokio::test]
async fn an_embedder_of_this_process_names_its_model() {
    let embedder = Embedder::Encoder(Arc::clone(&ENCODER));
    assert_eq!(embedder.model().name, "all-MiniLM-L6-v2");
    assert_eq!(embedder.model().dimensions, 384);
    let found = embedder.embed_one("a question", &CancellationToken::new()).await.unwrap();
    assert_eq!(found, embed(&["a question"])[0]);
}

#[test]
fn tokens_are_counted_without_frame_padding_or_limit() {
    let counter = Counter::open(&model().join("tokenizer.json")).unwrap();
    assert_eq!(counter.count(""), 0);
    assert_eq!(counter.count("a stone"), 2);
    assert_eq!(counter.count(&"stone ".repeat(1_000)), 1_000);
}

/// A folder like the model's, with one file replaced by `content`, or left out.
fn with(file: &str, content: Option<&[u8]>) -> TempDir {
    let folder = TempDir::new().unwrap();
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        if name != file {
            std::os::unix::fs::symlink(model().join(name), folder.path().join(name)).unwrap();
        }
    }
    if let Some(content) = content {
        fs::write(folder.path().join(file), content).unwrap();
    }
    folder
}

fn refusal(folder: &Path) -> String {
    Encoder::open(folder, NonZero::<usize>::MIN).err().unwrap().to_string()
}

#[test]
fn a_missing_file_is_named() {
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        let folder = with(file, None);
        assert_eq!(
            refusal(folder.path()),
            format!("cannot read {}", folder.path().join(file).display())
        );
    }
}

#[test]
fn broken_files_are_refused() {
    let weights = fs::read(model().join("model.safetensors")).unwrap();
    for weights in [&weights[..weights.len() - 1], &weights[..1_000], &[], &[0xff; 64]] {
        let folder = with("model.safetensors", Some(weights));
        assert!(refusal(folder.path()).ends_with("model.safetensors cannot be used as weights"));
    }
    let folder = with("tokenizer.json", Some(b"{}"));
    assert!(refusal(folder.path()).ends_with("tokenizer.json cannot be used as a tokenizer"));
    let folder = with("config.json", Some(b"{\"word_embedding_dimension\": 384}"));
    assert!(refusal(folder.path()).ends_with("config.json is not the configuration of a model"));
}

fn with_config(from: &str, to: &str) -> TempDir {
    let config = fs::read_to_string(model().join("config.json")).unwrap();
    assert!(config.contains(from));
    with("config.json", Some(config.replace(from, to).as_bytes()))
}

#[test]
fn a_configuration_that_does_not_fit_the_weights_is_refused() {
    let wide = with_config("\"intermediate_size\": 1536", "\"intermediate_size\": 768");
    assert_eq!(
        refusal(wide.path()),
        "the tensor `encoder.layer.0.intermediate.dense.weight` is F32 [1536, 384] where the \
         configuration wants F32 [768, 384]"
    );
    let deep = with_config("\"num_hidden_layers\": 6", "\"num_hidden_layers\": 7");
    assert!(refusal(deep.path()).ends_with("cannot be used as weights"));
}

#[test]
fn models_of_another_kind_are_refused() {
    for (from, to) in [
        ("\"bert\"", "\"roberta\""),
        ("\"gelu\"", "\"relu\""),
        ("\"num_attention_heads\": 12", "\"num_attention_heads\": 24"),
        ("\"num_attention_heads\": 12", "\"num_attention_heads\": 0"),
        ("\"hidden_size\": 384", "\"hidden_size\": 0"),
    ] {
        let folder = with_config(from, to);
        assert!(refusal(folder.path()).contains("config.json cannot be used: "), "{to}");
    }
}

/// `cargo test -p retrieval --release --test embed_encoder rate -- --nocapture` prints the rate;
/// `xtask/peers/onnx_minilm.py` prints that of onnxruntime.
#[test]
fn the_rate_of_full_batches_and_of_a_query_is_printed() {
    let median = |rounds: usize, texts: &[String]| {
        let mut times: Vec<_> = (0..rounds)
            .map(|_| {
                let started = std::time::Instant::now();
                ENCODER.embed(texts, &CancellationToken::new()).unwrap();
                started.elapsed().as_secs_f64()
            })
            .collect();
        times.sort_by(f64::total_cmp);
        times[rounds / 2]
    };
    let batch = median(5, &vec!["stone ".repeat(126); 32]);
    let query = median(100, &["stone ".repeat(10)]);
    println!("{:.1} sentences/s of 128 tokens, {:.2} ms of 12", 32.0 / batch, query * 1e3);
}
