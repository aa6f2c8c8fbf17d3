//! The whole graph in the formats of others, written while it is sent and all of one moment.

mod graphml;
mod json;
mod mermaid;
mod protobuf;
mod scip;

use bytes::Bytes;
use futures::{Stream, TryStreamExt, stream};
use wire::graph::{Edge, ExportFormat, Node};

use super::Reading;
use super::store;
use crate::ground::error::Result;

/// Nodes of one piece.
const PAGE: i64 = 2_000;

enum Stage {
    Head,
    /// Behind that id.
    Nodes(i64),
    Edges(i64),
    End,
}

struct Export {
    reading: Reading,
    format: ExportFormat,
    stage: Stage,
    /// Whether something stands before what comes next in a list.
    follows: bool,
}

pub(super) const fn media_type(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Json => "application/json",
        ExportFormat::Graphml => "application/graphml+xml",
        ExportFormat::Mermaid => "text/vnd.mermaid; charset=utf-8",
        ExportFormat::Scip => "application/vnd.scip+protobuf",
    }
}

/// The graph in pieces.
pub(super) fn export(
    reading: Reading,
    format: ExportFormat,
) -> impl Stream<Item = Result<Bytes>> + Send {
    let start = Export { reading, format, stage: Stage::Head, follows: false };
    let pieces = stream::try_unfold(start, async |mut export| {
        Ok(export.piece().await?.map(|piece| (Bytes::from(piece), export)))
    });
    pieces.inspect_err(|error| tracing::warn!(error = %error, "an export was cut off"))
}

impl Export {
    async fn piece(&mut self) -> Result<Option<Vec<u8>>> {
        match self.stage {
            Stage::Head => Ok(Some(self.head().await?)),
            Stage::Nodes(after) if self.format == ExportFormat::Scip => {
                let (piece, next) = scip::documents(&mut self.reading, after).await?;
                self.stage = next.map_or(Stage::End, Stage::Nodes);
                Ok(next.map(|_| piece))
            }
            Stage::Nodes(after) => Ok(Some(self.nodes(after).await?)),
            Stage::Edges(after) => Ok(Some(self.edges(after).await?)),
            Stage::End => Ok(None),
        }
    }

    async fn head(&mut self) -> Result<Vec<u8>> {
        self.stage = Stage::Nodes(0);
        Ok(match self.format {
            ExportFormat::Json => json::HEAD.into(),
            ExportFormat::Graphml => graphml::HEAD.into(),
            ExportFormat::Scip => scip::metadata(),
            ExportFormat::Mermaid => {
                self.stage = Stage::End;
                mermaid::chart(&mut self.reading).await?.into_bytes()
            }
        })
    }

    async fn nodes(&mut self, after: i64) -> Result<Vec<u8>> {
        let graph = self.reading.graph.id;
        let nodes = store::nodes_after(&mut self.reading.tx, graph, after, PAGE).await?;
        let Some(last) = nodes.last() else {
            self.stage = Stage::Edges(0);
            self.follows = false;
            let between = if self.format == ExportFormat::Json { json::BETWEEN } else { "" };
            return Ok(between.into());
        };
        self.stage = Stage::Nodes(last.id);
        Ok(self.list(&nodes, json::item::<Node>, graphml::node).into_bytes())
    }

    async fn edges(&mut self, after: i64) -> Result<Vec<u8>> {
        let until = after + PAGE;
        if after >= self.reading.graph.next_node {
            self.stage = Stage::End;
            let tail = if self.format == ExportFormat::Json { json::TAIL } else { graphml::TAIL };
            return Ok(tail.into());
        }
        self.stage = Stage::Edges(until);
        let Reading { tx, graph } = &mut self.reading;
        let edges = store::edges_after(tx, graph, (after, until)).await?;
        Ok(self.list(&edges, json::item::<Edge>, graphml::edge).into_bytes())
    }

    fn list<T>(
        &mut self,
        items: &[T],
        json: fn(&T) -> String,
        graphml: fn(&T) -> String,
    ) -> String {
        let mut text = String::new();
        for item in items {
            if self.format == ExportFormat::Json {
                text.push_str(if self.follows { ",\n" } else { "\n" });
                text.push_str(&json(item));
            } else {
                text.push_str(&graphml(item));
            }
            self.follows = true;
        }
        text
    }
}
