//! The secret of a key is in the one answer that made it and nowhere else.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, query_scalar};

use crate::access::sign_in::SignIn;
use crate::testing::{Answer, Stack, TestApp};

/// Everything that is logged, down to the last detail.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What of a secret must be found nowhere: its random part, in every spelling.
struct Secret {
    text: String,
}

impl Secret {
    fn is_in(&self, bytes: &[u8]) -> bool {
        let hex = self.text.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
        let hex: String = hex.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
        [&self.text, &hex]
            .iter()
            .any(|it| bytes.windows(it.len()).any(|part| part == it.as_bytes()))
    }
}

/// The last part of a key is random; the first is its id.
fn random_part(key: &str) -> Secret {
    Secret { text: key[key.len() - 40..].to_owned() }
}

/// The answers of every route that can be read, and of some that refuse.
async fn everything_answered(app: &TestApp, key: &str) -> Vec<Answer> {
    let mut answers = vec![];
    for (method, path, _) in super::operations(app).await {
        if method != Method::GET || path.ends_with("/stream") {
            continue;
        }
        answers.push(app.get(&path).await);
        answers.push(app.get_as(key, &path).await);
        answers.push(app.get_as(&key[..key.len() - 1], &path).await);
        answers.push(app.get_as(key, &format!("{path}?nonsense=1")).await);
    }
    let body = json!({ "name": "a", "scopes": [] });
    answers.push(app.send(app.with_key(key, Method::POST, "/api/v1/keys").json(&body)).await);
    answers
}

/// All rows of the database as the engine stores them.
async fn everything_stored(app: &TestApp) -> Vec<u8> {
    if Stack::chosen() == Stack::Embedded {
        return bytes_under(app.folder.path());
    }
    let db = &app.app().db;
    let mut tx = db.read(&app.app().service_scope("test")).await.unwrap();
    let db::Engine::Postgres(tx) = &mut tx.engine else { panic!("another engine") };
    let tables = "select relname::text from pg_class where relkind = 'r'
                  and relnamespace = 'public'::regnamespace";
    let tables: Vec<String> = query_scalar(tables).fetch_all(&mut **tx).await.unwrap();
    assert!(tables.len() > 10);
    let mut stored = vec![];
    for table in tables {
        let rows = AssertSqlSafe(format!("select t::text from {table} t"));
        let rows: Vec<String> = query_scalar(rows).fetch_all(&mut **tx).await.unwrap();
        stored.extend(rows.concat().into_bytes());
    }
    stored
}

fn bytes_under(folder: &Path) -> Vec<u8> {
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(bytes_under(&path));
        } else if path.extension().is_none_or(|it| it != "key") {
            found.extend(std::fs::read(&path).unwrap());
        }
    }
    found
}

#[tokio::test]
async fn a_secret_is_in_no_list_log_error_metric_record_or_database() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("trace")
        .with_writer(move || writer.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);

    let app = TestApp::start().await;
    let body = json!({ "name": "ci", "scopes": ["fed:read", "keys:write"] });
    let request = app.request(Method::POST, "/api/v1/keys").header("idempotency-key", "make-one");
    let made = app.send(request.json(&body)).await.json();
    let key = made["secret"].as_str().unwrap().to_owned();
    let link = SignIn::new(app.app()).link().await.unwrap();
    let opened = SignIn::new(app.app()).open(link.expose_secret()).await.unwrap().unwrap();
    let secrets = [
        random_part(&key),
        random_part(app.key()),
        random_part(link.expose_secret()),
        random_part(opened.expose_secret()),
    ];

    let mut answers = everything_answered(&app, &key).await;
    let again = app.request(Method::POST, "/api/v1/keys").header("idempotency-key", "make-one");
    answers.push(app.send(again.json(&body)).await);
    assert_eq!(answers.last().unwrap().status, 409);
    for answer in &answers {
        let bytes = format!("{:?} {}", answer.headers, answer.text).into_bytes();
        assert!(!secrets.iter().any(|secret| secret.is_in(&bytes)), "{answer:?}");
    }
    app.advance(Duration::from_secs(90)).await;
    app.eventually("the use is written", async |app| {
        app.get("/api/v1/keys").await.text.contains("last_used_at")
    })
    .await;

    let rows = everything_stored(&app).await;
    assert!(rows.windows(2).any(|part| part == b"ci"), "the key itself is stored");
    assert!(!secrets.iter().any(|secret| secret.is_in(&rows)));
    app.end().await;

    let log = log.0.lock().unwrap();
    let text = String::from_utf8_lossy(&log);
    assert!(text.contains("answered"), "the server logs");
    let leaks = |line: &&str| secrets.iter().any(|secret| secret.is_in(line.as_bytes()));
    assert_eq!(text.lines().find(leaks), None);
}

#[tokio::test]
async fn a_wrong_key_is_not_repeated_to_whoever_sent_it() {
    let app = TestApp::start().await;
    let answer = app.get_as("my-precious-password", "/api/fed/projects").await;
    assert_eq!(answer.problem().0, 403);
    assert!(!answer.text.contains("precious"));
    let records: Value = app.get("/api/v1/audit").await.json();
    assert!(!records.to_string().contains("precious"));
    app.end().await;
}
