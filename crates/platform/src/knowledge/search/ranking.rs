//! Whole rankings, to be measured.

use std::collections::{HashMap, HashSet};

use db::Tx;
use retrieval::keyword::Query;
use retrieval::search::{Found, Mode};
use wire::knowledge::SearchMode;

use super::connected::Connections;
use super::{Asked, POOL, Vector, gather};
use crate::ground::app::App;
use crate::ground::error::Result;
use crate::knowledge::collections::Settings;
use crate::knowledge::store;

/// What ranking a query brings: the paths of the documents, best first, each once.
pub(in crate::knowledge) async fn ranking(
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
    let best = found.rank(vector.mode);
    let connections = Connections::of(tx, &parts, &best).await?;
    let candidates = found.candidates.iter().map(|candidate| candidate.number);
    let numbers: Vec<u32> = candidates.chain(connections.numbers(settings.id)).collect();
    let located = store::located_by_chunk(tx, settings.id, &numbers).await?;
    let paths = located.into_iter().map(|(number, document)| (number, document.path)).collect();
    let has_vectors = vector.mode != Mode::Keyword;
    Ok(Ranking { found, connections, paths, has_vectors, notice: vector.notice })
}

/// Everything the legs found for a query, to be ranked in several ways.
pub(in crate::knowledge) struct Ranking {
    found: Found,
    connections: Connections,
    paths: HashMap<u32, String>,
    pub has_vectors: bool,
    pub notice: Option<String>,
}

impl Ranking {
    /// The documents in that mode, best first.
    pub(in crate::knowledge) fn paths(&self, mode: SearchMode, weight: Option<f32>) -> Vec<&str> {
        let hits = match (mode, weight) {
            (SearchMode::Keyword, _) => self.found.rank(Mode::Keyword),
            (SearchMode::Vector, _) => self.found.rank(Mode::Vector),
            (SearchMode::Hybrid, None) => self.found.rank(Mode::Hybrid),
            (SearchMode::Hybrid, Some(weight)) => self.found.rank_weighted(weight),
            (SearchMode::Graph, _) => self.connections.rank(self.found.rank(Mode::Hybrid)),
        };
        let mut seen = HashSet::new();
        let paths = hits.iter().filter_map(|hit| self.paths.get(&hit.number).map(String::as_str));
        paths.filter(|path| seen.insert(*path)).collect()
    }
}
