//! What commits said when they were read.

use db::{Engine, Tx, run};
use sqlx::{AssertSqlSafe, query, query_as};
use wire::ProjectId;

use crate::repositories::{HISTORY_VERSION, Known};

/// What was kept by this version of the reader.
pub(in crate::graph) async fn commits(tx: &mut Tx, project: ProjectId) -> Result<Known, db::Error> {
    let text = "select id, said from graph_commit where project_id = $1 and version = $2";
    let rows: Vec<(String, Vec<u8>)> =
        run!(tx, fetch_all, query_as(text).bind(project).bind(i64::from(HISTORY_VERSION)))?;
    Ok(rows.into_iter().collect())
}

/// Keeps what commits said, and forgets those of `gone`.
pub(in crate::graph) async fn keep_commits(
    tx: &mut Tx,
    project: ProjectId,
    fresh: &[(String, Vec<u8>)],
    gone: &[String],
) -> Result<(), db::Error> {
    let forgotten = gone.iter().chain(fresh.iter().map(|(id, _)| id));
    let forgotten: serde_json::Value = forgotten.map(String::as_str).collect();
    let is_forgotten = tx.is_one_of_texts("id", 2);
    let text = format!("delete from graph_commit where project_id = $1 and {is_forgotten}");
    run!(tx, execute, query(AssertSqlSafe(text)).bind(project).bind(forgotten))?;
    let version = i64::from(HISTORY_VERSION);
    match &mut tx.engine {
        Engine::Sqlite(tx) => {
            let text = "insert into graph_commit (project_id, version, id, said)
                 values ($1, $2, $3, $4)";
            for (id, said) in fresh {
                let row = query(text).bind(project).bind(version).bind(id).bind(said);
                row.execute(&mut **tx).await?;
            }
        }
        Engine::Postgres(tx) => {
            let text = "insert into graph_commit (project_id, version, id, said)
                 select $1, $2, * from unnest($3::text[], $4::bytea[])";
            let ids: Vec<&str> = fresh.iter().map(|(id, _)| id.as_str()).collect();
            let said: Vec<&[u8]> = fresh.iter().map(|(_, said)| said.as_slice()).collect();
            let rows = query(text).bind(project).bind(version).bind(ids).bind(said);
            rows.execute(&mut **tx).await?;
        }
    }
    Ok(())
}
