//! Following what happens.

use crate::formats::PROJECT;
use crate::server::{Server, answer};
use crate::support::World;

fn stream_of_projects() -> Server {
    Server::start(|_| {
        let one_line = PROJECT.replace('\n', " ");
        let body = format!(
            "event: project.changed\nid: 1\ndata: {one_line}\n\n\
             event: project.removed\nid: 2\ndata: {{\"slug\":\"atlas\"}}\n\n"
        );
        answer(200, &body).header("content-type: text/event-stream")
    })
}

#[test]
fn watching_prints_a_line_a_change_and_survives_a_broken_connection() {
    let server = stream_of_projects();
    let run = World::new().run(&[
        "federation",
        "watch",
        "--limit",
        "3",
        "--server",
        &server.url,
        "-o",
        "table",
    ]);
    assert_eq!(run.code, 0);
    let words: Vec<Vec<&str>> =
        run.stdout.lines().map(|it| it.split_whitespace().skip(1).take(2).collect()).collect();
    assert_eq!(words, [["degraded", "atlas"], ["removed", "atlas"], ["degraded", "atlas"]]);
    assert!(run.stderr.contains("connection lost") && run.stderr.contains("connected again"));
    assert!(server.requests()[1].headers.contains("last-event-id: 2"));
}

#[test]
fn programs_get_the_change_as_the_stream_has_it() {
    let server = stream_of_projects();
    let run = World::new().run(&[
        "federation",
        "watch",
        "--limit",
        "2",
        "--server",
        &server.url,
        "-o",
        "json",
    ]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines[0].starts_with(r#"{"event":"project.changed","data":{"id":"#), "{lines:?}");
    assert_eq!(lines[1], r#"{"event":"project.removed","data":{"slug":"atlas"}}"#);
}

#[test]
fn following_may_begin_in_the_past() {
    let server = Server::start(|_| {
        let event = r#"{"specversion":"1.0","id":"0198c0de-7a11-7000-8000-000000000001","source":"/commandcenter/federation","type":"federation.status_changed","subject":"cc.default.atlas.federation.status_changed","time":"2026-01-31T12:03:11Z","datacontenttype":"application/json","sequence":8,"tenant":"default","project":"atlas","actor":"service:federation","correlationid":"c","data":{}}"#;
        answer(200, &format!("event: federation.status_changed\nid: 8\ndata: {event}\n\n"))
    });
    let run = World::new().run(&[
        "events",
        "follow",
        "--subject",
        "cc.>",
        "--after",
        "7",
        "--limit",
        "1",
        "--server",
        &server.url,
    ]);
    let words: Vec<&str> = run.stdout.split_whitespace().collect();
    assert_eq!(words, ["12:03:11", "federation.status_changed", "atlas", "service:federation"]);
    let request = &server.requests()[0];
    assert_eq!(request.line, "GET /api/v1/events/stream?subject=cc.%3E");
    assert!(request.headers.contains("last-event-id: 7"));
}

#[test]
fn what_cannot_be_followed_fails_at_once() {
    let run = World::new().run(&["events", "follow", "--server", "http://127.0.0.1:1"]);
    assert_eq!(run.code, 5);
}
