//! The knowledge base of a project.

use std::time::Duration;

use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt, TryStreamExt};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Body, Method};
use serde::Serialize;
use url::Url;
use wire::knowledge::{
    Collection, CollectionPatch, Comparison, Document, DocumentText, Evaluation, EvaluationRequest,
    ImportReport, Ingest, Manifest, NewCollection, NewDocuments, NewSource, Removed, SearchAnswer,
    SearchRequest, Source, TableImport,
};
use wire::{DocumentId, JobId, Slug, SourceId};

use crate::Client;
use crate::error::{Error, Result};
use crate::pages::Items;
use crate::request::{WHOLE_TIMEOUT, json, succeed, with_query};
use crate::stream::{Signals, read_json};

/// Documents take longer on their way than what other writes send, hundreds of measured queries
/// longer to answer.
const LONG_TIMEOUT: Duration = Duration::from_mins(5);

/// Of a whole table of another database.
const IMPORT_TIMEOUT: Duration = Duration::from_hours(1);

/// The knowledge base of one project. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Knowledge {
    client: Client,
    project: Slug,
}

/// Which documents. Everything absent means all of them.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DocumentFilter {
    /// `documents` when absent.
    pub collection: Option<String>,
    /// What their paths begin with.
    pub path: Option<String>,
    pub kind: Option<String>,
    pub tag: Option<String>,
    /// What brought them.
    pub source: Option<SourceId>,
    /// Only those that could not be read, or only those that could.
    pub failed: Option<bool>,
    /// Per page, not in all.
    pub limit: Option<u32>,
}

#[derive(Serialize)]
struct Removal<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    collection: Option<&'a str>,
    paths: &'a [String],
}

#[derive(Serialize)]
struct ImportQuery<'a> {
    collection: &'a str,
    format: &'a str,
}

impl Client {
    pub fn knowledge(&self, project: &Slug) -> Knowledge {
        Knowledge { client: self.clone(), project: project.clone() }
    }
}

impl Knowledge {
    pub fn project(&self) -> &Slug {
        &self.project
    }

    pub fn collections(&self) -> Items<Collection> {
        self.client.list(&self.segments(&["collections"]), &())
    }

    pub async fn create_collection(&self, collection: &NewCollection) -> Result<Collection> {
        self.client.post(&self.segments(&["collections"]), collection).await
    }

    pub async fn collection(&self, name: &str) -> Result<Collection> {
        self.client.get(&self.segments(&["collections", name])).await
    }

    pub async fn update_collection(
        &self,
        name: &str,
        patch: &CollectionPatch,
    ) -> Result<Collection> {
        let url = self.url(&["collections", name]);
        json(&url, self.client.write(Method::PATCH, &url, |it| it.json(patch)).await?).await
    }

    /// Removes a collection with all that is in it.
    pub async fn remove_collection(&self, name: &str) -> Result<()> {
        self.delete(&["collections", name]).await
    }

    /// Has every chunk embedded again in the background; what is there serves meanwhile.
    pub async fn reembed(&self, name: &str) -> Result<()> {
        let url = self.url(&["collections", name, "reembed"]);
        self.client.write(Method::POST, &url, |it| it).await?;
        Ok(())
    }

    /// Where a folder and a collection differ. At most 20,000 entries.
    pub async fn compare(&self, manifest: &Manifest) -> Result<Comparison> {
        self.client.ask(&self.url(&["compare"]), WHOLE_TIMEOUT, manifest).await
    }

    /// Adds 1 to 1,000 documents in the background. What is there already is left out, so that
    /// sending them again changes nothing.
    pub async fn add_documents(&self, documents: &NewDocuments) -> Result<Ingest> {
        self.client.ask(&self.url(&["documents"]), LONG_TIMEOUT, documents).await
    }

    /// The documents that match, by path.
    pub fn documents(&self, filter: &DocumentFilter) -> Items<Document> {
        self.client.list(&self.segments(&["documents"]), filter)
    }

    pub async fn document(&self, id: DocumentId) -> Result<DocumentText> {
        self.client.get(&self.segments(&["documents", &id.to_string()])).await
    }

    pub async fn remove_document(&self, id: DocumentId) -> Result<()> {
        self.delete(&["documents", &id.to_string()]).await
    }

    /// Removes the documents at exactly these paths.
    pub async fn remove_documents(
        &self,
        collection: Option<&str>,
        paths: &[String],
    ) -> Result<Removed> {
        self.client
            .post(&self.segments(&["documents", "remove"]), &Removal { collection, paths })
            .await
    }

    pub async fn ingest(&self, id: JobId) -> Result<Ingest> {
        self.client.get(&self.segments(&["jobs", &id.to_string()])).await
    }

    /// An ingest as it goes on, across broken connections. Nothing follows its state `done`.
    pub fn follow_ingest(&self, id: JobId) -> Signals<Ingest> {
        let url = self.url(&["jobs", &id.to_string(), "stream"]);
        self.client.subscribe(url, String::new(), |message| {
            (message.event == "progress").then(|| read_json(message))
        })
    }

    pub async fn search(&self, request: &SearchRequest) -> Result<SearchAnswer> {
        self.client.ask(&self.url(&["search"]), WHOLE_TIMEOUT, request).await
    }

