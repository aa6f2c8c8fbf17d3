//! A table of another PostgreSQL, spooled as lines in one transaction that only reads.

use std::time::Duration;

use futures::TryStreamExt;
use serde_json::{Map, Number, Value};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{AssertSqlSafe, Connection, Executor};
use url::Url;
use wire::knowledge::TableImport;

use super::Spool;
use super::lines::{LONGEST_LINE, Unit};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// For all of it.
const TIMEOUT: Duration = Duration::from_mins(30);
const DEFAULT_PORT: u16 = 5432;
/// Rows are gathered before they are written.
const PIECE: usize = 1 << 20;

type Row = (Option<String>, Option<String>, Option<String>, Option<String>);

pub(super) async fn read(app: &App, asked: &TableImport) -> Result<Spool> {
    let options = options(&asked.url)?;
    let statement = statement(asked)?;
    let spool = Spool::create(app).await?;
    let connect = tokio::time::timeout(CONNECT_TIMEOUT, PgConnection::connect_with(&options));
    // Its words may name what is behind our walls; that it did not work is enough.
    let connection = connect.await.ok().and_then(Result::ok);
    let mut connection =
        connection.ok_or_else(|| Error::field("url", "PostgreSQL cannot be reached there"))?;
    let rows = tokio::time::timeout(TIMEOUT, rows(&mut connection, statement, spool)).await;
    let spool = rows.map_err(|_| Error::field("table", "takes longer than 30 minutes"))??;
    // Everything is here: how the other side says goodbye changes nothing.
    drop(connection.close().await);
    Ok(spool)
}

async fn rows(connection: &mut PgConnection, statement: String, mut spool: Spool) -> Result<Spool> {
    let begin = "begin transaction isolation level repeatable read, read only";
    connection.execute(begin).await.map_err(|error| refused(&error))?;
    let mut rows = sqlx::query_as::<_, Row>(AssertSqlSafe(statement)).fetch(&mut *connection);
    let mut waiting = Vec::with_capacity(PIECE);
    let mut number = 0;
    while let Some(row) = rows.try_next().await.map_err(|error| refused(&error))? {
        number += 1;
        let wrong = |what: &str| Unit::Row.wrong(number, what);
        let start = waiting.len();
        serde_json::to_writer(&mut waiting, &record(row).map_err(wrong)?)
            .map_err(anyhow::Error::from)?;
        waiting.push(b'\n');
        if (waiting.len() - start) as u64 > LONGEST_LINE {
            return Err(wrong("is longer than 16 MiB"));
        }
        if waiting.len() >= PIECE {
            (spool, waiting) = spool.write(waiting).await?;
        }
    }
    Ok(spool.write(waiting).await?.0)
}

fn refused(error: &sqlx::Error) -> Error {
    let words = error.as_database_error().map(|error| error.message().to_owned());
    Error::field("table", words.unwrap_or_else(|| "the connection broke".to_owned()))
}

/// What the URL says and nothing else: no password, certificate or address of this process.
fn options(text: &str) -> Result<PgConnectOptions> {
    let wrong = || Error::field("url", "is no address, as in postgres://user:password@host/name");
    let url: Url = text.parse().map_err(|_| wrong())?;
    let is_postgres = matches!(url.scheme(), "postgres" | "postgresql");
    let host = url.host_str().filter(|host| is_postgres && !host.is_empty()).ok_or_else(wrong)?;
    let decoded = |part: &str| {
        let pairs = format!("x={}", part.replace('+', "%2B"));
        let mut pairs = url::form_urlencoded::parse(pairs.as_bytes());
        pairs.next().map_or_else(String::new, |(_, value)| value.into_owned())
    };
    let mut options = PgConnectOptions::new_without_pgpass()
        .host(host.trim_matches(['[', ']']))
        .port(url.port().unwrap_or(DEFAULT_PORT))
        .username(&decoded(url.username()))
        .password(&decoded(url.password().unwrap_or_default()))
        .database(&decoded(url.path().trim_start_matches('/')))
        .ssl_mode(PgSslMode::Prefer)
        .application_name("commandcenter import")
        .options([("statement_timeout", "30min")]);
    for (name, value) in url.query_pairs() {
        match (name.as_ref(), value.parse()) {
            ("sslmode", Ok(mode)) => options = options.ssl_mode(mode),
            _ => return Err(Error::field("url", "only `sslmode` can stand behind the `?`")),
        }
    }
    Ok(options)
}

