//! The event log for those outside: relayed to the mesh, followed, asked and replayed over HTTP.

mod api;
mod follow;
mod relay;
#[cfg(test)]
mod tests;

pub(crate) use api::routes;
pub(crate) use follow::{follow, wake_on_mesh};
pub(crate) use relay::{publish_again, run as relay};
