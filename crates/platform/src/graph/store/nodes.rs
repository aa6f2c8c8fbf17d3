//! Nodes, read.

use db::{Tx, run};
use sqlx::{AssertSqlSafe, query_as};
use wire::graph::{FileProblem, MapNode, Node, NodeKind};

use super::{ids, line, unsigned, words};

const COLUMNS: &str = "id, kind, name, qualified_name, path, first_line, last_line, language,
    signature, visibility, doc";

/// A node as it is stored, without what only the map asks for.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(in crate::graph) struct NodeRow {
    pub id: i64,
    kind: NodeKind,
    name: String,
    qualified_name: String,
    path: Option<String>,
    first_line: Option<i64>,
    last_line: Option<i64>,
    language: Option<String>,
    signature: Option<String>,
    visibility: Option<String>,
    doc: Option<String>,
}

/// What a node is compared by.
#[derive(sqlx::FromRow)]
pub(in crate::graph) struct StoredNode {
    pub id: i64,
    pub key: String,
    pub digest: i64,
}

/// Which nodes. What is empty does not narrow.
#[derive(Debug, Clone, Default)]
pub(in crate::graph) struct Filter {
    pub kinds: Vec<NodeKind>,
    pub language: Option<String>,
    /// The name or the qualified name.
    pub exact: Option<String>,
    /// What the name begins with.
    pub prefix: Option<String>,
    pub after: Option<i64>,
}

pub(in crate::graph) async fn stored_nodes(
    tx: &mut Tx,
    graph: i64,
) -> Result<Vec<StoredNode>, db::Error> {
    let text = "select id, key, digest from graph_node where graph_id = $1";
    run!(tx, fetch_all, query_as(text).bind(graph))
}

/// Nodes of the filter, in the order of their ids.
pub(in crate::graph) async fn list(
    tx: &mut Tx,
    graph: i64,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Node>, db::Error> {
    let kinds = tx.is_one_of_texts("kind", 2);
    let name = match (&filter.exact, &filter.prefix) {
        (Some(_), _) => "(name = $5 or qualified_name = $5) and $6 = ''",
        (None, Some(_)) => "name >= $5 and name < $6",
        (None, None) => "$5 = $6",
    };
    let text = format!(
        "select {COLUMNS} from graph_node
         where graph_id = $1 and {kinds} and ($3 is null or language = $3) and id > $4
           and {name}
         order by id limit $7"
    );
    let (from, until) = match (&filter.exact, &filter.prefix) {
        (Some(name), _) => (name.clone(), String::new()),
        (None, Some(prefix)) => (prefix.clone(), format!("{prefix}{}", char::MAX)),
        (None, None) => (String::new(), String::new()),
    };
    let rows: Vec<NodeRow> = run!(
        tx,
        fetch_all,
        query_as(AssertSqlSafe(text))
            .bind(graph)
            .bind(words(&filter.kinds))
            .bind(&filter.language)
            .bind(filter.after.unwrap_or(0))
            .bind(from)
            .bind(until)
            .bind(limit)
    )?;
    Ok(rows.into_iter().map(Node::from).collect())
}

/// Nodes whose names have these letters in this order, shortest names first.
pub(in crate::graph) async fn like(
    tx: &mut Tx,
    graph: i64,
    (kinds, letters): (&[NodeKind], &str),
    limit: i64,
) -> Result<Vec<Node>, db::Error> {
    let mut pattern = "%".to_owned();
    for letter in letters.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.extend([letter, '%']);
    }
    let (wanted, like) = (tx.is_one_of_texts("kind", 2), tx.dialect("like", "ilike"));
    let text = format!(
        "select {COLUMNS} from graph_node
         where graph_id = $1 and {wanted} and name {like} $3 escape '\\'
         order by length(name), id limit $4"
    );
    let rows: Vec<NodeRow> = run!(
        tx,
        fetch_all,
        query_as(AssertSqlSafe(text)).bind(graph).bind(words(kinds)).bind(pattern).bind(limit)
    )?;
    Ok(rows.into_iter().map(Node::from).collect())
}

pub(in crate::graph) async fn by_ids(
    tx: &mut Tx,
    graph: i64,
    wanted: &[i64],
) -> Result<Vec<Node>, db::Error> {
    let wanted_ids = tx.is_one_of("id", 2);
    let text = format!(
        "select {COLUMNS} from graph_node where graph_id = $1 and {wanted_ids} order by id"
    );
    let rows: Vec<NodeRow> =
        run!(tx, fetch_all, query_as(AssertSqlSafe(text)).bind(graph).bind(ids(wanted)))?;
    Ok(rows.into_iter().map(Node::from).collect())
}

pub(in crate::graph) async fn by_qualified(
    tx: &mut Tx,
    graph: i64,
    name: &str,
    limit: i64,
) -> Result<Vec<Node>, db::Error> {
    // By ids: SQLite would read the whole graph in their order.
    let text = format!(
        "select {COLUMNS} from graph_node
         where graph_id = $1 and id in (select id from graph_node
                                        where graph_id = $1 and qualified_name = $2)
         order by id limit $3"
    );
    let rows: Vec<NodeRow> =
        run!(tx, fetch_all, query_as(AssertSqlSafe(text)).bind(graph).bind(name).bind(limit))?;
    Ok(rows.into_iter().map(Node::from).collect())
}

