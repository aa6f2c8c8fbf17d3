//! What is kept here of a repository: a bare one whose head is the head that is followed. That of a
//! repository of this machine borrows its objects.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use gix::protocol::handshake::Ref;
use gix::refs::transaction::PreviousValue;
use gix::remote::Direction;
use gix::remote::fetch::Tags;
use gix::{ObjectId, Repository};
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use wire::RepositoryId;

use super::secrets::Secret;
use super::store::{Found, Row};
use crate::ground::address;
use crate::ground::app::App;
use crate::ground::clock::Clock;
use crate::ground::git::{self, Interrupt, Reach};

const HEAD: &str = "refs/commandcenter/head";
/// Of one whole answer: a first fetch brings all there ever was.
const TIMEOUT: Duration = Duration::from_hours(1);
const MEASURE_EVERY: Duration = Duration::from_secs(2);

/// All it takes to look at a repository.
pub(super) struct Mirror {
    location: String,
    branch: Option<String>,
    credential: Option<SecretString>,
    /// What is kept of it.
    folder: PathBuf,
    reach: Reach,
    /// In bytes.
    largest: u64,
    clock: Clock,
}

/// Where what is kept of repositories lies, a folder each.
pub(super) fn folders(app: &App) -> PathBuf {
    app.config.data.join("mirrors")
}

pub(super) fn folder(app: &App, id: RepositoryId) -> PathBuf {
    folders(app).join(id.to_string())
}

impl Mirror {
    pub(super) fn of(app: &App, row: &Row) -> anyhow::Result<Self> {
        let open = |sealed: &Vec<u8>| Secret::Credential.open(app, row.id, sealed);
        let credential = row.credential.as_ref().map(open).transpose();
        let allow_private = app.config.knowledge.allow_private_addresses;
        Ok(Self {
            location: row.location.clone(),
            branch: row.branch.clone(),
            credential: credential.context("the token cannot be opened")?,
            folder: folder(app, row.id),
            reach: if allow_private { Reach::Private } else { Reach::Public },
            largest: app.config.repositories.max_mirror,
            clock: app.clock.clone(),
        })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of this machine that the repository is.
    fn local(&self) -> Option<&Path> {
        self.location.starts_with('/').then(|| Path::new(&self.location))
    }

    /// Does `work`, which blocks; it is told when nobody waits for it any more.
    pub(super) async fn with<T: Send + 'static>(
        self,
        work: impl FnOnce(&Self, &AtomicBool) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let interrupt = Interrupt::default();
        let flag = Arc::clone(&interrupt.0);
        let too_large = self.grows_too_large();
        let working = tokio::task::spawn_blocking(move || work(&self, &flag));
        tokio::select! {
            done = working => done.context("the repository cannot be read")?,
            bytes = too_large => bail!(too_large_words(bytes)),
        }
    }

