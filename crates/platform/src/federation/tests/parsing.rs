//! What strangers send is read or refused, never more.

use proptest::prelude::*;
use wire::Timestamp;
use wire::federation::{Beat, SelfStatus};

use crate::federation::beat::{MAX_BYTES, Refusal, parse};

fn any_beat() -> impl Strategy<Value = Beat> {
    let text = || proptest::option::of("[^\\x00]{0,20}");
    let fields = (
        "[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?",
        proptest::option::of(0..4_000_000_000_000_000_i64),
        text(),
        text(),
        proptest::option::of(any::<u64>()),
        prop_oneof![Just(SelfStatus::Ok), Just(SelfStatus::Degraded), Just(SelfStatus::Stopping)],
        proptest::collection::vec(".{0,20}", 0..4),
        proptest::collection::btree_map(".{0,10}", any::<u64>(), 0..4),
    );
    fields.prop_map(|(slug, micros, version, instance_id, seq, status, reasons, counts)| Beat {
        mesh_namespace: Some(format!("hub.{slug}")),
        project_slug: slug.parse().unwrap(),
        timestamp: micros.map(Timestamp::from_micros),
        hub_url: Some("https://x.example".to_owned()),
        version,
        instance_id,
        seq,
        status,
        reasons,
        services: vec!["instance".to_owned()],
        counts,
        signature: None,
    })
}

proptest! {
    #[test]
    fn what_an_instance_writes_is_what_is_read(beat in any_beat()) {
        let payload = serde_json::to_vec(&beat).unwrap();
        let read = parse(&format!("hub.presence.{}", beat.project_slug), &payload).unwrap();
        prop_assert_eq!(&*read.slug, beat.project_slug.as_str());
        prop_assert_eq!(read.timestamp, beat.timestamp);
        prop_assert_eq!((read.seq, read.status), (beat.seq, beat.status));
        prop_assert_eq!(read.report.version, beat.version);
        prop_assert_eq!(read.report.instance_id, beat.instance_id);
        prop_assert_eq!(read.report.reasons, beat.reasons);
        prop_assert_eq!(read.report.counts, beat.counts);
    }

    #[test]
    fn bytes_never_panic(payload in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(parse("hub.presence.atlas", &payload).is_err());
    }

    #[test]
    fn a_beat_with_a_byte_changed_never_panics(beat in any_beat(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut payload = serde_json::to_vec(&beat).unwrap();
        let index = at.index(payload.len());
        payload[index] = byte;
        drop(parse(&format!("hub.presence.{}", beat.project_slug), &payload));
    }

    #[test]
    fn a_subject_never_panics(subject in ".{0,60}") {
        drop(parse(&subject, br#"{"project_slug":"a"}"#));
    }
}

#[test]
fn a_payload_past_the_bound_is_refused_unread() {
    let payload = vec![b'['; MAX_BYTES + 1];
    assert_eq!(parse("hub.presence.a", &payload), Err(Refusal::TooLarge));
}
