//! A mesh in a directory: what was acknowledged survives.

use std::fs;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;

use super::rig::{bytes, consumer, deliver, in_time, stream, text};
use crate::{ConsumerConfig, Error, Headers, Mesh, Stored, StreamConfig};

#[tokio::test]
async fn a_reopened_mesh_goes_on_where_it_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let mesh = open(dir.path()).await;
    for payload in ["one", "two", "three"] {
        publish(&mesh, payload).await;
    }
    let mut deliveries = mesh.consume("EVENTS", &consumer("reader")).await.unwrap();
    deliver(&mut deliveries).await.ack().await.unwrap();
    let unanswered = deliver(&mut deliveries).await;
    drop((unanswered, deliveries));
    mesh.close().await;
    drop(mesh);

    let mesh = open(dir.path()).await;
    assert!(publish(&mesh, "three").await.duplicate);
    assert_eq!(publish(&mesh, "four").await, Stored { sequence: 4, duplicate: false });
    let mut deliveries = mesh.consume("EVENTS", &consumer("reader")).await.unwrap();
    let mut got = Vec::new();
    for _ in 0..3 {
        let delivery = deliver(&mut deliveries).await;
        got.push((text(&delivery.message), delivery.sequence, delivery.attempt));
        delivery.ack().await.unwrap();
    }
    let expected = [("two", 2, 2), ("three", 3, 1), ("four", 4, 1)];
    assert_eq!(got, expected.map(|(payload, at, attempt)| (payload.to_owned(), at, attempt)));
}

/// Every prefix of the file is what a crash at some instant may leave. Each must open, hold a
/// prefix of what was published, all that was acknowledged before that instant, and go on.
#[tokio::test]
async fn every_truncation_point_opens_and_keeps_what_was_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mesh.journal");
    let mesh = open(dir.path()).await;
    // Length of the file, and what was promised at that length.
    let mut promises = vec![(length(&path), 0, 0)];
    let mut deliveries = mesh.consume("EVENTS", &consumer("reader")).await.unwrap();
    for number in 1..=3 {
        publish(&mesh, &number.to_string()).await;
        promises.push((length(&path), number, number - 1));
        deliver(&mut deliveries).await.ack().await.unwrap();
        promises.push((length(&path), number, number));
    }
    let whole = fs::read(&path).unwrap();
    for cut in 0..=whole.len() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("mesh.journal"), &whole[..cut]).unwrap();
        let kept_to = promises.iter().rfind(|(length, ..)| *length <= cut);
        let (published, acknowledged) = kept_to.map_or((0, 0), |it| (it.1, it.2));
        let mesh = open(dir.path()).await;
        // It goes on, and the number it gives tells how many it kept.
        let kept = publish(&mesh, "next").await.sequence - 1;
        assert!((published..=published + 1).contains(&kept), "{kept} kept when cut at {cut}");
        let mut deliveries = mesh.consume("EVENTS", &consumer("reader")).await.unwrap();
        let first = deliver(&mut deliveries).await.sequence;
        assert!((acknowledged + 1..=acknowledged + 2).contains(&first), "{first}, cut at {cut}");
    }
}

#[tokio::test]
async fn a_rotten_record_and_what_follows_are_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mesh.journal");
    let mesh = open(dir.path()).await;
    publish(&mesh, "one").await;
    let good = length(&path);
    publish(&mesh, "two").await;
    mesh.close().await;
    drop(mesh);
    let mut bytes = fs::read(&path).unwrap();
    bytes[good + 12] ^= 1;
    bytes.extend([0; 64]);
    fs::write(&path, bytes).unwrap();

    let mesh = open(dir.path()).await;
    assert_eq!(publish(&mesh, "two again").await.sequence, 2);
}

#[tokio::test]
async fn a_file_that_is_not_a_journal_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mesh.journal");
    fs::write(&path, "dear diary").unwrap();
    assert!(matches!(Mesh::local_at(dir.path()).err(), Some(Error::Journal { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "dear diary");
}

#[tokio::test]
async fn a_directory_is_open_once() {
    let dir = tempfile::tempdir().unwrap();
    let mesh = open(dir.path()).await;
    assert!(matches!(Mesh::local_at(dir.path()).err(), Some(Error::Refused(_))));
    drop(mesh);
    open(dir.path()).await;
}

#[tokio::test]
async fn opening_drops_what_is_dead() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mesh.journal");
    let mesh = open(dir.path()).await;
    let brief = StreamConfig { max_age: Duration::from_millis(1), ..stream() };
    mesh.ensure_stream(&brief).await.unwrap();
    for number in 0..100 {
        publish(&mesh, &number.to_string()).await;
    }
    drop(mesh);
    let before = length(&path);
    tokio::time::sleep(Duration::from_millis(5)).await;
    let mesh = Mesh::local_at(dir.path()).unwrap();
    assert!(length(&path) < before / 10, "{} of {before}", length(&path));
    assert_eq!(publish(&mesh, "next").await.sequence, 101);
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_is_mostly_dead_is_rewritten_while_it_is_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mesh.journal");
    let mesh = open(dir.path()).await;
    let brief = StreamConfig { max_age: Duration::from_mins(1), ..stream() };
    mesh.ensure_stream(&brief).await.unwrap();
    let (subject, payload) = ("events.x".parse().unwrap(), Bytes::from(vec![7; 500_000]));
    for number in 0..10 {
        let id = number.to_string();
        mesh.publish_durable(&subject, &id, Headers::new(), payload.clone()).await.unwrap();
    }
    assert!(length(&path) > 5_000_000);
    tokio::time::advance(Duration::from_mins(2)).await;
    publish(&mesh, "fresh").await;
    assert!(length(&path) < 10_000);
    publish(&mesh, "fresher").await;
    drop(mesh);

    let mesh = open(dir.path()).await;
    mesh.ensure_stream(&stream()).await.unwrap();
    let mut deliveries = mesh.consume("EVENTS", &consumer("reader")).await.unwrap();
    assert_eq!(deliver(&mut deliveries).await.sequence, 11);
    assert_eq!(text(&deliver(&mut deliveries).await.message), "fresher");
}

#[tokio::test]
async fn many_publishers_share_a_sync_and_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mesh = open(dir.path()).await;
    let numbers: Vec<String> = (0..500).map(|number: u32| number.to_string()).collect();
    in_time(futures::future::join_all(numbers.iter().map(|it| publish(&mesh, it)))).await;
    drop(mesh);

    let mesh = open(dir.path()).await;
    let wide = ConsumerConfig { max_in_flight: 1000, ..consumer("reader") };
    let mut deliveries = mesh.consume("EVENTS", &wide).await.unwrap();
    for sequence in 1..=500 {
        assert_eq!(deliver(&mut deliveries).await.sequence, sequence);
    }
}

async fn open(dir: &Path) -> Mesh {
    let mesh = Mesh::local_at(dir).unwrap();
    mesh.ensure_stream(&stream()).await.unwrap();
    mesh
}

async fn publish(mesh: &Mesh, payload: &str) -> Stored {
    let subject = "events.x".parse().unwrap();
    mesh.publish_durable(&subject, payload, Headers::new(), bytes(payload)).await.unwrap()
}

fn length(path: &Path) -> usize {
    usize::try_from(fs::metadata(path).unwrap().len()).unwrap()
}
