//! Many rows in one statement: bound one by one on SQLite, as an array a column on PostgreSQL.

use std::borrow::Cow;

use db::{Engine, Tx, run};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, query};

use super::ids;
use crate::graph::plan::{EdgeKey, LinkKey, NewEdge, NewNode};

/// Rows of one statement.
const ROWS: usize = 1_000;

/// The columns of a row in their order, with their types on PostgreSQL.
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
    let rows = nodes.iter().map(|new| {
        let (node, totals) = (new.node, new.totals);
        vec![
            new.id.into(),
            (&*node.key).into(),
            new.digest.into(),
            node.kind.as_str().into(),
            short(&node.name).into(),
            short(&node.qualified_name).into(),
            node.path.as_deref().into(),
            node.lines.map(|lines| i64::from(lines[0])).into(),
            node.lines.map(|lines| i64::from(lines[1])).into(),
            new.language.into(),
            node.signature.as_deref().map(plain).into(),
            node.visibility.as_deref().into(),
            node.doc.as_deref().map(plain).into(),
            new.parent.into(),
            count(totals.files).into(),
            count(totals.symbols).into(),
            count(totals.lines).into(),
            count(totals.ghosts).into(),
            count(new.told.changes).into(),
            new.owner.map(short).into(),
            new.told.first.into(),
        ]
    });
    insert(tx, ("graph_node", NODE), graph, rows.collect()).await
}

pub(in crate::graph) async fn insert_edges(
    tx: &mut Tx,
    graph: i64,
    edges: &[NewEdge],
) -> Result<(), db::Error> {
    let rows = edges.iter().map(|edge| {
        vec![
            edge.key.from.into(),
            edge.key.kind.as_str().into(),
            edge.key.to.into(),
            edge.key.first_line.into(),
            edge.last_line.into(),
            edge.proof.as_str().into(),
            edge.extractor.into(),
            edge.file.into(),
            edge.confidence.into(),
            edge.changes.into(),
            edge.last_change.into(),
            edge.digest.into(),
        ]
    });
    insert(tx, ("graph_edge", EDGE), graph, rows.collect()).await
}

pub(in crate::graph) async fn insert_links(
    tx: &mut Tx,
    graph: i64,
    links: &[(LinkKey, i64)],
) -> Result<(), db::Error> {
    let rows = links.iter().map(|((from, to, kind), count)| {
        vec![(*from).into(), (*to).into(), kind.as_str().into(), (*count).into()]
    });
    insert(tx, ("graph_link", LINK), graph, rows.collect()).await
}

/// Puts the problems in the place of those that are there.
pub(in crate::graph) async fn replace_problems(
    tx: &mut Tx,
    graph: i64,
    problems: &[codegraph::Problem],
) -> Result<(), db::Error> {
    let text = "delete from graph_problem where graph_id = $1";
    run!(tx, execute, query(text).bind(graph))?;
    let rows = (1_i64..).zip(problems).map(|(number, problem)| {
        let line = problem.line.map(i64::from);
        vec![number.into(), (&*problem.path).into(), line.into(), plain(&problem.message).into()]
    });
    insert(tx, ("graph_problem", PROBLEM), graph, rows.collect()).await
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

/// A value of a row.
pub(super) enum Field<'a> {
    Number(Option<i64>),
    Real(f32),
    Text(Option<Cow<'a, str>>),
}

impl From<i64> for Field<'_> {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Field<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<f32> for Field<'_> {
    fn from(number: f32) -> Self {
        Self::Real(number)
    }
}

impl<'a> From<&'a str> for Field<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Some(text.into()))
    }
}

impl<'a> From<Option<&'a str>> for Field<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Self::Text(text.map(Cow::from))
    }
}

impl<'a> From<Cow<'a, str>> for Field<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(Some(text))
    }
}

impl<'a> From<Option<Cow<'a, str>>> for Field<'a> {
    fn from(text: Option<Cow<'a, str>>) -> Self {
        Self::Text(text)
    }
}

/// The rows, each with a value for every column.
pub(super) async fn insert(
    tx: &mut Tx,
    (table, columns): (&str, Columns),
    graph: i64,
    rows: Vec<Vec<Field<'_>>>,
) -> Result<(), db::Error> {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let into = format!("insert into {table} (graph_id, {})", names.join(", "));
    for rows in rows.chunks(ROWS) {
        match &mut tx.engine {
            Engine::Sqlite(tx) => {
                let text = format!("{into} values {}", places(rows.len(), columns.len() + 1));
                let mut statement = query(AssertSqlSafe(text));
                for row in rows {
                    statement = statement.bind(graph);
                    for field in row {
                        statement = match field {
                            Field::Number(number) => statement.bind(number),
                            Field::Real(number) => statement.bind(number),
                            Field::Text(text) => statement.bind(text.as_deref()),
                        };
                    }
                }
                statement.execute(&mut **tx).await?;
            }
            Engine::Postgres(tx) => {
                let text = format!("{into} {}", arrays(columns));
                let mut statement = query(AssertSqlSafe(text)).bind(graph);
                for (at, (_, kind)) in columns.iter().enumerate() {
                    let column = rows.iter().filter_map(|row| row.get(at));
                    statement = match *kind {
                        "bigint" => statement.bind(column.map(Field::number).collect::<Vec<_>>()),
                        "real" => statement.bind(column.map(Field::real).collect::<Vec<_>>()),
                        _ => statement.bind(column.map(Field::text).collect::<Vec<_>>()),
                    };
                }
                statement.execute(&mut **tx).await?;
            }
        }
    }
    Ok(())
}

impl Field<'_> {
    const fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self { *number } else { None }
    }

    const fn real(&self) -> Option<f32> {
        if let Self::Real(number) = self { Some(*number) } else { None }
    }

    fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { text.as_deref() } else { None }
    }
}

/// `(?, ?, ?), (?, ?, ?), …`: to places with a number both sqlx and SQLite look for their names,
/// one after the other.
fn places(rows: usize, columns: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    vec![row.as_str(); rows].join(", ")
}

/// The rows of an array for each column.
fn arrays(columns: Columns) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let given = columns.iter().enumerate().map(|(at, (_, kind))| {
        let kind = if *kind == "jsonb" { "text" } else { kind };
        format!("${}::{kind}[]", at + 2)
    });
    let read = columns.iter().map(|(name, kind)| format!("{name}::{kind}"));
    format!(
        "select $1, {} from unnest({}) as given ({})",
        read.collect::<Vec<_>>().join(", "),
        given.collect::<Vec<_>>().join(", "),
        names.join(", ")
    )
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// PostgreSQL stores no U+0000.
fn plain(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "").into() } else { text.into() }
}

/// What an index on PostgreSQL takes: a row of it is less than a third of a page.
const LONGEST_NAME: usize = 1_000;

pub(super) fn short(name: &str) -> Cow<'_, str> {
    let mut name = plain(name);
    if name.len() > LONGEST_NAME {
        name = name
            .get(..name.floor_char_boundary(LONGEST_NAME))
            .unwrap_or_default()
            .to_owned()
            .into();
    }
    name
}
