//! What is in a project's code and documents, and how it hangs together.
//!
//! `queue` puts a folder on its way, `index` takes it there. `read` turns it into a graph, `past` adds
//! who changed what, `plan` makes it into rows and into what differs from those that are
//! there, `write` stores the difference so that readers see the graph before or the one behind,
//! never half of one; `unresolved` sorts what leads to nothing. `find` knows what a name means,
//! `walk` goes along edges, `map` draws.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "kinds of nodes and edges are many, and most code minds a few of them"
)]

mod api;
mod cycles;
mod export;
mod find;
mod index;
mod map;
mod model;
mod past;
mod plan;
mod queue;
mod read;
mod related;
mod schedule;
mod store;
mod unresolved;
mod walk;
mod write;
#[cfg(test)]
mod tests;

pub(crate) use api::routes;
pub(crate) use index::Index;
pub(crate) use related::{Place, Related, related};
pub(crate) use schedule::schedule;

use db::{Scope, Tx};
use wire::Slug;

use crate::federation;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use store::Current;

/// The graph of a project at one moment, open to be read.
struct Reading {
    tx: Tx,
    graph: Current,
}

impl Reading {
    async fn open(app: &App, scope: &Scope, project: &Slug) -> Result<Self> {
        let mut tx = app.db.read(scope).await?;
        let id = federation::project_id(&mut tx, project).await?;
        match store::current(&mut tx, id).await? {
            Some(graph) => Ok(Self { tx, graph }),
            None => Err(Error::NotFound(format!("a graph of {project}, which nobody indexed,"))),
        }
    }
}
