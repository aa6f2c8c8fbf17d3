//! The catalog over HTTP.

use futures::StreamExt;
use serde_json::{Value, json};

use super::with_project;
use crate::testing::TestApp;

fn slugs(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|it| it["slug"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_registered_project_is_shown_whole() {
    let app = TestApp::start().await;
    let body = json!({
        "slug": "Atlas", "name": "Atlas", "hub_url": "https://atlas.example", "tags": ["web", "rust"],
        "owner": "ada", "description": "maps", "allow_fanout": ["borealis"],
    });
    let project = app.post("/api/fed/projects", body).await.json();
    insta::assert_json_snapshot!(project, {
        ".id" => "[id]", ".created_at" => "[at]", ".updated_at" => "[at]", ".status_since" => "[at]",
    }, @r#"
    {
      "allow_fanout": [
        "borealis"
      ],
      "created_at": "[at]",
      "description": "maps",
      "hub_url": "https://atlas.example",
      "id": "[id]",
      "last_heartbeat_at": null,
      "mesh_namespace": "hub.atlas",
      "name": "Atlas",
      "orphaned": false,
      "owner": "ada",
      "slug": "atlas",
      "status": "unknown",
      "status_reasons": [
        "never_heard"
      ],
      "status_since": "[at]",
      "tags": [
        "web",
        "rust"
      ],
      "updated_at": "[at]"
    }
    "#);
    app.end().await;
}

#[tokio::test]
async fn registering_again_brings_up_to_date_and_keeps_the_id() {
    let app = TestApp::start().await;
    let body = |name: &str| json!({ "slug": "atlas", "name": name, "hub_url": "http://a.example" });
    let first = app.post("/api/fed/projects", body("one")).await;
    assert_eq!(first.status, 201);
    let second = app.post("/api/fed/projects", body("two")).await;
    assert_eq!(second.status, 200);
    let (first, second) = (first.json(), second.json());
    assert_eq!(first["id"], second["id"]);
    assert_eq!(second["name"], "two");
    app.end().await;
}

#[tokio::test]
async fn of_twenty_registrations_at_once_one_is_new() {
    let app = TestApp::start().await;
    let body = json!({ "slug": "atlas", "name": "Atlas", "hub_url": "http://a.example" });
    let answers =
        futures::future::join_all((0..20).map(|_| app.post("/api/fed/projects", body.clone())));
    let mut statuses: Vec<u16> = answers.await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200; 19], vec![201]].concat());
    app.end().await;
}

/// While others register: each registration has the catalog read again.
#[tokio::test]
async fn what_was_registered_is_never_gone_again() {
    let app = TestApp::start().await;
    let numbers = futures::stream::iter(0..200);
    numbers
        .for_each_concurrent(4, async |number| {
            let project = app.register(&format!("p{number}")).await;
            let path = format!("/api/fed/projects/{}", project["slug"].as_str().unwrap());
            for _ in 0..3 {
                assert_eq!(app.get(&path).await.status, 200);
            }
        })
        .await;
    app.end().await;
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let app = TestApp::start().await;
    let body = json!({
        "slug": "a b", "name": "", "hub_url": "ftp://x", "tags": ["ok", ""],
        "allow_fanout": ["é"], "mesh_namespace": "nope", "colour": "red",
    });
    let refused = app.post("/api/fed/projects", body).await;
    let (status, mut fields) = refused.problem();
    fields.sort();
    assert_eq!(status, 422);
    assert_eq!(
        fields,
        ["allow_fanout[0]", "colour", "hub_url", "mesh_namespace", "name", "slug", "tags[1]"]
    );
    assert_eq!(app.get("/api/fed/projects").await.json(), json!([]));
    app.end().await;
}

#[tokio::test]
async fn the_list_narrows_by_status_tag_and_text() {
    let app = TestApp::start().await;
    for (slug, tag) in [("atlas", "web"), ("borealis", "ml"), ("cygnus", "web")] {
        let body =
            json!({ "slug": slug, "name": slug, "hub_url": "http://x.example", "tags": [tag] });
        app.post("/api/fed/projects", body).await.json();
    }
    app.beat("cygnus", json!({})).await;
    app.until_status("cygnus", "online").await;
    let list = async |query: &str| app.get(&format!("/api/fed/projects?{query}")).await.json();
    assert_eq!(slugs(&list("").await), ["atlas", "borealis", "cygnus"]);
    assert_eq!(slugs(&list("tag=web").await), ["atlas", "cygnus"]);
    assert_eq!(slugs(&list("status=online").await), ["cygnus"]);
    assert_eq!(slugs(&list("q=REAL").await), ["borealis"]);
    assert_eq!(slugs(&list("tag=web&status=unknown").await), ["atlas"]);
    assert_eq!(app.get("/api/fed/projects?status=splendid").await.problem().0, 422);
    assert_eq!(app.get("/api/fed/projects?colour=red").await.problem().0, 422);
    app.end().await;
}

