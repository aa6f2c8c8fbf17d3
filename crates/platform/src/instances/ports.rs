//! Ports: reserved in the database, and free on the machine.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::RangeInclusive;

/// Those of `range` that no instance holds and nobody listens on, in order.
pub(super) fn free(range: RangeInclusive<u16>, held: &[u16]) -> impl Iterator<Item = u16> {
    range.filter(|port| !held.contains(port) && is_free(*port))
}

/// Whether somebody could listen there. Asks the machine by doing so for a moment.
pub(super) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_or_taken_is_left_out() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let taken = listener.local_addr().unwrap().port();
        assert!(!is_free(taken));
        let around = taken.saturating_sub(20)..=taken.saturating_add(20);
        let held = [taken.saturating_sub(1)];
        let free: Vec<u16> = free(around, &held).collect();
        assert!(!free.contains(&taken) && !free.contains(&held[0]));
        assert!(!free.is_empty());
    }
}
