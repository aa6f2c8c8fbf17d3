//! Who asks: keys, one-time sign-in, and what each may do.

mod api;
mod attempts;
mod authenticate;
mod caller;
mod key;
mod ring;
mod sign_in;
mod store;
#[cfg(test)]
mod tests;

pub(crate) use api::routes;
pub(crate) use authenticate::{Access, authenticate};
pub(crate) use caller::{
    AuditRead, Caller, EventsRead, EventsWrite, FedFanout, FedRead, FedWrite, GrantsRead,
    GrantsWrite, GraphRead, GraphWrite, InstancesRead, InstancesWrite, JobsRead, JobsWrite,
    KnowledgeRead, KnowledgeWrite, MeshSend, RepositoriesRead, RepositoriesWrite,
};
pub(crate) use key::random_hex as fresh_secret;
pub(crate) use ring::KeyRing;
pub(crate) use sign_in::token_in as session_in;
