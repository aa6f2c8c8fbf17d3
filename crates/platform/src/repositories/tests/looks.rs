use serde_json::{Value, json};

use super::{ADA, Made, Registered, start};
use crate::testing::{TestApp, serve_git};

/// `x-access-token:hush` by RFC 7617.
const AUTHORIZATION: &str = "Basic eC1hY2Nlc3MtdG9rZW46aHVzaA==";

#[tokio::test]
async fn a_repository_of_this_machine_is_looked_at_where_it_is() {
    let app = start().await;
    let made = Made::new();
    let first = made.commit(ADA, "one", &["a.rs"]);
    let repository = Registered::add(&app, made.path().to_str().unwrap(), json!({})).await;
    let shown = repository.show().await;
    assert_eq!((&shown["head"], &shown["head_branch"]), (&json!(first), &json!("main")));
    assert!(shown["bytes"].as_u64().unwrap() > 1_000, "{shown}");
    assert_eq!(shown["has_credential"], false);
    assert_eq!(shown["error"], Value::Null);

    repository.fetch().await;
    let second = made.commit(ADA, "two", &["a.rs"]);
    assert_eq!(repository.fetch().await["head"], json!(second));
    let events = repository.events().await;
    let kinds: Vec<_> = events.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["registered", "fetched", "fetched"]);
    let moved = &events[2].1;
    assert_eq!((&moved["from"], &moved["to"]), (&json!(first), &json!(second)));
    assert_eq!(moved["branch"], "main");
    app.end().await;
}

#[tokio::test]
async fn a_branch_that_is_named_is_followed_wherever_the_head_is() {
    let app = start().await;
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    made.git(&["switch", "--quiet", "--create", "side"]);
    let side = made.commit(ADA, "aside", &["b.rs"]);
    made.git(&["switch", "--quiet", "main"]);
    let url = serve_git(made.path(), None).await;
    for location in [made.path().to_str().unwrap(), &url] {
        let repository = Registered::add(&app, location, json!({ "branch": "side" })).await;
        let shown = repository.show().await;
        assert_eq!((&shown["head"], &shown["head_branch"]), (&json!(side), &json!("side")));
    }
    app.end().await;
}

#[tokio::test]
async fn a_url_is_mirrored_and_a_history_that_was_rewritten_is_followed() {
    let app = start().await;
    let made = Made::new();
    let first = made.commit(ADA, "one", &["a.rs"]);
    let url = serve_git(made.path(), None).await;
    let repository = Registered::add(&app, &url, json!({})).await;
    let shown = repository.show().await;
    assert_eq!((&shown["head"], &shown["head_branch"]), (&json!(first), &json!("main")), "{shown}");

    made.git(&["commit", "--quiet", "--amend", "--message", "another"]);
    let second = made.git(&["rev-parse", "HEAD"]);
    assert_eq!(repository.fetch().await["head"], json!(second));
    let kept = app.folder.path().join("mirrors").join(&repository.id);
    assert!(kept.join("bare/objects").is_dir());
    assert_eq!(app.delete(&repository.path()).await.status, 204);
    assert!(!kept.exists());
    assert_eq!(app.get(&repository.path()).await.problem().0, 404);
    app.end().await;
}

#[tokio::test]
async fn a_token_opens_the_way_and_is_seen_nowhere() {
    let app = start().await;
    let made = Made::new();
    let head = made.commit(ADA, "one", &["a.rs"]);
    let url = serve_git(made.path(), Some(AUTHORIZATION)).await;
    let without = Registered::add(&app, &url, json!({})).await;
    assert!(without.show().await["error"].as_str().unwrap().starts_with("cannot ask"));
    app.delete(&without.path()).await;

    let with = Registered::add(&app, &url, json!({ "token": "hush" })).await;
    let shown = with.show().await;
    assert_eq!((&shown["head"], &shown["has_credential"]), (&json!(head), &json!(true)), "{shown}");
    for path in [super::REPOSITORIES, "/api/v1/events?limit=1000", "/api/v1/audit?limit=1000"] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.text.contains("hush"), "{path}: {}", answer.text);
        assert!(!answer.text.contains(&with.secret), "{path}: {}", answer.text);
    }
    app.end().await;
}

#[tokio::test]
async fn a_look_that_fails_is_told_once_and_keeps_what_was_known() {
    let app = start().await;
    let made = Made::new();
    let head = made.commit(ADA, "one", &["a.rs"]);
    let repository = Registered::add(&app, made.path().to_str().unwrap(), json!({})).await;
    let away = made.path().join("away");
    std::fs::rename(made.path().join(".git"), &away).unwrap();
    for _ in 0..2 {
        let shown = repository.fetch().await;
        assert!(shown["error"].as_str().unwrap().starts_with("cannot open the repository"));
        assert_eq!(shown["head"], json!(head));
    }
    std::fs::rename(&away, made.path().join(".git")).unwrap();
    assert_eq!(repository.fetch().await["error"], Value::Null);
    let events = repository.events().await;
    let kinds: Vec<_> = events.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["registered", "fetched", "fetch_failed"]);
    app.end().await;
}

#[tokio::test]
async fn a_repository_is_looked_at_again_when_it_is_due() {
    let app = start().await;
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    let location = made.path().to_str().unwrap();
    let repository = Registered::add(&app, location, json!({ "every": 60 })).await;
    let before = repository.fetched_at().await;
    let second = made.commit(ADA, "two", &["a.rs"]);
    repository.until_looked_at(before).await;
    assert_eq!(repository.show().await["head"], json!(second));
    app.end().await;
}

#[tokio::test]
async fn a_mirror_that_is_too_large_is_told() {
    let settings =
        [("knowledge.allow_private_addresses", "true"), ("repositories.max_mirror", "100")];
    let app = TestApp::with(&settings).await;
    app.register("atlas").await;
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    let url = serve_git(made.path(), None).await;
    let repository = Registered::add(&app, &url, json!({})).await;
    let shown = repository.show().await;
    let error = shown["error"].as_str().unwrap_or_default();
    assert!(error.starts_with("it is larger than repositories.max_mirror"), "{shown}");
    app.end().await;
}

#[tokio::test]
async fn what_a_crash_left_half_made_is_made_anew() {
    let app = start().await;
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    let url = serve_git(made.path(), None).await;
    let repository = Registered::add(&app, &url, json!({})).await;
    let bare = app.folder.path().join("mirrors").join(&repository.id).join("bare");
    std::fs::remove_dir_all(bare.join("objects")).unwrap();
    assert_eq!(repository.fetch().await["error"], Value::Null);
    app.end().await;
}

#[tokio::test]
async fn a_mirror_that_nobody_has_is_gone_after_the_next_start() {
    let mut app = start().await;
    let mirrors = app.folder.path().join("mirrors");
    let left_over = mirrors.join(wire::RepositoryId::new().to_string());
    std::fs::create_dir_all(left_over.join("bare")).unwrap();
    std::fs::create_dir(mirrors.join("not ours")).unwrap();
    app.stop().await;
    app.start_again().await;
    app.eventually("it is removed", async |_| !left_over.exists()).await;
    assert!(mirrors.join("not ours").exists());
    app.end().await;
}

#[tokio::test]
async fn an_address_of_this_network_is_asked_only_where_it_is_allowed() {
    let app = TestApp::start().await;
    app.register("atlas").await;
    let body = json!({ "location": "http://127.0.0.1:1/atlas.git" });
    let answer = app.post(super::REPOSITORIES, body).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("is a private address"), "{}", answer.text);
    app.end().await;
}
