//! SQLite: one file per tenant, so that the wall cannot be forgotten.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use wire::{Slug, TenantId};

use crate::{Error, Tenant, tenants};

/// SQLite has one writer at a time: more connections would only queue elsewhere.
const MAX_CONNECTIONS: u32 = 4;
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The open files, by tenant.
pub struct Files {
    folder: PathBuf,
    open: RwLock<HashMap<TenantId, (Tenant, SqlitePool)>>,
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
                let pool = connect(&path).await?;
                // A file without a tenant was cut off while it was made: nothing is in it.
                if let Some(tenant) = tenants::of_file(&pool).await? {
                    files.insert(tenant, pool);
                }
            }
        }
        Ok(files)
    }

    pub(crate) fn pool(&self, tenant: TenantId) -> Result<SqlitePool, Error> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.get(&tenant).map(|(_, pool)| pool.clone()).ok_or(Error::NoSuchTenant(tenant))
    }

    #[expect(clippy::unused_async, reason = "the same shape as on PostgreSQL, which asks")]
    pub(crate) async fn tenants(&self) -> Result<Vec<Tenant>, Error> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let mut tenants: Vec<Tenant> = open.values().map(|(tenant, _)| tenant.clone()).collect();
        tenants.sort_by(|a, b| a.slug.cmp(&b.slug));
        Ok(tenants)
    }

    pub(crate) async fn ensure(&self, slug: &Slug, name: &str) -> Result<Tenant, Error> {
        let known = self.tenants().await?.into_iter().find(|tenant| *tenant.slug == *slug);
        if let Some(tenant) = known {
            return Ok(tenant);
        }
        let pool = connect(&self.folder.join(format!("{slug}.db"))).await?;
        let fresh = Tenant { id: TenantId::new(), slug: Arc::new(slug.clone()) };
        tenants::name_file(&pool, &fresh, name).await?;
        // Another process may have named the file first.
        let tenant = tenants::of_file(&pool).await?.unwrap_or(fresh);
        self.insert(tenant.clone(), pool);
        Ok(tenant)
    }

    pub(crate) async fn ping(&self) -> Result<(), Error> {
        for (_, pool) in self.pools() {
            sqlx::query("select 1").execute(&pool).await?;
        }
        Ok(())
    }

    pub(crate) async fn close(&self) {
        for (_, pool) in self.pools() {
            pool.close().await;
        }
    }

    fn insert(&self, tenant: Tenant, pool: SqlitePool) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.insert(tenant.id, (tenant, pool));
    }

    fn pools(&self) -> Vec<(Tenant, SqlitePool)> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.values().cloned().collect()
    }
}

async fn connect(path: &Path) -> Result<SqlitePool, Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged write survives the power going out, not only the process.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT);
    let pool =
        SqlitePoolOptions::new().max_connections(MAX_CONNECTIONS).connect_with(options).await?;
    sqlx::migrate!("migrations/sqlite").run(&pool).await?;
    Ok(pool)
}
