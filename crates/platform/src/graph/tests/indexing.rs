//! Folders come in, change and go.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Code, GRAPH, SHOP};
use crate::testing::TestApp;

#[tokio::test]
async fn a_folder_is_indexed_and_the_status_tells_of_it() {
    let code = Code::shop().await;
    let status = code.get("").await;
    assert_eq!(status["version"], 1);
    assert!(status["files"].as_u64() >= Some(3), "{status}");
    assert!(status["edges_by_kind"]["calls"].as_u64() >= Some(3), "{status}");
    assert_eq!(status["languages"][0]["language"], "python");
    let kinds = code.app.get("/api/v1/events?subject=cc.*.*.graph.indexed").await.json();
    let events = kinds.as_array().expect("events");
    assert_eq!(events.len(), 1, "{kinds}");
    code.app.end().await;
}

#[tokio::test]
async fn nothing_changed_writes_nothing() {
    let code = Code::shop().await;
    let again = code.index().await;
    assert_eq!(again["stage"], "done");
    assert_eq!(again["outcome"]["changes"], 0);
    assert_eq!(again["outcome"]["files_read"], 0);
    assert_eq!(code.get("").await["version"], 1);
    code.app.end().await;
}

#[tokio::test]
async fn a_file_that_changes_is_read_alone_and_the_ids_stay() {
    let code = Code::shop().await;
    let before = code.get("/definition?symbol=cart.total").await;
    code.write(&[("shop/cart.py", "\n\ndef total():\n    return 1\n")]);
    let outcome = code.index().await;
    assert_eq!(outcome["outcome"]["files_read"], 1, "{outcome}");
    let after = code.get("/definition?symbol=cart.total").await;
    assert_eq!(after["id"], before["id"]);
    assert_eq!(after["lines"][0], 3);
    assert_eq!(code.get("").await["version"], 2);
    let gone = code.app.get(&format!("{GRAPH}/definition?symbol=cart.tax")).await;
    assert_eq!(gone.status, 404);
    code.app.end().await;
}

#[tokio::test]
async fn a_deleted_file_takes_its_nodes_with_it() {
    let code = Code::shop().await;
    code.remove("shop/rates.py");
    code.index().await;
    let (nodes, edges) = code.content().await;
    assert!(!nodes.iter().any(|node| node.contains("rates.py")), "{nodes:#?}");
    assert!(!edges.iter().any(|edge| edge.contains("rates.py")), "{edges:#?}");
    code.app.end().await;
}

#[tokio::test]
async fn many_edits_one_by_one_give_what_one_look_gives() {
    let code = Code::shop().await;
    let mut random = fastrand::Rng::with_seed(7);
    for round in 0..12 {
        let path = format!("shop/m{}.py", random.usize(..4));
        if random.bool() && code.root().join(&path).is_file() {
            code.remove(&path);
        } else {
            let other = random.usize(..4);
            let text = format!(
                "from shop.m{other} import f{other}\n\n\ndef f{}():\n    f{other}()\n\n\ndef \
                 g{round}():\n    f{}()\n",
                path.as_bytes()[6] - b'0',
                path.as_bytes()[6] - b'0',
            );
            code.write(&[(&path, &text)]);
        }
        code.index().await;
    }
    let step_by_step = code.content().await;
    let fresh = Code { app: TestApp::start().await, folder: code.folder };
    fresh.app.register("atlas").await;
    fresh.index().await;
    assert_eq!(step_by_step, fresh.content().await);
    code.app.end().await;
    fresh.app.end().await;
}

#[tokio::test]
async fn only_a_folder_of_the_server_that_is_not_its_own_is_read() {
    let code = Code::start().await;
    let own = code.app.folder.path().display().to_string();
    for path in ["shop", "/nonexistent/shop", own.as_str()] {
        let refused = code.app.post(&format!("{GRAPH}/index"), json!({ "path": path })).await;
        assert_eq!(refused.problem(), (422, vec!["path".to_owned()]), "{path}");
    }
    code.app.end().await;
}

