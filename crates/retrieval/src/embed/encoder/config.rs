//! What `config.json` says about an encoder's shape.

use serde::Deserialize;

use super::matrix::WIDTH;

/// The keys of a BERT's `config.json` that decide its arithmetic.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Config {
    pub(super) model_type: String,
    pub(super) hidden_act: String,
    pub(super) hidden_size: usize,
    pub(super) intermediate_size: usize,
    pub(super) num_attention_heads: usize,
    pub(super) num_hidden_layers: usize,
    pub(super) max_position_embeddings: usize,
    pub(super) type_vocab_size: usize,
    pub(super) vocab_size: usize,
    pub(super) layer_norm_eps: f32,
}

impl Config {
    /// Why this encoder cannot run the model, if it cannot.
    pub(super) fn refusal(&self) -> Option<String> {
        let Self { model_type, hidden_act, hidden_size, intermediate_size, .. } = self;
        let heads = self.num_attention_heads;
        if model_type != "bert" {
            return Some(format!("model_type is `{model_type}`, only `bert` is known"));
        }
        if hidden_act != "gelu" {
            return Some(format!("hidden_act is `{hidden_act}`, only `gelu` is known"));
        }
        if *hidden_size == 0 || heads == 0 || !hidden_size.is_multiple_of(heads * WIDTH) {
            return Some(format!(
                "{heads} heads of {hidden_size} columns are not multiples of {WIDTH}"
            ));
        }
        if *intermediate_size == 0 || !intermediate_size.is_multiple_of(WIDTH) {
            return Some(format!(
                "intermediate_size {intermediate_size} is not a multiple of {WIDTH}"
            ));
        }
        if self.max_position_embeddings < 2 || self.type_vocab_size == 0 || self.vocab_size == 0 {
            return Some("it has no positions, no types or no words".to_owned());
        }
        None
    }
}
