//! At least once: streams and consumers.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;

use super::rig::{Rig, bytes, consumer, deliver, in_time, next, stream, text};
use crate::{ConsumerConfig, Deliveries, Error, Headers, StreamConfig};

pub(super) async fn a_durable_message_is_delivered(rig: &Rig) {
    rig.make_stream().await;
    let mut headers = Headers::new();
    headers.insert(Headers::TRACEPARENT, "trace");
    let subject = "events.one".parse().unwrap();
    let stored =
        rig.other.publish_durable(&subject, "id-1", headers, bytes("first")).await.unwrap();
    assert_eq!((stored.sequence, stored.duplicate), (1, false));

    let mut deliveries = rig.consume(&consumer("reader")).await;
    let delivery = deliver(&mut deliveries).await;
    assert_eq!(text(&delivery.message), "first");
    assert_eq!(delivery.message.subject, subject);
    assert_eq!(delivery.message.headers.get("traceparent"), Some("trace"));
    assert_eq!(delivery.message.headers.get(Headers::MESSAGE_ID), Some("id-1"));
    assert!(delivery.message.reply.is_none());
    assert_eq!((delivery.sequence, delivery.attempt), (1, 1));
    delivery.ack().await.unwrap();
}

pub(super) async fn a_durable_message_without_a_stream_is_refused(rig: &Rig) {
    let subject = "events.one".parse().unwrap();
    let stored = rig.mesh.publish_durable(&subject, "1", Headers::new(), Bytes::new()).await;
    assert!(matches!(stored, Err(Error::NoStream(it)) if it == "events.one"));
}

pub(super) async fn a_durable_message_without_an_id_is_refused(rig: &Rig) {
    rig.make_stream().await;
    let subject = "events.one".parse().unwrap();
    let stored = rig.mesh.publish_durable(&subject, " ", Headers::new(), Bytes::new()).await;
    assert!(matches!(stored, Err(Error::Refused(_))));
}

pub(super) async fn a_durable_message_is_also_heard_live(rig: &Rig) {
    rig.make_stream().await;
    let mut heard = rig.listen("events.*").await;
    rig.store("events.one", "first").await;
    assert_eq!(text(&next(&mut heard).await), "first");
}

pub(super) async fn a_plain_message_on_a_stream_s_subject_is_kept(rig: &Rig) {
    rig.make_stream().await;
    rig.say("events.plain", "kept").await;
    let mut deliveries = rig.consume(&consumer("reader")).await;
    assert_eq!(text(&deliver(&mut deliveries).await.message), "kept");
}

pub(super) async fn a_duplicate_id_is_stored_once(rig: &Rig) {
    rig.make_stream().await;
    let subject = "events.one".parse().unwrap();
    let publish =
        |payload| rig.mesh.publish_durable(&subject, "the-id", Headers::new(), bytes(payload));
    let first = publish("first").await.unwrap();
    let second = publish("second").await.unwrap();
    assert_eq!((second.sequence, second.duplicate), (first.sequence, true));
    rig.store("events.one", "third").await;
    let mut deliveries = rig.consume(&consumer("reader")).await;
    assert_eq!(read(&mut deliveries, 2).await, ["first", "third"]);
}

pub(super) async fn a_durable_consumer_continues_where_it_stopped(rig: &Rig) {
    rig.make_stream().await;
    for payload in ["one", "two", "three"] {
        rig.store("events.one", payload).await;
    }
    let mut deliveries = rig.consume(&consumer("reader")).await;
    assert_eq!(read(&mut deliveries, 2).await, ["one", "two"]);
    drop(deliveries);
    rig.store("events.one", "four").await;
    let mut deliveries = rig.consume(&consumer("reader")).await;
    let mut rest = read(&mut deliveries, 2).await;
    // What was on its way to the reader that went may come behind what came later.
    rest.sort();
    assert_eq!(rest, ["four", "three"]);
}

