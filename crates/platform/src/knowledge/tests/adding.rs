//! Documents in, changed, out.

use serde_json::{Value, json};

use super::{Base, KNOWLEDGE, paths};

#[tokio::test]
async fn what_is_there_already_is_left_out_and_what_changed_is_replaced() {
    let base = Base::without_model().await;
    let first = base.add(&[("a.md", "# Wings\n\nLift and drag."), ("b.md", "Gliders.")]).await;
    assert_eq!((&first["total"], &first["unchanged"]), (&json!(2), &json!(0)));
    let second = base.add(&[("a.md", "# Wings\n\nLift and drag."), ("b.md", "Balloons.")]).await;
    assert_eq!((&second["total"], &second["unchanged"]), (&json!(1), &json!(1)));
    assert_eq!(base.paths("balloons", "keyword").await, ["b.md"]);
    assert!(base.paths("gliders", "keyword").await.is_empty());
    assert_eq!(base.collection().await["documents"], 2);
}

#[tokio::test]
async fn a_base_that_lost_a_document_is_one_that_never_had_it() {
    let (base, other) = (Base::without_model().await, Base::without_model().await);
    let kept = [("a.md", "Heat flows from warm to cold."), ("b.md", "Cold plates gather ice.")];
    base.add(&[kept[0], ("gone.md", "Ice, heat, ice, heat and cold again."), kept[1]]).await;
    let removed = base.post("documents/remove", json!({ "paths": ["gone.md", "never.md"] })).await;
    assert_eq!(removed, json!({ "documents": 1 }));
    other.add(&kept).await;
    let question = json!({ "query": "cold heat ice", "mode": "keyword", "explain": true });
    let raw = |answer: Value| -> Vec<(String, f64)> {
        let hits = answer["hits"].as_array().unwrap().iter();
        let raw = hits.map(|hit| {
            (hit["path"].to_string(), hit["explain"]["keyword"]["raw"].as_f64().unwrap())
        });
        raw.collect()
    };
    let (ours, theirs) = (base.search(question.clone()).await, other.search(question).await);
    assert_eq!(raw(ours), raw(theirs));
    for field in ["documents", "chunks", "words", "bytes"] {
        assert_eq!(base.collection().await[field], other.collection().await[field], "{field}");
    }
}

#[tokio::test]
async fn a_document_reads_back_as_it_came() {
    let base = Base::without_model().await;
    let text = "# One\n\nFirst words.\n\n\n## Two\n\n```rust\nfn main() {}\n```\n\nLast words.\n";
    base.add(&[("notes/guide.md", text)]).await;
    let listed = base.get("documents?path=notes/").await;
    let id = listed[0]["id"].as_str().unwrap();
    let read = base.get(&format!("documents/{id}")).await;
    assert_eq!(read["text"], text.trim_end());
    assert_eq!((&read["title"], &read["kind"]), (&json!("One"), &json!("markdown")));
    assert_eq!(base.app.delete(&format!("{KNOWLEDGE}/documents/{id}")).await.status, 204);
    assert_eq!(base.app.get(&format!("{KNOWLEDGE}/documents/{id}")).await.status, 404);
}

#[tokio::test]
async fn a_manifest_tells_new_from_changed_from_unchanged() {
    let base = Base::without_model().await;
    base.add(&[("same.md", "same"), ("other.md", "old")]).await;
    let hash = |text: &str| {
        let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        crate::ground::hex::encode(digest.as_ref())
    };
    let entry = |path: &str, text: &str| json!({ "path": path, "hash": hash(text) });
    let entries = [entry("new.md", "x"), entry("other.md", "new"), entry("same.md", "same")];
    let compared = base.post("compare", json!({ "entries": entries })).await;
    assert_eq!(compared, json!({ "new": [0], "changed": [1], "unchanged": 1 }));
    let compared = base.post("compare", json!({ "collection": "empty", "entries": entries })).await;
    assert_eq!(compared["new"], json!([0, 1, 2]));
}

