//! Questions to a project's knowledge.

mod connected;
mod describe;
mod ranking;
mod request;

use std::ops::Range;
use std::str::FromStr;

use db::{Scope, Tx};
use retrieval::keyword::{Analyzer, Query};
use retrieval::search::{DEFAULT_WEIGHT, Found, Mode, Question, diversify};
use wire::Slug;
use wire::knowledge::{SearchAnswer, SearchMode, SearchRequest};

pub(super) use ranking::ranking;
pub(super) use request::document_filter;

use super::collections::Settings;
use super::store;
use crate::federation;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::http::page;
use connected::Connections;
use describe::describe;
use request::{Checked, DEEPEST, glob};

/// Candidates a leg brings to the fusion at least. Always the same, so that scores are, too.
const POOL: usize = 500;
/// Below both, nothing in the base is about the question. Chosen by looking at all-MiniLM-L6-v2, not
/// fitted to a collection.
const CLOSE: f32 = 0.25;
const COVERED: f32 = 0.5;

/// A collection a question goes to, and the chunks that may answer it.
struct Asked {
    settings: Settings,
    analyzer: Analyzer,
    query: Query,
    within: Option<Vec<Range<u32>>>,
}

pub(crate) async fn answer(
    app: &App,
    scope: &Scope,
    project: &Slug,
    asked: SearchRequest,
) -> Result<SearchAnswer> {
    let started = app.clock.monotonic();
    let checked = Checked::of(&asked)?;
    let mut tx = app.db.read(scope).await?;
    let collections = collections(&mut tx, project, asked.filters.collection.as_deref()).await?;
    let mut parts = Vec::with_capacity(collections.len());
    for settings in collections {
        parts.push(Asked::of(&mut tx, settings, &asked.query, &checked).await?);
    }
    let vector = Vector::of(app, &parts, asked.mode).await?;
    let wanted = checked.offset + checked.limit;
    let pool = POOL.max(wanted * 2);
    let found = gather(app, &mut tx, &parts, (&vector, asked.weight), pool).await?;
    let mut notice = vector.notice.clone();
    let (mut hits, mut connections) = (Vec::new(), Connections::default());
    if let Some(silence) = silence(&found, vector.mode) {
        notice =
            Some(notice.map_or_else(|| silence.clone(), |notice| format!("{silence}; {notice}")));
    } else {
        hits = found.rank(vector.mode);
        if asked.mode == SearchMode::Graph {
            connections = Connections::of(&mut tx, &parts, &hits).await?;
            hits = connections.rank(hits);
        }
        if let Some(strength) = asked.diversify {
            hits.truncate(pool);
            let vectors = app.retrieval.searcher.vectors(&mut tx, &hits).await?;
            hits = diversify(hits, &vectors, strength, wanted);
        }
    }
    let more = hits.len() > wanted && wanted <= DEEPEST;
    let hits: Vec<_> = hits.into_iter().skip(checked.offset).take(checked.limit).collect();
    let trails = asked.explain.then_some(&connections);
    let hits = describe(&mut tx, &parts, &found.terms, (hits, trails)).await?;
    let took = app.clock.monotonic().saturating_sub(started);
    let next = more.then(|| page::encode(&wanted.to_string()));
    let took_ms = (took.as_secs_f64() * 1e6).round() / 1e3;
    Ok(SearchAnswer { hits, mode: vector.wire_mode(asked.mode), took_ms, notice, next })
}

/// The collections a question goes to: the one named, or all of the project.
async fn collections(tx: &mut Tx, project: &Slug, name: Option<&str>) -> Result<Vec<Settings>> {
    let project_id = federation::project_id(tx, project).await?;
    let name = name.map(Slug::from_str).transpose();
    let name = name.map_err(|error| Error::field("filters.collection", error.to_string()))?;
    let found = store::settings(tx, project_id, name.as_ref()).await?;
    match &name {
        Some(name) if found.is_empty() => {
            Err(Error::NotFound(format!("the collection {name} of {project}")))
        }
        _ => Ok(found),
    }
}

impl Asked {
    async fn of(tx: &mut Tx, settings: Settings, query: &str, checked: &Checked) -> Result<Self> {
        let analyzer = settings.analyzer();
        let query = Query::parse(query, &analyzer);
        let mut patterns = Vec::new();
        for path in &query.paths {
            patterns.push(glob(path).map_err(|error| Error::field("query", error))?);
        }
        patterns.extend(checked.glob.clone());
        let narrows = !patterns.is_empty()
            || checked.filter.kind.is_some()
            || checked.filter.tag.is_some()
            || checked.filter.since.is_some();
        let within = if narrows {
            let ranges = store::ranges(tx, settings.id, &checked.filter).await?;
            let matching = ranges
                .into_iter()
                .filter(|(path, _)| patterns.iter().all(|pattern| pattern.is_match(path)));
            Some(matching.map(|(_, range)| range.numbers()).collect())
        } else {
            None
        };
        Ok(Self { settings, analyzer, query, within })
    }

