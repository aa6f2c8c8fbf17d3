//! From text to the numbers of a model's vocabulary.

use std::path::{Path, PathBuf};

use tokenizers::{PostProcessor, Tokenizer};

use crate::embed::EmbedError;

/// A BERT reads a word of more characters as one unknown token (`max_input_chars_per_word`), so a cut
/// word is at most this many tokens.
const WORD_TOKENS: usize = 100;

/// Counts tokens as the model of a `tokenizer.json` would, without the two that frame a sequence.
pub struct Counter {
    tokenizer: Tokenizer,
    path: PathBuf,
}

impl Counter {
    pub fn open(path: &Path) -> Result<Self, EmbedError> {
        let failed = |source| EmbedError::Tokenizer { path: path.to_owned(), source };
        let mut tokenizer = Tokenizer::from_bytes(super::read(path)?).map_err(failed)?;
        // The published file carries both: each text would count 128.
        tokenizer.with_padding(None).with_truncation(None).map_err(failed)?;
        Ok(Self { tokenizer, path: path.to_owned() })
    }

    /// Zero for a text that the tokenizer refuses.
    pub fn count(&self, text: &str) -> usize {
        self.tokenizer.encode_fast(text, false).map_or(0, |encoding| encoding.len())
    }
}

/// Makes sequences of at most `limit` tokens, framed by `[CLS]` and `[SEP]`.
pub(super) struct Tokens {
    counter: Counter,
    limit: usize,
}

impl Tokens {
    pub(super) fn open(path: &Path, limit: usize, vocabulary: usize) -> Result<Self, EmbedError> {
        let counter = Counter::open(path)?;
        let words = counter.tokenizer.get_vocab_size(true);
        let unsupported = |reason| EmbedError::Unsupported { path: path.to_owned(), reason };
        if words > vocabulary {
            return Err(unsupported(format!("it has {words} tokens, the model {vocabulary}")));
        }
        // Else the empty text would have no token, and no vector.
        if counter.tokenizer.get_post_processor().is_none_or(|frame| frame.added_tokens(false) != 2)
        {
            return Err(unsupported("it does not frame a text with two tokens".to_owned()));
        }
        Ok(Self { counter, limit })
    }

    /// Reads no more of a long text than it needs: a longer beginning only when the first was too short.
    pub(super) fn of(&self, text: &str) -> Result<Vec<u32>, EmbedError> {
        let mut length = 8 * self.limit;
        loop {
            let end = text.floor_char_boundary(length);
            let beginning = text.get(..end).unwrap_or(text);
            let encoding =
                self.counter.tokenizer.encode_fast(beginning, true).map_err(|source| {
                    EmbedError::Tokenizer { path: self.counter.path.clone(), source }
                })?;
            let ids = encoding.get_ids();
            if end == text.len() || ids.len() > self.limit + WORD_TOKENS {
                return Ok(self.framed(ids));
            }
            length *= 4;
        }
    }

    /// The last token closes the sequence, however much of it is left out.
    fn framed(&self, ids: &[u32]) -> Vec<u32> {
        match ids.split_last() {
            Some((close, rest)) if ids.len() > self.limit => {
                rest.iter().take(self.limit - 1).chain([close]).copied().collect()
            }
            _ => ids.to_vec(),
        }
    }
}
