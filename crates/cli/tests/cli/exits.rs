//! Exit codes and what is said with them: what scripts and people rely on.

use crate::server::{Server, answer, problem};
use crate::support::World;

const KEY_ID: &str = "0198c0de-7a11-7000-8000-000000000001";

fn refused(status: u16, detail: &'static str) -> (i32, String) {
    let server = Server::start(move |_| problem(status, detail).header("retry-after: 7"));
    let run = World::new().run(&["keys", "list", "--server", &server.url, "--key", "cck_a_b"]);
    assert_eq!(run.stdout, "");
    (run.code, run.stderr)
}

#[test]
fn a_refusal_has_its_code_and_says_what_to_do() {
    for (status, code) in [(401, 3), (403, 3), (404, 4), (422, 2), (429, 5), (503, 5), (500, 1)] {
        let (seen, stderr) = refused(status, "because");
        assert_eq!(seen, code, "{status}");
        assert!(stderr.starts_with("error: because\n"), "{stderr}");
    }
    assert!(refused(401, "who?").1.contains("hint: give a key with --key-file"));
    assert!(refused(403, "no").1.contains("hint: name another key"));
    assert!(refused(429, "slow").1.contains("hint: try again in 7 s"));
}

#[test]
fn every_wrong_field_is_named() {
    let server = Server::start(|_| {
        answer(
            422,
            r#"{"type":"t","title":"t","status":422,"detail":"the body is wrong",
            "errors":[{"path":"hub_url","message":"must be http or https"},
                      {"path":"tags[0]","message":"must not be empty"}]}"#,
        )
    });
    let run = World::new().run(&[
        "federation",
        "add",
        "atlas",
        "--hub-url",
        "ftp://a",
        "--server",
        &server.url,
    ]);
    assert_eq!(run.code, 2);
    insta::assert_snapshot!(run.stderr, @r"
    error: the body is wrong
      hub_url: must be http or https
      tags[0]: must not be empty
    ");
}

#[test]
fn nobody_there_is_unavailable() {
    let run = World::new().run(&["federation", "projects", "--server", "http://127.0.0.1:1"]);
    assert_eq!((run.code, run.stdout.as_str()), (5, ""));
    insta::assert_snapshot!(run.stderr, @r"
    error: no answer from http://127.0.0.1:1/api/fed/projects: Connection refused (os error 111)
    hint: start a server with `commandcenter up`, or name one with --server URL
    ");
}

#[test]
fn wrong_use_is_two() {
    let world = World::new();
    for arguments in [
        &["nonsense"][..],
        &["federation", "show", "Not A Slug"],
        &["federation", "projects", "--status", "sleepy"],
        &["keys", "create", "x"],
        &["keys", "create", "x", "--scope", "fed:everything"],
        &["keys", "revoke", "not-an-id"],
        &["events", "query", "--since", "yesterday"],
        &["events", "replay"],
        &["jobs", "list", "--state", "asleep"],
        &["health", "--server", "ftp://a"],
        &["health", "--server", "http://a", "--local"],
        &["serve", "--services", "banana"],
        &["federation", "projects", "--key-file", "nowhere", "--server", "http://127.0.0.1:1"],
    ] {
        let run = world.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?} {}", run.stderr);
    }
}

#[test]
fn nothing_at_all_shows_the_help() {
    let run = World::new().run(&[]);
    assert!(run.stderr.contains("Usage: commandcenter"), "{run:?}");
}

#[test]
fn removing_is_confirmed_first() {
    let project = crate::formats::PROJECT;
    let server = Server::start(move |line| match line.split_once(' ') {
        Some(("GET", _)) => answer(200, project).header("etag: \"7\""),
        _ => answer(204, ""),
    });
    let world = World::new();
    let remove = ["federation", "remove", "atlas", "--server", &server.url];

    let run = world.run(&remove);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("hint: add --yes"), "{run:?}");
    assert_eq!(server.requests().len(), 1);

    let run = world.run(&[&remove[..], &["--yes"]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, "removed atlas\n"));
    let last = server.requests().pop().unwrap();
    assert_eq!(last.line, "DELETE /api/fed/projects/atlas");
    assert!(last.headers.contains("if-match: \"7\""), "{last:?}");
    assert!(last.headers.contains("idempotency-key: "), "{last:?}");
}

