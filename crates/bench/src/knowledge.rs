//! The search engine without a server around it: a database of its own and an index in it.

use std::time::Duration;

use anyhow::{Context, Result};
use db::{Course, Db, Location, Scope, Tx};
use retrieval::IndexId;
use retrieval::index;
use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use wire::EventId;

#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// An empty database; its file goes when this is dropped, on PostgreSQL it goes with the server.
pub(crate) struct Base {
    db: Db,
    scope: Scope,
    /// On PostgreSQL, for what runs outside of a transaction.
    url: Option<SecretString>,
    _folder: TempDir,
}

impl Base {
    pub(crate) async fn new(engine: Engine, database_url: Option<&str>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => {
                let url = database_url.context("PostgreSQL is found by DATABASE_URL")?;
                Some(fresh_database(url).await?)
            }
        };
        let of_folder = || Location::Folder(folder.path().join("tenants"));
        let location = url.clone().map_or_else(of_folder, Location::Postgres);
        let db = Db::open(&location).await?;
        let tenant = db.ensure_tenant(&"bench".parse()?, "bench").await?;
        #[expect(clippy::disallowed_methods, reason = "the bench is the principal")]
        let scope = Scope::assume(tenant, "service:bench", Course::default());
        Ok(Self { db, scope, url, _folder: folder })
    }

    pub(crate) async fn read(&self) -> Result<Tx> {
        Ok(self.db.read(&self.scope).await?)
    }

    pub(crate) async fn write(&self) -> Result<Tx> {
        Ok(self.db.write(&self.scope).await?)
    }

    /// Makes the approximate index a worker makes of a collection of this size.
    pub(crate) async fn approximate(&self, index: IndexId) -> Result<()> {
        index::approximate(&self.db, &self.scope, index).await?;
        self.run_alone("vacuum analyze").await
    }

    /// What is run on PostgreSQL outside of a transaction, however long it takes.
    async fn run_alone(&self, statement: &str) -> Result<()> {
        use secrecy::ExposeSecret;
        let Some(url) = &self.url else { return Ok(()) };
        let mut connection = PgConnection::connect(url.expose_secret()).await?;
        connection.execute(AssertSqlSafe(statement.to_owned())).await?;
        connection.close().await?;
        Ok(())
    }
}

/// On the server of `url`, so that nothing is there but what the bench puts in.
pub(crate) async fn fresh_database(url: &str) -> Result<SecretString> {
    let name = format!("bench_{}", EventId::new().uuid().simple());
    let mut connection = PgConnection::connect(url).await?;
    connection.execute(AssertSqlSafe(format!("create database {name}"))).await?;
    connection.close().await?;
    let (server, _) = url.rsplit_once('/').context("DATABASE_URL names no database")?;
    Ok(SecretString::from(format!("{server}/{name}")))
}

/// The share of `times` given, of which `part` is in a hundred.
pub(crate) fn percentile(times: &[Duration], part: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * part / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}
