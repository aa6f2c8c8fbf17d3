//! The encoder against vectors computed in double precision straight from the published weights.
#![cfg(test)]

use std::num::NonZero;
use std::path::PathBuf;

use retrieval::embed::Encoder;
use tokio_util::sync::CancellationToken;

#[derive(serde::Deserialize)]
struct Reference {
    s: Vec<String>,
    e: Vec<Vec<f32>>,
}

fn model() -> PathBuf {
    std::env::var_os("TEST_MODEL")
        .expect("TEST_MODEL names a folder: see `cargo xtask servers`")
        .into()
}

#[test]
fn vectors_equal_the_reference() {
    let reference: Reference =
        serde_json::from_str(include_str!("data/minilm_reference_vectors.json")).unwrap();
    let encoder = Encoder::open(&model(), NonZero::new(2).unwrap()).unwrap();
    let vectors = encoder.embed(&reference.s, &CancellationToken::new()).unwrap();
    for (vector, expected) in vectors.iter().zip(&reference.e) {
        let cosine: f64 =
            vector.iter().zip(expected).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        let worst = vector.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        println!("{cosine} {worst:e}");
        assert!(cosine > 0.999_999, "{cosine}");
    }
}

#[test]
fn speed() {
    let encoder = Encoder::open(&model(), NonZero::new(2).unwrap()).unwrap();
    let none = CancellationToken::new();
    let sentence = "the ".repeat(126);
    let batch = vec![sentence.as_str(); 32];
    for _ in 0..6 {
        let start = std::time::Instant::now();
        encoder.embed(&batch, &none).unwrap();
        println!("{:.1} sentences/s", 32.0 / start.elapsed().as_secs_f64());
    }
    let query = ["the ".repeat(10)];
    let mut times: Vec<_> = (0..200)
        .map(|_| {
            let start = std::time::Instant::now();
            encoder.embed(&query, &none).unwrap();
            start.elapsed()
        })
        .collect();
    times.sort();
    println!("query {:?}", times[100]);
}
