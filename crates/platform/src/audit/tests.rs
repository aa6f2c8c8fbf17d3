//! The chain: whoever bends it is found at the record they bent.

use db::run;
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, query};

use crate::testing::TestApp;

/// An application whose chain has exactly `count` records.
async fn with_records(count: usize) -> TestApp {
    let app = TestApp::start().await;
    let mut left = count - records(&app).await.len();
    while left > 0 {
        let tags = json!({ "tags": [format!("t{left}")], "slug": "atlas", "name": "ä \"q\"",
                           "hub_url": "http://127.0.0.1:1" });
        assert!(app.post("/api/fed/projects", tags).await.status < 300);
        left -= 1;
    }
    assert_eq!(records(&app).await.len(), count);
    app
}

async fn records(app: &TestApp) -> Vec<Value> {
    app.get("/api/v1/audit?limit=1000").await.json().as_array().unwrap().clone()
}

async fn verify(app: &TestApp) -> Value {
    app.get("/api/v1/audit/verify").await.json()
}

/// What somebody with the database's password can do.
async fn tamper(app: &TestApp, statements: &[&str]) {
    let app = app.app();
    let mut tx = app.db.write(&app.service_scope("test")).await.unwrap();
    for statement in statements {
        let changed = run!(tx, execute, query(AssertSqlSafe((*statement).to_owned()))).unwrap();
        assert!(changed > 0, "{statement}");
    }
    tx.commit().await.unwrap();
}

/// After tampering, the first broken record is `seq`, and it is said what is wrong with it.
async fn check(count: usize, statements: &[&str], seq: i64, what: &str) {
    let app = with_records(count).await;
    assert_eq!(verify(&app).await, json!({ "records": count }));
    tamper(&app, statements).await;
    let verified = verify(&app).await;
    assert_eq!(verified["broken"]["seq"], seq, "{statements:?}: {verified}");
    let words = verified["broken"]["what"].as_str().unwrap();
    assert!(words.contains(what), "{statements:?}: {words}");
    app.end().await;
}

#[tokio::test]
async fn a_hundred_changes_verify() {
    let app = with_records(100).await;
    assert_eq!(verify(&app).await, json!({ "records": 100 }));
    let records = records(&app).await;
    let zeros = "0".repeat(64);
    assert_eq!(records[0]["prev"], json!(zeros));
    for pair in records.windows(2) {
        assert_eq!(pair[1]["prev"], pair[0]["hash"]);
        assert_eq!(pair[1]["seq"].as_i64(), pair[0]["seq"].as_i64().map(|seq| seq + 1));
    }
    app.end().await;
}

#[tokio::test]
async fn a_changed_record_is_named() {
    for column in ["actor", "action", "target", "hash"] {
        let update = format!("update audit_record set {column} = 'x' where seq = 5");
        check(8, &[&update], 5, "changed").await;
    }
    check(8, &["update audit_record set prev = 'x' where seq = 5"], 5, "does not follow").await;
    check(8, &["update audit_record set detail = '{}' where seq = 8"], 8, "changed").await;
}

#[tokio::test]
async fn a_removed_record_is_named() {
    check(8, &["delete from audit_record where seq = 5"], 5, "missing").await;
    check(8, &["delete from audit_record where seq = 1"], 1, "missing").await;
}

#[tokio::test]
async fn records_in_another_order_are_named() {
    let swap = [
        "update audit_record set seq = -1 where seq = 3",
        "update audit_record set seq = 3 where seq = 4",
        "update audit_record set seq = 4 where seq = -1",
    ];
    check(8, &swap, 3, "does not follow").await;
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_named() {
    check(8, &["delete from audit_record where seq > 6"], 7, "missing").await;
    check(8, &["delete from audit_record"], 1, "missing").await;
    // Not even by making the head agree about the number.
    let cut = ["delete from audit_record where seq > 6", "update log_head set audit_seq = 6"];
    check(8, &cut, 6, "written last").await;
}

#[tokio::test]
async fn a_record_that_was_added_is_named() {
    let copy = "insert into audit_record (seq, at, actor, action, target, detail, prev, hash)
                select 9, at, actor, action, target, detail, hash, hash from audit_record
                where seq = 8";
    check(8, &[copy], 9, "beyond").await;
    check(8, &["update log_head set audit_seq = 7"], 7, "written last").await;
    check(8, &["delete from log_head"], 1, "beyond").await;
}

#[tokio::test]
async fn writers_at_once_leave_an_unbroken_chain() {
    let app = TestApp::start().await;
    let other = app.start_replica().await;
    let address = other.started().addresses[0].1;
    let client = reqwest::Client::new();
    let before = records(&app).await.len();
    let write = |number: usize| {
        let (app, client) = (&app, &client);
        async move {
            let slug = format!("p{number}");
            let body = json!({ "slug": slug, "name": slug, "hub_url": "http://127.0.0.1:1" });
            let there = if number.is_multiple_of(2) { app.address } else { address };
            let request = client.post(format!("http://{there}/api/fed/projects")).json(&body);
            app.insist(request.header("x-api-key", app.key())).await.status
        }
    };
    let statuses = join_all((0..20).map(write)).await;
    assert_eq!(statuses, [201; 20]);
    assert_eq!(verify(&app).await, json!({ "records": before + 20 }));
    other.stop().await;
    app.end().await;
}

#[tokio::test]
async fn the_trail_is_paged_and_cannot_be_written_from_outside() {
    let app = with_records(7).await;
    let mut paged = vec![];
    let mut path = "/api/v1/audit?limit=3".to_owned();
    loop {
        let page = app.get(&path).await;
        let next = page.header("link").split(['<', '>']).nth(1).map(str::to_owned);
        paged.extend(page.json().as_array().unwrap().clone());
        let Some(next) = next else { break };
        path = next;
    }
    assert_eq!(paged, records(&app).await);
    for method in [reqwest::Method::POST, reqwest::Method::PUT, reqwest::Method::DELETE] {
        assert_eq!(app.send(app.request(method, "/api/v1/audit")).await.status, 405);
    }
    app.end().await;
}
