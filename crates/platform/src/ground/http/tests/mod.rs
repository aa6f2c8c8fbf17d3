//! The HTTP surface as a whole: what is refused, how, and what the server survives.

mod connections;
mod exposition;
mod failures;
mod idempotency;
mod requests;
mod tls;