    /// Comes back when the mirror is too large.
    fn grows_too_large(&self) -> impl Future<Output = u64> + use<> {
        let (bare, largest, clock) = (self.path(), self.largest, self.clock.clone());
        async move {
            loop {
                clock.sleep(MEASURE_EVERY).await;
                let bare = bare.clone();
                let measured = tokio::task::spawn_blocking(move || size(&bare)).await;
                if let Ok(Ok(bytes)) = measured
                    && bytes > largest
                {
                    return bytes;
                }
            }
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.join("bare")
    }

    /// The repository's own work tree, where that shows what is followed.
    pub(super) fn work_tree(&self) -> Option<PathBuf> {
        let folder = self.local().filter(|_| self.branch.is_none())?;
        Some(git::open(folder).ok()?.workdir()?.to_path_buf())
    }

    /// What was fetched last.
    pub(super) fn bare(&self) -> anyhow::Result<Repository> {
        git::open(&self.path())
    }

    /// Whether that commit is here.
    pub(super) fn has(&self, commit: &str) -> bool {
        let id = commit.parse::<ObjectId>();
        id.is_ok_and(|id| self.bare().is_ok_and(|bare| bare.find_commit(id).is_ok()))
    }

    /// Brings the head here.
    pub(super) fn look(&self, interrupt: &AtomicBool) -> anyhow::Result<Found> {
        fs::create_dir_all(&self.folder).context("cannot make a folder for the repository")?;
        let path = self.path();
        let bare = git::open_or_make(&path).or_else(|_| {
            // Half made, as by a crash. All that is in it can be had again.
            fs::remove_dir_all(&path)?;
            git::open_or_make(&path)
        })?;
        let branch = match self.local() {
            Some(folder) => self.borrow(folder, &bare)?,
            None => self.fetch(&bare, interrupt)?,
        };
        follow(&path)?;
        let head = bare.find_reference(HEAD)?.peel_to_id().context("its head is broken")?;
        let history = match self.local() {
            Some(folder) => git::open(folder)?.common_dir().to_path_buf(),
            None => path,
        };
        let bytes = size(&history).context("cannot measure the repository")?;
        ensure!(self.local().is_some() || bytes <= self.largest, too_large_words(bytes));
        Ok(Found { head: head.to_string(), branch, bytes })
    }

    /// The name of the branch, where the head is on one.
    fn borrow(&self, folder: &Path, bare: &Repository) -> anyhow::Result<Option<String>> {
        let there = git::open(folder).context("cannot open the repository")?;
        let (head, branch) = head_of(&there, self.branch.as_deref())?;
        let lenders = bare.objects.store_ref().path().join("info/alternates");
        let objects = there.objects.store_ref().path().canonicalize()?;
        let objects = objects.to_str().context("the path is not UTF-8")?;
        fs::create_dir_all(lenders.parent().unwrap_or(&self.folder))?;
        fs::write(lenders, format!("{objects}\n")).context("cannot borrow its objects")?;
        // Opened anew: the objects were not there before.
        self.bare()?.reference(HEAD, head, PreviousValue::Any, "look")?;
        Ok(branch)
    }

    /// The name of the branch, where the other side says it.
    fn fetch(&self, bare: &Repository, interrupt: &AtomicBool) -> anyhow::Result<Option<String>> {
        let url: Url = self.location.parse()?;
        let is_allowed = self.reach == Reach::Private || address::may_be_public(&url);
        ensure!(is_allowed, "{url} is a private address");
        let from = match &self.branch {
            Some(branch) => format!("refs/heads/{branch}"),
            None => "HEAD".to_owned(),
        };
        let refspec = format!("+{from}:{HEAD}");
        let remote = bare
            .remote_at(url.as_str())?
            .with_fetch_tags(Tags::None)
            .with_refspecs([refspec.as_str()], Direction::Fetch)?;
        let transport = git::transport(self.reach, TIMEOUT, self.headers());
        let connection = remote
            .connect(Direction::Fetch)?
            .with_credentials(|_| Ok(None))
            .with_transport_options(Box::new(transport));
        let prepared = connection
            .prepare_fetch(gix::progress::Discard, gix::remote::ref_map::Options::default())
            .with_context(|| format!("cannot ask {url} for {from}"))?;
        let shown = prepared.ref_map().remote_refs.iter().find_map(branch_of_head);
        prepared
            .receive(gix::progress::Discard, interrupt)
            .with_context(|| format!("cannot fetch {from} from {url}"))?;
        Ok(self.branch.clone().or(shown))
    }

    fn headers(&self) -> Vec<String> {
        let header = |it: &SecretString| {
            format!("Authorization: Basic {}", BASE64.encode(it.expose_secret()))
        };
        self.credential.iter().map(header).collect()
    }
}

/// The commit that is followed, and the branch it is on.
fn head_of(
    repository: &Repository,
    branch: Option<&str>,
) -> anyhow::Result<(ObjectId, Option<String>)> {
    let Some(branch) = branch else {
        let name = repository.head_name()?.map(|name| name.shorten().to_string());
        let head = repository.head_id().context("it has no commit yet")?;
        return Ok((head.detach(), name));
    };
    let found = repository.find_reference(&format!("refs/heads/{branch}"));
    let mut found = found.with_context(|| format!("it has no branch {branch}"))?;
    let commit = found.peel_to_id().with_context(|| format!("the branch {branch} is broken"))?;
    Ok((commit.detach(), Some(branch.to_owned())))
}

fn branch_of_head(found: &Ref) -> Option<String> {
    let Ref::Symbolic { full_ref_name, target, .. } = found else { return None };
    let name = target.strip_prefix(b"refs/heads/").filter(|_| full_ref_name == "HEAD")?;
    Some(String::from_utf8_lossy(name).into_owned())
}

/// Makes the mirror show what was fetched.
fn follow(bare: &Path) -> anyhow::Result<()> {
    let (file, content) = (bare.join("HEAD"), format!("ref: {HEAD}\n"));
    if fs::read_to_string(&file).is_ok_and(|it| it == content) {
        return Ok(());
    }
    fs::write(file, content).context("cannot write to the repository")
}

fn too_large_words(bytes: u64) -> String {
    format!("it is larger than repositories.max_mirror: {bytes} bytes")
}

fn size(folder: &Path) -> std::io::Result<u64> {
    let (mut folders, mut bytes) = (vec![folder.to_path_buf()], 0);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            // What git cleans up meanwhile has no size.
            let Ok(found) = entry.metadata() else { continue };
            if found.is_dir() {
                folders.push(entry.path());
            } else {
                bytes += found.len();
            }
        }
    }
    Ok(bytes)
}
