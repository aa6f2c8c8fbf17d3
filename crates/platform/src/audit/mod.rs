//! The audit trail for those outside: read, exported and verified.

mod api;
#[cfg(test)]
mod tests;

pub(crate) use api::routes;