#[tokio::test]
async fn the_list_goes_on_where_its_link_says() {
    let app = TestApp::start().await;
    for number in 0..7 {
        app.register(&format!("p{number}")).await;
    }
    let mut path = "/api/fed/projects?limit=3".to_owned();
    let mut found = Vec::new();
    loop {
        let answer = app.get(&path).await;
        let next = answer.header("link").split(['<', '>']).nth(1).map(str::to_owned);
        found.extend(slugs(&answer.json()).into_iter().map(str::to_owned));
        let Some(next) = next else { break };
        path = next;
    }
    assert_eq!(found, ["p0", "p1", "p2", "p3", "p4", "p5", "p6"]);
    app.end().await;
}

#[tokio::test]
async fn a_poller_that_has_the_list_is_not_sent_it_again() {
    let app = with_project("atlas").await;
    let first = app.get("/api/fed/projects").await;
    let poll = || {
        let request = app.request(reqwest::Method::GET, "/api/fed/projects");
        app.send(request.header("if-none-match", first.header("etag")))
    };
    assert_eq!(poll().await.status, 304);
    app.register("borealis").await;
    assert_eq!(poll().await.status, 200);
    app.end().await;
}

#[tokio::test]
async fn a_patch_changes_what_it_names() {
    let app = with_project("atlas").await;
    app.patch("/api/fed/projects/atlas", json!({ "owner": "ada", "tags": ["x"] })).await.json();
    let project =
        app.patch("/api/fed/projects/atlas", json!({ "owner": null, "name": "A" })).await.json();
    assert_eq!(project["name"], "A");
    assert_eq!(project["tags"], json!(["x"]));
    assert!(project.get("owner").is_none());
    assert_eq!(app.patch("/api/fed/projects/none", json!({})).await.problem().0, 404);
    let refused = app.patch("/api/fed/projects/atlas", json!({ "slug": "b" })).await;
    assert_eq!(refused.problem(), (422, vec!["slug".to_owned()]));
    app.end().await;
}

#[tokio::test]
async fn an_update_meant_for_another_version_is_refused_and_a_beat_makes_no_other_version() {
    let app = with_project("atlas").await;
    let read = app.get("/api/fed/projects/atlas").await.header("etag").to_owned();
    app.beat("atlas", json!({})).await;
    app.until_status("atlas", "online").await;
    let patch = |tag: String| {
        let request = app.request(reqwest::Method::PATCH, "/api/fed/projects/atlas");
        app.send(request.header("if-match", tag).json(&json!({ "name": "new" })))
    };
    app.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(patch(read.clone()).await.status, 200);
    assert_eq!(patch(read).await.problem().0, 412);
    app.end().await;
}

#[tokio::test]
async fn removing_needs_the_version_and_forgets_the_project() {
    let app = with_project("atlas").await;
    let blind = app.send(app.request(reqwest::Method::DELETE, "/api/fed/projects/atlas")).await;
    assert_eq!(blind.problem().0, 428);
    assert_eq!(app.delete("/api/fed/projects/atlas").await.status, 204);
    assert_eq!(app.get("/api/fed/projects/atlas").await.problem().0, 404);
    app.beat("atlas", json!({})).await;
    app.eventually("it is a newcomer again", async |app| {
        app.get("/api/fed/newcomers").await.json() != json!([])
    })
    .await;
    app.end().await;
}

#[tokio::test]
async fn a_change_on_one_replica_is_seen_on_the_other() {
    let mut app = with_project("atlas").await;
    let other = app.start_replica().await;
    app.register("borealis").await;
    app.address = other.address(crate::service::Service::Federation).unwrap();
    app.eventually("borealis is seen", async |app| {
        app.advance(std::time::Duration::from_secs(1)).await;
        slugs(&app.get("/api/fed/projects").await.json()) == ["atlas", "borealis"]
    })
    .await;
    other.stop().await;
    app.end().await;
}

#[tokio::test]
async fn a_catalog_info_file_comes_in_and_goes_out() {
    let app = TestApp::start().await;
    let file = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: atlas\n  \
                title: Atlas\n  tags: [web]\n  annotations:\n    commandcenter.io/hub-url: https://a.example\n    \
                example.com/team: \"maps: west\"\nspec:\n  owner: ada\n";
    let request = app.request(reqwest::Method::POST, "/api/fed/catalog-info");
    let request = request.header("content-type", "application/yaml").body(file);
    let imported = app.send(request).await.json();
    assert_eq!(imported[0]["owner"], "ada");
    let exported = app.get("/api/fed/projects/atlas/catalog-info").await;
    assert!(exported.text.contains("example.com/team"), "{}", exported.text);
    assert_eq!(exported.header("content-type"), "application/yaml");
    app.end().await;
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused_as_such() {
    let app = TestApp::start().await;
    let send = async |kind: &'static str, body: &'static str| {
        let request = app.request(reqwest::Method::POST, "/api/fed/projects");
        app.send(request.header("content-type", kind).body(body)).await.problem().0
    };
    assert_eq!(send("application/json", "{").await, 400);
    assert_eq!(send("text/plain", "{}").await, 415);
    assert_eq!(send("application/json", "[]").await, 422);
    app.end().await;
}
