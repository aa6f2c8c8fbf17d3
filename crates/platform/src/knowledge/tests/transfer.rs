//! Collections on the move: archives bit for bit, older stores with a report.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use reqwest::Method;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::{Base, KNOWLEDGE, paths};
use crate::ground::hex;
use crate::testing::Answer;

impl Base {
    async fn export(&self, collection: &str) -> Vec<u8> {
        let path = format!("{KNOWLEDGE}/collections/{collection}/export");
        let answer = self.app.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "application/gzip");
        answer.bytes().await.unwrap().to_vec()
    }

    async fn import(&self, query: &str, body: impl Into<reqwest::Body>) -> Answer {
        let path = format!("{KNOWLEDGE}/import?{query}");
        self.app.send(self.app.request(Method::POST, &path).body(body)).await
    }

    /// What is said of the place that is wrong; nothing was written.
    async fn import_refused(&self, query: &str, body: impl Into<reqwest::Body>) -> String {
        let before = self.get("collections").await;
        let answer = self.import(query, body).await;
        assert_eq!(answer.problem(), (422, vec!["body".to_owned()]), "{}", answer.text);
        assert_eq!(self.get("collections").await, before);
        let problem: Value = serde_json::from_str(&answer.text).unwrap();
        problem["errors"][0]["message"].as_str().unwrap().to_owned()
    }
}

const DOCUMENTS: [(&str, &str); 4] = [
    ("docs/keys.md", "# Keys\n\nA key is rotated every ninety days.\n\n## Loss\n\nRevoke it.\n"),
    ("docs/beats.md", "# Beats\n\nEach project says twice a minute that it is alive.\n"),
    ("src/hub.rs", "/// Opens the hub.\npub fn open_hub() -> bool {\n    true\n}\n"),
    ("Ärger.txt", "Umlauts sort behind everything else.\n"),
];

fn plain(archive: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(archive).read_to_string(&mut text).unwrap();
    text
}