#[tokio::test]
async fn the_graph_follows_a_repository() {
    let code = Code::start().await;
    code.write(SHOP);
    git(&code, &["init", "--quiet"]);
    let first = commit(&code);
    let location = code.root().display().to_string();
    let repositories = "/api/v1/projects/atlas/repositories";
    let made = code.app.post(repositories, json!({ "location": location })).await.json();
    follows(&code, &first).await;
    code.write(&[("shop/new.py", "def fresh():\n    return 1\n")]);
    let second = commit(&code);
    let id = made["repository"]["id"].as_str().expect("an id");
    code.app.post(&format!("{repositories}/{id}/fetch"), json!({})).await;
    follows(&code, &second).await;
    assert_eq!(code.get("/definition?symbol=new.fresh").await["path"], "shop/new.py");
    let asked = code.app.get("/api/v1/events?subject=cc.*.*.graph.indexing_asked").await.json();
    let heads: Vec<&Value> =
        asked.as_array().expect("events").iter().map(|event| &event["data"]["head"]).collect();
    assert_eq!(heads, [&json!(first), &json!(second)]);
    code.app.end().await;
}

#[tokio::test]
async fn a_repository_that_is_gone_fails_with_the_reason_and_an_event() {
    let mut code = Code::start().await;
    code.write(SHOP);
    git(&code, &["init", "--quiet"]);
    let head = commit(&code);
    let location = code.root().display().to_string();
    let repositories = "/api/v1/projects/atlas/repositories";
    let made = code.app.post(repositories, json!({ "location": location })).await.json();
    follows(&code, &head).await;
    code.folder = tempfile::tempdir().expect("a folder");
    let index = format!("{GRAPH}/index");
    let accepted = code.app.post(&index, json!({ "repository": made["repository"]["id"] })).await;
    assert_eq!(accepted.status, 202, "{}", accepted.text);
    let failed = code.finished(accepted.json()["id"].as_str().expect("an id")).await;
    assert!(failed["failure"].is_string(), "{failed}");
    let events = code.app.get("/api/v1/events?subject=cc.*.*.graph.failed").await.json();
    assert_eq!(events[0]["data"]["reason"], failed["failure"]);
    assert_eq!(code.get("").await["commit"], head);
    code.app.end().await;
}

async fn follows(code: &Code, head: &str) {
    code.app
        .eventually("the graph is of the head", async |app| {
            app.clock.advance(Duration::from_secs(1));
            app.get(GRAPH).await.json()["commit"] == head
        })
        .await;
}

fn commit(code: &Code) -> String {
    git(code, &["add", "--all"]);
    git(code, &["commit", "--quiet", "--message", "more"]);
    git(code, &["rev-parse", "HEAD"])
}

fn git(code: &Code, arguments: &[&str]) -> String {
    super::git(code.root(), ("Ada <ada@example.org>", 1_700_000_000), arguments)
}

#[tokio::test]
async fn a_folder_that_vanishes_fails_and_leaves_the_graph_as_it_was() {
    let mut code = Code::shop().await;
    let folder = std::mem::replace(&mut code.folder, tempfile::tempdir().expect("a folder"));
    let path = folder.path().display().to_string();
    // Two at once: the second waits while the folder goes.
    drop(folder);
    let refused = code.app.post(&format!("{GRAPH}/index"), json!({ "path": path })).await;
    assert_eq!(refused.status, 422);
    assert_eq!(code.get("").await["version"], 1);
    code.app.end().await;
}

#[tokio::test]
async fn a_project_that_nobody_indexed_says_so() {
    let code = Code::start().await;
    assert_eq!(code.get("").await["nodes"], 0);
    let nothing = code.app.get(&format!("{GRAPH}/symbols?name=total")).await;
    assert_eq!(nothing.status, 404);
    assert!(nothing.text.contains("which nobody indexed"), "{}", nothing.text);
    let stranger = code.app.get("/api/v1/projects/nobody/graph").await;
    assert_eq!(stranger.status, 404);
    code.app.end().await;
}

#[tokio::test]
async fn reading_and_indexing_are_permissions_of_their_own() {
    let code = Code::start().await;
    code.write(SHOP);
    let (_, reader) = code.app.new_key(&["graph:read"]).await;
    assert_eq!(code.app.get_as(&reader, GRAPH).await.status, 200);
    let body = json!({ "path": code.root().display().to_string() });
    let post = code.app.with_key(&reader, reqwest::Method::POST, &format!("{GRAPH}/index"));
    let refused = code.app.send(post.json(&body)).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("graph:write"), "{}", refused.text);
    let (_, other) = code.app.new_key(&["fed:read"]).await;
    assert_eq!(code.app.get_as(&other, GRAPH).await.status, 403);
    let jobs: Value = code.app.get("/api/v1/jobs").await.json();
    assert!(!jobs.to_string().contains("graph.index"), "{jobs}");
    code.app.end().await;
}
