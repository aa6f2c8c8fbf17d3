//! The projects as the hub sees them.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::stream::{self, BoxStream, StreamExt};
use wire::federation::Project;
use wire::hub::{Freshness, ProjectList};
use wire::{Slug, Timestamp};

use super::remote::Remote;
use crate::federation::Federation;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};

/// How often those who look on are told who beat.
const TELL_BEATS_EVERY: Duration = Duration::from_secs(2);

/// The federation, in this process or in another one.
#[derive(Clone)]
pub(crate) enum Catalog {
    Here(Federation),
    There(Remote),
}

impl Catalog {
    pub(super) async fn list(&self, app: &App) -> Result<ProjectList> {
        match self {
            Self::Here(federation) => {
                let projects = federation.projects();
                Ok(ProjectList { freshness: fresh(app.clock.now()), projects })
            }
            Self::There(remote) => {
                let (freshness, copy) = remote.copy().await?;
                let projects = copy.projects.values().cloned().collect();
                Ok(ProjectList { freshness, projects })
            }
        }
    }

    pub(super) async fn find(&self, app: &App, slug: &Slug) -> Result<(Freshness, Project)> {
        let (freshness, project) = match self {
            Self::Here(federation) => (fresh(app.clock.now()), federation.project(slug)),
            Self::There(remote) => {
                let (freshness, copy) = remote.copy().await?;
                (freshness, copy.projects.get(slug).cloned())
            }
        };
        let project = project.ok_or_else(|| Error::NotFound(format!("project '{slug}'")))?;
        Ok((freshness, project))
    }

    /// The project as it is right now, for those who look on.
    pub(super) async fn now(&self, slug: &Slug) -> Option<Project> {
        match self {
            Self::Here(federation) => federation.project(slug),
            Self::There(remote) => remote.project(slug).await,
        }
    }

    /// Who beat since the last item, and when last.
    pub(super) fn beats(&self, app: &App) -> BoxStream<'static, BTreeMap<Slug, Timestamp>> {
        let start = (self.clone(), app.clone(), app.clock.now());
        let rounds = stream::unfold(start, |(catalog, app, last)| async move {
            app.clock.sleep(TELL_BEATS_EVERY).await;
            let heard = catalog.heard_after(last);
            let last = heard.values().max().copied().unwrap_or(last);
            Some((heard, (catalog, app, last)))
        });
        rounds.filter(|heard| std::future::ready(!heard.is_empty())).boxed()
    }

    fn heard_after(&self, moment: Timestamp) -> BTreeMap<Slug, Timestamp> {
        match self {
            Self::Here(federation) => federation.heard_after(moment),
            Self::There(remote) => {
                let projects = std::sync::Arc::clone(&remote.copies().borrow().projects);
                let last =
                    |(slug, it): (&Slug, &Project)| Some((slug.clone(), it.last_heartbeat_at?));
                projects.iter().filter_map(last).filter(|(_, at)| *at > moment).collect()
            }
        }
    }

    /// How good the copy is: at first, and whenever that changes.
    pub(super) fn freshness(&self, app: &App) -> BoxStream<'static, Freshness> {
        match self {
            Self::Here(_) => stream::iter([fresh(app.clock.now())]).boxed(),
            Self::There(remote) => {
                let (copies, app) = (remote.copies(), app.clone());
                let changes = stream::unfold((copies, None), move |(mut copies, last)| {
                    let app = app.clone();
                    async move {
                        loop {
                            let now = copies.borrow_and_update().freshness(app.clock.now());
                            if let Some(now) = now.filter(|it| Some(it.stale) != last) {
                                let stale = now.stale;
                                return Some((now, (copies, Some(stale))));
                            }
                            copies.changed().await.ok()?;
                        }
                    }
                });
                changes.boxed()
            }
        }
    }
}

fn fresh(as_of: Timestamp) -> Freshness {
    Freshness { as_of, stale: false, reason: None }
}