#[tokio::test]
async fn wrong_documents_are_refused_by_field() {
    let base = Base::without_model().await;
    let table = [
        (json!({ "documents": [] }), "documents"),
        (json!({ "documents": [{ "path": "", "text": "x" }] }), "documents[0].path"),
        (json!({ "documents": [{ "path": "a\nb", "text": "x" }] }), "documents[0].path"),
        (json!({ "documents": [{ "path": "a" }] }), "documents[0].text"),
        (
            json!({ "documents": [{ "path": "a", "text": "x", "base64": "eA==" }] }),
            "documents[0].text",
        ),
        (json!({ "documents": [{ "path": "a", "base64": "no base64" }] }), "documents[0].text"),
        (json!({ "documents": [{ "path": "a", "text": "x", "tags": [""] }] }), "documents[0].tags"),
        (
            json!({ "collection": "No Slug", "documents": [{ "path": "a", "text": "x" }] }),
            "collection",
        ),
    ];
    for (body, field) in table {
        assert_eq!(
            base.refused("documents", body.clone()).await,
            (422, vec![field.to_owned()]),
            "{body}"
        );
    }
    let twice =
        json!({ "documents": [{ "path": "a", "text": "x" }, { "path": "a", "text": "y" }] });
    assert_eq!(base.refused("documents", twice).await.1, ["documents[1].path"]);
}

#[tokio::test]
async fn collections_are_made_changed_and_removed() {
    let base = Base::without_model().await;
    let new = json!({ "name": "berichte", "language": "german", "chunk_tokens": 128 });
    let made = base.post("collections", new.clone()).await;
    assert_eq!((&made["language"], &made["chunk_overlap"]), (&json!("german"), &json!(32)));
    assert_eq!(base.refused("collections", new).await.0, 409);
    let wrong = json!({ "name": "A b", "language": "klingon", "chunk_tokens": 1 });
    let (status, fields) = base.refused("collections", wrong).await;
    assert_eq!((status, fields.len()), (422, 4));
    base.add_to(json!({ "collection": "berichte", "documents": [
        { "path": "a.txt", "text": "Die Häuser der Städte" },
    ] }))
    .await;
    let found = base.search(json!({ "query": "haus", "mode": "keyword" })).await;
    assert_eq!(paths(&found), ["a.txt"]);
    let path = format!("{KNOWLEDGE}/collections/berichte");
    assert_eq!(base.app.patch(&path, json!({ "weight": 0.5 })).await.json()["weight"], 0.5);
    assert_eq!(base.app.patch(&path, json!({ "weight": 2 })).await.problem().1, ["weight"]);
    assert_eq!(base.app.delete(&path).await.status, 204);
    assert!(base.get("collections").await.as_array().unwrap().is_empty());
}

#[tokio::test]
async fn reading_and_writing_need_their_scopes_and_a_project_that_exists() {
    let base = Base::without_model().await;
    base.add(&[("a.md", "words")]).await;
    let (_, reader) = base.app.new_key(&["knowledge:read"]).await;
    let (_, stranger) = base.app.new_key(&["fed:read"]).await;
    let list = format!("{KNOWLEDGE}/documents");
    assert_eq!(base.app.get_as(&reader, &list).await.status, 200);
    assert_eq!(base.app.get_as(&stranger, &list).await.status, 403);
    let add = base.app.with_key(&reader, reqwest::Method::POST, &list);
    let add = add.json(&json!({ "documents": [{ "path": "b", "text": "x" }] }));
    assert_eq!(base.app.send(add).await.status, 403);
    let elsewhere = base.app.get("/api/v1/projects/nowhere/knowledge/collections").await;
    assert_eq!(elsewhere.status, 404);
}

#[tokio::test]
async fn documents_are_listed_page_by_page_in_the_order_of_their_paths() {
    let base = Base::without_model().await;
    let names: Vec<String> =
        (0..7).map(|at| format!("{}.md", ["b", "A", "c", "Ä"][at % 4].repeat(at + 1))).collect();
    let documents: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
    base.add(&documents).await;
    let (mut seen, mut next) = (Vec::new(), Some(format!("{KNOWLEDGE}/documents?limit=3")));
    while let Some(path) = next {
        let page = base.app.get(&path).await;
        let link = page.header("link").split_once('<').and_then(|(_, rest)| rest.split_once('>'));
        next = link.map(|(path, _)| path.to_owned());
        let found = page.json();
        let paths =
            found.as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap().to_owned());
        seen.extend(paths.collect::<Vec<_>>());
    }
    let mut sorted = names;
    sorted.sort();
    assert_eq!(seen, sorted);
}
