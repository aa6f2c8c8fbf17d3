//! Beats: "I am here, and this is how I am".

use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use mesh::{Headers, Link, Subject};
use wire::Slug;
use wire::federation::{Beat, SelfStatus};

use super::Instance;

/// The goodbye must not keep the process from ending.
const GOODBYE_PATIENCE: Duration = Duration::from_secs(2);

pub(super) async fn run(instance: Instance) {
    let app = instance.0.app.clone();
    let mut link = app.mesh.link();
    loop {
        instance.beat_for_all(SelfStatus::Ok).await;
        tokio::select! {
            () = app.clock.sleep(app.config.instance.beat_interval) => {}
            // Back on the mesh: nobody should wait for the next round to hear of it.
            changed = link.changed() => {
                if changed.is_err() || *link.borrow() == Link::Down {
                    app.clock.sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

impl Instance {
    /// Says that it stops, so that nobody has to wait for its silence.
    pub(crate) async fn say_goodbye(&self) {
        let goodbye = async {
            self.beat_for_all(SelfStatus::Stopping).await;
            drop(self.0.app.mesh.flush().await);
        };
        drop(tokio::time::timeout(GOODBYE_PATIENCE, goodbye).await);
    }

    async fn beat_for_all(&self, status: SelfStatus) {
        for project in &self.0.app.config.instance.projects {
            if let Err(error) = self.beat_for(project, status).await {
                tracing::debug!(%project, error = format!("{error:#}"), "this beat was not sent");
            }
        }
    }

    pub(super) async fn beat_for(&self, project: &Slug, status: SelfStatus) -> anyhow::Result<()> {
        let subject: Subject = format!("hub.presence.{project}").parse()?;
        let beat = self.beat(project, status).await?;
        let payload = Bytes::from(serde_json::to_vec(&beat)?);
        self.0.app.mesh.publish(&subject, Headers::new(), payload).await.context("the mesh")
    }

    /// How the instance is, now: what it stands on is tried, not assumed.
    pub(super) async fn beat(&self, project: &Slug, status: SelfStatus) -> anyhow::Result<Beat> {
        let app = &self.0.app;
        let mut reasons = Vec::new();
        if app.db.ping().await.is_err() {
            reasons.push("the database does not answer".to_owned());
        }
        let is_unwell = status == SelfStatus::Ok && !reasons.is_empty();
        let status = if is_unwell { SelfStatus::Degraded } else { status };
        let mut beat = Beat {
            project_slug: project.clone(),
            mesh_namespace: Some(format!("hub.{project}")),
            timestamp: Some(app.clock.now()),
            hub_url: Some(self.0.hub_url.clone()),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            instance_id: Some(self.0.id.to_string()),
            seq: Some(self.0.seq.fetch_add(1, Ordering::Relaxed) + 1),
            status,
            reasons,
            services: vec!["instance".to_owned()],
            counts: std::collections::BTreeMap::new(),
            signature: None,
        };
        beat.signature = Some(self.0.signing.sign(&beat)?);
        Ok(beat)
    }
}
