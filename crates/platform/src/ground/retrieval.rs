//! The search engine of this process: its index caches, its model, its document readers.

use std::collections::HashMap;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use retrieval::embed::{Budget, Embedder, Encoder, Endpoint, Http, ModelId};
use retrieval::extract::worker::{Command, Limits, Pool};
use retrieval::search::Searcher;

use super::config::{EmbeddingEndpoint, Knowledge};
use super::program;

/// The command of our own program that reads documents; see `extract::worker`.
const READ_DOCUMENTS: &str = "read-documents";

/// Texts an endpoint is sent at once, how long it may take, and how often it is asked again.
const ENDPOINT_BATCH: usize = 64;
const ENDPOINT_TIMEOUT: Duration = Duration::from_mins(1);
const ENDPOINT_ATTEMPTS: u32 = 5;

pub(crate) struct Retrieval {
    config: Knowledge,
    pub searcher: Searcher,
    embedder: tokio::sync::Mutex<Option<Embedder>>,
    /// By the size of a chunk and its overlap.
    readers: Mutex<HashMap<(usize, usize), Arc<Pool>>>,
}

impl Retrieval {
    pub(crate) fn new(config: &Knowledge) -> Self {
        Self {
            config: config.clone(),
            searcher: Searcher::new(config.vector_memory),
            embedder: tokio::sync::Mutex::default(),
            readers: Mutex::default(),
        }
    }

    /// What makes vectors; `None` when there is no model. Loaded when it is first asked for, and
    /// looked for again until it is there.
    pub(crate) async fn embedder(&self) -> anyhow::Result<Option<Embedder>> {
        let mut loaded = self.embedder.lock().await;
        if loaded.is_none() {
            *loaded = match &self.config.endpoint {
                Some(endpoint) => Some(open_endpoint(endpoint)?),
                None => open_model(self.model_folder()).await?,
            };
        }
        Ok(loaded.clone())
    }

    /// The name of the model at hand. Never asked for inside a transaction: loading takes a while.
    pub(crate) async fn model(&self) -> anyhow::Result<Option<String>> {
        Ok(self.embedder().await?.map(|embedder| embedder.model().name.clone()))
    }

    /// Why there are no vectors.
    pub(crate) fn without_model(&self) -> String {
        format!(
            "no embedding model at {}, so this is by keyword; `commandcenter model fetch` gets one",
            self.model_folder().display()
        )
    }

    /// Reads documents into chunks of so many tokens.
    pub(crate) fn readers(&self, tokens: usize, overlap: usize) -> anyhow::Result<Arc<Pool>> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = readers.get(&(tokens, overlap)) {
            return Ok(Arc::clone(pool));
        }
        let mut arguments = vec![READ_DOCUMENTS.to_owned()];
        let tokenizer = self.model_folder().join("tokenizer.json");
        if tokenizer.is_file() {
            arguments.extend(["--tokenizer".to_owned(), tokenizer.display().to_string()]);
        }
        let command = Command { program: program::path()?, arguments };
        let limits = Limits { input_bytes: self.config.max_document as u64, ..Limits::default() };
        let pool = Arc::new(Pool::new(command, limits, tokens, overlap));
        readers.insert((tokens, overlap), Arc::clone(&pool));
        Ok(pool)
    }

    fn model_folder(&self) -> PathBuf {
        self.config.models.join(&self.config.model)
    }
}

async fn open_model(folder: PathBuf) -> anyhow::Result<Option<Embedder>> {
    if !folder.join("config.json").is_file() {
        return Ok(None);
    }
    let threads = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let opened = tokio::task::spawn_blocking(move || Encoder::open(&folder, threads)).await?;
    let encoder = opened.context("cannot load the embedding model; `model check` says more")?;
    Ok(Some(Embedder::Encoder(Arc::new(encoder))))
}

fn open_endpoint(endpoint: &EmbeddingEndpoint) -> anyhow::Result<Embedder> {
    let client = reqwest::Client::builder().build()?;
    let model = ModelId { name: endpoint.model.clone(), dimensions: endpoint.dimensions };
    let endpoint = Endpoint {
        base: endpoint.url.clone(),
        model,
        key: endpoint.key.clone(),
        batch: ENDPOINT_BATCH,
        timeout: ENDPOINT_TIMEOUT,
        attempts: ENDPOINT_ATTEMPTS,
        budget: Budget::default(),
    };
    Ok(Embedder::Http(Arc::new(Http::new(client, endpoint))))
}
