//! `federation check` and `config check`: files that are right, and files that are not.

use crate::support::World;

const GOOD: &str = "\
projects:
  - slug: atlas
    name: Atlas
    hub_url: http://127.0.0.1:9001
    tags: [web, rust]
  - slug: borealis
    name: Borealis
    hub_url: https://borealis.example
    mesh_namespace: hub.borealis
    allow_fanout: [atlas]
";

const BAD: &str = "\
projects:
  - slug: atlas
    name: Atlas
    hub_url: ftp://atlas
  - slug: atlas
    name: ''
    hub_url: http://a
    tags: ['']
    colour: red
";

#[test]
fn a_good_file_is_good() {
    let world = World::new();
    world.write("projects.yaml", GOOD);
    let run = world.run(&["federation", "check", "projects.yaml"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "projects.yaml: good\n"));

    let run = world.run(&["federation", "check", "projects.yaml", "--output", "json"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "[]\n"));
}

#[test]
fn an_empty_list_is_good() {
    let world = World::new();
    world.write("projects.yaml", "projects: []\n");
    assert_eq!(world.run(&["federation", "check", "projects.yaml"]).code, 0);
}

#[test]
fn a_bad_file_is_told_every_error_with_its_place() {
    let world = World::new();
    world.write("projects.yaml", BAD);
    let run = world.run(&["federation", "check", "projects.yaml"]);
    insta::assert_snapshot!(run.story(world.home.path()));

    let run = world.run(&["federation", "check", "projects.yaml", "-o", "json"]);
    assert_eq!(run.code, 1);
    insta::assert_snapshot!("a_bad_file_as_json", run.stdout);
}

#[test]
fn a_file_that_is_not_there_cannot_be_good() {
    let run = World::new().run(&["federation", "check", "nowhere.yaml"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("nowhere.yaml"), "{run:?}");
}

#[test]
fn the_default_configuration_is_good() {
    let world = World::new();
    let text = world.run(&["config", "print", "--default"]).ok();
    world.write("commandcenter.toml", &text);
    let run = world.run(&["config", "check", "--config", "commandcenter.toml"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "the configuration is good\n"));
}

#[test]
fn a_bad_configuration_is_told_every_error_with_its_origin() {
    let world = World::new();
    world.write("bad.toml", "[federation]\nlisten = \"nowhere\"\noffline_after = \"banana\"\n");
    let run = world.run(&["config", "check", "--config", "bad.toml"]);
    insta::assert_snapshot!(run.story(world.home.path()));

    let run = world.run(&["up", "--config", "bad.toml"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("federation.listen"), "{run:?}");
}

#[test]
fn the_configuration_is_printed_without_its_secrets() {
    let world = World::new();
    let output = world
        .command(&["config", "print"])
        .env("DATABASE_URL", "postgres://cc:sesame@db/cc")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("[federation]") && !text.contains("sesame"), "{text}");
}
