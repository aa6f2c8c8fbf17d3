//! The weights, brought from the order of `model.safetensors` into the order they are used in.

use std::path::Path;

use safetensors::{Dtype, SafeTensors};

use super::config::Config;
use super::matrix::{Line, Matrix};
use super::pointwise::Norm;
use super::product::Linear;
use crate::embed::EmbedError;

pub(super) struct Weights {
    pub(super) words: Vec<Line>,
    /// Of each position in the first segment: a sentence encoder is given no other.
    pub(super) places: Vec<Line>,
    pub(super) norm: Norm,
    pub(super) layers: Vec<Layer>,
}

pub(super) struct Layer {
    /// Queries, keys and values side by side; the queries are divided by the root of a head's width.
    pub(super) attention: Linear,
    pub(super) gathered: Linear,
    pub(super) attention_norm: Norm,
    pub(super) widened: Linear,
    pub(super) narrowed: Linear,
    pub(super) norm: Norm,
}

impl Weights {
    pub(super) fn read(path: &Path, config: &Config) -> Result<Self, EmbedError> {
        let bytes = super::read(path)?;
        let malformed = |source| EmbedError::Tensors { path: path.to_owned(), source };
        let tensors = SafeTensors::deserialize(&bytes).map_err(malformed)?;
        let reader = Reader { tensors, path, config };
        let words = [config.vocab_size, config.hidden_size];
        Ok(Self {
            words: lines(&reader.tensor("embeddings.word_embeddings.weight", &words)?),
            places: reader.places()?,
            norm: reader.norm("embeddings.LayerNorm")?,
            layers: (0..config.num_hidden_layers)
                .map(|layer| reader.layer(&format!("encoder.layer.{layer}")))
                .collect::<Result<_, _>>()?,
        })
    }
}

struct Reader<'a> {
    tensors: SafeTensors<'a>,
    path: &'a Path,
    config: &'a Config,
}

impl Reader<'_> {
    fn places(&self) -> Result<Vec<Line>, EmbedError> {
        let Config { hidden_size: hidden, max_position_embeddings, type_vocab_size, .. } =
            *self.config;
        let positions = [max_position_embeddings, hidden];
        let mut places = self.tensor("embeddings.position_embeddings.weight", &positions)?;
        let segments = [type_vocab_size, hidden];
        let segments = self.tensor("embeddings.token_type_embeddings.weight", &segments)?;
        for place in places.chunks_exact_mut(hidden) {
            place.iter_mut().zip(&segments).for_each(|(value, segment)| *value += segment);
        }
        Ok(lines(&places))
    }

    fn layer(&self, prefix: &str) -> Result<Layer, EmbedError> {
        let (hidden, wide) = (self.config.hidden_size, self.config.intermediate_size);
        Ok(Layer {
            attention: self.projections(&format!("{prefix}.attention.self"))?,
            gathered: self.linear(&format!("{prefix}.attention.output.dense"), hidden, hidden)?,
            attention_norm: self.norm(&format!("{prefix}.attention.output.LayerNorm"))?,
            widened: self.linear(&format!("{prefix}.intermediate.dense"), hidden, wide)?,
            narrowed: self.linear(&format!("{prefix}.output.dense"), wide, hidden)?,
            norm: self.norm(&format!("{prefix}.output.LayerNorm"))?,
        })
    }

    fn projections(&self, prefix: &str) -> Result<Linear, EmbedError> {
        let hidden = self.config.hidden_size;
        #[expect(clippy::cast_precision_loss, reason = "a head is a few dozen columns wide")]
        let scale = ((hidden / self.config.num_attention_heads) as f32).sqrt().recip();
        let (mut weights, mut bias) = (Vec::new(), Vec::new());
        for (name, scale) in [("query", scale), ("key", 1.0), ("value", 1.0)] {
            let matrix = self.tensor(&format!("{prefix}.{name}.weight"), &[hidden, hidden])?;
            weights.extend(matrix.iter().map(|value| value * scale));
            let vector = self.tensor(&format!("{prefix}.{name}.bias"), &[hidden])?;
            bias.extend(vector.iter().map(|value| value * scale));
        }
        Ok(Linear { weights: Matrix::from_columns(&weights, hidden), bias: lines(&bias) })
    }

    fn linear(&self, prefix: &str, inputs: usize, outputs: usize) -> Result<Linear, EmbedError> {
        let weights = self.tensor(&format!("{prefix}.weight"), &[outputs, inputs])?;
        let bias = self.tensor(&format!("{prefix}.bias"), &[outputs])?;
        Ok(Linear { weights: Matrix::from_columns(&weights, inputs), bias: lines(&bias) })
    }

    fn norm(&self, prefix: &str) -> Result<Norm, EmbedError> {
        let hidden = [self.config.hidden_size];
        Ok(Norm {
            scale: lines(&self.tensor(&format!("{prefix}.weight"), &hidden)?),
            shift: lines(&self.tensor(&format!("{prefix}.bias"), &hidden)?),
            epsilon: self.config.layer_norm_eps,
        })
    }

    /// The values of a tensor, row after row. Some models carry the prefix of the class they belong to.
    fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EmbedError> {
        let tensor = self.tensors.tensor(name);
        let tensor = tensor
            .or_else(|_| self.tensors.tensor(&format!("bert.{name}")))
            .map_err(|source| EmbedError::Tensors { path: self.path.to_owned(), source })?;
        if tensor.shape() != shape || tensor.dtype() != Dtype::F32 {
            return Err(EmbedError::Shape {
                tensor: name.to_owned(),
                found: format!("{:?} {:?}", tensor.dtype(), tensor.shape()),
                expected: format!("{:?} {shape:?}", Dtype::F32),
            });
        }
        Ok(tensor.data().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }
}

fn lines(values: &[f32]) -> Vec<Line> {
    values.as_chunks().0.iter().map(|chunk| Line(*chunk)).collect()
}
