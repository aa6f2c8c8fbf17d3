//! One database handle over two engines, with the tenant wall below the query.
//!
//! - A statement is written once, in the SQL both engines share, and expanded once per engine by
//!   [`run!`], so that every bind and every decode is typed by the engine it runs on.
//! - A transaction is opened for a [`Scope`]. On PostgreSQL row level security shows it the rows
//!   of that tenant alone; on SQLite the tenant is a file of its own. A forgotten `where` leaks
//!   nothing on either.
//!
//! This crate knows no table but `tenant`, the wall itself.

mod error;
mod postgres;
mod scope;
mod sqlite;
mod tenants;
mod tx;

pub use error::Error;
pub use scope::{Course, Scope};
pub use tenants::Tenant;
pub use tx::{Engine, Tx};

use std::path::PathBuf;
use std::sync::Arc;

use secrecy::SecretString;
use wire::Slug;

/// Where the data is.
#[derive(Debug, Clone)]
pub enum Location {
    /// A folder that holds one file per tenant.
    Folder(PathBuf),
    /// `postgres://…`; the role must not bypass row level security.
    Postgres(SecretString),
}

/// The database. Clones share their connections.
#[derive(Clone)]
pub enum Db {
    Sqlite(Arc<sqlite::Files>),
    Postgres(sqlx::PgPool),
}

impl Db {
    /// Connects and applies every pending migration.
    pub async fn open(location: &Location) -> Result<Self, Error> {
        match location {
            Location::Folder(folder) => {
                Ok(Self::Sqlite(Arc::new(sqlite::Files::open(folder).await?)))
            }
            Location::Postgres(url) => postgres::open(url).await.map(Self::Postgres),
        }
    }

    /// Begins a transaction that only reads, and sees the database at one moment.
    pub async fn read(&self, scope: &Scope) -> Result<Tx, Error> {
        let engine = match self {
            Self::Sqlite(files) => {
                Engine::Sqlite(files.pools(scope.tenant().id)?.readers.begin().await?)
            }
            Self::Postgres(pool) => Engine::Postgres(postgres::begin_reading(pool, scope).await?),
        };
        Ok(Tx::new(engine, scope))
    }

    /// Begins a transaction that may write. SQLite takes its write lock here, not at the first
    /// write, so two writers wait for each other instead of failing half way.
    pub async fn write(&self, scope: &Scope) -> Result<Tx, Error> {
        let engine = match self {
            Self::Sqlite(files) => {
                let pools = files.pools(scope.tenant().id)?;
                Engine::Sqlite(pools.writer.begin_with("begin immediate").await?)
            }
            Self::Postgres(pool) => Engine::Postgres(postgres::begin(pool, scope).await?),
        };
        Ok(Tx::new(engine, scope))
    }

    /// Runs a statement that PostgreSQL allows in no transaction and that may take its time, as
    /// `create index concurrently`. It sees no rows of any tenant. Nothing on SQLite.
    pub async fn maintain(&self, statement: &str) -> Result<(), Error> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(pool) => postgres::maintain(pool, statement).await,
        }
    }

    /// Every tenant, by slug.
    pub async fn tenants(&self) -> Result<Vec<Tenant>, Error> {
        match self {
            Self::Sqlite(files) => files.tenants().await,
            Self::Postgres(pool) => tenants::list(pool).await,
        }
    }

    /// The tenant of that slug, created when there is none.
    pub async fn ensure_tenant(&self, slug: &Slug, name: &str) -> Result<Tenant, Error> {
        match self {
            Self::Sqlite(files) => files.ensure(slug, name).await,
            Self::Postgres(pool) => tenants::ensure(pool, slug, name).await,
        }
    }

    /// Asks the engine for an answer, any answer.
    pub async fn ping(&self) -> Result<(), Error> {
        match self {
            Self::Sqlite(files) => files.ping().await,
            Self::Postgres(pool) => {
                sqlx::query("select 1").execute(pool).await?;
                Ok(())
            }
        }
    }

    /// How many migrations the database has, of the tenant that has the fewest, and how many this
    /// program knows.
    pub async fn migrations(&self) -> Result<(i64, i64), Error> {
        let (applied, known) = match self {
            Self::Sqlite(files) => (files.applied_migrations().await?, &sqlite::MIGRATIONS),
            Self::Postgres(pool) => (
                sqlx::query_scalar(tenants::APPLIED_MIGRATIONS).fetch_one(pool).await?,
                &postgres::MIGRATIONS,
            ),
        };
        Ok((applied, i64::try_from(known.iter().count()).unwrap_or(i64::MAX)))
    }

    /// `sqlite` or `postgres`.
    pub const fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Closes every connection; what was committed is on disk.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(files) => files.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
