//! `commandcenter instances …` against the real hub.

use std::process::Command;

use crate::server::{Server, answer};
use crate::support::World;
use crate::up::Up;

/// Ends what a failed test left running.
struct Leftovers<'a>(&'a World);

impl Drop for Leftovers<'_> {
    fn drop(&mut self) {
        let folders = std::fs::read_dir(self.0.home.path().join("cc/instances"));
        for folder in folders.into_iter().flatten().flatten() {
            let kept = std::fs::read_to_string(folder.path().join("kept.json")).unwrap_or_default();
            let pids = kept.split("\"pid\":").skip(1).filter_map(|rest| rest.split(',').next());
            for pid in pids {
                Command::new("kill").args(["-KILL", pid]).output().ok();
            }
        }
    }
}

#[test]
fn a_life_of_an_instance() {
    let world = World::new();
    let first = 10_000 + std::process::id() % 220 * 100;
    let (first, end) = (first.to_string(), (first + 99).to_string());
    let up = Up::with(
        &world,
        &[
            ("COMMANDCENTER_INSTANCES__FIRST_PORT", &first),
            ("COMMANDCENTER_INSTANCES__LAST_PORT", &end),
            ("COMMANDCENTER_INSTANCES__ALLOW_COMMANDS", "true"),
        ],
    );
    let _leftovers = Leftovers(&world);
    up.await_answer(&["health"], |run| run.code == 0);
    up.ask(&["federation", "add", "atlas", "--hub-url", "http://127.0.0.1:1"]).ok();

    let plan = up.ask(&["instances", "plan", "atlas"]).ok();
    assert!(plan.starts_with("atlas-1 would:\n  reserve port"), "{plan}");
    let none = up.ask(&["instances", "list"]);
    assert!(none.stderr.contains("no instances"), "{none:?}");

    let started = up.ask(&["instances", "start", "atlas", "--wait"]);
    assert!(started.stderr.contains("atlas-1 is starting"), "{started:?}");
    let url = started.ok();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    assert_eq!(up.ask(&["instances", "start", "atlas", "--wait"]).ok(), url);
    let list = up.ask(&["instances", "list"]).ok();
    assert!(list.contains("running") && list.contains("atlas-1"), "{list}");
    assert!(list.lines().all(|line| line.chars().count() <= 100), "{list}");
    assert!(up.ask(&["instances", "show", "atlas"]).ok().contains("process"));
    assert_eq!(up.ask(&["instances", "logs", "atlas"]).code, 0);

    signed_beats_are_heard(&up);

    let failed = world.run(&[
        "instances",
        "start",
        "atlas",
        "--name",
        "broken",
        "--restart",
        "never",
        "--wait",
        "--server",
        &up.federation,
        "--data",
        "cc",
        "--",
        "/bin/sh",
        "-c",
        "echo oops; exit 3",
    ]);
    assert_eq!(failed.code, 1, "{failed:?}");
    assert!(failed.stderr.contains("broken: exited with code 3; it said last: oops"), "{failed:?}");
    assert_eq!(up.ask(&["instances", "logs", "broken"]).ok(), "oops\n");

    assert_eq!(up.ask(&["instances", "remove", "atlas-1", "--yes"]).code, 1);
    assert_eq!(up.ask(&["instances", "stop", "atlas"]).code, 2);
    assert_eq!(up.ask(&["instances", "stop", "atlas-1", "--wait"]).ok(), "stopped\n");
    assert_eq!(up.ask(&["instances", "remove", "atlas-1"]).code, 2);
    assert_eq!(up.ask(&["instances", "remove", "atlas-1", "--yes"]).code, 0);
    assert_eq!(up.ask(&["instances", "show", "atlas-1"]).code, 4);
}

/// A project that is registered with the key of this installation hears its instances alone.
fn signed_beats_are_heard(up: &Up<'_>) {
    let own = up.ask(&["federation", "show", "commandcenter", "--output", "json"]).ok();
    let own: serde_json::Value = serde_json::from_str(&own).unwrap();
    let key = own["verify_key"].as_str().unwrap();
    let signed = ["federation", "add", "signed", "--hub-url", "http://127.0.0.1:1"];
    up.ask(&[&signed[..], &["--verify-key", key]].concat()).ok();
    up.ask(&["instances", "start", "signed", "--wait"]).ok();
    up.await_answer(&["federation", "show", "signed"], |run| run.stdout.contains("online"));
}

#[test]
fn a_list_fits_the_page_whatever_is_in_it() {
    let world = World::new();
    let long = "a".repeat(40);
    let instance = |name: &str, state: &str, reason: &str| {
        format!(
            r#"{{"id":"0198c0de-7a11-7000-8000-000000000001","project":"atlas","name":"{name}",
                "driver":"docker","state":"{state}","wanted":"running",
                "since":"2026-01-01T00:00:00Z","reason":"{reason}","health":"none","port":8101,
                "environment":{{}},"one_shot":false,"restart":"always","restarts":0,"limits":{{}},
                "created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}}"#
        )
    };
    let why = "exited with code 3; is started again after a pause of 64 s; it said last: oops";
    let body = format!(
        "[{},{}]",
        instance("atlas-1", "running", ""),
        instance(&long, "failed", &why.repeat(3))
    );
    let server = Server::start(move |_| answer(200, &body));
    let run = world.run(&["instances", "list", "--server", &server.url]);
    let list = run.ok();
    assert!(list.lines().all(|line| line.chars().count() <= 100), "{list}");
    assert!(list.contains("exited with code 3"), "{list}");
}
