//! `commandcenter read-documents`: the child process that reads strangers' files for a server.

use std::path::PathBuf;

use clap::Args;
use retrieval::chunk::approximate_tokens;
use retrieval::embed::Counter;
use retrieval::extract::worker;

use crate::failure::{Exit, Failure, Result};

/// Read documents from standard input, within limits, for the server that started this.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter read-documents < frames
  commandcenter read-documents --tokenizer tokenizer.json < frames")]
pub(crate) struct ReadDocuments {
    /// Counts tokens as the model of this tokenizer.json does [default: roughly]
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
}

impl ReadDocuments {
    pub(crate) fn run(self) -> Result {
        let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
        match self.tokenizer {
            None => worker::serve(input, output, &approximate_tokens)?,
            Some(file) => {
                let counter =
                    Counter::open(&file).map_err(|error| Failure::new(Exit::CheckFailed, error))?;
                worker::serve(input, output, &|text| counter.count(text))?;
            }
        }
        Ok(Exit::Ok)
    }
}
