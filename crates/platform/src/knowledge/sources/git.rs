//! A git repository: what the default branch holds. One of another machine is kept here, bare and
//! without its history; one of this machine is read where it is.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use gix::remote::Direction;
use gix::remote::fetch::{Shallow, Tags};
use gix::{ObjectId, Repository};
use url::Url;
use wire::Timestamp;

use super::{Coverage, Found, Item, Look, is_binary, repositories};
use crate::ground::address;
use crate::ground::git::{self, Interrupt, Reach};

/// What is at the default branch of the other side.
const FETCHED: &str = "refs/commandcenter/head";
const TIMEOUT: Duration = Duration::from_mins(5);

pub(super) async fn look(look: Look) -> anyhow::Result<Coverage> {
    let interrupt = Interrupt::default();
    let flag = Arc::clone(&interrupt.0);
    let reading = tokio::task::spawn_blocking(move || read(&look, &flag));
    let read = reading.await.context("the repository cannot be read")?;
    drop(interrupt);
    read
}

fn read(look: &Look, interrupt: &AtomicBool) -> anyhow::Result<Coverage> {
    let kept = repositories(&look.app).join(look.id.to_string());
    fs::create_dir_all(&kept).context("cannot make a folder for the repository")?;
    let (repository, commit) = if look.location.starts_with('/') {
        let repository =
            git::open(Path::new(&look.location)).context("cannot open the repository")?;
        let commit = repository.head_id().context("it has no commit yet")?.detach();
        (repository, commit)
    } else {
        let repository = git::open_or_make(&kept.join("bare"))?;
        let commit = fetch(look, &repository, interrupt)?;
        (repository, commit)
    };
    let marker = kept.join("seen");
    let seen = seen_before(&repository, &marker);
    send_files(look, &repository, commit, &seen)?;
    fs::write(marker, commit.to_string()).context("cannot keep what was seen")?;
    Ok(Coverage::Whole)
}

/// Brings the commit of the other side's default branch here.
fn fetch(look: &Look, repository: &Repository, interrupt: &AtomicBool) -> anyhow::Result<ObjectId> {
    let url: Url = look.location.parse()?;
    let allow_private = look.app.config.knowledge.allow_private_addresses;
    ensure!(allow_private || address::may_be_public(&url), "{url} is a private address");
    let reach = if allow_private { Reach::Private } else { Reach::Public };
    let refspec = format!("+HEAD:{FETCHED}");
    let remote = repository
        .remote_at(url.as_str())?
        .with_fetch_tags(Tags::None)
        .with_refspecs([refspec.as_str()], Direction::Fetch)?;
    let connection = remote
        .connect(Direction::Fetch)?
        .with_credentials(|_| Ok(None))
        .with_transport_options(Box::new(git::transport(reach, TIMEOUT, Vec::new())));
    let prepared = connection
        .prepare_fetch(gix::progress::Discard, gix::remote::ref_map::Options::default())
        .with_context(|| format!("cannot ask {url}"))?;
    let one_deep = Shallow::DepthAtRemote(std::num::NonZero::<u32>::MIN);
    prepared
        .with_shallow(one_deep)
        .receive(gix::progress::Discard, interrupt)
        .with_context(|| format!("cannot fetch from {url}"))?;
    let mut head = repository.find_reference(FETCHED).context("it has no default branch")?;
    Ok(head.peel_to_id().context("its default branch is broken")?.detach())
}

/// The files of the commit that was looked at last, where it is still here.
fn seen_before(repository: &Repository, marker: &Path) -> HashMap<String, ObjectId> {
    let files = || {
        let commit: ObjectId = fs::read_to_string(marker).ok()?.trim().parse().ok()?;
        git::files(&repository.find_commit(commit).ok()?.tree().ok()?).ok()
    };
    files().unwrap_or_default().into_iter().collect()
}

fn send_files(
    look: &Look,
    repository: &Repository,
    commit: ObjectId,
    seen: &HashMap<String, ObjectId>,
) -> anyhow::Result<()> {
    let commit = repository.find_commit(commit)?;
    let time = commit.time()?;
    let modified_at = Some(Timestamp::from_micros(time.seconds.saturating_mul(1_000_000)));
    for (path, blob) in git::files(&commit.tree()?)? {
        let is_known = look.known.get(&path).is_some_and(|known| known.source == Some(look.id));
        if is_known && seen.get(&path) == Some(&blob) {
            look.blocking_send(Found::Same(path))?;
            continue;
        }
        if repository.find_header(blob)?.size() > look.largest() as u64 {
            look.blocking_send(Found::Failed(path))?;
            continue;
        }
        let mut object =
            repository.find_object(blob)?.try_into_blob().map_err(|it| anyhow!("{it}"))?;
        let content = object.take_data();
        if !is_binary(&path, &content) {
            look.blocking_send(Found::Document(Item { path, content, modified_at }))?;
        }
    }
    Ok(())
}
