//! PostgreSQL: shared tables behind forced row level security.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgPool, Postgres, Transaction};

use crate::{Error, Scope};

pub(crate) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// Longer than any statement of ours takes, shorter than a person waits.
const STATEMENT_TIMEOUT: &str = "30s";
const LOCK_TIMEOUT: &str = "10s";
/// A database that is away is noticed by the caller, not by the caller's caller.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
const MAX_CONNECTIONS: u32 = 16;

pub(crate) async fn open(url: &SecretString) -> Result<PgPool, Error> {
    let options: PgConnectOptions = url.expose_secret().parse()?;
    let options = options.application_name("commandcenter").options([
        ("statement_timeout", STATEMENT_TIMEOUT),
        ("lock_timeout", LOCK_TIMEOUT),
        ("idle_in_transaction_session_timeout", STATEMENT_TIMEOUT),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(MAX_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await?;
    refuse_a_role_that_bypasses_the_wall(&pool).await?;
    MIGRATIONS.run(&pool).await?;
    Ok(pool)
}

async fn refuse_a_role_that_bypasses_the_wall(pool: &PgPool) -> Result<(), Error> {
    let (role, bypasses): (String, bool) = sqlx::query_as(
        "select rolname::text, rolsuper or rolbypassrls from pg_roles where rolname = current_user",
    )
    .fetch_one(pool)
    .await?;
    if bypasses { Err(Error::RoleBypassesWall { role }) } else { Ok(()) }
}

/// Begins a transaction that sees the rows of the scope's tenant and no others.
pub(crate) async fn begin(
    pool: &PgPool,
    scope: &Scope,
) -> Result<Transaction<'static, Postgres>, Error> {
    scoped(pool.begin().await?, scope).await
}

/// Begins one whose statements all see the same moment.
pub(crate) async fn begin_reading(
    pool: &PgPool,
    scope: &Scope,
) -> Result<Transaction<'static, Postgres>, Error> {
    scoped(pool.begin_with("begin isolation level repeatable read").await?, scope).await
}

async fn scoped(
    mut tx: Transaction<'static, Postgres>,
    scope: &Scope,
) -> Result<Transaction<'static, Postgres>, Error> {
    sqlx::query("select set_config('cc.tenant', $1, true)")
        .bind(scope.tenant().id.to_string())
        .execute(&mut *tx)
        .await?;
    Ok(tx)
}

/// Runs `statement` on a connection of its own, without the limits of a request.
pub(crate) async fn maintain(pool: &PgPool, statement: &str) -> Result<(), Error> {
    let mut connection = pool.acquire().await?.detach();
    // An index over vectors is made faster when it fits in this, says pgvector's manual.
    let settings = "set statement_timeout = 0; set lock_timeout = 0; \
                    set maintenance_work_mem = '512MB'";
    sqlx::raw_sql(settings).execute(&mut connection).await?;
    let outcome = sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await;
    connection.close().await?;
    outcome?;
    Ok(())
}
