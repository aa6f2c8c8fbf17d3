//! Durable work: once, again after a failure, never lost, and given up where people see it.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use db::run;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::query_scalar;
use wire::Timestamp;

use crate::ground::app::App;
use crate::ground::jobs::{Job, Worker, enqueue};
use crate::service::Service;
use crate::testing::TestApp;

/// Adds a line to a file each time it runs, and fails the first few times.
#[derive(Serialize, Deserialize)]
struct Note {
    file: PathBuf,
    failures: usize,
    how: How,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum How {
    Error,
    Panic,
    /// Never comes back, as a worker that was killed.
    Never,
    /// Has a transaction open for longer than a worker is silent.
    Writes,
}

impl Job for Note {
    const NAME: &'static str = "test.note";

    async fn run(&self, app: &App) -> anyhow::Result<()> {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&self.file)?;
        writeln!(file, "ran")?;
        if runs(&self.file) > self.failures {
            return Ok(());
        }
        match self.how {
            How::Error => anyhow::bail!("the disk is on fire"),
            How::Panic => panic!("the disk is on fire"),
            How::Never => std::future::pending().await,
            How::Writes => {
                let tx = app.db.write(&app.service_scope("test")).await?;
                app.clock.sleep(Duration::from_secs(40)).await;
                Ok(tx.commit().await?)
            }
        }
    }
}

fn runs(file: &PathBuf) -> usize {
    std::fs::read_to_string(file).map_or(0, |text| text.lines().count())
}

/// An application without a worker of its own.
async fn idle() -> TestApp {
    TestApp::of(&[Service::Federation], &[]).await
}

fn worker(app: &TestApp) -> Worker {
    Worker::new(app.app()).with::<Note>()
}

async fn queue(app: &TestApp, name: &str, failures: usize, how: How) -> PathBuf {
    queue_unique(app, name, failures, how, None).await
}

async fn queue_unique(
    app: &TestApp,
    name: &str,
    failures: usize,
    how: How,
    unique_key: Option<&str>,
) -> PathBuf {
    let file = app.folder.path().join(name);
    let inner = app.app();
    let mut tx = inner.db.write(&inner.service_scope("test")).await.unwrap();
    let note = Note { file: file.clone(), failures, how };
    enqueue(&mut tx, &note, inner.clock.now(), unique_key).await.unwrap();
    tx.commit().await.unwrap();
    file
}

async fn jobs(app: &TestApp, query: &str) -> Vec<Value> {
    let found = app.get(&format!("/api/v1/jobs?limit=1000{query}")).await.json();
    let notes = found.as_array().unwrap().iter().filter(|job| job["name"] == "test.note");
    notes.cloned().collect()
}

async fn given_up(app: &TestApp) -> u32 {
    let shown = app.metric("jobs_given_up", &[]).await;
    (0..100).find(|count| f64::from(*count) >= shown).unwrap()
}

async fn locked_until(app: &TestApp) -> Option<Timestamp> {
    let inner = app.app();
    let mut tx = inner.db.read(&inner.service_scope("test")).await.unwrap();
    let text = "select locked_until from job where name = 'test.note'";
    run!(tx, fetch_one, query_scalar(text)).unwrap()
}

/// Runs whatever is due until nothing is.
async fn work(worker: &Worker) -> usize {
    let mut count = 0;
    while worker.run_one().await.unwrap() {
        count += 1;
    }
    count
}

#[tokio::test]
async fn a_job_runs_once_however_many_workers_there_are() {
    let app = idle().await;
    let mut files = vec![];
    for number in 0..20 {
        files.push(queue(&app, &format!("note-{number}"), 0, How::Error).await);
    }
    // Two processes, with two hands each.
    let other = app.start_replica().await;
    let there = Worker::new(other.app()).with::<Note>();
    let here = worker(&app);
    let counts = join_all(vec![work(&here), work(&there), work(&here), work(&there)]).await;
    assert_eq!(counts.iter().sum::<usize>(), 20);
    assert!(files.iter().all(|file| runs(file) == 1));
    assert!(jobs(&app, "").await.iter().all(|job| job["state"] == "done"));
    assert_eq!(work(&here).await, 0);
    other.stop().await;
    app.end().await;
}

