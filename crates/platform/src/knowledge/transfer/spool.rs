//! Files of strangers on their way in.

use std::fs::File;
use std::io::{Seek, Write};
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use futures::StreamExt;

use super::blocking;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};

/// Under the folder of data; what is in it has no name and goes with the process.
const FOLDER: &str = "imports";
/// Bytes are gathered before they are written.
const PIECE: usize = 1 << 20;
/// A sender who is silent for so long has gone.
const SILENCE: Duration = Duration::from_secs(30);

/// A file without a name, of bounded size.
pub(in crate::knowledge) struct Spool {
    file: File,
    left: u64,
}

impl Spool {
    pub(super) async fn create(app: &App) -> Result<Self> {
        let folder = app.config.data.join(FOLDER);
        let left = app.config.knowledge.max_import;
        let create = move || {
            std::fs::create_dir_all(&folder)?;
            tempfile::tempfile_in(&folder)
        };
        let file = blocking(move || create().map_err(unwritable)).await?;
        Ok(Self { file, left })
    }

    /// The body of a request.
    pub(in crate::knowledge) async fn receive(app: &App, body: Body) -> Result<Self> {
        let mut spool = Self::create(app).await?;
        let mut body = body.into_data_stream();
        let mut waiting = Vec::with_capacity(PIECE);
        loop {
            let piece = tokio::time::timeout(SILENCE, body.next()).await;
            let piece = piece.map_err(|_| cut_off())?;
            let is_last = piece.is_none();
            if let Some(piece) = piece {
                waiting.extend_from_slice(&piece.map_err(|_| cut_off())?);
            }
            if waiting.len() >= PIECE || is_last {
                (spool, waiting) = spool.write(waiting).await?;
            }
            if is_last {
                return Ok(spool);
            }
        }
    }

    /// Appends `bytes`, and gives the emptied buffer back.
    pub(super) async fn write(mut self, mut bytes: Vec<u8>) -> Result<(Self, Vec<u8>)> {
        blocking(move || {
            self.append(&bytes)?;
            bytes.clear();
            Ok((self, bytes))
        })
        .await
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let length = bytes.len() as u64;
        self.left = self.left.checked_sub(length).ok_or_else(|| {
            let message = "the file is larger than `knowledge.max_import`";
            Error::Unreadable(StatusCode::PAYLOAD_TOO_LARGE, message.to_owned())
        })?;
        self.file.write_all(bytes).map_err(unwritable)
    }

    /// The file from its beginning. Readers share their place in it: one at a time.
    pub(super) fn open(&self) -> Result<File> {
        let mut file = self.file.try_clone().map_err(unwritable)?;
        file.rewind().map_err(unwritable)?;
        Ok(file)
    }
}

fn cut_off() -> Error {
    Error::Unreadable(StatusCode::BAD_REQUEST, "the body was cut off".to_owned())
}

fn unwritable(error: std::io::Error) -> Error {
    anyhow::Error::from(error).context("the folder of data takes no file").into()
}
