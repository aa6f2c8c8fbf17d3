//! One row in every table, as a slice would write it.

use db::{Error, Tx, run};
use serde_json::json;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, query, query_scalar};
use uuid::Uuid;
use wire::{EventId, Timestamp};

pub(crate) const TABLES: [&str; 37] = [
    "audit_record",
    "event",
    "log_head",
    "job",
    "api_key",
    "sign_in_link",
    "session",
    "idempotency",
    "status_transition",
    "presence",
    "recorder_lease",
    "search_vector",
    "search_posting",
    "search_block",
    "search_chunk",
    "search_index",
    "knowledge_pending",
    "knowledge_ingest",
    "knowledge_document",
    "knowledge_source",
    "knowledge_collection",
    "instance",
    "project_grant",
    "message_receipt",
    "graph_indexing",
    "graph_file",
    "graph_commit",
    "graph_problem",
    "graph_unresolved",
    "graph_link",
    "graph_edge",
    "graph_node",
    "graph",
    "repository_delivery",
    "repository",
    "project",
    // Last: nothing that is deleted before it may still point at it.
    "tenant",
];

/// Every table but the wall itself, in an order in which they can be emptied.
pub(crate) fn behind_the_wall() -> impl Iterator<Item = &'static str> + Clone {
    TABLES.into_iter().filter(|table| *table != "tenant")
}

const AT: Timestamp = Timestamp::from_micros(1_767_225_600_000_000);

/// A row in every table behind the wall, written without naming a tenant.
pub(crate) async fn fill(tx: &mut Tx) -> Result<(), Error> {
    log(tx).await?;
    access(tx).await?;
    let project = federation(tx).await?;
    retrieval(tx).await?;
    knowledge(tx, project).await?;
    instances(tx).await?;
    grants(tx, project).await?;
    repositories(tx, project).await?;
    graph(tx, project).await
}

async fn log(tx: &mut Tx) -> Result<(), Error> {
    let record = "insert into audit_record (seq, at, actor, action, target, detail, prev, hash)
         values (1, $1, 'a', 'b', 'c', $2, 'd', 'e')";
    run!(tx, execute, query(record).bind(AT).bind(Json(json!({}))))?;
    let event = "insert into event (seq, id, kind, subject, at, actor, correlation, data)
         values (1, $1, 'a', 'b', $2, 'c', 'd', $3)";
    run!(tx, execute, query(event).bind(id()).bind(AT).bind(Json(json!({}))))?;
    run!(tx, execute, query("insert into log_head (event_seq) values (1)"))?;
    let job = "insert into job (id, name, payload, state, queued_at, run_at)
         values ($1, 'a', $2, 'queued', $3, $3)";
    run!(tx, execute, query(job).bind(id()).bind(Json(json!({}))).bind(AT))?;
    Ok(())
}

async fn access(tx: &mut Tx) -> Result<(), Error> {
    let key = "insert into api_key (id, name, owner, scopes, secret_hash, created_at)
         values ($1, 'a', 'b', $2, $3, $4)";
    run!(tx, execute, query(key).bind(id()).bind(Json(json!([]))).bind(hash()).bind(AT))?;
    let link = "insert into sign_in_link (token_hash, expires_at) values ($1, $2)";
    run!(tx, execute, query(link).bind(hash()).bind(AT))?;
    let session = "insert into session (token_hash, expires_at) values ($1, $2)";
    run!(tx, execute, query(session).bind(hash()).bind(AT))?;
    let answer =
        "insert into idempotency (actor, key, request_hash, created_at) values ('a', 'b', $1, $2)";
    run!(tx, execute, query(answer).bind(hash()).bind(AT))?;
    Ok(())
}

async fn federation(tx: &mut Tx) -> Result<Uuid, Error> {
    let project_id = id();
    let project =
        "insert into project (id, slug, name, hub_url, tags, allow_fanout, annotations, source,
                              created_at, updated_at)
         values ($1, 'a', 'b', 'http://c', $2, $2, $3, 'api', $4, $4)";
    let (list, map) = (Json(json!([])), Json(json!({})));
    run!(tx, execute, query(project).bind(project_id).bind(&list).bind(map).bind(AT))?;
    let presence = "insert into presence (project_id, status, status_since, status_reasons)
         values ($1, 'online', $2, $3)";
    run!(tx, execute, query(presence).bind(project_id).bind(AT).bind(&list))?;
    let transition =
        "insert into status_transition (project_id, at, from_status, to_status, reasons)
         values ($1, $2, 'unknown', 'online', $3)";
    run!(tx, execute, query(transition).bind(project_id).bind(AT).bind(&list))?;
    let lease = "insert into recorder_lease (holder, until, linked, term) values ($1, $2, $3, 1)";
    run!(tx, execute, query(lease).bind(id()).bind(AT).bind(true))?;
    Ok(project_id)
}

async fn retrieval(tx: &mut Tx) -> Result<(), Error> {
    let index = id();
    run!(tx, execute, query("insert into search_index (id) values ($1)").bind(index))?;
    let vector = tx.dialect("x'003c'", "'[1]'");
    let vector = format!(
        "insert into search_vector (index_id, space, number, embedding) values ($1, 0, 0, {vector})"
    );
    for statement in [
        "insert into search_chunk (index_id, number, first_byte, end_byte, first_line, last_line,
                                   context, heading, body)
         values ($1, 0, 0, 1, 1, 1, 'a', 'b', 'c')",
        "insert into search_posting (index_id, term, block, postings) values ($1, 'a', 0, '')",
        "insert into search_block (index_id, block, lengths) values ($1, 0, '')",
        vector.as_str(),
    ] {
        run!(tx, execute, query(AssertSqlSafe(statement)).bind(index))?;
    }
    Ok(())
}