fn packed(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

/// An archive of those lines, with the last line they need.
fn archive(lines: &[Value]) -> Vec<u8> {
    let text = in_lines(lines.iter());
    let count = |kind: &str| lines.iter().filter(|line| line.get(kind).is_some()).count();
    let sha256 = hex::encode(digest(&SHA256, text.as_bytes()).as_ref());
    let end = json!({ "documents": count("document"), "chunks": count("chunk"), "sha256": sha256 });
    packed(&format!("{text}{}\n", json!({ "end": end })))
}

fn header() -> Value {
    json!({ "archive": {
        "format": "commandcenter-collection", "version": 1, "language": "german",
        "chunk_tokens": 128, "chunk_overlap": 8, "weight": 0.35, "model": "other", "dimensions": 3,
        "documents": 1, "chunks": 2,
    } })
}

fn document(path: &str, chunks: u32) -> Value {
    json!({ "document": {
        "path": path, "kind": "markdown", "title": "A", "tags": ["x"], "hash": "ab".repeat(32),
        "bytes": 21, "modified_at": "2020-01-31T12:00:00.000001Z",
        "added_at": "2020-02-01T12:00:00Z", "chunks": chunks,
    } })
}

fn chunk(body: &str, halves: [u16; 3]) -> Value {
    let bytes: Vec<u8> = halves.into_iter().flat_map(u16::to_le_bytes).collect();
    json!({ "chunk": {
        "span": [0, 10], "lines": [1, 2], "context": "a.md", "heading": "A", "body": body,
        "vector": BASE64.encode(bytes),
    } })
}

#[tokio::test]
async fn what_is_restored_is_what_was_exported() {
    let base = Base::with_model().await;
    base.add(&DOCUMENTS).await;
    let first = base.export("documents").await;
    assert_eq!(base.export("documents").await, first, "an export is the same every time");

    let report = base.import("collection=copy", first.clone()).await.json();
    let chunks = base.collection().await["chunks"].clone();
    assert_eq!(
        report,
        json!({ "collection": "copy", "records": 4, "documents": 4, "skipped": 0,
                "chunks": chunks, "dimensions": 384, "source_dimensions": 384 })
    );
    assert!(base.export("copy").await == first, "{}", plain(&first));
    let copied =
        json!({ "query": "how often are keys changed", "filters": {"collection": "copy"} });
    let original =
        json!({ "query": "how often are keys changed", "filters": {"collection": "documents"} });
    let scores = |answer: &Value| {
        let hits = answer["hits"].as_array().unwrap();
        hits.iter().map(|hit| json!([hit["path"], hit["score"]])).collect::<Vec<_>>()
    };
    let (copied, original) = (base.search(copied).await, base.search(original).await);
    assert_eq!(paths(&copied).first().map(String::as_str), Some("docs/keys.md"));
    assert_eq!(scores(&copied), scores(&original));

    let again = base.import("collection=copy", first.clone()).await.json();
    assert_eq!(again["documents"], 0, "{again}");
    assert_eq!(again["skipped"], 4);
    assert!(base.export("copy").await == first);
    base.app.end().await;
}

#[tokio::test]
async fn a_collection_that_is_empty_takes_the_settings_of_the_archive() {
    let base = Base::with_model().await;
    base.post("collections", json!({ "name": "empty", "chunk_tokens": 64 })).await;
    // 0x3c00 is 1, 0x0001 the smallest half, 0x8000 is minus zero.
    let lines = [
        header(),
        document("a.md", 2),
        chunk("eins", [0x3c00, 0x0001, 0x8000]),
        chunk("zwei", [0x3bff, 0xbc00, 0x7bff]),
    ];
    let archive = archive(&lines);
    let report = base.import("collection=empty&format=archive", archive.clone()).await.json();
    assert!(report["notice"].as_str().unwrap().contains("not at hand"), "{report}");
    let shown = base.get("collections/empty").await;
    assert_eq!(
        (&shown["language"], &shown["model"], &shown["chunk_tokens"], &shown["weight"]),
        (&json!("german"), &json!("other"), &json!(128), &json!(0.35))
    );
    // The same lines as were written here by hand: the export does not depend on the engine.
    let exported = plain(&base.export("empty").await);
    let lines_of = |text: &str| -> Vec<Value> {
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let (mut exported_lines, mut given) = (lines_of(&exported), lines_of(&plain(&archive)));
    let sha256 = exported_lines.pop().unwrap()["end"]["sha256"].clone();
    given.pop();
    assert_eq!(exported_lines, given);
    let expected = "a27f9b39060c1b6b15683609228e84a5a00feb9de919cb6412990aab2942cc65";
    assert_eq!(sha256, expected, "{exported}");
    base.app.end().await;
}

#[tokio::test]
async fn an_archive_that_was_bent_changes_nothing() {
    let base = Base::without_model().await;
    base.add(&DOCUMENTS).await;
    let text = plain(&base.export("documents").await);
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.len();
    let without = |place: usize| {
        let kept = lines.iter().enumerate().filter(|(at, _)| at + 1 != place);
        packed(&in_lines(kept.map(|(_, line)| line)))
    };
    let whole = packed(&text);
    let half = whole[..whole.len() / 2].to_vec();
    let swapped = {
        let mut lines = lines.clone();
        let documents: Vec<usize> =
            (0..lines.len()).filter(|at| lines[*at].starts_with("{\"document\"")).collect();
        lines[documents[0]..].rotate_left(documents[1] - documents[0]);
        packed(&in_lines(lines.iter()))
    };
    let cases = [
        (b"no gzip at all".to_vec(), "line 1: the file is damaged".to_owned()),
        (Vec::new(), "line 1: ".to_owned()),
        (half, "line ".to_owned()),
        (without(1), "line 1: the header is missing".to_owned()),
        (without(3), "line ".to_owned()),
        (without(last), format!("line {last}: the file ends in the middle")),
        (packed(&text.replace("ninety", "eighty")), format!("line {last}: the lines before it")),
        (packed(&format!("{text}{{}}\n")), format!("line {}: stands behind", last + 1)),
        ([whole.clone(), b"x".to_vec()].concat(), "something stands behind".to_owned()),
        (packed(text.trim_end()), format!("line {last}: is cut off")),
        (packed(&"x".repeat(17 << 20)), "line 1: is longer than 16 MiB".to_owned()),
        (swapped, "line ".to_owned()),
    ];
    for (body, expected) in cases {
        let said = base.import_refused("collection=bent", body).await;
        assert!(said.contains(&expected), "{said} for {expected}");
    }
    base.app.end().await;
}

#[tokio::test]
async fn each_field_of_an_archive_is_checked() {
    let base = Base::without_model().await;
    let good = chunk("eins", [0x3c00, 0, 0]);
    let changed = |mut line: Value, pointer: &str, value: Value| {
        *line.pointer_mut(pointer).unwrap() = value;
        line
    };
    let cases = [
        (vec![changed(header(), "/archive/version", json!(2))], "line 1: is of a version"),
        (vec![changed(header(), "/archive/language", json!("x"))], "line 1: `language`"),
        (vec![changed(header(), "/archive/chunk_tokens", json!(9))], "line 1: `chunk_tokens`"),
        (vec![changed(header(), "/archive/weight", json!(2))], "line 1: `weight`"),
        (
            vec![header(), changed(document("a", 0), "/document/path", json!("\n"))],
            "line 2: `path`",
        ),
        (vec![header(), changed(document("a", 0), "/document/hash", json!("x"))], "line 2: `hash`"),
        (vec![header(), changed(document("a", 0), "/document/kind", json!("x"))], "line 2: `kind`"),
        (vec![header(), document("b", 0), document("a", 0)], "line 3: the documents are not"),
        (vec![header(), document("a", 0), document("a", 0)], "line 3: the documents are not"),
        (vec![header(), document("a", 2), good.clone()], "line 4: is no chunk"),
        (vec![header(), document("a", 0), good.clone()], "line 3: is no document"),
        (vec![header(), document("a", 1), chunk("x", [0x7c00, 0, 0])], "line 3: `vector`"),
        (
            vec![header(), document("a", 1), changed(good.clone(), "/chunk/vector", json!("AAA="))],
            "line 3: `vector` has other dimensions",
        ),
        (
            vec![header(), document("a", 1), changed(good.clone(), "/chunk/span", json!([2, 1]))],
            "line 3: `span`",
        ),
        (
            vec![header(), document("a", 1), changed(good, "/chunk/body", json!("a\0b"))],
            "line 3: is cut off, or holds",
        ),
        (vec![header(), json!({ "document": { "deep": [[1]] } })], "line 2: "),
    ];
    for (lines, expected) in cases {
        let said = base.import_refused("collection=bent", archive(&lines)).await;
        assert!(said.contains(expected), "{said} for {expected}");
    }
    base.app.end().await;
}

#[tokio::test]
async fn vectors_of_two_models_do_not_mix() {
    let base = Base::with_model().await;
    base.add(&DOCUMENTS).await;
    let other = archive(&[header(), document("a.md", 1), chunk("x", [0x3c00, 0, 0])]);
    assert_eq!(base.import("", other).await.problem(), (409, vec![]));

    let mut lying = header();
    lying["archive"]["model"] = base.collection().await["model"].clone();
    let lying = archive(&[lying, document("a.md", 1), chunk("x", [0x3c00, 0, 0])]);
    let said = base.import_refused("collection=fresh", lying).await;
    assert!(said.contains("3 dimensions"), "{said}");
    base.app.end().await;
}

/// Texts on three subjects, with vectors that know the subject.
fn older_records() -> Vec<Value> {
    let subjects = [
        ("cats", "The cat sleeps on the warm sofa and purrs at its owner"),
        ("ships", "The container ship leaves the harbour with the tide"),
        ("bread", "Knead the dough with flour, water and yeast, then bake it"),
    ];
    let mut records = Vec::new();
    for (at, (subject, text)) in subjects.into_iter().enumerate() {
        for number in 0..4 {
            let mut vector = vec![0.0; 5];
            vector[at] = 1.0;
            vector[4] = f64::from(number) / 100.0;
            records.push(json!({
                "id": format!("{subject}-{number}"), "text": format!("{text}, part {number}."),
                "metadata": { "source": format!("{subject}.txt"), "subject": subject },
                "embedding": vector,
            }));
        }
    }
    records
}

fn jsonl(records: &[Value]) -> String {
    in_lines(records.iter())
}

fn check_report(report: &Value, collection: &str) {
    let overlap = report["overlap@10"].as_f64().unwrap();
    assert!(overlap > 0.9, "{report}");
    let mut report = report.clone();
    report["overlap@10"] = json!(1);
    assert_eq!(
        report,
        json!({ "collection": collection, "records": 12, "documents": 12, "skipped": 0,
                "chunks": 12, "dimensions": 384, "source_dimensions": 5, "overlap@10": 1 })
    );
}

#[tokio::test]
async fn lines_of_an_older_store_go_in_once() {
    let base = Base::with_model().await;
    let file = jsonl(&older_records());
    let report = base.import("collection=old&format=jsonl", file.clone()).await.json();
    check_report(&report, "old");
    let asked =
        json!({ "query": "baking", "filters": { "collection": "old", "tag": "subject:bread" } });
    let found = paths(&base.search(asked).await);
    assert!(found.iter().all(|path| path.starts_with("bread.txt#bread-")), "{found:?}");
    assert_eq!(found.len(), 4);

    let again = base.import("collection=old&format=jsonl", file).await.json();
    assert_eq!((&again["documents"], &again["skipped"]), (&json!(0), &json!(12)), "{again}");
    base.app.end().await;
}

#[tokio::test]
async fn an_export_of_chroma_goes_in() {
    let base = Base::with_model().await;
    let records = older_records();
    let column = |name: &str| records.iter().map(|it| it[name].clone()).collect::<Vec<_>>();
    let chroma = json!({
        "ids": column("id"), "embeddings": column("embedding"), "documents": column("text"),
        "metadatas": column("metadata"), "uris": null, "data": [1], "included": ["documents"],
    });
    let body = serde_json::to_string_pretty(&chroma).unwrap();
    let report = base.import("collection=chroma&format=chroma", body).await.json();
    check_report(&report, "chroma");
    base.app.end().await;
}

#[tokio::test]
async fn a_record_that_is_wrong_changes_nothing() {
    let base = Base::without_model().await;
    let good = json!({ "id": "a", "text": "x", "embedding": [1, 2] }).to_string();
    let cases = [
        ("jsonl", String::new(), "line 1: the file holds no record"),
        ("jsonl", format!("{good}\n\n{{\"id\": \"b\"\n"), "line 3: EOF"),
        ("jsonl", format!("{good}\n{good}\n"), "line 2: a record before it"),
        (
            "jsonl",
            format!("{good}\n{{\"id\": 1, \"text\": \"\", \"embedding\": [1]}}"),
            "line 2: `emb",
        ),
        ("jsonl", format!("{good}\n{}", "[".repeat(10_000)), "line 2: "),
        ("jsonl", "x".repeat(17 << 20), "line 1: is longer than 16 MiB"),
        ("chroma", "[]".to_owned(), "an object of arrays"),
        ("chroma", "{\"ids\": [\"a\"".to_owned(), "EOF"),
        ("chroma", "{\"documents\": [\"a\"]}".to_owned(), "`ids` is missing"),
        ("chroma", json!({ "ids": ["a"], "documents": [] }).to_string(), "`documents` has 0"),
        ("chroma", json!({ "ids": ["a"], "documents": [null] }).to_string(), "record 1: has no"),
        ("chroma", json!({ "ids": ["a"], "documents": "x" }).to_string(), "an array"),
        ("chroma", json!({ "ids": ["x".repeat(17 << 20)] }).to_string(), "longer than 16 MiB"),
        (
            "chroma",
            format!("{{\"ids\": [{}{}]}}", "[".repeat(10_000), "]".repeat(10_000)),
            "recursion limit",
        ),
    ];
    for (format, body, expected) in cases {
        let said = base.import_refused(&format!("collection=old&format={format}"), body).await;
        assert!(said.contains(expected), "{said} for {expected}");
    }
    base.app.end().await;
}

#[tokio::test]
async fn who_may_not_write_may_not_import_and_too_much_is_not_taken() {
    let base =
        Base::start(&[("knowledge.models", "/nonexistent"), ("knowledge.max_import", "1000")])
            .await;
    let answer = base.import("format=jsonl", "x".repeat(1_001)).await;
    assert_eq!(answer.problem().0, 413);
    let (_, key) = base.app.new_key(&["knowledge:read"]).await;
    let path = format!("{KNOWLEDGE}/import");
    let answer = base.app.send(base.app.with_key(&key, Method::POST, &path)).await;
    assert_eq!(answer.status, 403);
    assert_eq!(base.import("format=zip", "").await.status, 422);
    let nowhere = base.app.request(Method::POST, "/api/v1/projects/none/knowledge/import");
    assert_eq!(base.app.send(nowhere.body("x")).await.status, 404);
    assert_eq!(base.app.get(&format!("{KNOWLEDGE}/collections/none/export")).await.status, 404);
    base.app.end().await;
}

#[expect(clippy::disallowed_methods, reason = "the suite's servers are found by it")]
fn admin_url() -> String {
    std::env::var("TEST_ADMIN_DATABASE_URL").expect("TEST_ADMIN_DATABASE_URL: run `make test`")
}

#[tokio::test]
async fn a_table_of_another_database_goes_in() {
    let base = Base::with_model().await;
    let url = admin_url();
    let schema = format!("older_{}", wire::EventId::new().uuid().simple());
    let mut other = PgConnection::connect(&url).await.unwrap();
    let mut run = async |statement: String| other.execute(AssertSqlSafe(statement)).await.unwrap();
    run(format!("create schema {schema}")).await;
    run(format!(
        "create table {schema}.\"the docs\" (\"Id\" text, body text, meta jsonb, vec real[])"
    ))
    .await;
    for record in older_records() {
        let text = |name: &str| record[name].to_string().replace('\'', "''");
        run(format!(
            "insert into {schema}.\"the docs\" values ('{}', '{}', '{}', '{}')",
            record["id"].as_str().unwrap(),
            record["text"].as_str().unwrap(),
            text("metadata"),
            text("embedding").replace('[', "{").replace(']', "}"),
        ))
        .await;
    }
    let asked = json!({
        "collection": "table", "url": url, "table": format!("{schema}.the docs"), "id": "Id",
        "text": "body", "metadata": "meta", "embedding": "vec",
    });
    let report = base.post("import/table", asked.clone()).await;
    check_report(&report, "table");

    let refused = async |field: &str, value: &str| {
        let mut asked = asked.clone();
        asked[field] = json!(value);
        base.refused("import/table", asked).await
    };
    assert_eq!(refused("text", "b\" from x; --").await, (422, vec!["table".to_owned()]));
    assert_eq!(refused("url", "postgres://u:p@127.0.0.1:1/d").await, (422, vec!["url".to_owned()]));
    assert_eq!(refused("url", "http://x/").await, (422, vec!["url".to_owned()]));
    run(format!("drop schema {schema} cascade")).await;
    base.app.end().await;
}

/// A line each.
fn in_lines(lines: impl Iterator<Item = impl ToString>) -> String {
    let lines: Vec<String> = lines.map(|line| line.to_string()).collect();
    lines.join("\n") + "\n"
}
