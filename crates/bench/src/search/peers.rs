//! The same vectors and the same texts in other engines, through Python, in the same run.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tempfile::TempDir;
use tokio::process::Command;

use super::corpus::Corpus;
use super::exact::Truth;

#[derive(Default)]
pub(super) struct Peers {
    pub vector: Option<Peer>,
    pub keyword: Option<Peer>,
    pub notes: Vec<String>,
}

/// What a peer says of itself, in milliseconds and percent.
#[derive(Deserialize)]
pub(super) struct Peer {
    pub name: String,
    p50: f64,
    p90: f64,
    p99: f64,
    #[serde(default)]
    pub recall: f64,
    note: String,
}

impl Peer {
    pub(super) const fn milliseconds(&self, part: usize) -> f64 {
        match part {
            50 => self.p50,
            90 => self.p90,
            _ => self.p99,
        }
    }
}

impl Peers {
    pub(super) async fn run(python: Option<&Path>, corpus: &Corpus, truth: &Truth) -> Result<Self> {
        let Some(python) = python else { return Ok(Self::default()) };
        let folder = tempfile::tempdir()?;
        write(&folder, corpus, truth)?;
        let vector = peer(python, "lance_vectors.py", &folder).await?;
        let keyword = peer(python, "tantivy_keyword.py", &folder).await?;
        let notes = vec![vector.note.clone(), keyword.note.clone()];
        Ok(Self { vector: Some(vector), keyword: Some(keyword), notes })
    }
}

/// Little-endian single precision row after row, texts line by line, the truth as JSON.
fn write(folder: &TempDir, corpus: &Corpus, truth: &Truth) -> Result<()> {
    let bytes = |vector: &Vec<f32>| vector.iter().flat_map(|it| it.to_le_bytes()).collect();
    let file = |name: &str, content: Vec<u8>| {
        std::fs::write(folder.path().join(name), content).with_context(|| format!("writing {name}"))
    };
    let rows: Vec<Vec<u8>> = corpus.chunks.iter().map(|chunk| bytes(&chunk.vector)).collect();
    file("vectors.f32", rows.concat())?;
    let rows: Vec<Vec<u8>> = corpus.questions.iter().map(|asked| bytes(&asked.vector)).collect();
    file("questions.f32", rows.concat())?;
    let lines: Vec<&str> = corpus.chunks.iter().map(|chunk| chunk.text.as_str()).collect();
    file("texts.txt", lines.join("\n").into_bytes())?;
    let lines: Vec<&str> = corpus.questions.iter().map(|asked| asked.text.as_str()).collect();
    file("questions.txt", lines.join("\n").into_bytes())?;
    file("truth.json", serde_json::to_vec(&truth.of_all)?)
}

async fn peer(python: &Path, script: &str, folder: &TempDir) -> Result<Peer> {
    let script = Path::new("xtask/peers").join(script);
    let mut command = Command::new(python);
    let output = command.arg(&script).arg(folder.path()).kill_on_drop(true).output().await?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} failed: {errors}", script.display());
    let text = String::from_utf8(output.stdout)?;
    let last = text.lines().last().unwrap_or_default();
    serde_json::from_str(last).with_context(|| format!("{} says {last}", script.display()))
}
