//! The tools: each checks its permission, and does what the HTTP route of the same name does.

use std::str::FromStr;
use std::time::Duration;

use axum::http::request::Parts;
use db::Scope;
use rmcp::handler::server::tool::{Extension, schema_for_output};
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{CallToolResult, Implementation, ServerCapabilities, ServerConfig};
use rmcp::{ServerHandler, tool, tool_handler, tool_router};
use wire::knowledge::{
    EvaluationRequest, Ingest, IngestState, JudgedQuery, NewDocument, SearchFilters, SearchMode,
    SearchRequest,
};
use wire::{DocumentId, Slug};

use super::ask::{AddDocument, Evaluate, ListCollections, ReadDocument, Search};
use super::results::{Added, Collections, Found, Measured, Passage, State, result};
use crate::access::{Caller, KnowledgeRead, KnowledgeWrite};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::knowledge::{self, Place};

const INSTRUCTIONS: &str = "The knowledge bases of the projects of this installation. Ask `search` in plain words \
     first; a hit shows the passage with its place, and `read_document` shows what stands around \
     it. `list_collections` says what there is. Every tool names the project by its slug.";

/// How long the caller of `add_document` waits to hear what became of it.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(250);

pub(super) struct Server {
    app: App,
}

#[tool_router]
impl Server {
    pub(super) fn new(app: App) -> Self {
        Self { app }
    }

    #[tool(
        title = "Search documents",
        description = "Searches the documents of a project by word and by meaning. Returns \
                       passages, best first, each with its path, lines, headings and text.",
        output_schema = schema_for_output::<Found>(),
        annotations(read_only_hint = true, open_world_hint = false)
    )]
    async fn search(
        &self,
        Parameters(asked): Parameters<Search>,
        Extension(request): Extension<Parts>,
    ) -> CallToolResult {
        result(self.find(asked, &request).await)
    }

    #[tool(
        title = "Read a document",
        description = "Reads a document of a project, whole or from one line to another, by the \
                       id that `search` gives with each hit.",
        output_schema = schema_for_output::<Passage>(),
        annotations(read_only_hint = true, open_world_hint = false)
    )]
    async fn read_document(
        &self,
        Parameters(asked): Parameters<ReadDocument>,
        Extension(request): Extension<Parts>,
    ) -> CallToolResult {
        result(self.read(asked, &request).await)
    }

    #[tool(
        title = "Add a document",
        description = "Adds a text to a project's knowledge base, so that `search` finds it. A \
                       document of the same path in the same collection is replaced; the same \
                       text a second time changes nothing.",
        output_schema = schema_for_output::<Added>(),
        annotations(
            read_only_hint = false,
            destructive_hint = true,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn add_document(
        &self,
        Parameters(asked): Parameters<AddDocument>,
        Extension(request): Extension<Parts>,
    ) -> CallToolResult {
        result(self.add(asked, &request).await)
    }

    #[tool(
        title = "List collections",
        description = "Lists the collections of documents of a project: how many documents each \
                       holds and how it is searched.",
        output_schema = schema_for_output::<Collections>(),
        annotations(read_only_hint = true, open_world_hint = false)
    )]
    async fn list_collections(
        &self,
        Parameters(asked): Parameters<ListCollections>,
        Extension(request): Extension<Parts>,
    ) -> CallToolResult {
        result(self.collections(asked, &request).await)
    }

    #[tool(
        title = "Measure the search",
        description = "Measures how well a collection answers, by questions whose answers are \
                       known: nDCG@10, recall@100 and mean reciprocal rank for each way of \
                       searching. Changes nothing.",
        output_schema = schema_for_output::<Measured>(),
        annotations(read_only_hint = true, open_world_hint = false)
    )]
    async fn evaluate(
        &self,
        Parameters(asked): Parameters<Evaluate>,
        Extension(request): Extension<Parts>,
    ) -> CallToolResult {
        result(self.measure(asked, &request).await)
    }
}

#[tool_handler]
impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let server = Implementation::new("commandcenter", env!("CARGO_PKG_VERSION"))
            .with_title("CommandCenter");
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(server)
            .with_instructions(INSTRUCTIONS)
    }
}

