//! The described part of projects.

use std::collections::BTreeMap;

use db::{Tx, run};
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};
use wire::federation::{Reason, Report, Status};
use wire::{ProjectId, Slug, Timestamp};

use crate::federation::board::{Recorded, Standing};
use crate::federation::project::{Project, Source};

pub(in crate::federation) async fn hub_url_of(
    tx: &mut Tx,
    slug: &Slug,
) -> Result<Option<String>, db::Error> {
    let text = "select hub_url from project where slug = $1";
    run!(tx, fetch_optional, query_scalar(text).bind(slug))
}

/// The project of that slug.
pub(in crate::federation) async fn id_of(
    tx: &mut Tx,
    slug: &Slug,
) -> Result<Option<ProjectId>, db::Error> {
    run!(tx, fetch_optional, query_scalar("select id from project where slug = $1").bind(slug))
}

/// Inserts `project` and its presence. `false` when the slug is taken.
pub(in crate::federation) async fn insert(
    tx: &mut Tx,
    project: &Project,
) -> Result<bool, db::Error> {
    let inserted = run!(
        tx,
        execute,
        query(
            "insert into project (id, slug, name, hub_url, tags, owner, description, allow_fanout,
                                  annotations, verify_key, source, orphaned, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             on conflict (tenant_id, slug) do nothing"
        )
        .bind(project.id)
        .bind(&project.slug)
        .bind(&project.name)
        .bind(&project.hub_url)
        .bind(Json(&project.tags))
        .bind(&project.owner)
        .bind(&project.description)
        .bind(Json(&project.allow_fanout))
        .bind(Json(&project.annotations))
        .bind(&project.verify_key)
        .bind(project.source.as_str())
        .bind(project.orphaned)
        .bind(project.created_at)
        .bind(project.updated_at)
    )?;
    if inserted == 0 {
        return Ok(false);
    }
    let standing = Standing::never_heard(project.created_at);
    run!(
        tx,
        execute,
        query(
            "insert into presence (project_id, status, status_since, status_reasons)
             values ($1, $2, $3, $4)"
        )
        .bind(project.id)
        .bind(standing.status)
        .bind(standing.since)
        .bind(Json(&standing.reasons))
    )?;
    Ok(true)
}

pub(in crate::federation) async fn update(tx: &mut Tx, project: &Project) -> Result<(), db::Error> {
    run!(
        tx,
        execute,
        query(
            "update project set name = $2, hub_url = $3, tags = $4, owner = $5, description = $6,
                    allow_fanout = $7, annotations = $8, verify_key = $9, source = $10,
                    orphaned = $11, updated_at = $12
             where id = $1"
        )
        .bind(project.id)
        .bind(&project.name)
        .bind(&project.hub_url)
        .bind(Json(&project.tags))
        .bind(&project.owner)
        .bind(&project.description)
        .bind(Json(&project.allow_fanout))
        .bind(Json(&project.annotations))
        .bind(&project.verify_key)
        .bind(project.source.as_str())
        .bind(project.orphaned)
        .bind(project.updated_at)
    )?;
    Ok(())
}

pub(in crate::federation) async fn delete(tx: &mut Tx, id: ProjectId) -> Result<(), db::Error> {
    run!(tx, execute, query("delete from project where id = $1").bind(id))?;
    Ok(())
}

/// One project, locked against other writers where the engine has more than one.
pub(in crate::federation) async fn load(
    tx: &mut Tx,
    slug: &str,
) -> Result<Option<Project>, db::Error> {
    let statement = tx.dialect(
        "select * from project where slug = $1",
        "select * from project where slug = $1 for update",
    );
    let row: Option<Row> = run!(tx, fetch_optional, query_as(statement).bind(slug))?;
    Ok(row.map(Project::from))
}

/// The whole catalog with what is recorded of each project.
pub(in crate::federation) async fn all(tx: &mut Tx) -> Result<Vec<(Project, Recorded)>, db::Error> {
    let rows: Vec<RecordedRow> = run!(
        tx,
        fetch_all,
        query_as(
            "select project.*, presence.status, presence.status_since, presence.status_reasons,
                    presence.last_heartbeat_at, presence.report
             from project join presence on presence.project_id = project.id"
        )
    )?;
    Ok(rows.into_iter().map(RecordedRow::split).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: ProjectId,
    slug: Slug,
    name: String,
    hub_url: String,
    tags: Json<Vec<String>>,
    owner: Option<String>,
    description: Option<String>,
    allow_fanout: Json<Vec<String>>,
    annotations: Json<BTreeMap<String, String>>,
    verify_key: Option<String>,
    source: String,
    orphaned: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Row> for Project {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            hub_url: row.hub_url,
            tags: row.tags.0,
            owner: row.owner,
            description: row.description,
            allow_fanout: row.allow_fanout.0,
            annotations: row.annotations.0,
            verify_key: row.verify_key,
            source: Source::parse(&row.source),
            orphaned: row.orphaned,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

#[derive(sqlx::FromRow)]
struct RecordedRow {
    #[sqlx(flatten)]
    project: Row,
    status: Status,
    status_since: Timestamp,
    status_reasons: Json<Vec<Reason>>,
    last_heartbeat_at: Option<Timestamp>,
    report: Option<Json<Report>>,
}

impl RecordedRow {
    fn split(self) -> (Project, Recorded) {
        let standing = Standing {
            status: self.status,
            since: self.status_since,
            reasons: self.status_reasons.0,
        };
        let recorded = Recorded {
            standing,
            last_heartbeat_at: self.last_heartbeat_at,
            report: self.report.map(|report| report.0),
        };
        (self.project.into(), recorded)
    }
}
