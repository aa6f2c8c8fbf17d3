//! The knowledge base of each project: collections of documents that are read, chunked, embedded,
//! and searched by keyword and by meaning.

mod api;
mod collections;
mod documents;
mod evaluate;
mod ingest;
mod reembed;
mod search;
mod store;
mod transfer;
#[cfg(test)]
mod tests;

pub(crate) use api::routes;
pub(crate) use ingest::Ingest;
pub(crate) use reembed::Reembed;
