//! A database of one test.

use secrecy::{ExposeSecret, SecretString};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use url::Url;
use wire::EventId;

use super::{Door, Stack};

pub enum TestDatabase {
    Folder,
    /// Dropped with the server at the end of the run.
    Postgres {
        url: SecretString,
        door: Door,
    },
}

impl TestDatabase {
    pub(super) async fn create(stack: Stack) -> Self {
        if stack == Stack::Embedded {
            return Self::Folder;
        }
        let admin = admin_url();
        let name = format!("test_{}", EventId::new().uuid().simple());
        execute(&admin, format!("create database {name}")).await;
        let mut url = Url::parse(admin.expose_secret()).expect("TEST_DATABASE_URL is a URL");
        url.set_path(&name);
        let server = url.socket_addrs(|| None).expect("TEST_DATABASE_URL names a server");
        let door = Door::before(server.first().expect("an address").to_string()).await;
        url.set_port(Some(door.address.port())).expect("a port");
        Self::Postgres { url: SecretString::from(url.to_string()), door }
    }

    /// The door in front of the server, where there is a server.
    pub fn door(&self) -> Option<&Door> {
        match self {
            Self::Folder => None,
            Self::Postgres { door, .. } => Some(door),
        }
    }

    pub(super) fn settings(&self) -> Vec<(String, String)> {
        match self {
            Self::Folder => vec![],
            Self::Postgres { url, .. } => {
                vec![("database.url".to_owned(), url.expose_secret().to_owned())]
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the suite's servers are found by it")]
fn admin_url() -> SecretString {
    let url = std::env::var("TEST_DATABASE_URL");
    SecretString::from(url.expect("TEST_DATABASE_URL is not set: run `make test`"))
}

async fn execute(url: &SecretString, statement: String) {
    let connection = PgConnection::connect(url.expose_secret()).await;
    let mut connection = connection.expect("PostgreSQL answers: run `make test`");
    connection.execute(AssertSqlSafe(statement)).await.expect("the statement runs");
}
