//! Questions to a project's knowledge.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::str::FromStr;

use db::{Scope, Tx};
use globset::{GlobBuilder, GlobMatcher};
use retrieval::extract::Kind;
use retrieval::index;
use retrieval::keyword::{Analyzer, Query};
use retrieval::search::{self, DEFAULT_WEIGHT, Found, Mode, Question, diversify};
use wire::knowledge::{
    Explanation, Hit, Leg, SearchAnswer, SearchFilters, SearchMode, SearchRequest,
};
use wire::{CollectionId, FieldError, Slug};

use super::collections::Settings;
use super::store::{self, DocumentFilter};
use crate::federation;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::http::page;

const LONGEST_QUERY: usize = 4_096;
const DEFAULT_LIMIT: usize = 10;
const MOST_HITS: usize = 100;
/// How far pages go: nobody reads the thousandth hit.
const DEEPEST: usize = 1_000;
/// Candidates a leg brings to the fusion at least. Always the same, so that scores are, too.
const POOL: usize = 500;
/// Below both, nothing in the base is about the question. Unrelated questions and texts lie
/// around 0.1 and rarely above 0.25 with all-MiniLM-L6-v2.
const CLOSE: f32 = 0.25;
const COVERED: f32 = 0.5;

/// A request whose fields are right.
struct Checked {
    limit: usize,
    offset: usize,
    filter: DocumentFilter,
    glob: Option<GlobMatcher>,
}

impl Checked {
    fn of(asked: &SearchRequest) -> Result<Self> {
        let mut errors = Vec::new();
        let mut refuse = |path: &str, message: String| errors.push(FieldError::new(path, message));
        if asked.query.trim().is_empty() {
            refuse("query", "must not be empty".to_owned());
        }
        if asked.query.len() > LONGEST_QUERY {
            refuse("query", format!("must be at most {LONGEST_QUERY} bytes"));
        }
        let limit = asked.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MOST_HITS).contains(&limit) {
            refuse("limit", format!("must be 1 to {MOST_HITS}"));
        }
        for (path, value) in [("weight", asked.weight), ("diversify", asked.diversify)] {
            if value.is_some_and(|value| !(0.0..=1.0).contains(&value)) {
                refuse(path, "must be 0 to 1".to_owned());
            }
        }
        let offset = page::decode::<usize>(asked.cursor.as_deref())?.unwrap_or(0);
        if offset > DEEPEST {
            refuse("cursor", format!("goes past the first {DEEPEST} hits"));
        }
        let (filter, glob) = document_filter(&asked.filters, &mut refuse);
        if errors.is_empty() {
            Ok(Self { limit, offset, filter, glob })
        } else {
            Err(Error::Invalid(errors))
        }
    }
}

/// What the documents of a filter have in common that the database can tell, and the pattern of
/// their paths.
pub(super) fn document_filter(
    filters: &SearchFilters,
    refuse: &mut impl FnMut(&str, String),
) -> (DocumentFilter, Option<GlobMatcher>) {
    let kind = filters.kind.as_deref().map(Kind::from_str).transpose();
    if let Err(error) = &kind {
        refuse("filters.kind", error.to_string());
    }
    let pattern = filters.path.as_deref().map(glob).transpose();
    let pattern = pattern.unwrap_or_else(|error| {
        refuse("filters.path", error);
        None
    });
    let prefix = filters.path.as_deref().map_or("", literal_prefix).to_owned();
    let filter = DocumentFilter {
        kind: kind.ok().flatten().map(|kind| kind.as_str().to_owned()),
        prefix,
        tag: filters.tag.clone(),
        since: filters.since,
        ..DocumentFilter::default()
    };
    (filter, pattern)
}

/// A pattern of paths; one without wildcards is a file, or a folder and all in it.
fn glob(pattern: &str) -> Result<GlobMatcher, String> {
    let pattern = pattern.trim_end_matches('/');
    let has_wildcard = pattern.contains(['*', '?', '[', '{']);
    let pattern = if has_wildcard { pattern.to_owned() } else { format!("{pattern}{{,/**}}") };
    let glob = GlobBuilder::new(&pattern).literal_separator(true).empty_alternates(true).build();
    glob.map(|glob| glob.compile_matcher()).map_err(|error| error.kind().to_string())
}

