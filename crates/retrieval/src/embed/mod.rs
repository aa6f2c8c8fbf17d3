//! Turns texts into vectors: with a model of this process, or by asking a server.

mod encoder;
mod error;
mod http;
pub mod model;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

pub use self::encoder::{Counter, Encoder};
pub use self::error::EmbedError;
pub use self::http::{Budget, Endpoint, Http};

/// Which vectors can be compared with each other: those of one model.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ModelId {
    /// Identifies the weights, e.g. `all-MiniLM-L6-v2`.
    pub name: String,
    pub dimensions: usize,
}

/// Where vectors come from. Cheap to clone.
#[derive(Clone)]
pub enum Embedder {
    Encoder(Arc<Encoder>),
    Http(Arc<Http>),
}

impl Embedder {
    pub fn model(&self) -> &ModelId {
        match self {
            Self::Encoder(encoder) => encoder.model(),
            Self::Http(http) => http.model(),
        }
    }

    /// A vector of length 1 for each text, in the order of the texts.
    pub async fn embed(
        &self,
        texts: &[String],
        cancel: &CancellationToken,
    ) -> Result<Vec<Vec<f32>>, EmbedError> {
        match self {
            Self::Http(http) => http.embed(texts, cancel).await,
            Self::Encoder(encoder) => {
                let (encoder, texts) = (Arc::clone(encoder), texts.to_vec());
                // Who stops waiting stops the work, too.
                let cancel = cancel.child_token();
                let _guard = cancel.clone().drop_guard();
                let work = move || encoder.embed(&texts, &cancel);
                tokio::task::spawn_blocking(work).await.map_err(EmbedError::Stopped)?
            }
        }
    }

    /// The vector of a single text.
    pub async fn embed_one(
        &self,
        text: &str,
        cancel: &CancellationToken,
    ) -> Result<Vec<f32>, EmbedError> {
        let vectors = self.embed(&[text.to_owned()], cancel).await?;
        vectors.into_iter().next().ok_or_else(|| EmbedError::Answer("no vector".to_owned()))
    }
}
