//! What the graphs of different projects have in common.

use db::{Tx, run};
use sqlx::query_as;
use wire::Slug;
use wire::graph::{EdgeKind, NodeKind, ProjectTie, Proof, TieEnd};

use super::line;

#[derive(sqlx::FromRow)]
struct TieRow {
    name: String,
    proof: Proof,
    kind: EdgeKind,
    here_id: i64,
    here_kind: NodeKind,
    here_name: String,
    here_path: Option<String>,
    here_line: i64,
    slug: Slug,
    there_id: i64,
    there_kind: NodeKind,
    there_name: String,
    there_path: Option<String>,
    there_line: i64,
}

/// What the graph of `project` needs of others, and they of it, by the names both use. An endpoint
/// without a word in its path is everywhere, and proves nothing.
pub(in crate::graph) async fn ties(
    tx: &mut Tx,
    (project, graph): (&Slug, i64),
    limit: i64,
) -> Result<Vec<ProjectTie>, db::Error> {
    let text = "select mine.qualified_name as name, near.proof, near.kind,
             here.id as here_id, here.kind as here_kind, here.qualified_name as here_name,
             here.path as here_path, near.first_line as here_line, project.slug,
             there.id as there_id, there.kind as there_kind, there.qualified_name as there_name,
             there.path as there_path, far.first_line as there_line
         from graph_node as mine
         join graph_node as other
              on other.qualified_name = mine.qualified_name and other.kind = mine.kind
             and other.kind in ('package', 'endpoint', 'subject', 'concept')
             and other.graph_id <> mine.graph_id
         join graph on graph.id = other.graph_id and graph.is_current
         join project on project.id = graph.project_id
         join graph_edge as near
              on near.graph_id = mine.graph_id and near.to_id = mine.id
             and near.kind in ('provides', 'consumes', 'depends_on')
         join graph_edge as far
              on far.graph_id = other.graph_id and far.to_id = other.id
             and far.kind in ('provides', 'consumes', 'depends_on')
             and (near.kind = 'provides') <> (far.kind = 'provides')
         join graph_node as here on here.graph_id = near.graph_id and here.id = near.from_id
         join graph_node as there on there.graph_id = far.graph_id and there.id = far.from_id
         where mine.graph_id = $1
           and mine.kind in ('package', 'endpoint', 'subject', 'concept')
           and not (mine.kind = 'endpoint' and (mine.qualified_name like '% /'
                                                or mine.qualified_name like '% /{}'))
         order by mine.qualified_name, project.slug, here.id, there.id, near.first_line,
                  far.first_line
         limit $2";
    let rows: Vec<TieRow> = run!(tx, fetch_all, query_as(text).bind(graph).bind(limit))?;
    let tie = |row: TieRow| {
        let here = TieEnd {
            project: project.clone(),
            node: row.here_id,
            kind: row.here_kind,
            qualified_name: row.here_name,
            path: row.here_path,
            line: (row.here_line > 0).then(|| line(row.here_line)),
        };
        let there = TieEnd {
            project: row.slug,
            node: row.there_id,
            kind: row.there_kind,
            qualified_name: row.there_name,
            path: row.there_path,
            line: (row.there_line > 0).then(|| line(row.there_line)),
        };
        let has_it = row.kind == EdgeKind::Provides;
        let (from, to) = if has_it { (there, here) } else { (here, there) };
        ProjectTie { name: row.name, from, to, proof: row.proof }
    };
    Ok(rows.into_iter().map(tie).collect())
}
