//! The repositories of a project, registered as people do it.

use std::process::Command;

use serde_json::Value;

use crate::support::World;
use crate::up::Up;

fn git(world: &World, arguments: &[&str]) -> String {
    let run = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(world.path("atlas"))
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    String::from_utf8(run.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_repository_is_registered_by_its_path_from_here_and_looked_at() {
    let world = World::new();
    std::fs::create_dir(world.path("atlas")).unwrap();
    git(&world, &["init", "--quiet", "--initial-branch=main"]);
    git(&world, &["commit", "--quiet", "--allow-empty", "--message", "one"]);
    let up = Up::start(&world);
    up.await_answer(&["health"], |run| run.code == 0);

    let unnamed = up.ask(&["repositories", "list"]);
    assert_eq!(unnamed.code, 2, "{unnamed:?}");
    let project = ["--project", "commandcenter"];
    let ask = |arguments: &[&str]| up.ask(&[&["repositories"], arguments, &project].concat());
    assert!(ask(&["list"]).stderr.contains("no repositories; "));
    let added = ask(&["add", "atlas", "--every", "10m"]);
    assert!(added.stderr.contains("is shown this once"), "{added:?}");
    let added = added.ok();
    assert!(added.contains("/atlas\n"), "{added}");
    assert!(added.contains("/api/v1/repositories/"), "{added}");

    let head = git(&world, &["rev-parse", "HEAD"]);
    let list = ["repositories", "list", "--project", "commandcenter", "-o", "ndjson"];
    up.await_answer(&list, |run| run.stdout.contains(&head));
    let listed: Value = serde_json::from_str(&up.ask(&list).ok()).unwrap();
    let id = listed["id"].as_str().unwrap();
    assert!(ask(&["list"]).ok().contains(&head[..12]));
    let shown = ask(&["show", id]).ok();
    assert!(shown.contains(&head) && shown.contains("main"), "{shown}");
    assert!(ask(&["fetch", id]).ok().contains("is looked at now (job "));
    let nowhere = ask(&["add", "nowhere"]);
    assert_eq!(nowhere.code, 2, "{nowhere:?}");
    assert_eq!(ask(&["remove", id]).code, 0);
    assert_eq!(ask(&["show", id]).code, 4);
}
