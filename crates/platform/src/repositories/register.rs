//! Repositories: registered, and removed.

use std::time::Duration;

use db::{Scope, Tx};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::{Host, Url};
use wire::repositories::{CreatedRepository, NewRepository, Repository, Webhook};
use wire::{FieldError, JobId, RepositoryId, Slug};

use super::secrets::Secret;
use super::store::{self, Row};
use super::{Fetch, mirror};
use crate::federation;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::log::{self, Change};
use crate::ground::{hex, jobs, location};

const SHORTEST_PAUSE: u64 = 60;
/// A year: farther than that a moment may not be written.
const LONGEST_PAUSE: u64 = 366 * 24 * 60 * 60;
const DEFAULT_PAUSE: u64 = 3_600;
const LONGEST_CREDENTIAL: usize = 1_000;
/// GitHub, GitLab and Gitea look at the token alone.
const DEFAULT_USER: &str = "x-access-token";

/// What was asked for, once nothing is wrong with it.
struct Checked {
    location: String,
    branch: Option<String>,
    every: u64,
    credential: Option<SecretString>,
}

/// Registers a repository; the first look is queued with it.
pub(super) async fn create(
    app: &App,
    scope: &Scope,
    project: Slug,
    new: NewRepository,
) -> Result<CreatedRepository> {
    let checked = check(app, new).await?;
    let id = RepositoryId::new();
    let secret = hex::random()?;
    let seal = |credential| Secret::Credential.seal(app, id, credential);
    let now = app.clock.now();
    let row = Row {
        id,
        project: project.clone(),
        location: checked.location,
        branch: checked.branch,
        every: i64::try_from(checked.every).unwrap_or(i64::MAX),
        credential: checked.credential.as_ref().map(seal).transpose()?,
        webhook_secret: Secret::Webhook.seal(app, id, &secret)?,
        created_at: now,
        next_fetch_at: now + Duration::from_secs(checked.every),
        fetched_at: None,
        head: None,
        head_branch: None,
        bytes: None,
        error: None,
    };
    let mut tx = app.db.write(scope).await?;
    let owner = federation::project_id(&mut tx, &project).await?;
    if !store::insert(&mut tx, owner, &row).await? {
        return Err(Error::Conflict(format!("{project} has {} already", row.location)));
    }
    queue(app, &mut tx, id).await?;
    record(app, &mut tx, "repositories.registered", &row).await?;
    app.commit(tx).await?;
    let webhook = Webhook {
        path: format!("/api/v1/repositories/{id}/webhook"),
        secret: secret.expose_secret().to_owned(),
    };
    Ok(CreatedRepository { repository: Repository::from(row), webhook })
}

/// Has a repository looked at now; none is queued where one waits or runs.
pub(super) async fn queue(app: &App, tx: &mut Tx, id: RepositoryId) -> Result<Option<JobId>> {
    let now = app.clock.now();
    Ok(jobs::enqueue(tx, &Fetch { repository: id }, now, Some(&id.to_string())).await?)
}

/// Removes a repository, with what is kept of it on this machine.
pub(super) async fn remove(
    app: &App,
    scope: &Scope,
    project: &Slug,
    id: RepositoryId,
) -> Result<()> {
    let mut tx = app.db.write(scope).await?;
    let row = find(&mut tx, project, id).await?;
    store::delete(&mut tx, id).await?;
    record(app, &mut tx, "repositories.removed", &row).await?;
    app.commit(tx).await?;
    // What another worker keeps of it is found by nobody and harms nobody.
    drop(tokio::fs::remove_dir_all(mirror::folder(app, id)).await);
    Ok(())
}

pub(super) async fn find(tx: &mut Tx, project: &Slug, id: RepositoryId) -> Result<Row> {
    let found = store::find(tx, id).await?.filter(|found| found.project == *project);
    found.ok_or_else(|| Error::NotFound(format!("the repository {id}")))
}

async fn record(app: &App, tx: &mut Tx, kind: &'static str, row: &Row) -> Result<()> {
    let change = Change {
        kind,
        project: Some(row.project.clone()),
        target: row.id.to_string(),
        detail: json!({ "location": row.location, "branch": row.branch }),
    };
    log::append(tx, app.clock.now(), change).await?;
    Ok(())
}

async fn check(app: &App, new: NewRepository) -> Result<Checked> {
    let mut errors = Vec::new();
    let every = new.every.unwrap_or(DEFAULT_PAUSE);
    if !(SHORTEST_PAUSE..=LONGEST_PAUSE).contains(&every) {
        errors.push(FieldError::new("every", "must be 60 seconds to a year"));
    }
    if new.branch.as_deref().is_some_and(|branch| !is_branch(branch)) {
        errors.push(FieldError::new("branch", "is no name of a branch"));
    }
    let place = if new.location.starts_with('/') {
        location::folder(app, &new.location).await
    } else {
        location::url(app, &new.location)
    };
    let place = place.map_err(|words| errors.push(FieldError::new("location", words))).ok();
    if let Some(wrong) = wrong_credential(&new, place.as_deref()) {
        errors.push(wrong);
    }
    let (Some(location), true) = (place, errors.is_empty()) else {
        return Err(Error::Invalid(errors));
    };
    let user = new.user.as_deref().unwrap_or(DEFAULT_USER);
    let credential = new.token.map(|token| SecretString::from(format!("{user}:{token}")));
    Ok(Checked { location, branch: new.branch, every, credential })
}

fn is_branch(name: &str) -> bool {
    let full = format!("refs/heads/{name}");
    name.len() <= 200 && gix::validate::reference::name(full.as_str().into()).is_ok()
}

fn wrong_credential(new: &NewRepository, location: Option<&str>) -> Option<FieldError> {
    let is_line = |text: &str| {
        let is_short = (1..=LONGEST_CREDENTIAL).contains(&text.len());
        is_short && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let Some(token) = &new.token else {
        let words = "goes with a token";
        return new.user.is_some().then(|| FieldError::new("user", words));
    };
    if !is_line(token) {
        return Some(FieldError::new("token", "must be 1 to 1,000 printable ASCII characters"));
    }
    if new.user.as_deref().is_some_and(|user| !is_line(user) || user.contains(':')) {
        let words = "must be 1 to 1,000 printable ASCII characters, no colon among them";
        return Some(FieldError::new("user", words));
    }
    if !location.is_none_or(is_private_way) {
        let words = "would travel in the clear: the location must be an https URL";
        return Some(FieldError::new("token", words));
    }
    None
}

/// Whether nobody between here and there can read what is sent.
fn is_private_way(location: &str) -> bool {
    let Ok(url) = location.parse::<Url>() else { return false };
    url.scheme() == "https"
        || match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(_)) | None => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_what_git_takes_for_one() {
        for name in ["main", "feature/a-1", "v1.2"] {
            assert!(is_branch(name), "{name}");
        }
        for name in ["", "a b", "a..b", "/a", "a/", "a:b", "*", "a.lock", "a~1", "a^", "-\\"] {
            assert!(!is_branch(name), "{name}");
        }
    }

    #[test]
    fn a_token_travels_encrypted_or_not_at_all() {
        for location in ["https://example.org/a.git", "http://127.0.0.1:1/a", "http://[::1]/a"] {
            assert!(is_private_way(location), "{location}");
        }
        for location in ["http://example.org/a.git", "http://localhost.example.org/a", "/srv/a"] {
            assert!(!is_private_way(location), "{location}");
        }
    }
}
