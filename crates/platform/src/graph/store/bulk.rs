//! Many rows in one statement: JSON arrays that the engine takes apart.

use db::{Engine, Tx, run};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, query};

use super::ids;
use crate::graph::plan::{EdgeKey, LinkKey, NewEdge, NewNode};

/// Rows of one statement.
const ROWS: usize = 1_000;

/// The columns of a row in the order of its array, with their types on PostgreSQL.
pub(super) type Columns = &'static [(&'static str, &'static str)];

const NODE: Columns = &[
    ("id", "bigint"),
    ("key", "text"),
    ("digest", "bigint"),
    ("kind", "text"),
    ("name", "text"),
    ("qualified_name", "text"),
    ("path", "text"),
    ("first_line", "bigint"),
    ("last_line", "bigint"),
    ("language", "text"),
    ("signature", "text"),
    ("visibility", "text"),
    ("doc", "text"),
    ("parent_id", "bigint"),
    ("files", "bigint"),
    ("symbols", "bigint"),
    ("lines", "bigint"),
    ("ghosts", "bigint"),
    ("changes", "bigint"),
    ("owner", "text"),
    ("first_change", "bigint"),
];

const EDGE: Columns = &[
    ("from_id", "bigint"),
    ("kind", "text"),
    ("to_id", "bigint"),
    ("first_line", "bigint"),
    ("last_line", "bigint"),
    ("proof", "text"),
    ("extractor", "text"),
    ("file_id", "bigint"),
    ("confidence", "real"),
    ("changes", "bigint"),
    ("last_change", "bigint"),
    ("digest", "bigint"),
];

const LINK: Columns =
    &[("from_id", "bigint"), ("to_id", "bigint"), ("kind", "text"), ("count", "bigint")];

const PROBLEM: Columns =
    &[("number", "bigint"), ("path", "text"), ("line", "bigint"), ("message", "text")];

pub(in crate::graph) async fn insert_nodes(
    tx: &mut Tx,
    graph: i64,
    nodes: &[NewNode<'_>],
) -> Result<(), db::Error> {
    let row = |new: &NewNode<'_>| {
        let (node, totals) = (new.node, new.totals);
        json!([
            new.id,
            node.key,
            new.digest,
            node.kind,
            short(&node.name),
            short(&node.qualified_name),
            node.path,
            node.lines.map(|lines| lines[0]),
            node.lines.map(|lines| lines[1]),
            new.language,
            node.signature.as_deref().map(plain),
            node.visibility,
            node.doc.as_deref().map(plain),
            new.parent,
            totals.files,
            totals.symbols,
            totals.lines,
            totals.ghosts,
            new.told.changes,
            new.owner.map(short),
            new.told.first,
        ])
    };
    insert(tx, ("graph_node", NODE), graph, nodes.iter().map(row)).await
}

pub(in crate::graph) async fn insert_edges(
    tx: &mut Tx,
    graph: i64,
    edges: &[NewEdge],
) -> Result<(), db::Error> {
    let row = |edge: &NewEdge| {
        json!([
            edge.key.from,
            edge.key.kind,
            edge.key.to,
            edge.key.first_line,
            edge.last_line,
            edge.proof,
            edge.extractor,
            edge.file,
            edge.confidence,
            edge.changes,
            edge.last_change,
            edge.digest,
        ])
    };
    insert(tx, ("graph_edge", EDGE), graph, edges.iter().map(row)).await
}

pub(in crate::graph) async fn insert_links(
    tx: &mut Tx,
    graph: i64,
    links: &[(LinkKey, i64)],
) -> Result<(), db::Error> {
    let row = |((from, to, kind), count): &(LinkKey, i64)| json!([from, to, kind, count]);
    insert(tx, ("graph_link", LINK), graph, links.iter().map(row)).await
}

