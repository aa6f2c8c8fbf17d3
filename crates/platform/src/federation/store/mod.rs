//! Every statement on `project`, `presence`, `status_transition` and `recorder_lease`.

mod catalog;
mod presence;

pub(super) use catalog::{all, delete, hub_url_of, id_of, insert, load, update};
pub(super) use presence::{
    Lease, insert_transition, renew, set_heartbeats, set_standing, standings, transitions,
    transitions_of_all,
};
