//! A knowledge base belongs to a project; one that nobody registered is registered on the way.

use client::{Client, Error};
use platform::config::Overrides;
use wire::Slug;
use wire::federation::NewProject;

use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::local;

pub(super) struct Catalog<'a> {
    pub context: &'a Context,
    pub client: &'a Client,
}

impl Catalog<'_> {
    /// Registers the project, at the address of the configured hub, unless it is known.
    pub(super) async fn ensure(&self, slug: &Slug) -> Result<()> {
        match self.client.project(slug).await {
            Err(Error::NotFound(_)) => {}
            known => return known.map(drop).map_err(Failure::from),
        }
        let set = self.context.named_data().map(|it| ("data".to_owned(), it.display().to_string()));
        let config = local::load(&Overrides { file: None, set: set.into_iter().collect() })?;
        let hub_url = format!("{}://{}", config.http.scheme(), config.hub.listen);
        self.register(slug, &hub_url).await?;
        self.context.printer.note(format!("registered the project {slug} at {hub_url}"))
    }

    pub(super) async fn register(&self, slug: &Slug, hub_url: &str) -> Result<()> {
        let project = NewProject {
            slug: slug.to_string(),
            name: slug.to_string(),
            hub_url: hub_url.to_owned(),
            ..NewProject::default()
        };
        self.client.register(&project).await?;
        Ok(())
    }

    /// Takes a project away again, with all it knows.
    pub(super) async fn remove(&self, slug: &Slug) -> Result<()> {
        let version = self.client.project(slug).await?.version;
        Ok(self.client.remove_project(slug, &version).await?)
    }
}
