//! One answer, printed in every form.

use crate::server::{Server, answer};
use crate::support::World;

pub(crate) const PROJECT: &str = r#"{"id":"0198c0de-7a11-7000-8000-000000000001","slug":"atlas",
    "name":"Atlas","hub_url":"http://127.0.0.1:9001","mesh_namespace":"hub.atlas",
    "tags":["web","rust"],"allow_fanout":[],"orphaned":false,"status":"degraded",
    "status_since":"2026-01-31T12:00:00Z","status_reasons":["self_reported","clock_skew"],
    "last_heartbeat_at":null,"report":{"version":"1.2.0","reasons":["disk \u001b[31mfull"]},
    "created_at":"2026-01-31T11:00:00Z","updated_at":"2026-01-31T12:00:00Z"}"#;

fn shown(path: &'static str, body: String, arguments: &[&str]) -> String {
    let server = Server::start(move |line| {
        assert!(line.contains(path), "{line}");
        answer(200, &body).header("etag: \"1\"")
    });
    World::new().run(&[arguments, &["--server", &server.url]].concat()).ok()
}

fn projects(format: &str) -> String {
    shown("/api/fed/projects", format!("[{PROJECT}]"), &["federation", "projects", "-o", format])
}

#[test]
fn a_list_as_a_table() {
    insta::assert_snapshot!(projects("table"), @r#"
    status    project  tags       last beat  reason
    degraded  atlas    web, rust  never      disk  [31mfull; its clock is off
    "#);
}

#[test]
fn a_list_as_json_reads_back() {
    let text = projects("json");
    assert!(text.starts_with("[\n  {\n") && text.contains(r#""slug": "atlas""#), "{text}");
}

#[test]
fn a_list_as_ndjson_is_a_line_each() {
    let text = projects("ndjson");
    assert!(text.starts_with(r#"{"id":"#) && text.lines().count() == 1, "{text}");
}

#[test]
fn a_list_as_yaml() {
    insta::assert_snapshot!(projects("yaml"), @r#"
    - id: 0198c0de-7a11-7000-8000-000000000001
      slug: atlas
      name: Atlas
      hub_url: http://127.0.0.1:9001
      mesh_namespace: hub.atlas
      tags:
      - web
      - rust
      allow_fanout: []
      orphaned: false
      status: degraded
      status_since: "2026-01-31T12:00:00Z"
      status_reasons:
      - self_reported
      - clock_skew
      last_heartbeat_at: null
      report:
        version: "1.2.0"
        reasons:
        - "disk \e[31mfull"
      created_at: "2026-01-31T11:00:00Z"
      updated_at: "2026-01-31T12:00:00Z"
    "#);
}

#[test]
fn one_thing_as_a_sheet() {
    let text =
        shown("/api/fed/projects/atlas", PROJECT.to_owned(), &["federation", "show", "atlas"]);
    insta::assert_snapshot!(text, @r#"
    project       atlas
    name          Atlas
    status        degraded
    since         2026-01-31 12:00:00
    reason        disk  [31mfull; its clock is off
    last beat     never
    address       http://127.0.0.1:9001
    tags          web, rust
    owner         -
    description   -
    fan-out from  -
    verify key    -
    registered    2026-01-31 11:00:00
    updated       2026-01-31 12:00:00
    version       1.2.0
    services      -
    counts        -
    "#);
}

#[test]
fn the_environment_may_choose_the_format() {
    let server = Server::start(|_| answer(200, "[]"));
    let output = World::new()
        .command(&["federation", "projects", "--server", &server.url])
        .env("COMMANDCENTER_OUTPUT", "json")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "[]\n");
}

#[test]
fn an_empty_list_leaves_stdout_empty_and_says_the_first_step() {
    let server = Server::start(|_| answer(200, "[]"));
    let run = World::new().run(&["federation", "projects", "--server", &server.url]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert!(run.stderr.contains("commandcenter federation add"), "{run:?}");
}

#[test]
fn pages_are_followed_and_several_statuses_asked_at_once() {
    let server = Server::start(|line| {
        let online = PROJECT.replace("degraded", "online").replace("atlas", "zephyr");
        if line.contains("cursor=") {
            return answer(200, &format!("[{online}]"));
        }
        answer(200, &format!("[{PROJECT}]"))
            .header(r#"link: </api/fed/projects?cursor=x>; rel="next""#)
    });
    let world = World::new();
    let list = ["federation", "projects", "-o", "ndjson", "--server", &server.url];
    assert_eq!(world.run(&list).ok().lines().count(), 2);

    let two = [&list[..], &["--status", "online", "--status", "offline"]].concat();
    let text = world.run(&two).ok();
    assert!(text.contains("zephyr") && !text.contains("atlas"), "{text}");
}

#[test]
fn the_secret_of_a_new_key_stands_alone_on_stdout() {
    let body = r#"{"key":{"id":"0198c0de-7a11-7000-8000-000000000001","name":"ci","owner":"me",
        "scopes":["fed:read"],"created_at":"2026-01-31T12:00:00Z"},"secret":"cck_1_s"}"#;
    let server = Server::start(move |_| answer(201, body));
    let run = World::new().run(&[
        "keys",
        "create",
        "ci",
        "--scope",
        "fed:read,jobs:read",
        "--server",
        &server.url,
    ]);
    assert_eq!(run.stdout, "cck_1_s\n");
    assert!(!run.stderr.contains("cck_1_s"));
    let request = server.requests().pop().unwrap();
    assert_eq!(request.body, r#"{"name":"ci","scopes":["fed:read","jobs:read"]}"#);
}

#[test]
fn history_is_two_tables_for_people_and_one_value_for_programs() {
    const HISTORY: &str = r#"{"transitions":[{"at":"2026-01-31T12:00:00Z","from":"online",
        "to":"offline","reasons":["silent"]}],"uptime":[{"day":"2026-01-31","uptime":0.99996,
        "online_seconds":86000.0,"degraded_seconds":0.0,"offline_seconds":30.0,
        "unknown_seconds":0.0}]}"#;
    let path = "/api/fed/projects/atlas/history?days=7&limit=20";
    let history =
        |format| shown(path, HISTORY.to_owned(), &["federation", "history", "atlas", "-o", format]);
    insta::assert_snapshot!(history("table"), @r#"
    day         uptime   online  degraded  offline  unknown
    2026-01-31  99.99 %  23 h    -         30 s     -

    at (UTC)             from    to       reason
    2026-01-31 12:00:00  online  offline  no beat when one was due
    "#);
    assert!(history("json").contains(r#""uptime": 0.99996"#));
}

#[test]
fn a_fan_out_that_not_all_answered_fails() {
    const FANOUT: &str = r#"{"id":"0198c0de-7a11-7000-8000-000000000001","action":"ping",
        "results":[{"project":"atlas","outcome":"answered","answer":{"pong":true}},
                   {"project":"borealis","outcome":"denied","detail":"does not allow it"}]}"#;
    let server = Server::start(|_| answer(200, FANOUT));
    let run = World::new().run(&[
        "federation",
        "fanout",
        "ping",
        "atlas",
        "borealis",
        "--deadline",
        "2s",
        "--server",
        &server.url,
    ]);
    assert_eq!(run.code, 1);
    insta::assert_snapshot!(run.stdout, @r#"
    project   outcome   answer
    atlas     answered  {"pong":true}
    borealis  denied    does not allow it
    "#);
    let body = server.requests().pop().unwrap().body;
    assert_eq!(body, r#"{"action":"ping","projects":["atlas","borealis"],"deadline_ms":2000}"#);
}

#[test]
fn the_catalog_travels_as_backstage_has_it() {
    const YAML: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\n";
    let text = shown("/atlas/catalog-info", YAML.to_owned(), &["federation", "export", "atlas"]);
    assert_eq!(text, YAML);

    let server = Server::start(|_| answer(200, &format!("[{PROJECT}]")));
    let run =
        World::new().run_with_input(&["federation", "import", "-", "--server", &server.url], YAML);
    assert_eq!((run.code, run.stderr.as_str()), (0, "imported 1 projects\n"));
    let request = server.requests().pop().unwrap();
    assert_eq!(request.body, YAML);
    assert!(request.headers.contains("content-type: application/yaml"));
}

#[test]
fn the_audit_export_is_a_line_a_record_whatever_the_format() {
    let record = r#"{"seq":1,"at":"2026-01-31T12:00:00Z","actor":"key:1","action":"a.b","target":"t","detail":{},"prev":"0","hash":"1"}"#;
    let body = format!("[{record},{record}]");
    let text = shown("/api/v1/audit", body, &["audit", "export", "--output", "yaml"]);
    assert_eq!(text, format!("{record}\n{record}\n"));
}
