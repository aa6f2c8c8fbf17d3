//! From ranked chunks to hits people read.

use std::collections::{HashMap, HashSet};

use db::Tx;
use retrieval::index;
use retrieval::keyword::Analyzer;
use retrieval::search;
use wire::CollectionId;
use wire::knowledge::{Explanation, Hit, Leg};

use super::Asked;
use super::connected::Connections;
use crate::ground::error::Result;
use crate::knowledge::store;

/// Hits with their documents, texts and places; each with its legs where they are to be explained.
pub(super) async fn describe(
    tx: &mut Tx,
    parts: &[Asked],
    terms: &HashSet<String>,
    (ranked, explain): (Vec<search::Hit>, Option<&Connections>),
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
        hit.explain = explain.map(|connections| Explanation {
            keyword: ranked.keyword.map(leg),
            vector: ranked.vector.map(leg),
            graph: ranked.graph.map(leg),
            trail: connections.trail((ranked.index, ranked.number)),
        });
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
