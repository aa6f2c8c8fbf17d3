//! Documents on their way into a collection.

use db::{Tx, run};
use sqlx::types::Json;
use sqlx::{query, query_as};
use wire::knowledge::{Failure, Ingest, IngestState};
use wire::{CollectionId, JobId, Slug, SourceId, Timestamp};

/// Of a batch, so that its contents fit in memory.
const BATCH_BYTES: i64 = 8 << 20;
const BATCH_DOCUMENTS: i64 = 24;

/// An ingest as the job sees it.
#[derive(sqlx::FromRow)]
pub(in crate::knowledge) struct IngestRow {
    pub collection_id: CollectionId,
    pub project: Slug,
    pub collection: Slug,
    pub total: i64,
    pub done: i64,
    pub failed: i64,
    pub unchanged: i64,
    pub chunks: i64,
    pub queued_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub failures: Json<Vec<Failure>>,
    /// Of the job that reads the documents.
    pub gave_up: bool,
    pub error: Option<String>,
}

/// A document whose content is kept until it is indexed.
pub(in crate::knowledge) struct NewPending {
    pub path: String,
    pub tags: Vec<String>,
    pub hash: String,
    pub content: Vec<u8>,
    pub modified_at: Timestamp,
}

#[derive(sqlx::FromRow)]
pub(in crate::knowledge) struct Pending {
    pub place: i64,
    pub source_id: Option<SourceId>,
    pub path: String,
    pub tags: Json<Vec<String>>,
    pub hash: String,
    pub content: Vec<u8>,
    pub modified_at: Timestamp,
}

/// What became of one document.
pub(in crate::knowledge) struct Progress {
    pub place: i64,
    pub chunks: i64,
    pub failure: Option<Failure>,
}

pub(in crate::knowledge) async fn create_ingest(
    tx: &mut Tx,
    (id, collection): (JobId, CollectionId),
    (total, unchanged): (usize, usize),
    now: Timestamp,
) -> Result<(), db::Error> {
    run!(
        tx,
        execute,
        query(
            "insert into knowledge_ingest (id, collection_id, total, unchanged, queued_at, failures)
             values ($1, $2, $3, $4, $5, $6)"
        )
        .bind(id)
        .bind(collection)
        .bind(i64::try_from(total).unwrap_or(i64::MAX))
        .bind(i64::try_from(unchanged).unwrap_or(i64::MAX))
        .bind(now)
        .bind(Json(Vec::<Failure>::new()))
    )?;
    Ok(())
}

pub(in crate::knowledge) async fn insert_pending(
    tx: &mut Tx,
    ingest: JobId,
    source: Option<SourceId>,
    rows: &[NewPending],
) -> Result<(), db::Error> {
    for (place, row) in (0_i64..).zip(rows) {
        run!(
            tx,
            execute,
            query(
                "insert into knowledge_pending (ingest_id, place, source_id, path, tags, hash,
                                                content, modified_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8)"
            )
            .bind(ingest)
            .bind(place)
            .bind(source)
            .bind(&row.path)
            .bind(Json(&row.tags))
            .bind(&row.hash)
            .bind(&row.content)
            .bind(row.modified_at)
        )?;
    }
    Ok(())
}

/// The next documents to read, in order; together not much more than [`BATCH_BYTES`].
pub(in crate::knowledge) async fn next_pending(
    tx: &mut Tx,
    ingest: JobId,
) -> Result<Vec<Pending>, db::Error> {
    run!(
        tx,
        fetch_all,
        query_as(
            "select place, source_id, path, tags, hash, content, modified_at from (
                 select knowledge_pending.*,
                        sum(length(content)) over (order by place) - length(content) as before
                 from knowledge_pending where ingest_id = $1
                 order by place limit $2
             ) as next where before < $3 order by place"
        )
        .bind(ingest)
        .bind(BATCH_DOCUMENTS)
        .bind(BATCH_BYTES)
    )
}

/// Takes a document off the list and counts it.
pub(in crate::knowledge) async fn settle_pending(
    tx: &mut Tx,
    ingest: JobId,
    progress: &Progress,
) -> Result<(), db::Error> {
    let text = "delete from knowledge_pending where ingest_id = $1 and place = $2";
    run!(tx, execute, query(text).bind(ingest).bind(progress.place))?;
    let text = "update knowledge_ingest
                set done = done + 1, failed = failed + $2, chunks = chunks + $3 where id = $1";
    let failed = i64::from(progress.failure.is_some());
    run!(tx, execute, query(text).bind(ingest).bind(failed).bind(progress.chunks))?;
    let Some(failure) = &progress.failure else { return Ok(()) };
    // The first hundred are enough to see what is wrong; the documents carry their own.
    let text = tx.dialect(
        "update knowledge_ingest set failures = json_insert(failures, '$[#]', json($2))
         where id = $1 and json_array_length(failures) < 100",
        "update knowledge_ingest set failures = failures || $2
         where id = $1 and jsonb_array_length(failures) < 100",
    );
    run!(tx, execute, query(text).bind(ingest).bind(Json(failure)))?;
    Ok(())
}

pub(in crate::knowledge) async fn finish_ingest(
    tx: &mut Tx,
    id: JobId,
    now: Timestamp,
) -> Result<(), db::Error> {
    let text = "update knowledge_ingest set finished_at = $2 where id = $1";
    run!(tx, execute, query(text).bind(id).bind(now))?;
    Ok(())
}

pub(in crate::knowledge) async fn ingest(
    tx: &mut Tx,
    id: JobId,
) -> Result<Option<IngestRow>, db::Error> {
    run!(
        tx,
        fetch_optional,
        query_as(
            "select ingest.*, project.slug as project, collection.name as collection,
                    coalesce(job.state = 'gave_up', false) as gave_up, job.error
             from knowledge_ingest as ingest
             left join job on job.name = 'knowledge.ingest' and job.unique_key = $2
             join knowledge_collection as collection on collection.id = collection_id
             join project on project.id = project_id where ingest.id = $1"
        )
        .bind(id)
        .bind(id.to_string())
    )
}

impl IngestRow {
    pub(in crate::knowledge) fn into_wire(self, id: JobId) -> Ingest {
        Ingest {
            id,
            collection: self.collection,
            state: match self.finished_at {
                Some(_) => IngestState::Done,
                None if self.gave_up => IngestState::GaveUp,
                None => IngestState::Running,
            },
            total: self.total.unsigned_abs(),
            done: self.done.unsigned_abs(),
            failed: self.failed.unsigned_abs(),
            unchanged: self.unchanged.unsigned_abs(),
            chunks: self.chunks.unsigned_abs(),
            queued_at: self.queued_at,
            finished_at: self.finished_at,
            failures: self.failures.0,
            error: self.error,
        }
    }
}