/// Puts the problems in the place of those that are there.
pub(in crate::graph) async fn replace_problems(
    tx: &mut Tx,
    graph: i64,
    problems: &[codegraph::Problem],
) -> Result<(), db::Error> {
    let text = "delete from graph_problem where graph_id = $1";
    run!(tx, execute, query(text).bind(graph))?;
    let row = |(number, problem): (usize, &codegraph::Problem)| {
        json!([number + 1, problem.path, problem.line, plain(&problem.message)])
    };
    let rows: Vec<Value> = problems.iter().enumerate().map(row).collect();
    insert(tx, ("graph_problem", PROBLEM), graph, rows.into_iter()).await
}

pub(in crate::graph) async fn delete_nodes(
    tx: &mut Tx,
    graph: i64,
    gone: &[i64],
) -> Result<(), db::Error> {
    let text = format!("delete from graph_node where graph_id = $1 and {}", tx.is_one_of("id", 2));
    run!(tx, execute, query(AssertSqlSafe(text)).bind(graph).bind(ids(gone)))?;
    Ok(())
}

pub(in crate::graph) async fn delete_edges(
    tx: &mut Tx,
    graph: i64,
    gone: &[EdgeKey],
) -> Result<(), db::Error> {
    let keys = gone.iter().map(|key| json!([key.from, key.kind, key.to, key.first_line]));
    let text = tx.dialect(
        "delete from graph_edge
         where graph_id = $1 and (from_id, kind, to_id, first_line) in
             (select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each($2))",
        // Materialized: see `Tx::is_one_of`.
        "with gone as materialized
             (select (value ->> 0)::bigint, value ->> 1, (value ->> 2)::bigint,
                     (value ->> 3)::bigint from jsonb_array_elements($2) as value)
         delete from graph_edge
         where graph_id = $1 and (from_id, kind, to_id, first_line) in (select * from gone)",
    );
    run!(tx, execute, query(text).bind(graph).bind(keys.collect::<Value>()))?;
    Ok(())
}

pub(in crate::graph) async fn delete_links(
    tx: &mut Tx,
    graph: i64,
    gone: &[LinkKey],
) -> Result<(), db::Error> {
    let keys = gone.iter().map(|(from, to, kind)| json!([from, to, kind]));
    let text = tx.dialect(
        "delete from graph_link
         where graph_id = $1 and (from_id, to_id, kind) in
             (select value ->> 0, value ->> 1, value ->> 2 from json_each($2))",
        "with gone as materialized
             (select (value ->> 0)::bigint, (value ->> 1)::bigint, value ->> 2
              from jsonb_array_elements($2) as value)
         delete from graph_link
         where graph_id = $1 and (from_id, to_id, kind) in (select * from gone)",
    );
    run!(tx, execute, query(text).bind(graph).bind(keys.collect::<Value>()))?;
    Ok(())
}

pub(super) async fn insert(
    tx: &mut Tx,
    (table, columns): (&str, Columns),
    graph: i64,
    rows: impl Iterator<Item = Value>,
) -> Result<(), db::Error> {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let values = columns.iter().enumerate().map(|(at, (_, kind))| match tx.engine {
        Engine::Sqlite(_) => format!("value ->> {at}"),
        Engine::Postgres(_) => format!("(value ->> {at})::{kind}"),
    });
    let values: Vec<String> = values.collect();
    let source = tx.dialect("json_each($2)", "jsonb_array_elements($2) as value");
    let text = format!(
        "insert into {table} (graph_id, {}) select $1, {} from {source}",
        names.join(", "),
        values.join(", ")
    );
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let some: Value = rows.by_ref().take(ROWS).collect();
        run!(tx, execute, query(AssertSqlSafe(text.clone())).bind(graph).bind(some))?;
    }
    Ok(())
}

/// PostgreSQL stores no U+0000.
fn plain(text: &str) -> String {
    text.replace('\0', "")
}

/// What an index on PostgreSQL takes: a row of it is less than a third of a page.
const LONGEST_NAME: usize = 1_000;

pub(super) fn short(name: &str) -> String {
    let name = plain(name);
    let end = name.floor_char_boundary(LONGEST_NAME);
    name.get(..end).unwrap_or_default().to_owned()
}