impl Server {
    async fn find(&self, asked: Search, request: &Parts) -> Result<Found> {
        let caller = Caller::<KnowledgeRead>::of(&request.extensions)?;
        let project = project(&asked.project)?;
        let Search { query, collection, path, kind, tag, .. } = asked;
        let filters = SearchFilters { collection, kind, path, tag, since: None };
        let question = SearchRequest {
            query,
            mode: asked.mode.map(SearchMode::from).unwrap_or_default(),
            limit: asked.limit,
            cursor: asked.cursor,
            filters,
            ..SearchRequest::default()
        };
        let answer = knowledge::answer(&self.app, caller.scope(), &project, question).await?;
        Ok(answer.into())
    }

    async fn read(&self, asked: ReadDocument, request: &Parts) -> Result<Passage> {
        let caller = Caller::<KnowledgeRead>::of(&request.extensions)?;
        let project = project(&asked.project)?;
        let id = DocumentId::from_str(&asked.document)
            .map_err(|_| Error::field("document", "must be the id of a document"))?;
        let first = asked.first_line.unwrap_or(1);
        let last = asked.last_line.unwrap_or(usize::MAX);
        if first == 0 || last < first {
            return Err(Error::field("last_line", "must not come before `first_line`, from 1"));
        }
        let mut tx = self.app.db.read(caller.scope()).await?;
        let found = knowledge::read(&mut tx, &project, id).await?;
        Ok(Passage::of(found, first, last))
    }

    async fn add(&self, asked: AddDocument, request: &Parts) -> Result<Added> {
        let caller = Caller::<KnowledgeWrite>::of(&request.extensions)?;
        let place = Place::new(project(&asked.project)?, asked.collection.as_deref())?;
        let AddDocument { path, text, tags, .. } = asked;
        let document =
            NewDocument { path: path.clone(), text: Some(text), tags, ..NewDocument::default() };
        let accepted = knowledge::add(&self.app, caller.scope(), &place, vec![document]).await?;
        let ingest = self.settled(caller.scope(), &place.project, accepted).await?;
        if let Some(failure) = ingest.failures.into_iter().next() {
            return Err(Error::field("text", format!("could not be read: {}", failure.reason)));
        }
        if let (IngestState::GaveUp, Some(error)) = (ingest.state, ingest.error) {
            return Err(Error::Conflict(format!("the server gave up reading it: {error}")));
        }
        let state = match ingest.state {
            _ if ingest.unchanged > 0 => State::Unchanged,
            IngestState::Done => State::Added,
            IngestState::Running | IngestState::GaveUp => State::Waiting,
        };
        Ok(Added { collection: place.name.to_string(), path, state, chunks: ingest.chunks })
    }

    /// `ingest` when it is done, or as it is when patience ends.
    async fn settled(&self, scope: &Scope, project: &Slug, ingest: Ingest) -> Result<Ingest> {
        let mut commits = self.app.feed.follow();
        let end = self.app.clock.monotonic() + PATIENCE;
        let mut ingest = ingest;
        while ingest.state == IngestState::Running && self.app.clock.monotonic() < end {
            tokio::select! {
                _ = commits.changed() => {}
                () = self.app.clock.sleep(LOOK_EVERY) => {}
            }
            let mut tx = self.app.db.read(scope).await?;
            ingest = knowledge::progress(&mut tx, project, ingest.id).await?;
        }
        Ok(ingest)
    }

    async fn collections(&self, asked: ListCollections, request: &Parts) -> Result<Collections> {
        let caller = Caller::<KnowledgeRead>::of(&request.extensions)?;
        let mut tx = self.app.db.read(caller.scope()).await?;
        Ok(knowledge::collections(&mut tx, &project(&asked.project)?, None).await?.into())
    }

    async fn measure(&self, asked: Evaluate, request: &Parts) -> Result<Measured> {
        let caller = Caller::<KnowledgeRead>::of(&request.extensions)?;
        let project = project(&asked.project)?;
        let queries = asked.queries.into_iter();
        let question = EvaluationRequest {
            collection: asked.collection,
            queries: queries
                .map(|query| JudgedQuery { text: query.text, relevant: query.relevant })
                .collect(),
            modes: asked.modes.into_iter().map(SearchMode::from).collect(),
            percent_weights: Vec::new(),
        };
        let measured = knowledge::measure(&self.app, caller.scope(), project, question).await?;
        Ok(measured.into())
    }
}

fn project(slug: &str) -> Result<Slug> {
    Slug::from_str(slug).map_err(|error| Error::field("project", error.to_string()))
}
