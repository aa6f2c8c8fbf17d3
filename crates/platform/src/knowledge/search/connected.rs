//! The graph leg: chunks of places that hang together with the best hits.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use db::Tx;
use retrieval::index;
use retrieval::search::{Hit, Place, connect};
use wire::CollectionId;
use wire::knowledge::Step;

use super::Asked;
use crate::graph::{self, Related};
use crate::ground::error::Result;
use crate::knowledge::store;

/// Best hits, from which the graph is walked.
const SEEDS: usize = 8;
/// Of the graph leg. Fitted by `knowledge evaluate --from-git` on this repository: the more it
/// weighs the more is found at all (recall@100 0.790 without, 0.796, 0.804 with 0.2, 0.813 with
/// 0.5), and the later comes what was found first (nDCG@10 0.382, 0.379, 0.367, 0.330). With this
/// weight the order is within 0.005 of that of hybrid search.
const WEIGHT: f32 = 0.1;

/// What hangs together with the best hits of a question.
#[derive(Default)]
pub(super) struct Connections {
    strengths: BTreeMap<Place, f32>,
    trails: HashMap<Place, Vec<Step>>,
}

impl Connections {
    /// `parts` are of one project.
    pub(super) async fn of(tx: &mut Tx, parts: &[Asked], hits: &[Hit]) -> Result<Self> {
        let Some(project) = parts.first().map(|part| part.settings.project) else {
            return Ok(Self::default());
        };
        let seeds = hits.get(..SEEDS.min(hits.len())).unwrap_or_default();
        let seeds = places(tx, parts, seeds).await?;
        let related = graph::related(tx, project, &seeds).await?;
        let mut connections = Self::default();
        for part in parts {
            connections.add(tx, part, &related).await?;
        }
        let found: HashSet<Place> = hits.iter().map(|hit| (hit.index, hit.number)).collect();
        // Operators are checked by the legs: what those did not find may not pass.
        if parts.iter().any(|part| !part.query.phrases.is_empty() || !part.query.without.is_empty())
        {
            connections.strengths.retain(|place, _| found.contains(place));
        }
        Ok(connections)
    }

    /// The chunks of a collection at those places.
    async fn add(&mut self, tx: &mut Tx, part: &Asked, related: &[Related]) -> Result<()> {
        let collection = part.settings.id;
        let paths: HashSet<&str> = related.iter().map(|it| it.place.path.as_str()).collect();
        let documents = store::ranges_of(tx, collection, &paths).await?;
        let ranges: Vec<Range<u32>> = documents.values().map(|range| range.numbers()).collect();
        let lines = index::lines(tx, collection, &ranges).await?;
        for Related { place, trail } in related {
            let Some(document) = documents.get(&place.path) else { continue };
            let chunks =
                document.numbers().filter_map(|number| Some((number, lines.get(&number)?)));
            for (number, (first, last)) in chunks {
                let is_there = *first <= place.lines[1] && *last >= place.lines[0];
                if is_there && part.allows(number) {
                    self.keep((collection, number), place.strength, trail);
                }
            }
        }
        Ok(())
    }

    fn keep(&mut self, place: Place, strength: f32, trail: &[Step]) {
        if self.strengths.get(&place).is_none_or(|known| *known < strength) {
            self.strengths.insert(place, strength);
            self.trails.insert(place, trail.to_vec());
        }
    }

    pub(super) fn rank(&self, hits: Vec<Hit>) -> Vec<Hit> {
        self.rank_weighted(hits, WEIGHT)
    }

    pub(super) fn rank_weighted(&self, hits: Vec<Hit>, weight: f32) -> Vec<Hit> {
        // Without connections the leg says nothing, and takes nothing from the others.
        if self.strengths.is_empty() { hits } else { connect(hits, &self.strengths, weight) }
    }

    pub(super) fn numbers(&self, collection: CollectionId) -> impl Iterator<Item = u32> {
        let here = move |(index, number): &Place| (*index == collection).then_some(*number);
        self.strengths.keys().filter_map(here)
    }

    pub(super) fn trail(&self, place: Place) -> Vec<Step> {
        self.trails.get(&place).cloned().unwrap_or_default()
    }
}

/// Where the hits stand, and how much each matters beside the best.
async fn places(tx: &mut Tx, parts: &[Asked], hits: &[Hit]) -> Result<Vec<graph::Place>> {
    let best = hits.first().map_or(1.0, |hit| hit.score).max(f32::EPSILON);
    let mut places = Vec::with_capacity(hits.len());
    for part in parts {
        let collection = part.settings.id;
        let here: Vec<&Hit> = hits.iter().filter(|hit| hit.index == collection).collect();
        let numbers: Vec<u32> = here.iter().map(|hit| hit.number).collect();
        let located = store::located_by_chunk(tx, collection, &numbers).await?;
        let ranges: Vec<Range<u32>> = numbers.iter().map(|number| *number..number + 1).collect();
        let lines = index::lines(tx, collection, &ranges).await?;
        for hit in here {
            let (Some(document), Some((first, last))) =
                (located.get(&hit.number), lines.get(&hit.number))
            else {
                continue;
            };
            places.push(graph::Place {
                path: document.path.clone(),
                lines: [*first, *last],
                strength: hit.score / best,
            });
        }
    }
    Ok(places)
}