fn literal_prefix(pattern: &str) -> &str {
    let end = pattern.find(['*', '?', '[', '{', '\\']).unwrap_or(pattern.len());
    pattern.get(..end).unwrap_or_default().trim_end_matches('/')
}

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
    let mut hits = Vec::new();
    if let Some(silence) = silence(&found, vector.mode) {
        notice =
            Some(notice.map_or_else(|| silence.clone(), |notice| format!("{silence}; {notice}")));
    } else {
        hits = found.rank(vector.mode);
        if let Some(strength) = asked.diversify {
            hits.truncate(pool);
            let vectors = app.retrieval.searcher.vectors(&mut tx, &hits).await?;
            hits = diversify(hits, &vectors, strength, wanted);
        }
    }
    let more = hits.len() > wanted && wanted <= DEEPEST;
    let hits: Vec<_> = hits.into_iter().skip(checked.offset).take(checked.limit).collect();
    let hits = describe(&mut tx, &parts, &found.terms, (hits, asked.explain)).await?;
    let took = app.clock.monotonic().saturating_sub(started);
    let next = more.then(|| page::encode(&wanted.to_string()));
    let took_ms = (took.as_secs_f64() * 1e6).round() / 1e3;
    Ok(SearchAnswer { hits, mode: vector.wire_mode(), took_ms, notice, next })
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
            SearchMode::Hybrid => Mode::Hybrid,
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

    const fn wire_mode(&self) -> SearchMode {
        match self.mode {
            Mode::Hybrid => SearchMode::Hybrid,
            Mode::Vector => SearchMode::Vector,
            Mode::Keyword => SearchMode::Keyword,
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

/// Hits with their documents, texts and places.
async fn describe(
    tx: &mut Tx,
    parts: &[Asked],
    terms: &HashSet<String>,
    (ranked, explain): (Vec<search::Hit>, bool),
) -> Result<Vec<Hit>> {
    let mut numbers: HashMap<CollectionId, Vec<u32>> = HashMap::new();
    for hit in &ranked {
        numbers.entry(hit.index).or_default().push(hit.number);
    }
    let mut described = HashMap::new();
    for part in parts {
        let Some(numbers) = numbers.get(&part.settings.id) else { continue };
        let mut located = store::located_by_chunk(tx, part.settings.id, numbers).await?;
        for (number, chunk) in index::chunks(tx, part.settings.id, numbers).await? {
            let Some(document) = located.remove(&number) else { continue };
            let hit = Hit {
                document: document.id,
                collection: part.settings.name.clone(),
                path: document.path,
                title: document.title,
                kind: document.kind,
                heading: chunk.heading,
                lines: [chunk.lines.0, chunk.lines.1],
                span: [chunk.span.start, chunk.span.end],
                score: 0.0,
                highlights: highlights(&part.analyzer, terms, &chunk.body),
                text: chunk.body,
                explain: None,
            };
            described.insert((part.settings.id, number), hit);
        }
    }
    let leg = |leg: search::Leg| Leg {
        rank: leg.rank,
        raw: leg.raw,
        normalised: leg.normalised,
        weight: leg.weight,
    };
    let hits = ranked.into_iter().filter_map(|ranked| {
        let mut hit = described.remove(&(ranked.index, ranked.number))?;
        hit.score = ranked.score;
        let explanation =
            || Explanation { keyword: ranked.keyword.map(leg), vector: ranked.vector.map(leg) };
        hit.explain = explain.then(explanation);
        Some(hit)
    });
    Ok(hits.collect())
}

/// Where words of the question stand in a text.
fn highlights(analyzer: &Analyzer, terms: &HashSet<String>, text: &str) -> Vec<[u32; 2]> {
    let mut spans: Vec<[u32; 2]> = Vec::new();
    for token in analyzer.tokens(text) {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = [place(token.span.start), place(token.span.end)];
        if terms.contains(&token.term) && spans.last() != Some(&span) {
            spans.push(span);
        }
    }
    spans
}

/// What ranking a query brings: the paths of the documents, best first, each once.
pub(super) async fn ranking(
    app: &App,
    tx: &mut Tx,
    settings: &Settings,
    query: &str,
) -> Result<Ranking> {
    let analyzer = settings.analyzer();
    let query = Query::parse(query, &analyzer);
    let part = Asked { settings: settings.clone(), analyzer, query, within: None };
    let parts = [part];
    let vector = Vector::of(app, &parts, SearchMode::Hybrid).await?;
    let found = gather(app, tx, &parts, (&vector, None), POOL).await?;
    let numbers: Vec<u32> = found.candidates.iter().map(|candidate| candidate.number).collect();
    let located = store::located_by_chunk(tx, settings.id, &numbers).await?;
    let paths = located.into_iter().map(|(number, document)| (number, document.path)).collect();
    Ok(Ranking { found, paths, has_vectors: vector.mode != Mode::Keyword, notice: vector.notice })
}

/// Everything the legs found for a query, to be ranked in several ways.
pub(super) struct Ranking {
    found: Found,
    paths: HashMap<u32, String>,
    pub has_vectors: bool,
    pub notice: Option<String>,
}

impl Ranking {
    /// The documents in that mode, best first.
    pub(super) fn paths(&self, mode: SearchMode, weight: Option<f32>) -> Vec<&str> {
        let hits = match (mode, weight) {
            (SearchMode::Keyword, _) => self.found.rank(Mode::Keyword),
            (SearchMode::Vector, _) => self.found.rank(Mode::Vector),
            (SearchMode::Hybrid, None) => self.found.rank(Mode::Hybrid),
            (SearchMode::Hybrid, Some(weight)) => self.found.rank_weighted(weight),
        };
        let mut seen = HashSet::new();
        let paths = hits.iter().filter_map(|hit| self.paths.get(&hit.number).map(String::as_str));
        paths.filter(|path| seen.insert(*path)).collect()
    }
}