    /// Measures 1 to 200 queries with known answers.
    pub async fn evaluate(&self, request: &EvaluationRequest) -> Result<Evaluation> {
        self.client.ask(&self.url(&["evaluate"]), LONG_TIMEOUT, request).await
    }

    pub fn sources(&self) -> Items<Source> {
        self.client.list(&self.segments(&["sources"]), &())
    }

    pub async fn create_source(&self, source: &NewSource) -> Result<Source> {
        self.client.post(&self.segments(&["sources"]), source).await
    }

    /// Removes a source; the documents it brought stay.
    pub async fn remove_source(&self, id: SourceId) -> Result<()> {
        self.delete(&["sources", &id.to_string()]).await
    }

    /// Has a source looked at now.
    pub async fn run_source(&self, id: SourceId) -> Result<()> {
        let url = self.url(&["sources", &id.to_string(), "run"]);
        self.client.write(Method::POST, &url, |it| it).await?;
        Ok(())
    }

    /// A collection as one archive, piece by piece.
    pub async fn export(&self, name: &str) -> Result<BoxStream<'static, Result<Bytes>>> {
        let url = self.url(&["collections", name, "export"]);
        let sent = self.client.http.get(url.clone()).send().await;
        let response = sent.map_err(|source| Error::unavailable(&url, source))?;
        let pieces = succeed(&url, response).await?.bytes_stream();
        Ok(pieces.map_err(move |source| Error::unavailable(&url, source)).boxed())
    }

    /// Reads `body`, of so many bytes, into a collection: an archive, JSON lines, or what Chroma
    /// exports. Sent once, whatever happens to the connection.
    pub async fn import(
        &self,
        collection: &str,
        format: &str,
        (body, length): (Body, u64),
    ) -> Result<ImportReport> {
        let url = with_query(self.url(&["import"]), &ImportQuery { collection, format })?;
        let request = self
            .client
            .http
            .post(url.clone())
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_LENGTH, length)
            .body(body);
        let sent = request.send().await.map_err(|source| Error::unavailable(&url, source))?;
        json(&url, succeed(&url, sent).await?).await
    }

    /// Reads a table of another PostgreSQL into a collection.
    pub async fn import_table(&self, table: &TableImport) -> Result<ImportReport> {
        let url = self.url(&["import", "table"]);
        self.client.ask(&url, IMPORT_TIMEOUT, table).await
    }

    async fn delete(&self, rest: &[&str]) -> Result<()> {
        self.client.write(Method::DELETE, &self.url(rest), |it| it).await?;
        Ok(())
    }

    fn url(&self, rest: &[&str]) -> Url {
        self.client.url(&self.segments(rest))
    }

    fn segments<'a>(&'a self, rest: &[&'a str]) -> Vec<&'a str> {
        let project = self.project.as_str();
        ["api", "v1", "projects", project, "knowledge"]
            .into_iter()
            .chain(rest.iter().copied())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;
    use wire::knowledge::IngestState;

    use super::*;
    use crate::stream::Signal;
    use crate::testing::{Answer, Server};

    const INGEST: &str = r#"{"id":"0198c0de-7a11-7000-8000-000000000001","collection":"documents","state":"STATE","total":2,"done":1,"failed":0,"unchanged":0,"chunks":3,"queued_at":"2026-01-31T12:00:00Z"}"#;

    #[tokio::test]
    async fn paths_names_and_filters_stand_in_the_address() {
        let report = serde_json::to_string(&ImportReport::new(&"notes".parse().unwrap())).unwrap();
        let answers = vec![Answer::ok("[]"), Answer::ok(""), Answer::ok(&report)];
        let server = Server::start(answers).await;
        let knowledge = server.client().knowledge(&"atlas".parse().unwrap());
        let filter = DocumentFilter {
            path: Some("docs/".to_owned()),
            failed: Some(true),
            ..DocumentFilter::default()
        };
        assert!(knowledge.documents(&filter).next().await.is_none());
        knowledge.remove_collection("notes").await.unwrap();
        knowledge.import("notes", "jsonl", (Body::from("{}"), 2)).await.unwrap();

        let start = "/api/v1/projects/atlas/knowledge";
        assert_eq!(
            server.first_lines(),
            [
                format!("GET {start}/documents?failed=true&path=docs%2F HTTP/1.1"),
                format!("DELETE {start}/collections/notes HTTP/1.1"),
                format!("POST {start}/import?collection=notes&format=jsonl HTTP/1.1"),
            ]
        );
    }

    #[tokio::test]
    async fn an_ingest_is_followed_to_its_end() {
        let line = |state| format!("event: progress\ndata: {}\n\n", INGEST.replace("STATE", state));
        let body = line("running") + "event: other\ndata: {}\n\n" + &line("done");
        let server = Server::start(vec![Answer::stream(&body)]).await;
        let knowledge = server.client().knowledge(&"atlas".parse().unwrap());
        let id = "0198c0de-7a11-7000-8000-000000000001".parse().unwrap();
        let states: Vec<IngestState> = knowledge
            .follow_ingest(id)
            .filter_map(|signal| async {
                match signal.unwrap() {
                    Signal::Item(ingest) => Some(ingest.state),
                    Signal::Live | Signal::Lost { .. } => None,
                }
            })
            .take(2)
            .collect()
            .await;
        assert_eq!(states, [IngestState::Running, IngestState::Done]);
    }
}
