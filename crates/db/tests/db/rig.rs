//! A fresh database of each engine.

use db::{Course, Db, Location, Scope, Tenant};
use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use url::Url;
use wire::EventId;

pub(crate) struct Rig {
    pub db: Db,
    pub location: Location,
    _folder: Option<TempDir>,
}

impl Rig {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Folder(folder.path().join("tenants"));
        let db = Db::open(&location).await.unwrap();
        Self { db, location, _folder: Some(folder) }
    }

    pub(crate) async fn postgres() -> Self {
        let location = Location::Postgres(fresh_database(&url("TEST_DATABASE_URL")).await);
        let db = Db::open(&location).await.unwrap();
        Self { db, location, _folder: None }
    }

    pub(crate) async fn both() -> [Self; 2] {
        [Self::sqlite().await, Self::postgres().await]
    }

    pub(crate) async fn tenant(&self, slug: &str) -> Scope {
        scope(self.db.ensure_tenant(&slug.parse().unwrap(), slug).await.unwrap())
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests are the principal")]
pub(crate) fn scope(tenant: Tenant) -> Scope {
    Scope::assume(tenant, "service:test", Course::default())
}

/// A database of the role in `admin`, which may create some; it goes with the server.
pub(crate) async fn fresh_database(admin: &str) -> SecretString {
    let name = format!("test_{}", EventId::new().uuid().simple());
    execute(admin, &format!("create database {name}")).await;
    let mut url = Url::parse(admin).unwrap();
    url.set_path(&name);
    SecretString::from(url.to_string())
}

pub(crate) async fn execute(url: &str, statement: &str) {
    let connection = PgConnection::connect(url).await;
    let mut connection = connection.expect("PostgreSQL answers: run `make test`");
    connection.execute(AssertSqlSafe(statement.to_owned())).await.unwrap();
}

#[expect(clippy::disallowed_methods, reason = "the suite's servers are found by it")]
pub(crate) fn url(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: run `make test`"))
}
