//! What files were read as.

use std::collections::HashMap;
use std::sync::Arc;

use db::{Engine, Tx, run};
use sqlx::{AssertSqlSafe, query, query_as};
use wire::ProjectId;

/// A file as it was read the last time.
#[derive(sqlx::FromRow)]
pub(in crate::graph) struct Known {
    pub hash: Vec<u8>,
    pub facts: Vec<u8>,
}

/// What was read by this version of the reader, by path.
pub(in crate::graph) async fn facts(
    tx: &mut Tx,
    project: ProjectId,
    version: u32,
) -> Result<HashMap<Arc<str>, Known>, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        path: String,
        #[sqlx(flatten)]
        known: Known,
    }
    let text = "select path, hash, facts from graph_file where project_id = $1 and version = $2";
    let rows: Vec<Row> =
        run!(tx, fetch_all, query_as(text).bind(project).bind(i64::from(version)))?;
    Ok(rows.into_iter().map(|row| (row.path.into(), row.known)).collect())
}

/// A path, and what its file was read as.
type Fresh = (Arc<str>, Known);

/// Keeps what files were read as, and forgets the paths of `gone`.
pub(in crate::graph) async fn keep_facts(
    tx: &mut Tx,
    project: ProjectId,
    version: u32,
    (read, gone): (&[Fresh], &[Arc<str>]),
) -> Result<(), db::Error> {
    let forgotten = gone.iter().chain(read.iter().map(|(path, _)| path));
    let forgotten: serde_json::Value = forgotten.map(|path| &**path).collect();
    let is_forgotten = tx.is_one_of_texts("path", 2);
    let text = format!("delete from graph_file where project_id = $1 and {is_forgotten}");
    run!(tx, execute, query(AssertSqlSafe(text)).bind(project).bind(forgotten))?;
    let version = i64::from(version);
    match &mut tx.engine {
        Engine::Sqlite(tx) => {
            let text = "insert into graph_file (project_id, path, hash, version, facts)
                 values ($1, $2, $3, $4, $5)";
            for (path, known) in read {
                let row = query(text).bind(project).bind(&**path).bind(&known.hash);
                row.bind(version).bind(&known.facts).execute(&mut **tx).await?;
            }
        }
        Engine::Postgres(tx) => {
            let text = "insert into graph_file (project_id, version, path, hash, facts)
                 select $1, $2, * from unnest($3::text[], $4::bytea[], $5::bytea[])";
            let paths: Vec<&str> = read.iter().map(|(path, _)| &**path).collect();
            let hashes: Vec<&[u8]> = read.iter().map(|(_, known)| &*known.hash).collect();
            let facts: Vec<&[u8]> = read.iter().map(|(_, known)| &*known.facts).collect();
            let rows = query(text).bind(project).bind(version).bind(paths);
            rows.bind(hashes).bind(facts).execute(&mut **tx).await?;
        }
    }
    Ok(())
}