#[tokio::test]
async fn a_failure_is_tried_again_after_growing_pauses_and_given_up_after_ten() {
    let app = idle().await;
    let worker = worker(&app);
    let file = queue(&app, "note", 100, How::Error).await;
    for (attempt, pause) in [5, 10, 20, 40, 80, 160, 320, 640, 1_280].into_iter().enumerate() {
        assert_eq!(work(&worker).await, 1, "attempt {attempt}");
        let job = jobs(&app, "&state=queued").await.remove(0);
        assert_eq!(job["attempts"], attempt + 1);
        assert_eq!(job["error"], "the disk is on fire");
        app.clock.advance(Duration::from_secs(pause - 1));
        assert_eq!(work(&worker).await, 0, "too early after attempt {attempt}");
        app.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(given_up(&app).await, 0);
    assert_eq!(work(&worker).await, 1);
    assert_eq!(runs(&file), 10);
    let job = jobs(&app, "&state=gave_up").await.remove(0);
    assert_eq!((&job["attempts"], &job["error"]), (&json!(10), &json!("the disk is on fire")));
    assert!(job["finished_at"].is_string());
    assert_eq!(given_up(&app).await, 1);
    app.clock.advance(Duration::from_hours(30));
    assert_eq!(work(&worker).await, 0);
    app.end().await;
}

#[tokio::test]
async fn a_job_given_up_is_tried_again_when_someone_asks() {
    let app = idle().await;
    let hand = worker(&app);
    let file = queue(&app, "note", 10, How::Error).await;
    for _ in 0..10 {
        assert_eq!(work(&hand).await, 1);
        app.clock.advance(Duration::from_hours(1));
    }
    // From here on a worker goes by itself: what it counts is what is stored.
    hand.start();
    app.eventually("the metric tells of it", async |app| {
        app.clock.advance(Duration::from_secs(5));
        given_up(app).await == 1
    })
    .await;
    let id = jobs(&app, "").await[0]["id"].as_str().unwrap().to_owned();
    let retried = app.post(&format!("/api/v1/jobs/{id}/retry"), Value::Null).await.json();
    assert_eq!((&retried["state"], &retried["attempts"]), (&json!("queued"), &json!(0)));
    app.eventually("it is done", async |app| {
        app.clock.advance(Duration::from_secs(1));
        jobs(app, "&state=done").await.len() == 1
    })
    .await;
    assert_eq!(runs(&file), 11);
    assert_eq!(jobs(&app, "").await[0]["error"], Value::Null);
    app.eventually("the metric falls", async |app| {
        app.clock.advance(Duration::from_secs(5));
        given_up(app).await == 0
    })
    .await;
    let again = app.post(&format!("/api/v1/jobs/{id}/retry"), Value::Null).await;
    assert_eq!(again.problem().0, 409);
    let nobody = "/api/v1/jobs/01997e3c-6d5a-7b1c-8d3e-000000000001/retry";
    assert_eq!(app.post(nobody, Value::Null).await.problem().0, 404);
    let records = app.get("/api/v1/audit?limit=1000").await.json();
    let retried = |record: &&Value| record["action"] == "jobs.retried";
    assert_eq!(records.as_array().unwrap().iter().filter(retried).count(), 1);
    app.end().await;
}

#[tokio::test]
async fn a_worker_that_died_loses_its_job_to_another() {
    let app = idle().await;
    let (here, other) = (worker(&app), app.start_replica().await);
    let there = Worker::new(other.app()).with::<Note>();
    let file = queue(&app, "note", 1, How::Never).await;
    // It is dropped where it stands.
    let died = tokio::time::timeout(Duration::from_millis(500), here.run_one()).await;
    assert!(died.is_err());
    assert_eq!(runs(&file), 1);
    assert_eq!(jobs(&app, "&state=running").await.len(), 1);
    app.clock.advance(Duration::from_secs(119));
    assert!(!there.run_one().await.unwrap());
    app.clock.advance(Duration::from_secs(2));
    assert!(there.run_one().await.unwrap());
    assert_eq!(runs(&file), 2);
    assert_eq!(jobs(&app, "&state=done").await[0]["attempts"], 2);
    other.stop().await;
    app.end().await;
}

#[tokio::test]
async fn a_job_that_kills_its_worker_each_time_is_given_up_too() {
    let app = idle().await;
    let here = worker(&app);
    let file = queue(&app, "note", 100, How::Never).await;
    for _ in 0..10 {
        let died = tokio::time::timeout(Duration::from_millis(200), here.run_one()).await;
        assert!(died.is_err());
        app.clock.advance(Duration::from_secs(121));
    }
    assert!(here.run_one().await.unwrap());
    assert_eq!(runs(&file), 10);
    let job = jobs(&app, "&state=gave_up").await.remove(0);
    assert!(job["error"].as_str().unwrap().contains("died"), "{job}");
    app.end().await;
}

#[tokio::test]
async fn a_worker_that_is_slow_but_alive_keeps_its_job() {
    let app = idle().await;
    let (here, other) = (worker(&app), app.start_replica().await);
    let there = Worker::new(other.app()).with::<Note>();
    queue(&app, "note", 1, How::Never).await;
    let slow = here.run_one();
    let watch = async {
        app.eventually("it runs", async |app| jobs(app, "&state=running").await.len() == 1).await;
        for _ in 0..10 {
            let before = locked_until(&app).await;
            app.clock.advance(Duration::from_secs(31));
            app.eventually("it says that it lives", async |app| locked_until(app).await > before)
                .await;
            assert!(!there.run_one().await.unwrap());
        }
    };
    tokio::select! { _ = slow => panic!("it never ends"), () = watch => {} }
    other.stop().await;
    app.end().await;
}

#[tokio::test]
async fn a_job_that_has_a_transaction_open_holds_up_nobody_who_keeps_it_for_the_worker() {
    let app = idle().await;
    let worker = worker(&app);
    queue(&app, "note", 1, How::Writes).await;
    let done = app.eventually("it is done", async |app| {
        app.clock.advance(Duration::from_secs(1));
        jobs(app, "&state=done").await.len() == 1
    });
    let (ran, ()) = futures::join!(worker.run_one(), done);
    assert!(ran.unwrap());
    assert_eq!(jobs(&app, "").await[0]["attempts"], 1);
    app.end().await;
}

#[tokio::test]
async fn a_worker_that_lost_its_job_can_neither_finish_it_nor_put_it_back() {
    let app = idle().await;
    let (here, other) = (worker(&app), app.start_replica().await);
    let there = Worker::new(other.app()).with::<Note>();
    queue(&app, "note", 1, How::Never).await;
    let stalled = here.run_one();
    tokio::pin!(stalled);
    assert!(tokio::time::timeout(Duration::from_millis(300), stalled.as_mut()).await.is_err());
    // Nobody polls it while its lock runs out, as when its machine sleeps.
    app.clock.advance(Duration::from_secs(121));
    assert!(there.run_one().await.unwrap());
    assert_eq!(jobs(&app, "&state=done").await.len(), 1);
    // It wakes up, notices that the job is another's, and fails: that changes nothing.
    assert!(stalled.await.unwrap());
    let done = jobs(&app, "&state=done").await;
    assert_eq!((done.len(), &done[0]["attempts"]), (1, &json!(2)));
    other.stop().await;
    app.end().await;
}

#[tokio::test]
async fn a_job_that_panics_has_failed_and_the_worker_goes_on() {
    let app = idle().await;
    worker(&app).start();
    let bad = queue(&app, "bad", 1, How::Panic).await;
    app.eventually("it failed", async |app| {
        app.clock.advance(Duration::from_secs(1));
        runs(&bad) == 1
    })
    .await;
    let good = queue(&app, "good", 0, How::Error).await;
    app.eventually("the next one runs, and the first again", async |app| {
        app.clock.advance(Duration::from_secs(1));
        runs(&good) == 1 && runs(&bad) == 2 && jobs(app, "&state=done").await.len() == 2
    })
    .await;
    app.end().await;
}

#[tokio::test]
async fn of_one_unique_key_one_job_waits_at_a_time() {
    let app = idle().await;
    let worker = worker(&app);
    for name in ["first", "second"] {
        queue_unique(&app, name, 100, How::Error, Some("one")).await;
    }
    queue_unique(&app, "other", 0, How::Error, Some("two")).await;
    assert_eq!(jobs(&app, "").await.len(), 2);
    for _ in 0..10 {
        work(&worker).await;
        app.clock.advance(Duration::from_hours(1));
    }
    assert_eq!(jobs(&app, "&state=gave_up").await.len(), 1);
    // It gave up, so its place is free; then it cannot come back beside the new one.
    queue_unique(&app, "third", 0, How::Error, Some("one")).await;
    let id = jobs(&app, "&state=gave_up").await[0]["id"].as_str().unwrap().to_owned();
    let refused = app.post(&format!("/api/v1/jobs/{id}/retry"), Value::Null).await;
    assert_eq!(refused.problem().0, 409, "{}", refused.text);
    work(&worker).await;
    assert_eq!(app.post(&format!("/api/v1/jobs/{id}/retry"), Value::Null).await.status, 200);
    app.end().await;
}

#[tokio::test]
async fn a_job_is_queued_with_the_change_that_asks_for_it_or_not_at_all() {
    let app = idle().await;
    let inner = app.app();
    let mut tx = inner.db.write(&inner.service_scope("test")).await.unwrap();
    let note = Note { file: app.folder.path().join("note"), failures: 0, how: How::Error };
    enqueue(&mut tx, &note, inner.clock.now(), None).await.unwrap();
    drop(tx);
    assert_eq!(jobs(&app, "").await.len(), 0);
    app.end().await;
}
