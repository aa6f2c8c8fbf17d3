//! The knowledge base of each project: collections of documents that are read, chunked, embedded,
//! and searched by keyword and by meaning.

mod api;
mod collections;
mod documents;
mod evaluate;
mod ingest;
mod reembed;
mod search;
mod sources;
mod store;
mod transfer;
#[cfg(test)]
mod tests;

pub(crate) use api::routes;
pub(crate) use collections::{Place, list as collections};
pub(crate) use documents::{add, progress, read};
pub(crate) use evaluate::evaluate as measure;
pub(crate) use ingest::Ingest;
pub(crate) use reembed::Reembed;
pub(crate) use search::answer;
pub(crate) use sources::{Sync, schedule};
