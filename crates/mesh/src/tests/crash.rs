//! A mesh in a directory whose process is killed.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::rig::{bytes, consumer, deliver, stream};
use crate::{ConsumerConfig, Headers, Mesh};

/// Set in the process that is to be killed.
const VICTIM_DIR: &str = "MESH_TEST_VICTIM_DIR";
const ROUNDS: u64 = 6;

/// This test is two processes: one publishes and acknowledges and says what it was promised, the
/// other kills it in the middle of that and looks whether the promises were kept.
#[tokio::test]
async fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    #[expect(clippy::disallowed_methods, reason = "how the process knows which of the two it is")]
    if let Ok(dir) = std::env::var(VICTIM_DIR) {
        return work_until_killed(Path::new(&dir)).await;
    }
    let dir = tempfile::tempdir().unwrap();
    for round in 1..=ROUNDS {
        let promises = promises_of_a_victim(dir.path(), Duration::from_millis(round * 37 % 100));
        check(dir.path(), &promises).await;
    }
}

async fn work_until_killed(dir: &Path) {
    let mesh = open(dir).await;
    let mut deliveries = mesh.consume("EVENTS", &reader()).await.unwrap();
    for number in 0_u64.. {
        let subject = "events.x".parse().unwrap();
        let id = format!("{}-{number}", std::process::id());
        let stored = mesh.publish_durable(&subject, &id, Headers::new(), bytes(&id)).await.unwrap();
        println!("\nstored {} {id}", stored.sequence);
        if number % 2 == 1 {
            let delivery = deliver(&mut deliveries).await;
            let sequence = delivery.sequence;
            delivery.ack().await.unwrap();
            println!("\nacknowledged {sequence}");
        }
    }
}

#[derive(Default)]
struct Promises {
    stored: Vec<(u64, String)>,
    acknowledged: u64,
}

fn promises_of_a_victim(dir: &Path, lifetime: Duration) -> Promises {
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture"])
        .arg("tests::crash::what_was_acknowledged_survives_a_kill_at_any_moment")
        .env(VICTIM_DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut promises = Promises::default();
    let mut doomed_at = None;
    for line in BufReader::new(victim.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["stored", sequence, id] => {
                promises.stored.push((sequence.parse().unwrap(), id.to_owned()));
            }
            ["acknowledged", sequence] => promises.acknowledged = sequence.parse().unwrap(),
            _ => {}
        }
        // Its life begins with its first promise. What it said before it died is read to the end.
        let begins = !promises.stored.is_empty() && doomed_at.is_none();
        if begins {
            doomed_at = Some(Instant::now() + lifetime);
        }
        if doomed_at.is_some_and(|at| at <= Instant::now()) {
            victim.kill().unwrap();
        }
    }
    victim.wait().unwrap();
    promises
}

async fn check(dir: &Path, promises: &Promises) {
    let mesh = open(dir).await;
    assert!(!promises.stored.is_empty());
    let subject = "events.x".parse().unwrap();
    for (sequence, id) in &promises.stored {
        let again = mesh.publish_durable(&subject, id, Headers::new(), bytes(id)).await.unwrap();
        assert_eq!((again.sequence, again.duplicate), (*sequence, true));
    }
    let mut deliveries = mesh.consume("EVENTS", &reader()).await.unwrap();
    assert!(deliver(&mut deliveries).await.sequence > promises.acknowledged);
}

async fn open(dir: &Path) -> Mesh {
    let mesh = Mesh::local_at(dir).unwrap();
    mesh.ensure_stream(&stream()).await.unwrap();
    mesh
}

fn reader() -> ConsumerConfig {
    ConsumerConfig { ack_wait: Duration::from_mins(5), ..consumer("reader") }
}
