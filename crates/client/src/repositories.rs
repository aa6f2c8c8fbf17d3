//! The git repositories of a project.

use reqwest::Method;
use wire::repositories::{CreatedRepository, NewRepository, QueuedFetch, Repository};
use wire::{RepositoryId, Slug};

use crate::Client;
use crate::error::Result;
use crate::pages::Items;
use crate::request::json;

/// The git repositories of one project. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Repositories {
    client: Client,
    project: Slug,
}

impl Client {
    pub fn repositories(&self, project: &Slug) -> Repositories {
        Repositories { client: self.clone(), project: project.clone() }
    }
}

impl Repositories {
    /// All of them, the oldest first.
    pub fn list(&self) -> Items<Repository> {
        self.client.list(&self.segments(&[]), &())
    }

    pub async fn show(&self, id: RepositoryId) -> Result<Repository> {
        self.client.get(&self.segments(&[&id.to_string()])).await
    }

    pub async fn create(&self, repository: &NewRepository) -> Result<CreatedRepository> {
        self.client.post(&self.segments(&[]), repository).await
    }

    /// Has it looked at now, in the background.
    pub async fn fetch(&self, id: RepositoryId) -> Result<QueuedFetch> {
        let url = self.client.url(&self.segments(&[&id.to_string(), "fetch"]));
        json(&url, self.client.write(Method::POST, &url, |it| it).await?).await
    }

    pub async fn remove(&self, id: RepositoryId) -> Result<()> {
        let url = self.client.url(&self.segments(&[&id.to_string()]));
        self.client.write(Method::DELETE, &url, |it| it).await?;
        Ok(())
    }

    fn segments<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        [&["api", "v1", "projects", self.project.as_str(), "repositories"], more].concat()
    }
}