/// Files at that path or below it; of an empty one all.
pub(in crate::graph) async fn by_path(
    tx: &mut Tx,
    graph: i64,
    path: &str,
) -> Result<Vec<Node>, db::Error> {
    let text = format!(
        "select {COLUMNS} from graph_node
         where graph_id = $1 and kind = 'file'
           and ($2 = '' or path = $2 or (path >= $3 and path < $4))
         order by id"
    );
    let rows: Vec<NodeRow> = run!(
        tx,
        fetch_all,
        query_as(AssertSqlSafe(text))
            .bind(graph)
            .bind(path)
            .bind(format!("{path}/"))
            .bind(format!("{path}0"))
    )?;
    Ok(rows.into_iter().map(Node::from).collect())
}

/// What is in the file of that path, and the file.
pub(in crate::graph) async fn in_file(
    tx: &mut Tx,
    graph: i64,
    path: &str,
) -> Result<Vec<Node>, db::Error> {
    let text =
        format!("select {COLUMNS} from graph_node where graph_id = $1 and path = $2 order by id");
    let rows: Vec<NodeRow> =
        run!(tx, fetch_all, query_as(AssertSqlSafe(text)).bind(graph).bind(path))?;
    Ok(rows.into_iter().map(Node::from).collect())
}

/// Nodes behind the id `after`, for who reads all of them.
pub(in crate::graph) async fn nodes_after(
    tx: &mut Tx,
    graph: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<Node>, db::Error> {
    let text = format!(
        "select {COLUMNS} from graph_node where graph_id = $1 and id > $2 order by id limit $3"
    );
    let rows: Vec<NodeRow> =
        run!(tx, fetch_all, query_as(AssertSqlSafe(text)).bind(graph).bind(after).bind(limit))?;
    Ok(rows.into_iter().map(Node::from).collect())
}

/// What is named and not there, each with the id of what it stands in.
pub(in crate::graph) async fn ghosts(
    tx: &mut Tx,
    graph: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<(Node, Option<i64>)>, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        node: NodeRow,
        parent_id: Option<i64>,
    }
    let text = format!(
        "select {COLUMNS}, parent_id from graph_node
         where graph_id = $1 and kind = 'task' and id > $2 order by id limit $3"
    );
    let rows: Vec<Row> =
        run!(tx, fetch_all, query_as(AssertSqlSafe(text)).bind(graph).bind(after).bind(limit))?;
    Ok(rows.into_iter().map(|row| (row.node.into(), row.parent_id)).collect())
}

/// Problems behind the number `after`, each with its own.
pub(in crate::graph) async fn problems(
    tx: &mut Tx,
    graph: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, FileProblem)>, db::Error> {
    let text = "select number, path, line, message from graph_problem
         where graph_id = $1 and number > $2 order by number limit $3";
    let rows: Vec<(i64, String, Option<i64>, String)> =
        run!(tx, fetch_all, query_as(text).bind(graph).bind(after).bind(limit))?;
    let problem = |(number, path, at, message): (i64, String, Option<i64>, String)| {
        (number, FileProblem { path, line: at.map(line), message })
    };
    Ok(rows.into_iter().map(problem).collect())
}

/// Nodes of those kinds below `under`, as the map draws them.
pub(in crate::graph) async fn map_nodes(
    tx: &mut Tx,
    graph: i64,
    (kinds, under): (&[NodeKind], &str),
    limit: i64,
) -> Result<Vec<MapNode>, db::Error> {
    let kinds_wanted = tx.is_one_of_texts("kind", 2);
    let text = format!(
        "select * from graph_node
         where graph_id = $1 and {kinds_wanted}
           and ($3 = '' or path = $3 or (path >= $4 and path < $5))
         order by id limit $6"
    );
    let rows: Vec<MapRow> = run!(
        tx,
        fetch_all,
        query_as(AssertSqlSafe(text))
            .bind(graph)
            .bind(words(kinds))
            .bind(under)
            .bind(format!("{under}/"))
            .bind(format!("{under}0"))
            .bind(limit)
    )?;
    Ok(rows.into_iter().map(MapNode::from).collect())
}

#[derive(sqlx::FromRow)]
struct MapRow {
    #[sqlx(flatten)]
    node: NodeRow,
    parent_id: Option<i64>,
    files: i64,
    symbols: i64,
    lines: i64,
    ghosts: i64,
    changes: i64,
    owner: Option<String>,
    first_change: Option<i64>,
}

impl From<NodeRow> for Node {
    fn from(row: NodeRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            name: row.name,
            qualified_name: row.qualified_name,
            path: row.path,
            lines: row.first_line.zip(row.last_line).map(|(a, b)| [line(a), line(b)]),
            language: row.language,
            signature: row.signature,
            visibility: row.visibility,
            doc: row.doc,
        }
    }
}

impl From<MapRow> for MapNode {
    fn from(row: MapRow) -> Self {
        Self {
            id: row.node.id,
            kind: row.node.kind,
            name: row.node.name,
            qualified_name: row.node.qualified_name,
            path: row.node.path,
            parent: row.parent_id,
            language: row.node.language,
            files: unsigned(row.files),
            symbols: unsigned(row.symbols),
            lines: unsigned(row.lines),
            ghosts: unsigned(row.ghosts),
            changes: unsigned(row.changes),
            owner: row.owner,
            first_change: row.first_change,
        }
    }
}
