//! Whether the new store finds what the older one found.

use std::collections::HashSet;

use db::Scope;
use wire::knowledge::{NewDocument, SearchMode};

use super::record::{Records, Survey};
use crate::ground::app::App;
use crate::ground::error::Result;
use crate::knowledge::collections::Settings;
use crate::knowledge::search;

const SAMPLES: u64 = 50;
const NEAREST: usize = 10;
/// Of a document, to ask for it with.
const WORDS: usize = 24;

/// A document of the file that stands for a question.
pub(super) struct Sample {
    path: String,
    /// Its first words.
    question: String,
    /// The older store's vector.
    vector: Vec<f32>,
    /// By the older store's vectors, best first.
    nearest: Vec<(f32, String)>,
}

impl Sample {
    /// Whether the record of that place among those with a vector is one; they lie evenly.
    pub(super) const fn is_due(place: u64, all: u64) -> bool {
        let step = all.div_ceil(SAMPLES);
        step > 0 && place.is_multiple_of(step)
    }

    pub(super) fn new(document: &NewDocument, mut vector: Vec<f32>) -> Self {
        normalise(&mut vector);
        let text = document.text.as_deref().unwrap_or_default();
        // Nothing that is an operator in a question.
        let words = text.split(|letter: char| !letter.is_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).take(WORDS).collect();
        Self {
            path: document.path.clone(),
            question: words.join(" "),
            vector,
            nearest: Vec::with_capacity(NEAREST + 1),
        }
    }

    fn offer(&mut self, path: &str, vector: &[f32]) {
        let cosine: f32 = self.vector.iter().zip(vector).map(|(a, b)| a * b).sum();
        let place = self.nearest.partition_point(|(other, _)| *other >= cosine);
        if place < NEAREST && self.path != path {
            self.nearest.insert(place, (cosine, path.to_owned()));
            self.nearest.truncate(NEAREST);
        }
    }
}

fn normalise(vector: &mut [f32]) {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        for value in vector {
            *value /= length;
        }
    }
}

/// The samples with what the older store has near them.
pub(super) struct Parity {
    samples: Vec<Sample>,
    paths: HashSet<String>,
}

impl Parity {
    pub(super) fn of(
        mut records: Records,
        survey: &Survey,
        mut samples: Vec<Sample>,
    ) -> Result<Self> {
        let mut paths = HashSet::new();
        while let Some(record) = records.next()? {
            let (document, vector) = record.into_document(survey);
            if let Some(mut vector) = vector {
                normalise(&mut vector);
                for sample in &mut samples {
                    sample.offer(&document.path, &vector);
                }
                paths.insert(document.path);
            }
        }
        Ok(Self { samples, paths })
    }

    /// The mean share of the older store's nearest that are ours, too; or why there is none.
    pub(super) async fn overlap(
        &self,
        app: &App,
        scope: &Scope,
        settings: &Settings,
    ) -> Result<(Option<f64>, Option<String>)> {
        let (mut sum, mut asked) = (0.0, 0.0);
        for sample in self.samples.iter().filter(|sample| !sample.question.is_empty()) {
            let mut tx = app.db.read(scope).await?;
            let ranking = search::ranking(app, &mut tx, settings, &sample.question).await?;
            if !ranking.has_vectors {
                return Ok((None, ranking.notice));
            }
            let ours = ranking.paths(SearchMode::Vector, None).into_iter();
            let is_one = |path: &&str| *path != sample.path && self.paths.contains(*path);
            let ours: HashSet<&str> = ours.filter(is_one).take(NEAREST).collect();
            let both = sample.nearest.iter().filter(|(_, path)| ours.contains(path.as_str()));
            sum += share(both.count(), sample.nearest.len());
            asked += 1.0;
        }
        Ok(((asked > 0.0).then(|| sum / asked), None))
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(part) / number(whole.max(1))
}