async fn knowledge(tx: &mut Tx, project: Uuid) -> Result<(), Error> {
    let (collection, ingest, list) = (id(), id(), Json(json!([])));
    let text = "insert into knowledge_collection (id, project_id, name, language, chunk_tokens,
                                                  chunk_overlap, created_at)
         values ($1, $2, 'a', 'english', 256, 32, $3)";
    run!(tx, execute, query(text).bind(collection).bind(project).bind(AT))?;
    let text = "insert into knowledge_source (id, collection_id, kind, location, every, depth,
                                              prune, created_at, next_run_at)
         values ($1, $2, 'folder', '/a', 60, 0, $3, $4, $4)";
    run!(tx, execute, query(text).bind(id()).bind(collection).bind(false).bind(AT))?;
    let text = "insert into knowledge_document (id, collection_id, path, tags, hash, bytes,
                                                first_chunk, chunk_count, modified_at, added_at)
         values ($1, $2, 'a', $3, 'b', 0, 0, 0, $4, $4)";
    run!(tx, execute, query(text).bind(id()).bind(collection).bind(&list).bind(AT))?;
    let text = "insert into knowledge_ingest (id, collection_id, total, unchanged, queued_at,
                                              failures)
         values ($1, $2, 1, 0, $3, $4)";
    run!(tx, execute, query(text).bind(ingest).bind(collection).bind(AT).bind(&list))?;
    let text = "insert into knowledge_pending (ingest_id, place, path, tags, hash, content,
                                               modified_at)
         values ($1, 0, 'a', $2, 'b', $3, $4)";
    run!(tx, execute, query(text).bind(ingest).bind(&list).bind(hash()).bind(AT))?;
    Ok(())
}

async fn instances(tx: &mut Tx) -> Result<(), Error> {
    let text = "insert into instance (id, host, project, name, driver, spec, wanted, run, ready,
                                      streak, restarts, state, health, since, created_at,
                                      updated_at, revision)
         values ($1, 'a', 'b', 'c', 'process', $2, 'running', 0, $3, 0, 0, 'created', 'none',
                 $4, $4, $4, 0)";
    run!(tx, execute, query(text).bind(id()).bind(Json(json!({}))).bind(false).bind(AT))?;
    Ok(())
}

async fn grants(tx: &mut Tx, project: Uuid) -> Result<(), Error> {
    let text = "insert into project_grant (id, sender, receiver, sender_id, receiver_id, subjects,
                                           created_at, created_by)
         values ($1, 'a', 'b', $2, $2, $3, $4, 'c')";
    let subjects = Json(json!([]));
    run!(tx, execute, query(text).bind(id()).bind(project).bind(subjects).bind(AT))?;
    let text = "insert into message_receipt (id, grant_id, delivered_at) values ($1, $1, $2)";
    run!(tx, execute, query(text).bind(id()).bind(AT))?;
    Ok(())
}

async fn repositories(tx: &mut Tx, project: Uuid) -> Result<(), Error> {
    let repository = id();
    let text =
        "insert into repository (id, project_id, location, every, webhook_secret, created_at,
                                        next_fetch_at)
         values ($1, $2, '/a', 60, $3, $4, $4)";
    run!(tx, execute, query(text).bind(repository).bind(project).bind(hash()).bind(AT))?;
    let text = "insert into repository_delivery (repository_id, mark, received_at)
         values ($1, $2, $3)";
    run!(tx, execute, query(text).bind(repository).bind(hash()).bind(AT))?;
    Ok(())
}

async fn graph(tx: &mut Tx, project: Uuid) -> Result<(), Error> {
    let text = "insert into graph (project_id, is_current, version, digest, next_node, summary,
                                   indexed_at)
         values ($1, $2, 1, $3, 1, $4, $5) returning id";
    let (map, digest) = (Json(json!({})), hash());
    let graph: i64 = run!(
        tx,
        fetch_one,
        query_scalar(text).bind(project).bind(true).bind(&digest).bind(map).bind(AT)
    )?;
    for statement in [
        "insert into graph_node (graph_id, id, key, digest, kind, name, qualified_name, files,
                                 symbols, lines, ghosts)
         values ($1, 1, 'a', 0, 'file', 'b', 'c', 0, 0, 0, 0)",
        "insert into graph_edge (graph_id, from_id, kind, to_id, first_line, last_line, proof,
                                 extractor, confidence, digest)
         values ($1, 1, 'calls', 1, 0, 0, 'scope', 'a', 1, 0)",
        "insert into graph_link (graph_id, from_id, to_id, kind, count)
         values ($1, 1, 1, 'calls', 1)",
        "insert into graph_problem (graph_id, number, path, message) values ($1, 1, 'a', 'b')",
        "insert into graph_unresolved (graph_id, path, digest, names) values ($1, 'a', 0, '[]')",
    ] {
        run!(tx, execute, query(statement).bind(graph))?;
    }
    let text = "insert into graph_file (project_id, path, hash, version, facts)
         values ($1, 'a', $2, 1, $2)";
    run!(tx, execute, query(text).bind(project).bind(hash()))?;
    let text = "insert into graph_commit (project_id, id, version, said) values ($1, 'a', 1, $2)";
    run!(tx, execute, query(text).bind(project).bind(hash()))?;
    let text = "insert into graph_indexing (id, project_id, path, stage, queued_at)
         values ($1, $2, '/a', 'queued', $3)";
    run!(tx, execute, query(text).bind(id()).bind(project).bind(AT))?;
    Ok(())
}

fn id() -> Uuid {
    EventId::new().uuid()
}

fn hash() -> Vec<u8> {
    id().as_bytes().to_vec()
}
