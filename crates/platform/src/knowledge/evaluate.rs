//! How good the ranking of a collection is, by queries with known answers.

use std::collections::HashSet;

use db::Scope;
use retrieval::evaluate::{TOP, measure};
use wire::Slug;
use wire::knowledge::{Evaluation, EvaluationRequest, EvaluationRun, QueryMeasures, SearchMode};

use super::collections::Place;
use super::search;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};

const MOST_QUERIES: usize = 200;

pub(crate) async fn evaluate(
    app: &App,
    scope: &Scope,
    project: Slug,
    asked: EvaluationRequest,
) -> Result<Evaluation> {
    if asked.queries.is_empty() || asked.queries.len() > MOST_QUERIES {
        return Err(Error::field("queries", format!("must be 1 to {MOST_QUERIES}")));
    }
    if asked.percent_weights.iter().any(|percent| *percent > 100) {
        return Err(Error::field("percent_weights", "must be 0 to 100"));
    }
    let place = Place::new(project, asked.collection.as_deref())?;
    let modes = if asked.modes.is_empty() { SearchMode::ALL.to_vec() } else { asked.modes };
    let tried = asked.percent_weights.iter().map(|percent| (SearchMode::Hybrid, Some(*percent)));
    let mut runs: Vec<EvaluationRun> = modes
        .into_iter()
        .map(|mode| (mode, None))
        .chain(tried)
        .map(|(mode, percent_weight)| EvaluationRun { mode, percent_weight, queries: Vec::new() })
        .collect();
    let mut notice = None;
    let mut tx = app.db.read(scope).await?;
    let settings = place.load(&mut tx).await?;
    for query in &asked.queries {
        let ranking = search::ranking(app, &mut tx, &settings, &query.text).await?;
        let relevant: HashSet<&str> = query.relevant.iter().map(String::as_str).collect();
        if !ranking.has_vectors {
            runs.retain(|run| matches!(run.mode, SearchMode::Keyword | SearchMode::Graph));
        }
        for run in &mut runs {
            let weight = run.percent_weight.map(|percent| f32::from(percent) / 100.0);
            let ranked = ranking.paths(run.mode, weight);
            let measured = measure(&ranked, &relevant);
            let among_first: HashSet<&str> = ranked.iter().take(TOP).copied().collect();
            let missed = query.relevant.iter().filter(|it| !among_first.contains(it.as_str()));
            run.queries.push(QueryMeasures {
                ndcg: measured.ndcg,
                recall: measured.recall,
                reciprocal_rank: measured.reciprocal_rank,
                missed: missed.cloned().collect(),
            });
        }
        notice = notice.or(ranking.notice);
    }
    Ok(Evaluation { runs, notice })
}