    fn allows(&self, number: u32) -> bool {
        let ranges = self.within.as_deref();
        ranges.is_none_or(|ranges| ranges.iter().any(|range| range.contains(&number)))
    }
}

/// The question as a vector, and the mode that leaves.
struct Vector {
    mode: Mode,
    model: Option<String>,
    values: Vec<f32>,
    notice: Option<String>,
}

impl Vector {
    async fn of(app: &App, parts: &[Asked], mode: SearchMode) -> Result<Self> {
        let by_keyword =
            |notice| Self { mode: Mode::Keyword, model: None, values: Vec::new(), notice };
        let mode = match mode {
            SearchMode::Keyword => return Ok(by_keyword(None)),
            SearchMode::Vector => Mode::Vector,
            SearchMode::Hybrid | SearchMode::Graph => Mode::Hybrid,
        };
        let Some(embedder) = app.retrieval.embedder().await? else {
            return Ok(by_keyword(Some(app.retrieval.without_model())));
        };
        let model = embedder.model().name.clone();
        let with_vectors = |part: &&Asked| part.settings.model.as_ref() == Some(&model);
        let missing: Vec<&str> = parts
            .iter()
            .filter(|part| !with_vectors(part))
            .map(|part| part.settings.name.as_str())
            .collect();
        let notice = (!missing.is_empty()).then(|| {
            format!(
                "{} has no vectors of {model} and is searched by keyword; \
                 `knowledge collections reembed` makes them",
                missing.join(", ")
            )
        });
        if missing.len() == parts.len() {
            return Ok(by_keyword(notice));
        }
        let text = parts.iter().map(|part| part.query.text.as_str()).find(|text| !text.is_empty());
        let Some(text) = text else { return Ok(by_keyword(notice)) };
        let values = embedder.embed_one(text, &app.stopping).await?;
        Ok(Self { mode, model: Some(model), values, notice })
    }

    /// The vector for a collection whose vectors are of the same model.
    fn for_collection(&self, settings: &Settings) -> Option<&[f32]> {
        let fits = self.model.is_some() && settings.model == self.model;
        fits.then_some(self.values.as_slice())
    }

    /// What was searched with, of what was asked for.
    const fn wire_mode(&self, asked: SearchMode) -> SearchMode {
        match (self.mode, asked) {
            (_, SearchMode::Graph) => SearchMode::Graph,
            (Mode::Hybrid, _) => SearchMode::Hybrid,
            (Mode::Vector, _) => SearchMode::Vector,
            (Mode::Keyword, _) => SearchMode::Keyword,
        }
    }
}

async fn gather(
    app: &App,
    tx: &mut Tx,
    parts: &[Asked],
    (vector, weight): (&Vector, Option<f32>),
    pool: usize,
) -> Result<Found> {
    let questions: Vec<Question<'_>> = parts
        .iter()
        .map(|part| {
            let values = vector.for_collection(&part.settings);
            let weight = weight.or(part.settings.weight).unwrap_or(DEFAULT_WEIGHT);
            Question {
                index: part.settings.id,
                analyzer: &part.analyzer,
                query: &part.query,
                vector: values,
                within: part.within.as_deref(),
                // A collection without vectors speaks by keyword alone.
                weight: if values.is_some() { weight } else { 0.0 },
            }
        })
        .collect();
    Ok(app.retrieval.searcher.gather(tx, &questions, vector.mode, pool).await?)
}

/// Why nothing is an answer to the question.
fn silence(found: &Found, mode: Mode) -> Option<String> {
    if found.candidates.is_empty() {
        return Some("nothing passes the filters and operators of the question".to_owned());
    }
    let closest = found.closest.unwrap_or(0.0);
    match mode {
        Mode::Keyword => (found.covered == 0.0)
            .then(|| "no word of the question occurs".to_owned()),
        Mode::Vector => (closest < CLOSE).then(|| {
            format!("nothing is about the question: the closest text is at {closest:.2}, below {CLOSE}")
        }),
        Mode::Hybrid => (closest < CLOSE && found.covered < COVERED).then(|| {
            format!(
                "nothing is about the question: the closest text is at {closest:.2}, below {CLOSE}, \
                 and has {:.0} % of what was asked for",
                found.covered * 100.0
            )
        }),
    }
}
