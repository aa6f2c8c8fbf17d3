//! Every statement on the `knowledge_…` tables.

mod collections;
mod documents;
mod ingests;
mod sources;

pub(super) use collections::{
    adopt, collections, delete_collection, insert_collection, is_empty, set_model, set_weight,
    settings, settings_by_id,
};
pub(super) use documents::{
    DocumentFilter, NewRow, Range, delete_document, document, documents, hashes, insert,
    located_by_chunk, outcomes, range_of_path, ranges, ranges_of,
};
pub(super) use ingests::{
    IngestRow, NewPending, Pending, Progress, create_ingest, finish_ingest, ingest, insert_pending,
    next_pending, settle_pending,
};
pub(super) use sources::{
    Known, SourceRow, delete_source, due_sources, insert_source, known, set_next_run,
    settle_source, source, sources,
};
