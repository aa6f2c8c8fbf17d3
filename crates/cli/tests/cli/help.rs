//! What `--help` says, command by command.

use crate::support::World;

const COMMANDS: [&str; 100] = [
    "up",
    "serve",
    "federation",
    "federation projects",
    "federation show",
    "federation add",
    "federation remove",
    "federation history",
    "federation newcomers",
    "federation admit",
    "federation check",
    "federation fanout",
    "federation watch",
    "federation export",
    "federation import",
    "grants",
    "grants list",
    "grants create",
    "grants revoke",
    "repositories",
    "repositories add",
    "repositories list",
    "repositories show",
    "repositories fetch",
    "repositories remove",
    "mesh",
    "mesh request",
    "mesh publish",
    "instances",
    "instances plan",
    "instances start",
    "instances stop",
    "instances restart",
    "instances list",
    "instances show",
    "instances logs",
    "instances adopt",
    "instances remove",
    "knowledge",
    "knowledge add",
    "knowledge search",
    "knowledge list",
    "knowledge show",
    "knowledge remove",
    "knowledge collections",
    "knowledge collections list",
    "knowledge collections create",
    "knowledge collections remove",
    "knowledge collections reembed",
    "knowledge sources",
    "knowledge sources list",
    "knowledge sources add",
    "knowledge sources remove",
    "knowledge sources run",
    "knowledge stats",
    "knowledge export",
    "knowledge import",
    "knowledge evaluate",
    "graph",
    "graph index",
    "graph status",
    "graph symbols",
    "graph definition",
    "graph references",
    "graph callers",
    "graph callees",
    "graph imports",
    "graph cycles",
    "graph impact",
    "graph path",
    "graph owners",
    "graph ghosts",
    "graph problems",
    "graph export",
    "model",
    "model fetch",
    "model list",
    "model check",
    "mcp",
    "keys",
    "keys create",
    "keys list",
    "keys revoke",
    "events",
    "events follow",
    "events query",
    "events replay",
    "audit",
    "audit verify",
    "audit export",
    "jobs",
    "jobs list",
    "jobs retry",
    "config",
    "config check",
    "config print",
    "doctor",
    "health",
    "completion",
    "man",
];

fn help(command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
    World::new().run(&words).ok()
}

/// The options every command shares, as one of them shows them.
fn shared_options(help: &str) -> &str {
    let from = help.find("Global options:").unwrap();
    let to = help.find("Examples:").unwrap();
    &help[from..to]
}

#[test]
fn help_says_what_where_and_how() {
    let root = help("");
    let shared = shared_options(&root);
    let rest = COMMANDS.map(|command| {
        let text = help(command);
        assert_eq!(shared_options(&text), shared, "{command}");
        format!("\n=== {command}\n{}", text.replace(shared, ""))
    });
    insta::assert_snapshot!(root.clone() + &rest.concat());
}

#[test]
fn no_help_is_wider_than_the_page() {
    for command in COMMANDS {
        for line in help(command).lines() {
            assert!(line.chars().count() <= 100, "{command}: {line}");
        }
    }
}

#[test]
fn no_help_shows_a_secret_of_the_environment() {
    let world = World::new();
    let output = world.command(&["--help"]).env("COMMANDCENTER_KEY", "cck_1_secret").output();
    assert!(!String::from_utf8(output.unwrap().stdout).unwrap().contains("secret"));
}

#[test]
fn bash_completes() {
    let script = World::new().run(&["completion", "bash"]).ok();
    assert!(script.starts_with("_commandcenter()"), "{script}");
    for word in ["federation", "newcomers", "--key-file", "ndjson"] {
        assert!(script.contains(word), "{word}");
    }
}

#[test]
fn every_command_has_a_man_page() {
    let world = World::new();
    assert_eq!(world.run(&["man", "pages"]).code, 0);
    for page in ["commandcenter.1", "commandcenter-federation-projects.1"] {
        assert!(world.home.path().join("pages").join(page).is_file(), "{page}");
    }
}
