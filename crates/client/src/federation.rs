//! The catalog of projects, the newcomers, fan-out.

use std::time::Duration;

use futures::TryStreamExt;
use reqwest::header::{CONTENT_TYPE, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use wire::Slug;
use wire::federation::{
    Admission, Fanout, History, Identity, NewFanout, NewProject, Newcomer, Project, ProjectPatch,
    Status,
};

use crate::Client;
use crate::error::{Error, Result};
use crate::pages::{Items, next_page};
use crate::request::{WHOLE_TIMEOUT, etag, json, succeed, with_query};
use crate::stream::{Signals, read_json};

/// Which projects. Everything absent means all of them.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ProjectFilter {
    pub status: Option<Status>,
    pub tag: Option<String>,
    /// Words in the slug, the name or the description.
    pub q: Option<String>,
    /// Per page, not in all.
    pub limit: Option<u32>,
}

/// A value and the version of it that was read, to change or delete exactly that one.
#[derive(Debug, Clone)]
pub struct Versioned<T> {
    pub value: T,
    pub version: HeaderValue,
}

/// What became of a registration.
#[derive(Debug, Clone)]
pub enum Registration {
    New(Project),
    /// It was there and is now as asked.
    Known(Project),
}

/// A line of the catalog's stream.
#[derive(Debug, Clone)]
pub enum Change {
    /// Registered, edited, or of another status: this is how it is now.
    Changed(Box<Project>),
    Removed(Slug),
}

const PROJECTS: [&str; 3] = ["api", "fed", "projects"];

impl Client {
    /// The projects that match, by slug.
    pub fn projects(&self, filter: &ProjectFilter) -> Items<Project> {
        self.list(&PROJECTS, filter)
    }

    /// All projects by slug, and the tag of this list; `None` while it is the list of `tag`.
    pub async fn projects_unless(
        &self,
        tag: Option<&HeaderValue>,
    ) -> Result<Option<(Vec<Project>, Option<HeaderValue>)>> {
        let limit = ProjectFilter { limit: Some(1_000), ..ProjectFilter::default() };
        let url = with_query(self.url(&PROJECTS), &limit)?;
        let request = || {
            let bare = self.http.get(url.clone()).timeout(WHOLE_TIMEOUT);
            tag.into_iter().fold(bare, |it, tag| it.header(IF_NONE_MATCH, tag))
        };
        let response = self.send_twice(&url, request).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        let response = succeed(&url, response).await?;
        let (tag, rest) = (etag(&response), next_page(&url, &response));
        let mut projects: Vec<Project> = json(&url, response).await?;
        if let Some(rest) = rest {
            let mut rest = std::pin::pin!(self.clone().pages(rest));
            while let Some(project) = rest.try_next().await? {
                projects.push(project);
            }
        }
        Ok(Some((projects, tag)))
    }

    pub async fn project(&self, slug: &Slug) -> Result<Versioned<Project>> {
        let url = self.url(&["api", "fed", "projects", slug.as_str()]);
        let response = self.read(&url).await?;
        let version = etag(&response).ok_or_else(|| Error::decode(&url, "no ETag"))?;
        Ok(Versioned { value: json(&url, response).await?, version })
    }

    /// Registers a project, or brings the one of that slug up to date.
    pub async fn register(&self, project: &NewProject) -> Result<Registration> {
        let url = self.url(&PROJECTS);
        let response = self.write(Method::POST, &url, |it| it.json(project)).await?;
        let is_new = response.status() == StatusCode::CREATED;
        let project = json(&url, response).await?;
        Ok(if is_new { Registration::New(project) } else { Registration::Known(project) })
    }

    /// Changes a project, unless it has changed since `version` was read.
    pub async fn update_project(
        &self,
        slug: &Slug,
        version: &HeaderValue,
        patch: &ProjectPatch,
    ) -> Result<Project> {
        let url = self.url(&["api", "fed", "projects", slug.as_str()]);
        let fill = |it: reqwest::RequestBuilder| it.header(IF_MATCH, version).json(patch);
        json(&url, self.write(Method::PATCH, &url, fill).await?).await
    }

    /// Removes a project, unless it has changed since `version` was read.
    pub async fn remove_project(&self, slug: &Slug, version: &HeaderValue) -> Result<()> {
        let url = self.url(&["api", "fed", "projects", slug.as_str()]);
        self.write(Method::DELETE, &url, |it| it.header(IF_MATCH, version)).await?;
        Ok(())
    }

    /// The last `limit` transitions and the uptime of the last `days` days.
    pub async fn history(
        &self,
        slug: &Slug,
        days: Option<u32>,
        limit: Option<u32>,
    ) -> Result<History> {
        let query = HistoryQuery { days, limit };
        self.get_with(&["api", "fed", "projects", slug.as_str(), "history"], &query).await
    }

    /// A project as a `catalog-info.yaml` of Backstage.
    pub async fn catalog_info(&self, slug: &Slug) -> Result<String> {
        self.get_text(&["api", "fed", "projects", slug.as_str(), "catalog-info"]).await
    }

    /// Registers every component of a `catalog-info.yaml`, all or none.
    pub async fn import_catalog_info(&self, yaml: String) -> Result<Vec<Project>> {
        let url = self.url(&["api", "fed", "catalog-info"]);
        let fill = |it: reqwest::RequestBuilder| {
            it.header(CONTENT_TYPE, "application/yaml").body(yaml.clone())
        };
        json(&url, self.write(Method::POST, &url, fill).await?).await
    }

    /// Slugs that beat but are in no catalog, newest first.
    pub fn newcomers(&self) -> Items<Newcomer> {
        self.list(&["api", "fed", "newcomers"], &())
    }

    pub async fn admit(&self, slug: &Slug, admission: &Admission) -> Result<Project> {
        self.post(&["api", "fed", "newcomers", slug.as_str(), "admit"], admission).await
    }

    /// Sends one action to many projects and waits for their answers.
    pub async fn fanout(&self, fanout: &NewFanout) -> Result<Fanout> {
        let url = self.url(&["api", "fed", "fanout"]);
        let deadline = Duration::from_millis(fanout.deadline_ms.unwrap_or_default());
        let patience = WHOLE_TIMEOUT.saturating_add(deadline);
        let fill = |it: reqwest::RequestBuilder| it.json(fanout).timeout(patience);
        json(&url, self.write(Method::POST, &url, fill).await?).await
    }

    /// The key that signs what the federation sends.
    pub async fn identity(&self) -> Result<Identity> {
        self.get(&["api", "fed", "identity"]).await
    }

    /// Every change of the catalog from now on, across broken connections.
    pub fn watch_projects(&self) -> Signals<Change> {
        let url = self.url(&["api", "fed", "stream"]);
        self.subscribe(url, String::new(), |message| match message.event.as_str() {
            "project.changed" => Some(read_json(message).map(|it| Change::Changed(Box::new(it)))),
            "project.removed" => Some(read_json(message).map(|it: Gone| Change::Removed(it.slug))),
            _ => None,
        })
    }
}

#[derive(Serialize)]
struct HistoryQuery {
    days: Option<u32>,
    limit: Option<u32>,
}

#[derive(Deserialize)]
struct Gone {
    slug: Slug,
}