#[test]
fn a_check_that_fails_is_one() {
    let broken = Server::start(|_| {
        answer(200, r#"{"records":9,"broken":{"seq":4,"what":"its hash is another"}}"#)
    });
    let run = World::new().run(&["audit", "verify", "--server", &broken.url]);
    assert_eq!((run.code, run.stdout.as_str()), (1, "broken at record 4: its hash is another\n"));

    let whole = Server::start(|_| answer(200, r#"{"records":9}"#));
    let run = World::new().run(&["audit", "verify", "--server", &whole.url]);
    assert_eq!(run.code, 0);
}

const READINESS: &str = r#"{"status":"fail","service":"federation","version":"0.1.0","checks":{
    "database":{"status":"fail","required":true,"latency_ms":0.5,"since":"2026-01-31T12:00:00Z",
                "error":"connection refused","hint":"start PostgreSQL"},
    "mesh":{"status":"ok","required":true,"latency_ms":0.25,"since":"2026-01-31T12:00:00Z"}}}"#;

#[test]
fn a_server_that_is_not_ready_still_answers() {
    let server = Server::start(|_| answer(503, READINESS));
    let world = World::new();
    let run = world.run(&["health", "--server", &server.url]);
    assert_eq!(run.code, 1);
    insta::assert_snapshot!(run.stdout, @"federation 0.1.0 is not ready: database fails (connection refused), mesh 0.2 ms");

    let run = world.run(&["doctor", "--server", &server.url]);
    assert_eq!((run.code, run.stderr.as_str()), (1, "hint: start PostgreSQL\n"));
    assert!(run.stdout.contains("connection refused"), "{run:?}");
}

#[test]
fn the_key_comes_from_where_it_was_put_and_goes_nowhere_else() {
    let server = Server::start(|_| answer(200, "[]"));
    let world = World::new();
    world.write("a.key", "cck_file_x\n");
    std::fs::create_dir_all(world.home.path().join(".local/share/commandcenter")).unwrap();
    world.write(".local/share/commandcenter/admin.key", "cck_admin_x\n");
    let list = ["keys", "list", "--server", &server.url];
    let sent = |more: &[&str], environment: &[(&str, &str)]| {
        let mut command = world.command(&[&list[..], more].concat());
        let output = command.envs(environment.iter().copied()).output().unwrap();
        assert!(output.status.success());
        let headers = server.requests().pop().unwrap().headers;
        let key = headers.lines().find_map(|it| it.strip_prefix("x-api-key: "));
        key.map(str::to_owned)
    };

    assert_eq!(sent(&[], &[]).as_deref(), Some("cck_admin_x"));
    assert_eq!(sent(&["--key-file", "a.key"], &[]).as_deref(), Some("cck_file_x"));
    assert_eq!(sent(&[], &[("COMMANDCENTER_KEY", "cck_env_x")]).as_deref(), Some("cck_env_x"));
    assert_eq!(sent(&["--data", "elsewhere"], &[]), None);
    assert_eq!(
        sent(&["--key-file", "a.key", "--key", "cck_flag_x"], &[]).as_deref(),
        Some("cck_flag_x")
    );
}

#[test]
fn a_revoked_key_is_asked_for_by_its_id() {
    let server = Server::start(|_| answer(204, ""));
    let run = World::new().run(&["keys", "revoke", KEY_ID, "--server", &server.url]);
    assert_eq!(run.code, 0);
    assert_eq!(server.requests()[0].line, format!("DELETE /api/v1/keys/{KEY_ID}"));
}
