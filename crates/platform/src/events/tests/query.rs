//! What is asked of the log: patterns mean what NATS means, live and stored.

use std::time::Duration;

use serde_json::json;
use wire::events::Event;

use super::{append, logged};
use crate::testing::TestApp;

async fn kinds(app: &TestApp, query: &str) -> Vec<String> {
    let found = app.get(&format!("/api/v1/events?{query}")).await.json();
    let events: Vec<Event> = serde_json::from_value(found).unwrap();
    events.into_iter().map(|event| event.subject).collect()
}

#[tokio::test]
async fn a_pattern_finds_stored_what_it_would_hear_live() {
    let app = TestApp::start().await;
    app.register("atlas").await;
    app.register("borealis").await;
    app.patch("/api/fed/projects/atlas", json!({ "owner": "ada" })).await.json();
    app.new_key(&["fed:read"]).await;
    let all = logged(&app).await;
    for pattern in [
        "cc.default.>",
        "cc.default.atlas.>",
        "cc.default.*.federation.*",
        "cc.*.*.*.project_registered",
        "cc.default._.access.key_created",
        "cc.default.atlas",
        "cc.default.*",
        "cc.other.>",
        ">",
    ] {
        let meant: mesh::Pattern = pattern.parse().unwrap();
        let expected: Vec<String> =
            all.iter().map(|it| it.subject.clone()).filter(|it| meant.matches(it)).collect();
        assert_eq!(kinds(&app, &format!("subject={pattern}")).await, expected, "{pattern}");
        let path = format!("/api/v1/events/stream?subject={pattern}");
        let mut live = app.follow(&path, Some("0")).await;
        for subject in expected {
            assert_eq!(live.next().await.unwrap().data["subject"], subject, "{pattern}");
        }
    }
    app.end().await;
}

#[tokio::test]
async fn events_are_found_by_time_and_by_the_request_they_came_from() {
    let app = TestApp::start().await;
    append(&app, 2).await;
    app.clock.advance(Duration::from_secs(10));
    let body = json!({ "slug": "atlas", "name": "a", "hub_url": "http://127.0.0.1:1" });
    let request = app.request(reqwest::Method::POST, "/api/fed/projects").json(&body);
    app.send(request.header("x-request-id", "request-0001")).await.json();
    app.clock.advance(Duration::from_secs(10));
    append(&app, 1).await;
    let subject = "subject=cc.default.atlas.>";
    let (happened, registered) = (
        "cc.default.atlas.test.happened".to_owned(),
        "cc.default.atlas.federation.project_registered".to_owned(),
    );
    for (query, expected) in [
        ("since=2026-01-01T00:00:10Z", vec![&registered, &happened]),
        ("until=2026-01-01T00:00:10Z", vec![&happened, &happened, &registered]),
        ("since=2026-01-01T00:00:01Z&until=2026-01-01T00:00:19Z", vec![&registered]),
        ("correlation=request-0001", vec![&registered]),
        ("correlation=request-0002", vec![]),
    ] {
        let found = kinds(&app, &format!("{subject}&{query}")).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    app.end().await;
}

#[tokio::test]
async fn pages_of_a_pattern_join_without_a_seam() {
    let app = TestApp::start().await;
    for number in 0..7 {
        append(&app, 3).await;
        app.register(&format!("p{number}")).await;
    }
    let all: Vec<Event> = logged(&app).await;
    let all: Vec<&Event> = all.iter().filter(|event| event.kind == "test.happened").collect();
    let mut paged: Vec<Event> = vec![];
    let mut path = "/api/v1/events?limit=4&subject=cc.*.*.test.>".to_owned();
    loop {
        let page = app.get(&path).await;
        let next = page.header("link").split(['<', '>']).nth(1).map(str::to_owned);
        paged.extend(serde_json::from_value::<Vec<Event>>(page.json()).unwrap());
        let Some(next) = next else { break };
        path = next;
    }
    assert_eq!(paged.iter().collect::<Vec<_>>(), all);
    app.end().await;
}
