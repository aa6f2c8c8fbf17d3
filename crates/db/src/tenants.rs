//! The `tenant` table. On PostgreSQL it names every tenant; in a SQLite file, the one it is of.

use std::sync::Arc;

use sqlx::{Executor, FromRow, PgPool, Postgres, Sqlite, SqlitePool};
use wire::{Slug, TenantId};

use crate::Error;

/// An organisation: the wall nothing crosses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    pub id: TenantId,
    pub slug: Arc<Slug>,
}

pub(crate) const APPLIED_MIGRATIONS: &str = "select count(*) from _sqlx_migrations where success";
const LIST: &str = "select id, slug from tenant order by slug";
const FIND: &str = "select id, slug from tenant where slug = $1";
const INSERT: &str =
    "insert into tenant (id, slug, name) values ($1, $2, $3) on conflict do nothing";

pub(crate) async fn list(pool: &PgPool) -> Result<Vec<Tenant>, Error> {
    let rows: Vec<Row> = sqlx::query_as(LIST).fetch_all(pool).await?;
    Ok(rows.into_iter().map(Tenant::from).collect())
}

pub(crate) async fn ensure(pool: &PgPool, slug: &Slug, name: &str) -> Result<Tenant, Error> {
    let insert = sqlx::query::<Postgres>(INSERT).bind(TenantId::new()).bind(slug).bind(name);
    pool.execute(insert).await?;
    let row: Row = sqlx::query_as(FIND).bind(slug).fetch_one(pool).await?;
    Ok(row.into())
}

/// The one tenant a SQLite file is of; `None` while the file is new.
pub(crate) async fn of_file(pool: &SqlitePool) -> Result<Option<Tenant>, Error> {
    let row: Option<Row> = sqlx::query_as(LIST).fetch_optional(pool).await?;
    Ok(row.map(Tenant::from))
}

pub(crate) async fn name_file(pool: &SqlitePool, tenant: &Tenant, name: &str) -> Result<(), Error> {
    let insert =
        sqlx::query::<Sqlite>(INSERT).bind(tenant.id).bind(tenant.slug.as_ref()).bind(name);
    pool.execute(insert).await?;
    Ok(())
}

#[derive(FromRow)]
struct Row {
    id: TenantId,
    slug: Slug,
}

impl From<Row> for Tenant {
    fn from(row: Row) -> Self {
        Self { id: row.id, slug: Arc::new(row.slug) }
    }
}