fn statement(asked: &TableImport) -> Result<String> {
    let column = |field, name: &str| Ok::<_, Error>(format!("{}::text", quoted(field, name)?));
    let optional = |field, name: &Option<String>| match name {
        Some(name) => column(field, name),
        None => Ok("null::text".to_owned()),
    };
    let table = match asked.table.split_once('.') {
        Some((schema, table)) => {
            format!("{}.{}", quoted("table", schema)?, quoted("table", table)?)
        }
        None => quoted("table", &asked.table)?,
    };
    Ok(format!(
        "select {}, {}, {}, {} from {table}",
        column("id", &asked.id)?,
        column("text", &asked.text)?,
        optional("metadata", &asked.metadata)?,
        optional("embedding", &asked.embedding)?,
    ))
}

/// A name as PostgreSQL takes any name.
fn quoted(field: &str, name: &str) -> Result<String> {
    if name.is_empty() || name.len() > 63 || name.chars().any(char::is_control) {
        return Err(Error::field(field, "must be 1 to 63 bytes without control characters"));
    }
    Ok(format!("\"{}\"", name.replace('"', "\"\"")))
}

/// A row as a record of [`super::record`].
fn record((id, text, metadata, embedding): Row) -> Result<Value, &'static str> {
    let mut record = Map::new();
    record.insert("id".to_owned(), Value::String(id.ok_or("has no id")?));
    record.insert("text".to_owned(), Value::String(text.ok_or("has no text")?));
    if let Some(metadata) = metadata {
        let metadata = serde_json::from_str(&metadata).map_err(|_| "its metadata is no JSON")?;
        record.insert("metadata".to_owned(), metadata);
    }
    if let Some(embedding) = embedding {
        let values = vector(&embedding).ok_or("its embedding is no list of numbers")?;
        record.insert("embedding".to_owned(), Value::Array(values));
    }
    Ok(Value::Object(record))
}

/// `[1,2]` of pgvector, `{1,2}` of an array.
fn vector(text: &str) -> Option<Vec<Value>> {
    let inner = text.strip_prefix(['[', '{'])?.strip_suffix([']', '}'])?;
    let number = |value: &str| Number::from_f64(value.trim().parse().ok()?).map(Value::Number);
    inner.split(',').map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(table: &str, text: &str) -> TableImport {
        TableImport {
            collection: None,
            url: "postgres://u@h/d".to_owned(),
            table: table.to_owned(),
            id: "id".to_owned(),
            text: text.to_owned(),
            metadata: None,
            embedding: Some("e".to_owned()),
        }
    }

    #[test]
    fn names_are_names_whatever_stands_in_them() {
        assert_eq!(
            statement(&asked("old.docs", "te\"xt; drop")).unwrap(),
            "select \"id\"::text, \"te\"\"xt; drop\"::text, null::text, \"e\"::text \
             from \"old\".\"docs\""
        );
        assert!(statement(&asked("", "x")).is_err());
        assert!(statement(&asked("x", "a\0b")).is_err());
    }

    #[test]
    fn an_address_brings_nothing_of_this_process() {
        for wrong in ["", "http://h/d", "postgres:///d", "postgres://h/d?sslkey=/etc/passwd"] {
            assert!(options(wrong).is_err(), "{wrong}");
        }
        let options = options("postgres://me:a%40b%2Bc+d@[::1]:7/d?sslmode=require").unwrap();
        assert_eq!((options.get_host(), options.get_port()), ("::1", 7));
        assert_eq!((options.get_username(), options.get_database()), ("me", Some("d")));
    }

    #[test]
    fn vectors_of_both_kinds_are_read() {
        assert_eq!(vector("[1,-0.5]").unwrap().len(), 2);
        assert_eq!(vector("{1,2,3}").unwrap().len(), 3);
        assert_eq!(vector("[1,NaN]"), None);
        assert_eq!(vector("1,2"), None);
    }
}
