//! Projects that talk to projects: only under a grant, signed, once, and with a receipt.
//!
//! `send` asks for the grant and signs; `receive` runs beside an instance and believes nothing
//! that `send` has checked; `handlers` answer.

mod api;
mod handlers;
mod model;
mod receive;
mod send;
mod store;
#[cfg(test)]
mod tests;

pub(crate) use api::routes;
pub(crate) use receive::receive;
