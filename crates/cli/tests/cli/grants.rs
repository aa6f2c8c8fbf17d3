//! Projects that talk, each served by a process of its own.

use std::process::Child;

use crate::support::World;
use crate::up::Up;

/// Gone with the test.
struct Instance(Child);

impl Drop for Instance {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// An instance that serves `atlas`, with a folder of its own, on the mesh of `up`.
fn serve_atlas(world: &World, up: &Up<'_>) -> Instance {
    let file = |name| std::fs::File::create(world.path(name)).unwrap();
    let child = world
        .command(&["serve", "--services", "instance", "--data", "atlas"])
        .args(["--instance", "127.0.0.1:0"])
        .env("NATS_URL", format!("nats://{}", up.mesh))
        .env("COMMANDCENTER_MESH__TOKEN_FILE", world.path("cc/mesh.token"))
        .env("COMMANDCENTER_INSTANCE__PROJECTS", "atlas")
        .stdout(file("atlas.stdout"))
        .stderr(file("atlas.stderr"))
        .spawn();
    Instance(child.unwrap())
}

#[test]
fn an_instance_of_another_process_is_online_and_projects_talk_under_a_grant() {
    let world = World::new();
    let up = Up::start(&world);
    up.await_answer(&["health"], |run| run.code == 0);
    up.ask(&["federation", "add", "atlas", "--hub-url", "http://127.0.0.1:1"]).ok();
    let instance = serve_atlas(&world, &up);
    let online = ["federation", "projects", "--status", "online", "-o", "ndjson"];
    up.await_answer(&online, |run| run.stdout.contains(r#""slug":"atlas""#));

    let ask = ["mesh", "request", "atlas", "commandcenter", "ping"];
    let refused = up.ask(&ask);
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(refused.stderr.contains("no grant lets atlas send ping to commandcenter"));

    let subjects = ["ping", "news.>", "tea"];
    let create = ["grants", "create", "atlas", "commandcenter"];
    let granted = up.ask(&[&create[..], &subjects[..]].concat()).ok();
    assert!(granted.starts_with("atlas may send ping, news.>, tea to commandcenter ("));
    let answered = up.ask(&ask);
    assert!(answered.stderr.contains("delivered to commandcenter at "), "{answered:?}");
    assert!(answered.ok().contains("\"instance_id\""));
    let tell = ["mesh", "publish", "atlas", "commandcenter", "news.launch", "{\"at\":\"dawn\"}"];
    assert!(up.ask(&tell).ok().starts_with("delivered to commandcenter at "));
    let unheard = up.ask(&["mesh", "request", "atlas", "commandcenter", "tea"]);
    assert_eq!((unheard.code, unheard.stdout.as_str()), (1, ""));
    assert!(unheard.stderr.contains("commandcenter: a handler of tea does not exist"));

    let id = granted.trim_end().rsplit('(').next().unwrap().trim_end_matches(')').to_owned();
    up.ask(&["grants", "revoke", &id]).ok();
    assert!(up.ask(&["grants", "list"]).ok().contains("revoked"));
    assert_eq!(up.ask(&ask).code, 3);
    drop(instance);
}
