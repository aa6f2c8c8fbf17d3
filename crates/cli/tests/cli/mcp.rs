//! The tools as an assistant finds them: driven by the protocol's client library for Python, over
//! HTTP and over pipes, in the current version of the protocol and in the one before it.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::World;
use crate::up::Up;

/// Lets the client make sure of each claim at its place.
fn check(steps: &[(&str, &Value)]) {
    let python = std::env::var_os("TEST_MCP_PYTHON");
    let python = python.expect("TEST_MCP_PYTHON is not set: run `cargo xtask test`");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/mcp_client.py");
    let run = Command::new(python).args([script, &json!(steps).to_string()]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

fn start(world: &World) -> Up<'_> {
    let up = Up::start(world);
    up.await_answer(&["health"], |run| run.code == 0);
    assert_eq!(up.ask(&["federation", "add", "atlas", "--hub-url", "http://127.0.0.1:1"]).code, 0);
    up
}

fn key(up: &Up<'_>, scopes: &str) -> String {
    let made = up.ask(&["keys", "create", "assistant", "--scope", scopes, "-o", "json"]).ok();
    let made: Value = serde_json::from_str(&made).unwrap();
    made["secret"].as_str().unwrap().to_owned()
}

fn http(up: &Up<'_>, key: &str) -> Value {
    json!({ "url": format!("{}/mcp", up.federation), "key": key })
}

fn pipes(world: &World, arguments: &[&str]) -> Value {
    let arguments = [&["mcp"], arguments].concat();
    let program = env!("CARGO_BIN_EXE_commandcenter");
    json!({ "command": program, "args": arguments, "env": { "HOME": world.home.path() } })
}

#[test]
fn every_tool_works_over_http_and_over_pipes() {
    let world = World::new();
    let up = start(&world);
    let key = key(&up, "knowledge:read,knowledge:write");
    let data = world.path("cc");
    let place = ["--server", &up.federation, "--data", &data];
    check(&[("every_tool_works", &http(&up, &key)), ("every_tool_works", &pipes(&world, &place))]);
}

#[test]
fn what_is_wrong_with_a_call_is_said_in_its_result() {
    let world = World::new();
    let up = start(&world);
    let key = key(&up, "knowledge:read,knowledge:write");
    let place = ["--server", &up.federation, "--key", &key];
    check(&[
        ("wrong_calls_say_what_is_wrong", &http(&up, &key)),
        ("wrong_calls_say_what_is_wrong", &pipes(&world, &place)),
    ]);
}

#[test]
fn a_key_may_call_what_its_scopes_allow() {
    let world = World::new();
    let up = start(&world);
    let reader = key(&up, "knowledge:read");
    let stranger = key(&up, "jobs:read");
    let place = |key| pipes(&world, &["--server", &up.federation, "--key", key]);
    check(&[
        ("a_reader_cannot_add", &http(&up, &reader)),
        ("a_reader_cannot_add", &place(&reader)),
        ("a_stranger_may_list_and_call_nothing", &http(&up, &stranger)),
        ("nobody_gets_in", &http(&up, "")),
        ("nobody_gets_in", &http(&up, "cck_wrong")),
        ("nobody_gets_in", &place("cck_wrong")),
    ]);
}

#[test]
fn without_a_server_the_tools_work_on_the_data_directory() {
    let world = World::new();
    drop(start(&world));
    let data = world.path("cc");
    check(&[("every_tool_works", &pipes(&world, &["--local", "--data", &data]))]);
}

#[test]
fn stdout_carries_the_protocol_alone() {
    let world = World::new();
    let run = world.run_with_input(
        &["mcp", "--server", "http://127.0.0.1:1"],
        "not json\n\n{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}\n",
    );
    assert_eq!(run.code, 0, "{run:?}");
    let lines: Vec<Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "{run:?}");
    let of = |id: Value| lines.iter().find(|line| line["id"] == id).unwrap();
    assert_eq!(of(Value::Null)["error"]["code"], -32_700);
    let words = of(json!(7))["error"]["message"].as_str().unwrap();
    assert!(words.contains("no answer from http://127.0.0.1:1/mcp"), "{words}");
}
