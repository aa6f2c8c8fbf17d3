//! Asking every question in every mode, a slice at a time.

use std::collections::BTreeMap;

use client::Knowledge;
use wire::knowledge::{EvaluationRequest, JudgedQuery, QueryMeasures, SearchMode};

use crate::commands::knowledge::patience::patiently;
use crate::commands::knowledge::refused;
use crate::failure::Result;
use crate::progress;

/// Questions of one request: the server answers each request within half a minute.
const SLICE: usize = 50;
const SLICE_TO_FIT: usize = 20;

/// Percent of the vector leg that are tried.
const STEP: u8 = 5;

/// Of a mode: what each question is worth in it.
pub(super) type ByMode = BTreeMap<&'static str, Vec<QueryMeasures>>;
/// Of a weight in percent: what each question is worth with it.
pub(super) type ByWeight = BTreeMap<u8, Vec<QueryMeasures>>;

/// The answers that a search by the words alone does not find: what they take is another way, by
/// meaning or from what the words find to what that hangs together with.
pub(super) fn beyond_words(queries: &[JudgedQuery], found: &ByMode) -> Vec<JudgedQuery> {
    let by_words = found.get(SearchMode::Keyword.as_str()).into_iter().flatten();
    let missed = queries.iter().zip(by_words).filter(|(_, by_words)| !by_words.missed.is_empty());
    let question = |(query, by_words): (&JudgedQuery, &QueryMeasures)| JudgedQuery {
        text: query.text.clone(),
        relevant: by_words.missed.clone(),
    };
    missed.map(question).collect()
}

/// Questions to a collection.
pub(super) struct Questions<'a> {
    pub knowledge: &'a Knowledge,
    pub collection: &'a str,
    pub queries: &'a [JudgedQuery],
}

impl Questions<'_> {
    /// Gives with the measures why a mode could not be run, where one could not.
    pub(super) async fn by_mode(&self, modes: &[SearchMode]) -> Result<(ByMode, Option<String>)> {
        let mut found = ByMode::new();
        let bar = progress::bar(self.queries.len() as u64, "queries");
        let mut notice = None;
        for slice in self.queries.chunks(SLICE) {
            let request = EvaluationRequest { modes: modes.to_vec(), ..self.request(slice) };
            let ask = async || self.knowledge.evaluate(&request).await;
            let evaluation = patiently(ask).await.map_err(refused)?;
            notice = notice.or(evaluation.notice);
            for run in evaluation.runs.into_iter().filter(|it| it.percent_weight.is_none()) {
                found.entry(run.mode.as_str()).or_default().extend(run.queries);
            }
            bar.inc(slice.len() as u64);
        }
        bar.finish_and_clear();
        Ok((found, notice))
    }

    /// Hybrid search with one weight after the other.
    pub(super) async fn by_weight(&self) -> Result<ByWeight> {
        let mut found = ByWeight::new();
        let bar = progress::bar(self.queries.len() as u64, "queries");
        let percent_weights: Vec<u8> = (0..=100).step_by(STEP.into()).collect();
        for slice in self.queries.chunks(SLICE_TO_FIT) {
            let request = EvaluationRequest {
                modes: vec![SearchMode::Hybrid],
                percent_weights: percent_weights.clone(),
                ..self.request(slice)
            };
            let ask = async || self.knowledge.evaluate(&request).await;
            for run in patiently(ask).await.map_err(refused)?.runs {
                let Some(percent) = run.percent_weight else { continue };
                found.entry(percent).or_default().extend(run.queries);
            }
            bar.inc(slice.len() as u64);
        }
        bar.finish_and_clear();
        Ok(found)
    }

    fn request(&self, slice: &[JudgedQuery]) -> EvaluationRequest {
        EvaluationRequest {
            collection: Some(self.collection.to_owned()),
            queries: slice.to_vec(),
            ..EvaluationRequest::default()
        }
    }
}
