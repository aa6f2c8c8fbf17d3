//! The routes, the schedule, and what is refused.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use super::pages::Pages;
use super::{SOURCES, Source, paths, start};
use crate::testing::TestApp;

#[tokio::test]
async fn what_cannot_be_a_source_is_refused_by_field() {
    let app = start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.md");
    fs::write(&file, "a").unwrap();
    let refused = async |kind: &str, location: &str| {
        let body = json!({ "kind": kind, "location": location });
        assert_eq!(app.post(SOURCES, body).await.problem(), (422, vec!["location".to_owned()]));
    };
    refused("folder", "docs").await;
    refused("folder", "/no/such/folder").await;
    refused("folder", file.to_str().unwrap()).await;
    refused("folder", app.folder.path().to_str().unwrap()).await;
    refused("git", "git@example.org:atlas.git").await;
    refused("git", "ssh://example.org/atlas.git").await;
    refused("git", "https://user:secret@example.org/atlas.git").await;
    refused("git", "/no/such/repository").await;
    refused("feed", "file:///etc/passwd").await;
    refused("feed", "/etc").await;
    refused("site", "https://token@example.org/").await;
    refused("site", &format!("https://example.org/{}", "x".repeat(2_048))).await;

    let body = json!({ "kind": "site", "location": "no", "every": 59, "depth": 6 });
    let (status, fields) = app.post(SOURCES, body).await.problem();
    assert_eq!((status, fields), (422, ["every", "depth", "location"].map(str::to_owned).into()));
    let body = json!({ "kind": "site", "location": "https://example.org", "collection": "No!" });
    assert_eq!(app.post(SOURCES, body).await.problem(), (422, vec!["collection".to_owned()]));
    let nobodys = "/api/v1/projects/nobody/knowledge/sources";
    let body = json!({ "kind": "folder", "location": folder.path() });
    assert_eq!(app.post(nobodys, body).await.status, 404);
    assert_eq!(app.get(nobodys).await.status, 404);
    assert_eq!(app.get(SOURCES).await.json(), json!([]));
    app.end().await;
}

#[tokio::test]
async fn a_private_address_is_refused_unless_it_is_allowed() {
    let app = TestApp::start().await;
    app.register("atlas").await;
    let pages = Pages::serve().await;
    let port = pages.url.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "127.1", "[::1]", "[::ffff:7f00:1]", "169.254.169.254", "10.0.0.1"] {
        for kind in ["feed", "site", "git"] {
            let body = json!({ "kind": kind, "location": format!("http://{host}:{port}/") });
            assert_eq!(app.post(SOURCES, body).await.problem().0, 422, "{kind} {host}");
        }
    }
    // A name tells nothing until it is resolved.
    for kind in ["feed", "site", "git"] {
        let location = format!("http://localhost:{port}/");
        let source = Source::add(&app, kind, &location, json!({})).await;
        let result = source.result().await;
        assert!(result.contains("no public address"), "{kind}: {result}");
    }
    assert!(pages.asked().is_empty());
    app.end().await;
}

#[tokio::test]
async fn a_source_is_looked_at_when_it_is_due() {
    let app = start().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.md"), "a").unwrap();
    let location = folder.path().to_str().unwrap();
    let source = Source::add(&app, "folder", location, json!({ "every": 7_200 })).await;
    let first = source.show().await;
    fs::write(folder.path().join("b.md"), "b").unwrap();
    app.advance(Duration::from_mins(110)).await;
    assert_eq!(source.show().await["last_run_at"], first["last_run_at"]);
    app.advance(Duration::from_mins(11)).await;
    source.until_looked_at(&first["last_run_at"]).await;
    assert_eq!(source.result().await, "1 new");
    let next = source.show().await;
    assert!(next["next_run_at"].as_str() > first["next_run_at"].as_str(), "{next}");
    app.end().await;
}

#[tokio::test]
async fn the_documents_of_a_source_stay_unless_they_are_to_go() {
    let app = start().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.md"), "a").unwrap();
    let location = folder.path().to_str().unwrap();
    let source = Source::add(&app, "folder", location, json!({})).await;
    let again = json!({ "kind": "folder", "location": location });
    assert_eq!(app.post(SOURCES, again).await.status, 409);

    assert_eq!(app.delete(&format!("{SOURCES}/{}", source.id)).await.status, 204);
    assert_eq!(app.delete(&format!("{SOURCES}/{}", source.id)).await.status, 404);
    let run = format!("{SOURCES}/{}/run", source.id);
    assert_eq!(app.post(&run, json!({})).await.status, 404);
    assert_eq!(paths(&app).await, ["a.md"]);

    // Nobody's documents are looked after by a source that finds them unchanged.
    fs::write(folder.path().join("a.md"), "b").unwrap();
    let source = Source::add(&app, "folder", location, json!({})).await;
    assert_eq!(source.result().await, "1 changed");
    let answer = app.delete(&format!("{SOURCES}/{}?documents=true", source.id)).await;
    assert_eq!(answer.status, 204);
    assert!(paths(&app).await.is_empty());
    app.end().await;
}

#[tokio::test]
async fn two_sources_do_not_take_a_document_from_each_other() {
    let app = start().await;
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(one.path().join("a.md"), "one").unwrap();
    fs::write(other.path().join("a.md"), "other").unwrap();
    let pruned = json!({ "prune": true });
    let first = Source::add(&app, "folder", one.path().to_str().unwrap(), pruned.clone()).await;
    let second = Source::add(&app, "folder", other.path().to_str().unwrap(), pruned).await;
    assert_eq!(second.result().await, "1 brought by another source");
    assert_eq!(first.run().await, "nothing new");
    app.end().await;
}

#[tokio::test]
async fn what_happens_to_a_source_is_recorded() {
    let app = start().await;
    let folder = tempfile::tempdir().unwrap();
    let source = Source::add(&app, "folder", folder.path().to_str().unwrap(), json!({})).await;
    app.delete(&format!("{SOURCES}/{}", source.id)).await;
    let kinds = async |path: &str, field: &str| {
        let all = app.get(path).await.json();
        let kinds = all.as_array().unwrap().iter().map(|it| it[field].as_str().unwrap().to_owned());
        kinds.filter(|it| it.starts_with("knowledge.s")).collect::<Vec<_>>()
    };
    let events = kinds("/api/v1/events?limit=1000", "type").await;
    let all = ["knowledge.source_added", "knowledge.synced", "knowledge.source_removed"];
    assert_eq!(events, all);
    let records = kinds("/api/v1/audit?limit=1000", "action").await;
    assert_eq!(records.len(), 2, "{records:?}");
    let synced = app.get("/api/v1/events?limit=1000").await.json();
    let synced = synced.as_array().unwrap().iter().find(|it| it["type"] == "knowledge.synced");
    assert_eq!(synced.map(|it| &it["data"]["result"]), Some(&Value::from("nothing new")));
    app.end().await;
}