pub(super) async fn an_unacknowledged_delivery_comes_again(rig: &Rig) {
    rig.make_stream().await;
    rig.store("events.one", "first").await;
    let mut deliveries = rig.consume(&consumer("reader")).await;
    for attempt in 1..=3 {
        let delivery = deliver(&mut deliveries).await;
        assert_eq!((delivery.sequence, delivery.attempt), (1, attempt));
    }
}

pub(super) async fn a_retried_delivery_comes_again_after_its_delay(rig: &Rig) {
    rig.make_stream().await;
    rig.store("events.one", "first").await;
    let patient = ConsumerConfig { ack_wait: Duration::from_mins(5), ..consumer("reader") };
    let mut deliveries = rig.consume(&patient).await;
    let delay = Duration::from_millis(300);
    let started = std::time::Instant::now();
    deliver(&mut deliveries).await.retry(delay).await.unwrap();
    let again = deliver(&mut deliveries).await;
    assert_eq!(again.attempt, 2);
    assert!(started.elapsed() >= delay);
    again.retry(Duration::ZERO).await.unwrap();
    assert_eq!(deliver(&mut deliveries).await.attempt, 3);
}

pub(super) async fn a_delivery_given_up_does_not_come_again(rig: &Rig) {
    rig.make_stream().await;
    rig.store("events.one", "bad").await;
    rig.store("events.one", "good").await;
    let short = ConsumerConfig { ack_wait: Duration::from_millis(200), ..consumer("reader") };
    let mut deliveries = rig.consume(&short).await;
    deliver(&mut deliveries).await.give_up().await.unwrap();
    // Unanswered, "good" comes again and again; "bad" would have come between.
    for _ in 0..3 {
        assert_eq!(text(&deliver(&mut deliveries).await.message), "good");
    }
}

pub(super) async fn a_delivery_is_given_up_after_the_last_attempt(rig: &Rig) {
    rig.make_stream().await;
    rig.store("events.one", "poison").await;
    let ack_wait = Duration::from_millis(200);
    let twice = ConsumerConfig { max_deliver: 2, ack_wait, ..consumer("reader") };
    let mut deliveries = rig.consume(&twice).await;
    assert_eq!(deliver(&mut deliveries).await.attempt, 1);
    assert_eq!(deliver(&mut deliveries).await.attempt, 2);
    rig.store("events.one", "after").await;
    for attempt in 1..=2 {
        let delivery = deliver(&mut deliveries).await;
        assert_eq!((&*text(&delivery.message), delivery.attempt), ("after", attempt));
    }
}

pub(super) async fn a_consumer_gets_only_what_its_filter_selects(rig: &Rig) {
    rig.make_stream().await;
    for (subject, payload) in [("events.a.x", "1"), ("events.b.x", "2"), ("events.a.y", "3")] {
        rig.store(subject, payload).await;
    }
    let filtered = ConsumerConfig { filter: "events.a.*".parse().unwrap(), ..consumer("reader") };
    let mut deliveries = rig.consume(&filtered).await;
    assert_eq!(read(&mut deliveries, 2).await, ["1", "3"]);
    rig.store("events.b.x", "4").await;
    rig.store("events.a.z", "5").await;
    assert_eq!(read(&mut deliveries, 1).await, ["5"]);
}

pub(super) async fn two_consumers_each_get_everything(rig: &Rig) {
    rig.make_stream().await;
    let mut one = rig.consume(&consumer("one")).await;
    let mut other = rig.consume(&consumer("other")).await;
    for payload in ["1", "2"] {
        rig.store("events.x", payload).await;
    }
    assert_eq!(read(&mut one, 2).await, ["1", "2"]);
    assert_eq!(read(&mut other, 2).await, ["1", "2"]);
}

