//! What PostgreSQL holds of a tenant's beats.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use sqlx::PgPool;
use wire::Timestamp;

pub(crate) struct Store {
    pool: PgPool,
    tenant: &'static str,
}

impl Store {
    pub(crate) async fn open(url: &str, tenant: &'static str) -> Result<Self> {
        Ok(Self { pool: PgPool::connect(url).await?, tenant })
    }

    pub(crate) async fn version(&self) -> Result<String> {
        Ok(sqlx::query_scalar("show server_version").fetch_one(&self.pool).await?)
    }

    /// Waits until `number` projects are online; gives how long that took.
    pub(crate) async fn until_online(&self, number: usize) -> Result<Duration> {
        self.until("status = 'online' and $1 is not null", Timestamp::UNIX_EPOCH, number).await
    }

    /// Waits until `number` projects have a beat written that came after `since`.
    pub(crate) async fn until_written(&self, since: Timestamp, number: usize) -> Result<Duration> {
        self.until("last_heartbeat_at >= $1", since, number).await
    }

    async fn until(
        &self,
        condition: &'static str,
        since: Timestamp,
        number: usize,
    ) -> Result<Duration> {
        const PATIENCE: Duration = Duration::from_mins(3);
        let began = Instant::now();
        loop {
            let found = self.count(condition, since).await?;
            if usize::try_from(found).is_ok_and(|found| found >= number) {
                return Ok(began.elapsed());
            }
            if began.elapsed() > PATIENCE {
                bail!("{found} of {number} projects after {PATIENCE:?}, waiting for {condition}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn count(&self, condition: &'static str, since: Timestamp) -> Result<i64> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("select set_config('cc.tenant', id::text, true) from tenant where slug = $1")
            .bind(self.tenant)
            .execute(&mut *tx)
            .await?;
        let count = format!("select count(*) from presence where {condition}");
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(count)).bind(since);
        Ok(count.fetch_one(&mut *tx).await?)
    }
}
