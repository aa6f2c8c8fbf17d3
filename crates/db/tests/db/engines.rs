//! What both engines promise alike, and what each is told to be.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use db::{Db, Error, Scope, run};
use futures::future::join_all;
use sqlx::{query, query_scalar};
use wire::{ProjectId, Timestamp};

use super::rig::{Rig, scope};

fn migrations(engine: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn migrations_have_the_same_names_on_both_sides() {
    assert_eq!(migrations("sqlite"), migrations("postgres"));
    assert!(migrations("sqlite").len() >= 7);
}

#[tokio::test]
async fn a_row_that_points_at_nothing_is_refused() {
    for rig in Rig::both().await {
        let mut tx = rig.db.write(&rig.tenant("a").await).await.unwrap();
        let orphan =
            "insert into status_transition (project_id, at, from_status, to_status, reasons)
             values ($1, $2, 'unknown', 'online', $3)";
        let reasons = sqlx::types::Json(serde_json::json!([]));
        let (project, at) = (ProjectId::new(), Timestamp::UNIX_EPOCH);
        let refused = run!(tx, execute, query(orphan).bind(project).bind(at).bind(&reasons));
        let Err(Error::Sqlx(sqlx::Error::Database(error))) = refused else {
            panic!("{refused:?} on {}", rig.db.engine());
        };
        assert!(error.is_foreign_key_violation(), "{error} on {}", rig.db.engine());
    }
}

#[tokio::test]
async fn sqlite_keeps_a_write_ahead_log_and_waits_for_the_disk() {
    let rig = Rig::sqlite().await;
    let mut tx = rig.db.read(&rig.tenant("a").await).await.unwrap();
    let db::Engine::Sqlite(tx) = &mut tx.engine else { panic!("another engine") };
    let mode: String = query_scalar("pragma journal_mode").fetch_one(&mut **tx).await.unwrap();
    let synchronous: i64 = query_scalar("pragma synchronous").fetch_one(&mut **tx).await.unwrap();
    let foreign_keys: i64 = query_scalar("pragma foreign_keys").fetch_one(&mut **tx).await.unwrap();
    assert_eq!((mode.as_str(), synchronous, foreign_keys), ("wal", 2, 1));
}

#[tokio::test]
async fn on_postgres_no_statement_runs_for_ever() {
    let rig = Rig::postgres().await;
    let mut tx = rig.db.read(&rig.tenant("a").await).await.unwrap();
    let db::Engine::Postgres(tx) = &mut tx.engine else { panic!("another engine") };
    for (setting, value) in [
        ("statement_timeout", "30s"),
        ("lock_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "30s"),
    ] {
        let found: String = query_scalar("select current_setting($1)")
            .bind(setting)
            .fetch_one(&mut **tx)
            .await
            .unwrap();
        assert_eq!(found, value, "{setting}");
    }
}

async fn next_number(db: &Db, scope: &Scope) -> Result<i64, Error> {
    let mut tx = db.write(scope).await?;
    // A read before the write, as most changes have.
    let _: Option<i64> = run!(tx, fetch_optional, query_scalar("select event_seq from log_head"))?;
    let number = run!(
        tx,
        fetch_one,
        query_scalar(
            "insert into log_head (event_seq) values (1)
             on conflict (tenant_id) do update set event_seq = log_head.event_seq + 1
             returning event_seq"
        )
    )?;
    tx.commit().await?;
    Ok(number)
}

#[tokio::test]
async fn a_second_writer_waits_for_the_first_instead_of_failing() {
    for rig in Rig::both().await {
        let a = rig.tenant("a").await;
        // Another process on the same data.
        let other = Db::open(&rig.location).await.unwrap();
        for db in [&rig.db, &other] {
            next_number(db, &a).await.unwrap();
            let mut first = rig.db.write(&a).await.unwrap();
            run!(first, execute, query("update log_head set event_seq = 10")).unwrap();
            let waiting = next_number(db, &a);
            tokio::pin!(waiting);
            let early = tokio::time::timeout(Duration::from_millis(200), waiting.as_mut()).await;
            assert!(early.is_err(), "{early:?} on {}", rig.db.engine());
            first.commit().await.unwrap();
            assert_eq!(waiting.await.unwrap(), 11, "on {}", rig.db.engine());
        }
    }
}

#[tokio::test]
async fn of_many_writers_none_fails_and_none_is_lost() {
    for rig in Rig::both().await {
        let a = rig.tenant("a").await;
        let other = Db::open(&rig.location).await.unwrap();
        let writes = (0..60).map(|number| {
            let (db, a) = (if number % 4 == 0 { &other } else { &rig.db }, &a);
            async move { next_number(db, a).await.unwrap() }
        });
        let numbers: BTreeSet<i64> = join_all(writes).await.into_iter().collect();
        assert_eq!(numbers, (1..=60).collect(), "on {}", rig.db.engine());
    }
}

#[tokio::test]
async fn readers_do_not_wait_for_a_queue_of_writers() {
    for rig in Rig::both().await {
        let a = rig.tenant("a").await;
        next_number(&rig.db, &a).await.unwrap();
        let mut first = rig.db.write(&a).await.unwrap();
        run!(first, execute, query("update log_head set event_seq = 5")).unwrap();
        let writers = join_all((0..8).map(|_| next_number(&rig.db, &a)));
        tokio::pin!(writers);
        let read = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let mut tx = rig.db.read(&a).await.unwrap();
            run!(tx, fetch_one, query_scalar("select event_seq from log_head")).unwrap()
        };
        let seen: i64 = tokio::select! {
            _ = writers.as_mut() => panic!("the writers did not wait on {}", rig.db.engine()),
            seen = tokio::time::timeout(Duration::from_secs(2), read) => {
                seen.unwrap_or_else(|_| panic!("the reader waits on {}", rig.db.engine()))
            }
        };
        assert_eq!(seen, 1, "on {}", rig.db.engine());
        first.commit().await.unwrap();
        assert!(writers.await.iter().all(Result::is_ok), "on {}", rig.db.engine());
    }
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    for rig in Rig::both().await {
        let a = rig.tenant("a").await;
        let mut tx = rig.db.write(&a).await.unwrap();
        super::rows::fill(&mut tx).await.unwrap();
        drop(tx);
        assert_eq!(next_number(&rig.db, &a).await.unwrap(), 1, "on {}", rig.db.engine());
    }
}

const MOMENTS: [i64; 8] = [
    -62_167_219_200_000_000,
    -1,
    0,
    1,
    999_999,
    1_767_225_600_000_000,
    1_767_225_600_000_001,
    253_402_300_799_999_999,
];

#[tokio::test]
async fn a_time_reads_back_as_it_was_written_and_sorts() {
    for rig in Rig::both().await {
        let mut tx = rig.db.write(&rig.tenant("a").await).await.unwrap();
        // Written in an order that is neither theirs nor its reverse.
        for index in [3, 0, 7, 5, 1, 6, 2, 4] {
            let insert = "insert into session (token_hash, expires_at) values ($1, $2)";
            let moment = Timestamp::from_micros(MOMENTS[index]);
            let hash = [u8::try_from(index).unwrap()];
            run!(tx, execute, query(insert).bind(hash.as_slice()).bind(moment)).unwrap();
        }
        let sorted = "select expires_at from session order by expires_at";
        let found: Vec<Timestamp> = run!(tx, fetch_all, query_scalar(sorted)).unwrap();
        assert_eq!(found, MOMENTS.map(Timestamp::from_micros), "on {}", rig.db.engine());
        for moment in MOMENTS.map(Timestamp::from_micros) {
            let same = "select count(*) from session where expires_at = $1";
            let count: i64 = run!(tx, fetch_one, query_scalar(same).bind(moment)).unwrap();
            assert_eq!(count, 1, "{moment} on {}", rig.db.engine());
        }
    }
}

#[tokio::test]
async fn a_tenant_is_made_once_and_found_again() {
    for rig in Rig::both().await {
        let slug = "acme".parse().unwrap();
        let made = join_all((0..10).map(|_| rig.db.ensure_tenant(&slug, "Acme"))).await;
        let ids: BTreeSet<_> = made.into_iter().map(|tenant| tenant.unwrap().id).collect();
        assert_eq!(ids.len(), 1, "on {}", rig.db.engine());
        let a = rig.tenant("acme").await;
        assert_eq!(next_number(&rig.db, &a).await.unwrap(), 1);
        rig.db.close().await;

        let again = Db::open(&rig.location).await.unwrap();
        let tenants = again.tenants().await.unwrap();
        assert_eq!(tenants.len(), 1, "on {}", rig.db.engine());
        assert_eq!(tenants[0], *a.tenant(), "on {}", rig.db.engine());
        let found = scope(tenants[0].clone());
        assert_eq!(next_number(&again, &found).await.unwrap(), 2, "on {}", rig.db.engine());
    }
}