pub(super) async fn readers_of_one_consumer_share_its_messages(rig: &Rig) {
    rig.make_stream().await;
    let patient = ConsumerConfig { ack_wait: Duration::from_mins(5), ..consumer("reader") };
    let mut one = rig.consume(&patient).await;
    let mut other = rig.consume(&patient).await;
    for number in 0..40 {
        rig.store("events.x", &number.to_string()).await;
    }
    let mut seen = BTreeSet::new();
    while seen.len() < 40 {
        let delivery = in_time(async {
            tokio::select! { it = one.next() => it, it = other.next() => it }
        });
        let delivery = delivery.await.unwrap().unwrap();
        assert!(seen.insert(delivery.sequence), "a message came to both");
        delivery.ack().await.unwrap();
    }
}

pub(super) async fn no_more_than_max_in_flight_are_delivered(rig: &Rig) {
    rig.make_stream().await;
    for number in 0..4 {
        rig.store("events.x", &number.to_string()).await;
    }
    let ack_wait = Duration::from_mins(5);
    let narrow = ConsumerConfig { max_in_flight: 2, ack_wait, ..consumer("reader") };
    let mut deliveries = rig.consume(&narrow).await;
    let first = deliver(&mut deliveries).await;
    let _second = deliver(&mut deliveries).await;
    // Absence can only be waited for.
    let third = tokio::time::timeout(Duration::from_millis(300), deliveries.next()).await;
    assert!(third.is_err(), "a third was delivered");
    first.ack().await.unwrap();
    assert_eq!(deliver(&mut deliveries).await.sequence, 3);
}

pub(super) async fn an_old_message_is_dropped(rig: &Rig) {
    let short = Duration::from_secs(1);
    let config = StreamConfig { max_age: short, dedup_window: short, ..stream() };
    rig.mesh.ensure_stream(&config).await.unwrap();
    rig.store("events.x", "old").await;
    // It is gone when a reader that would get it first gets something else first.
    in_time(async {
        for turn in 0.. {
            rig.store("events.x", &turn.to_string()).await;
            let mut deliveries = rig.consume(&consumer(&format!("reader-{turn}"))).await;
            if text(&deliver(&mut deliveries).await.message) != "old" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await;
}

pub(super) async fn a_stream_can_be_ensured_again_and_changed(rig: &Rig) {
    rig.make_stream().await;
    rig.store("events.x", "1").await;
    rig.make_stream().await;
    let subjects = vec!["events.>".parse().unwrap(), "more.*".parse().unwrap()];
    rig.mesh.ensure_stream(&StreamConfig { subjects, ..stream() }).await.unwrap();
    assert_eq!(rig.store("more.y", "2").await, 2);
}

pub(super) async fn two_streams_cannot_share_a_subject(rig: &Rig) {
    rig.make_stream().await;
    let subjects = vec!["*.one".parse().unwrap()];
    let rival = StreamConfig { name: "RIVAL".into(), subjects, ..stream() };
    assert!(rig.mesh.ensure_stream(&rival).await.is_err());
}

pub(super) async fn a_consumer_needs_a_stream(rig: &Rig) {
    let consumed = rig.mesh.consume("EVENTS", &consumer("reader")).await;
    assert!(matches!(consumed.err(), Some(Error::NoStream(it)) if it == "EVENTS"));
}

pub(super) async fn deliveries_end_when_the_mesh_is_closed(rig: &Rig) {
    rig.make_stream().await;
    let mut deliveries = rig.consume(&consumer("reader")).await;
    let ((), end) = tokio::join!(rig.mesh.close(), in_time(deliveries.next()));
    assert!(end.is_none());
}

/// Takes and acknowledges `count` deliveries.
async fn read(deliveries: &mut Deliveries, count: usize) -> Vec<String> {
    let mut payloads = Vec::new();
    while payloads.len() < count {
        let delivery = deliver(deliveries).await;
        payloads.push(text(&delivery.message));
        delivery.ack().await.unwrap();
    }
    payloads
}
