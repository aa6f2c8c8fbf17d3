//! Grants, and what projects say to each other under them.

use reqwest::Method;
use serde::Serialize;
use wire::grants::{Answered, Delivered, Grant, NewGrant, NewMessage, NewRequest};
use wire::{GrantId, Slug};

use crate::Client;
use crate::error::Result;
use crate::pages::Items;

const GRANTS: [&str; 3] = ["api", "v1", "grants"];

/// Which grants. What is absent does not narrow.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GrantFilter {
    pub from: Option<Slug>,
    pub to: Option<Slug>,
}

impl Client {
    /// The grants that match, newest first.
    pub fn grants(&self, filter: &GrantFilter) -> Items<Grant> {
        self.list(&GRANTS, filter)
    }

    pub async fn create_grant(&self, grant: &NewGrant) -> Result<Grant> {
        self.post(&GRANTS, grant).await
    }

    pub async fn revoke_grant(&self, id: GrantId) -> Result<()> {
        let url = self.url(&["api", "v1", "grants", &id.to_string()]);
        self.write(Method::DELETE, &url, |it| it).await?;
        Ok(())
    }

    /// Asks another project.
    pub async fn mesh_request(&self, request: &NewRequest) -> Result<Answered> {
        self.post(&["api", "v1", "mesh", "request"], request).await
    }

    /// Tells another project.
    pub async fn mesh_publish(&self, message: &NewMessage) -> Result<Delivered> {
        self.post(&["api", "v1", "mesh", "publish"], message).await
    }
}
