//! Names that lead to nothing, a row a file.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use db::{Tx, run};
use serde_json::{Value, json};
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, query, query_as};
use wire::graph::{UnresolvedName, UnresolvedNames};

use super::bulk;
use crate::graph::unresolved::NewUnresolved;

const UNRESOLVED: bulk::Columns = &[("path", "text"), ("digest", "bigint"), ("names", "jsonb")];

/// Makes the rows what `files` say, and writes no row that is so already.
pub(in crate::graph) async fn replace_unresolved(
    tx: &mut Tx,
    graph: i64,
    files: &[NewUnresolved<'_>],
) -> Result<(), db::Error> {
    let text = "select path, digest from graph_unresolved where graph_id = $1";
    let stored: Vec<(String, i64)> = run!(tx, fetch_all, query_as(text).bind(graph))?;
    let stored: HashMap<String, i64> = stored.into_iter().collect();
    let wanted: BTreeMap<&str, i64> = files.iter().map(|file| (file.path, file.digest)).collect();
    let is_other = |path: &str, digest: i64| wanted.get(path) != Some(&digest);
    let gone: Value = stored
        .iter()
        .filter(|(path, digest)| is_other(path, **digest))
        .map(|(path, _)| path.as_str())
        .collect();
    let is_gone = tx.is_one_of_texts("path", 2);
    let text = format!("delete from graph_unresolved where graph_id = $1 and {is_gone}");
    run!(tx, execute, query(AssertSqlSafe(text)).bind(graph).bind(gone))?;
    let fresh = files.iter().filter(|file| stored.get(file.path) != Some(&file.digest));
    let rows = fresh.map(|file| vec![file.path.into(), file.digest.into(), told(file).into()]);
    let rows = rows.collect();
    bulk::insert(tx, ("graph_unresolved", UNRESOLVED), graph, rows).await
}

fn told(file: &NewUnresolved<'_>) -> Cow<'static, str> {
    let names = file
        .names
        .iter()
        .map(|it| json!({ "name": bulk::short(&it.name), "kind": it.kind, "line": it.line }));
    names.collect::<Value>().to_string().into()
}

/// The files behind the path `after`, at `under` or below it where that is not empty.
pub(in crate::graph) async fn unresolved(
    tx: &mut Tx,
    graph: i64,
    (under, after): (&str, &str),
    limit: i64,
) -> Result<Vec<UnresolvedNames>, db::Error> {
    let text = "select path, names from graph_unresolved
         where graph_id = $1 and path > $2
           and ($3 = '' or path = $3 or (path >= $4 and path < $5))
         order by path limit $6";
    let rows: Vec<(String, Json<Vec<UnresolvedName>>)> = run!(
        tx,
        fetch_all,
        query_as(text)
            .bind(graph)
            .bind(after)
            .bind(under)
            .bind(format!("{under}/"))
            .bind(format!("{under}0"))
            .bind(limit)
    )?;
    Ok(rows.into_iter().map(|(path, names)| UnresolvedNames { path, names: names.0 }).collect())
}
