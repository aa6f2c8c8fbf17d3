//! SQLite: one file per tenant, so that the wall cannot be forgotten.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use wire::{Slug, TenantId};

use crate::{Error, Tenant, tenants};

pub(crate) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");

/// SQLite has one writer at a time. Writers of this process queue for one connection, in order,
/// so that readers never stand behind them.
const WRITERS: u32 = 1;
const READERS: u32 = 4;
/// Writers of other processes are waited for this long.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// Held while a file is made or migrated, by one process and task at a time.
const LOCK: &str = "migrations.lock";

/// The open files, by tenant.
pub struct Files {
    folder: PathBuf,
    open: RwLock<HashMap<TenantId, File>>,
}

#[derive(Clone)]
struct File {
    tenant: Tenant,
    pools: Pools,
}

/// The connections of one file.
#[derive(Clone)]
pub(crate) struct Pools {
    pub readers: SqlitePool,
    pub writer: SqlitePool,
}

impl Files {
    /// Opens the file of every tenant in `folder`, which is made when it is missing.
    pub(crate) async fn open(folder: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Folder { path: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let files = Self { folder: folder.to_owned(), open: RwLock::default() };
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|extension| extension == "db") {
                let pools = connect(folder, &path).await?;
                // A file without a tenant was cut off while it was made: nothing is in it.
                if let Some(tenant) = tenants::of_file(&pools.writer).await? {
                    files.insert(File { tenant, pools });
                }
            }
        }
        Ok(files)
    }

    pub(crate) fn pools(&self, tenant: TenantId) -> Result<Pools, Error> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.get(&tenant).map(|file| file.pools.clone()).ok_or(Error::NoSuchTenant(tenant))
    }

    #[expect(clippy::unused_async, reason = "the same shape as on PostgreSQL, which asks")]
    pub(crate) async fn tenants(&self) -> Result<Vec<Tenant>, Error> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let mut tenants: Vec<Tenant> = open.values().map(|file| file.tenant.clone()).collect();
        tenants.sort_by(|a, b| a.slug.cmp(&b.slug));
        Ok(tenants)
    }

    pub(crate) async fn ensure(&self, slug: &Slug, name: &str) -> Result<Tenant, Error> {
        let known = self.tenants().await?.into_iter().find(|tenant| *tenant.slug == *slug);
        if let Some(tenant) = known {
            return Ok(tenant);
        }
        let pools = connect(&self.folder, &self.folder.join(format!("{slug}.db"))).await?;
        let fresh = Tenant { id: TenantId::new(), slug: Arc::new(slug.clone()) };
        tenants::name_file(&pools.writer, &fresh, name).await?;
        // Another process may have named the file first.
        let tenant = tenants::of_file(&pools.writer).await?.unwrap_or(fresh);
        self.insert(File { tenant: tenant.clone(), pools });
        Ok(tenant)
    }

    pub(crate) async fn applied_migrations(&self) -> Result<i64, Error> {
        let mut fewest = i64::MAX;
        for file in self.files() {
            let applied: i64 = sqlx::query_scalar(tenants::APPLIED_MIGRATIONS)
                .fetch_one(&file.pools.readers)
                .await?;
            fewest = fewest.min(applied);
        }
        Ok(fewest)
    }

    pub(crate) async fn ping(&self) -> Result<(), Error> {
        for file in self.files() {
            sqlx::query("select 1").execute(&file.pools.readers).await?;
        }
        Ok(())
    }

    pub(crate) async fn close(&self) {
        for file in self.files() {
            file.pools.readers.close().await;
            file.pools.writer.close().await;
        }
    }

    /// Of two that opened the same file, the first stays.
    fn insert(&self, file: File) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.entry(file.tenant.id).or_insert(file);
    }

    fn files(&self) -> Vec<File> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.values().cloned().collect()
    }
}

async fn connect(folder: &Path, path: &Path) -> Result<Pools, Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged write survives the power going out, not only the process.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT);
    let pool = |size| {
        SqlitePoolOptions::new()
            .max_connections(size)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_lazy_with(options.clone())
    };
    let pools = Pools { readers: pool(READERS), writer: pool(WRITERS) };
    let _held = lock(folder).await?;
    MIGRATIONS.run(&pools.writer).await?;
    Ok(pools)
}

/// Waits for whoever makes or migrates a file of `folder`: SQLite's migrations have no lock of
/// their own. Dropping it, also by dying, lets the next one in.
async fn lock(folder: &Path) -> Result<std::fs::File, Error> {
    let path = folder.join(LOCK);
    let locked = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::create(path)?;
        file.lock().map(|()| file)
    });
    let locked = locked.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    locked.map_err(|source| Error::Folder { path: folder.to_owned(), source })
}
