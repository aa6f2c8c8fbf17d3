//! HTTP: what requests are read with, how errors and lists are answered, how it is served.

pub(crate) mod deadline;
pub(crate) mod etag;
pub(crate) mod extract;
pub(crate) mod idempotency;
pub(crate) mod observe;
pub(crate) mod openapi;
pub(crate) mod page;
pub(crate) mod parameters;
pub(crate) mod serve;
pub(crate) mod sse;
#[cfg(test)]
mod tests;
