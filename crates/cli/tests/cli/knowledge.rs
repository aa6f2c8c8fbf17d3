//! The knowledge base, as a person or a script works with it: against a server of prepared
//! answers where a shape counts, against the real one where it is about getting things done.

use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::server::{Server, answer, problem};
use crate::support::World;
use crate::up::Up;

const ANSWER: &str = r#"{"hits":[{"document":"0198c0de-7a11-7000-8000-000000000001","collection":"documents",
    "path":"docs/keys.md","title":"Keys","kind":"markdown","heading":"Keys › Rotation","lines":[12,14],
    "span":[300,360],"score":0.8213,"text":"Rotation\n\nA key is rotated by making a second one.","highlights":[[19,26]],
    "explain":{"keyword":{"rank":3,"raw":12.306,"normalised":0.51,"weight":0.3},
               "vector":{"rank":1,"raw":0.82,"normalised":1.0,"weight":0.7}}}],
    "mode":"hybrid","took_ms":4.25,"notice":"the model is still read"}"#;

fn search(words: &[&str]) -> (String, String, String) {
    let server = Server::start(|_| answer(200, ANSWER));
    let asked = ["knowledge", "search", "how are keys rotated", "-p", "atlas"];
    let run = World::new().run(&[&asked[..], words, &["--server", &server.url]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    (run.stdout, run.stderr, server.requests().pop().unwrap().body)
}

#[test]
fn a_hit_is_its_place_its_lines_and_its_reason() {
    let (stdout, stderr, body) = search(&["--explain"]);
    insta::assert_snapshot!(stdout, @"
    docs/keys.md:12  0.82  Keys › Rotation
        Rotation
        A key is rotated by making a second one.
        why: keyword 3rd (12.31) 0.51 × 0.30 · vector 1st (0.82) 1.00 × 0.70
    ");
    assert_eq!(stderr, "the model is still read\n");
    assert_eq!(
        body,
        r#"{"query":"how are keys rotated","mode":"hybrid","limit":10,"explain":true}"#
    );
}

#[test]
fn programs_get_the_answer_as_the_server_gave_it() {
    let (stdout, _, _) = search(&["-o", "json"]);
    for part in [r#""document": "0198c0de"#, r#""path": "docs/keys.md""#, r#""took_ms": 4.25"#] {
        assert!(stdout.contains(part), "{stdout}");
    }
    let (stdout, _, _) = search(&["-o", "ndjson"]);
    assert!(stdout.starts_with(r#"{"document":"0198c0de"#) && stdout.lines().count() == 1);
}

#[test]
fn every_filter_reaches_the_server() {
    let (_, _, body) = search(&[
        "--mode",
        "vector",
        "--limit",
        "3",
        "--collection",
        "notes",
        "--kind",
        "pdf",
        "--path",
        "docs/**",
        "--tag",
        "x",
        "--since",
        "2026-01-31T12:00:00Z",
        "--weight",
        "0.5",
        "--diversify",
        "0.25",
    ]);
    insta::assert_snapshot!(body, @r#"{"query":"how are keys rotated","mode":"vector","limit":3,"filters":{"collection":"notes","kind":"pdf","path":"docs/**","tag":"x","since":"2026-01-31T12:00:00Z"},"weight":0.5,"diversify":0.25}"#);
}

#[test]
fn a_project_must_be_named_and_must_be_there() {
    let world = World::new();
    let run = world.run(&["knowledge", "search", "x", "--server", "http://127.0.0.1:1"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--project"), "{run:?}");

    let server = Server::start(|_| problem(404, "there is no project atlas"));
    let run = world.run(&["knowledge", "list", "-p", "atlas", "--server", &server.url]);
    assert_eq!(run.code, 4);
    assert!(run.stderr.contains("commandcenter federation projects"), "{run:?}");
}

const DOCUMENTS: &str = r#"[{"id":"0198c0de-7a11-7000-8000-000000000001","collection":"documents",
    "path":"docs/a.md","kind":"markdown","tags":[],"bytes":2199,"chunks":3,"hash":"0",
    "modified_at":"2026-01-31T12:00:00Z","added_at":"2026-01-31T12:00:00Z"},
    {"id":"0198c0de-7a11-7000-8000-000000000002","collection":"documents","path":"docs/broken.pdf",
    "tags":[],"bytes":12,"chunks":0,"hash":"1","failure":"the file is damaged",
    "modified_at":"2026-01-31T12:00:00Z","added_at":"2026-01-31T12:00:00Z"}]"#;

#[test]
fn documents_stand_in_a_table_that_fits() {
    let server = Server::start(|_| answer(200, DOCUMENTS));
    let list = ["knowledge", "list", "docs", "-p", "atlas", "--server", &server.url];
    let text = World::new().run(&list).ok();
    let ago = text.lines().nth(1).unwrap().split("kB  ").nth(1).unwrap().to_owned();
    insta::assert_snapshot!(text.replace(&ago, "long ago"), @r"
    path             kind      chunks  size    changed    why not read
    docs/a.md        markdown  3       2.1 kB  long ago
    docs/broken.pdf  failed    0       12 B    long ago  the file is damaged
    ");
    assert!(text.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn a_collection_is_removed_only_when_that_is_sure() {
    const COLLECTION: &str = r#"{"id":"0198c0de-7a11-7000-8000-000000000001","project":"atlas",
        "name":"notes","language":"english","chunk_tokens":256,"chunk_overlap":32,"documents":3,
        "failed":0,"chunks":9,"words":99,"bytes":5000,"created_at":"2026-01-31T12:00:00Z"}"#;
    let server = Server::start(|line| match line.split_once(' ') {
        Some(("GET", _)) => answer(200, COLLECTION),
        _ => answer(204, ""),
    });
    let world = World::new();
    let remove = ["knowledge", "collections", "remove", "notes", "-p", "atlas"];
    let remove = [&remove[..], &["--server", &server.url]].concat();
    assert_eq!(world.run(&remove).code, 2);
    assert_eq!(server.requests().len(), 1);
    assert_eq!(world.run(&[&remove[..], &["--yes"]].concat()).code, 0);
    let last = server.requests().pop().unwrap().line;
    assert_eq!(last, "DELETE /api/v1/projects/atlas/knowledge/collections/notes");
}

const REPORT: &str = r#"{"collection":"old","records":4,"documents":3,"skipped":1,"chunks":12,
    "dimensions":384,"source_dimensions":768,"overlap@10":0.75,
    "failures":[{"path":"a.pdf","reason":"it is encrypted"}]}"#;

#[test]
fn a_collection_travels_as_one_file() {
    let server = Server::start(|line| match line.split_once(' ') {
        Some(("GET", _)) => answer(200, "the archive"),
        _ => answer(200, REPORT),
    });
    let world = World::new();
    let ask = |words: &[&str]| {
        world.run(&[&["knowledge"], words, &["-p", "atlas", "--server", &server.url]].concat())
    };
    let run = ask(&["export", "notes", "out/notes.archive"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(ask(&["export", "notes", "notes.archive"]).stderr, "wrote 11 B\n");
    assert_eq!(world.read("notes.archive"), "the archive");
    assert_eq!(ask(&["export", "notes", "-"]).stdout, "the archive");

    insta::assert_snapshot!(ask(&["import", "notes.archive", "-c", "old"]).ok(), @r"
    collection         old
    records            4
    written            3
    there already      1
    chunks             12
    dimensions         384
    dimensions before  768
    overlap@10         75 %
    failed             a.pdf: it is encrypted
    ");
    let request = server.requests().pop().unwrap();
    let import = "POST /api/v1/projects/atlas/knowledge/import";
    assert_eq!(request.line, format!("{import}?collection=old&format=archive"));
    assert_eq!(request.body, "the archive");
}

#[test]
fn a_table_is_imported_by_an_address_that_no_command_line_shows() {
    let server = Server::start(|_| answer(200, REPORT));
    let world = World::new();
    world.write("old.url", "postgres://me:secret@127.0.0.1/old\n");
    let table = ["import-table", "app.chunks", "--database", "old.url", "--text", "body"];
    let rest = ["--embedding", "vector", "-p", "atlas", "--server", &server.url];
    world.run(&[&["knowledge"], &table[..], &rest[..]].concat()).ok();
    let request = server.requests().pop().unwrap();
    assert_eq!(request.line, "POST /api/v1/projects/atlas/knowledge/import/table");
    let expected = r#"{"url":"postgres://me:secret@127.0.0.1/old","table":"app.chunks","id":"id","text":"body","embedding":"vector"}"#;
    assert_eq!(request.body, expected);
}

#[test]
fn a_source_is_added_and_what_it_brought_is_removed() {
    const SOURCE: &str = r#"{"id":"0198c0de-7a11-7000-8000-000000000003","collection":"notes",
        "kind":"git","location":"https://example.org/a.git","every":60,"depth":2,"prune":true,
        "created_at":"2026-01-31T12:00:00Z","next_run_at":"2026-01-31T12:00:00Z"}"#;
    let server =
        Server::start(|line| match line.split_once(" /api/v1/projects/atlas/knowledge/") {
            Some(("GET", "sources")) => answer(200, &format!("[{SOURCE}]")),
            Some(("POST", "sources")) => answer(201, SOURCE),
            Some(("POST", _)) => answer(200, r#"{"documents":2}"#),
            _ => answer(200, DOCUMENTS),
        });
    let world = World::new();
    let ask = |words: &[&str]| {
        world.run(&[&["knowledge"], words, &["-p", "atlas", "--server", &server.url]].concat())
    };
    ask(&["sources", "add", "git", "https://example.org/a.git", "--every", "1m", "--prune"]).ok();
    let body = server.requests().pop().unwrap().body;
    let expected =
        r#"{"kind":"git","location":"https://example.org/a.git","every":60,"prune":true}"#;
    assert_eq!(body, expected);
    assert!(ask(&["sources"]).ok().contains("git   https://example.org/a.git"));

    let source = "0198c0de-7a11-7000-8000-000000000003";
    assert_eq!(ask(&["remove", "--source", source]).ok(), "removed 2 documents\n");
    let requests = server.requests();
    let listed = requests.iter().find(|it| it.line.contains("/documents?")).unwrap();
    assert!(
        listed.line.contains("collection=notes&") && listed.line.contains(source),
        "{listed:?}"
    );
    let removed = r#"{"collection":"documents","paths":["docs/a.md","docs/broken.pdf"]}"#;
    assert_eq!(requests.last().unwrap().body, removed);
}

fn commit(world: &World, folder: &str, message: &str) {
    for words in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "-m", message]] {
        let run = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
            .args(["-c", "commit.gpgsign=false"])
            .args(words)
            .current_dir(world.path(folder))
            .output()
            .unwrap();
        assert!(run.status.success(), "{run:?}");
    }
}

#[test]
fn documents_go_in_are_found_change_and_go_again() {
    let world = World::new();
    fs::create_dir_all(world.home.path().join("docs/deep")).unwrap();
    world.write("docs/keys.md", "# Keys\n\nA key is rotated by making a second one.\n");
    world.write("docs/deep/beats.md", "# Beats\n\nA silent project is degraded.\n");
    world.write("docs/image.bin", "\0\0\0");
    commit(&world, "docs", "explain how silence degrades");
    let up = Up::start(&world);
    up.await_answer(&["health"], |run| run.code == 0);
    let knowledge = |words: &[&str]| up.ask(&[&["knowledge"], words, &["-p", "atlas"]].concat());

    let planned = knowledge(&["add", "docs", "--dry-run"]).ok();
    assert!(planned.contains("would add 2"), "{planned}");

    let first = knowledge(&["add", "docs"]);
    assert_eq!(first.code, 0, "{first:?}");
    assert!(first.stderr.contains("skipped 1 binary file"), "{first:?}");
    assert!(first.stderr.contains("registered the project atlas"), "{first:?}");
    assert!(first.stdout.starts_with("documents: added 2 (2 chunks) in "), "{first:?}");

    let again = knowledge(&["add", "docs"]).ok();
    assert!(again.starts_with("documents: unchanged 2 in "), "{again}");

    let found = knowledge(&["search", "how are keys rotated", "-m", "keyword"]).ok();
    assert!(found.starts_with("docs/keys.md:"), "{found}");
    let shown = knowledge(&["show", "docs/keys.md"]).ok();
    assert!(shown.contains("A key is rotated by making a second one."), "{shown}");

    let measured =
        knowledge(&["evaluate", "--from-git", "docs", "-m", "keyword", "-o", "json"]).ok();
    assert!(
        measured.contains(r#""queries": 1"#) && measured.contains(r#""ndcg@10""#),
        "{measured}"
    );

    world.write("docs/keys.md", "# Keys\n\nA key is revoked at once.\n");
    fs::remove_file(world.path("docs/deep/beats.md")).unwrap();
    let third = knowledge(&["add", "docs", "--prune"]).ok();
    assert!(third.starts_with("documents: changed 1, removed 1 "), "{third}");
    let found = knowledge(&["search", "rotated", "-m", "keyword"]).ok();
    assert!(!found.contains("keys.md"), "{found}");

    let run = knowledge(&["remove", "docs/nothing.md"]);
    assert_eq!(run.code, 4, "{run:?}");
    assert_eq!(knowledge(&["remove", "docs"]).ok(), "removed 1 document\n");
    assert_eq!(knowledge(&["list"]).ok(), "");
}

#[test]
fn a_server_that_is_busy_is_asked_again_when_it_says() {
    let busy = AtomicBool::new(true);
    let server = Server::start(move |line| {
        if busy.swap(false, Ordering::Relaxed) {
            return problem(429, "slow down").header("retry-after: 0");
        }
        assert!(line.ends_with("/knowledge/compare"), "{line}");
        answer(200, r#"{"new":[],"changed":[],"unchanged":1}"#)
    });
    let world = World::new();
    world.write("a.md", "# A");
    let run = world.run(&["knowledge", "add", "a.md", "-p", "atlas", "--server", &server.url]);
    assert!(run.stdout.starts_with("documents: unchanged 1 in "), "{run:?}");
    assert_eq!(server.requests().len(), 2);
    let body = &server.requests()[1].body;
    insta::assert_snapshot!(body, @r#"{"entries":[{"path":"a.md","hash":"327f031b25e00b1a7cd9b0c18f05948b60f55d09f9b3d177d21083f83a3cb6df"}]}"#);
}

#[test]
fn standard_input_is_a_document_with_a_name() {
    let world = World::new();
    let up = Up::start(&world);
    up.await_answer(&["health"], |run| run.code == 0);
    let place = ["--server", &up.federation, "--data", "cc", "-p", "commandcenter"];
    let add = ["knowledge", "add", "-"];
    assert_eq!(world.run_with_input(&[&add[..], &place].concat(), "# Note").code, 2);
    let named = [&add[..], &["--name", "note.md", "--tag", "loose"], &place].concat();
    let run = world.run_with_input(&named, "# Note\n\nA loose note.\n");
    assert_eq!(run.code, 0, "{run:?}");
    let list = ["knowledge", "list", "--tag", "loose", "-o", "ndjson"];
    assert!(world.run(&[&list[..], &place].concat()).ok().contains(r#""path":"note.md""#));
}

#[test]
fn a_test_collection_is_measured_in_a_scratch_database_that_is_gone_afterwards() {
    let world = World::new();
    fs::create_dir(world.home.path().join("tiny")).unwrap();
    world.write(
        "tiny/corpus.jsonl",
        "{\"_id\":\"1\",\"title\":\"Wings\",\"text\":\"lift of a wing\"}\n\
         {\"_id\":\"2\",\"title\":\"\",\"text\":\"heat of a body\"}\n",
    );
    world.write("tiny/queries.jsonl", "{\"_id\":\"a\",\"text\":\"wing lift\"}\n");
    world.write("tiny/qrels.tsv", "query-id\tcorpus-id\tscore\na\t1\t1\n");
    let run = world.run(&["knowledge", "evaluate", "tiny", "-m", "keyword", "-o", "json"]);
    insta::assert_snapshot!(run.ok(), @r#"
    {
      "collection": "tiny",
      "queries": 1,
      "modes": {
        "keyword": {
          "ndcg@10": 1.0,
          "recall@100": 1.0,
          "mrr": 1.0,
          "intervals": {
            "ndcg@10": [
              1.0,
              1.0
            ],
            "recall@100": [
              1.0,
              1.0
            ],
            "mrr": [
              1.0,
              1.0
            ]
          }
        }
      }
    }
    "#);
    assert!(!world.home.path().join(".local/share/commandcenter").exists());
}

#[test]
fn what_is_no_test_collection_is_said() {
    let run = World::new().run(&["knowledge", "evaluate", "nowhere"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("corpus.jsonl"), "{run:?}");
}

#[test]
fn models_are_listed_and_a_missing_one_is_not_found() {
    let world = World::new();
    let listed = world.run(&["model", "list", "-o", "ndjson"]).ok();
    assert!(listed.starts_with(r#"{"name":"all-MiniLM-L6-v2","folder":null,"in_use":true"#));
    let run = world.run(&["model", "check"]);
    assert_eq!(run.code, 4);
    assert!(run.stderr.contains("commandcenter model fetch"), "{run:?}");
    assert_eq!(world.run(&["model", "fetch", "no-such-model"]).code, 4);
    assert_eq!(world.run(&["model", "fetch", "--from", "nowhere.whl"]).code, 1);
}

#[test]
fn documents_are_read_in_a_child_that_speaks_in_frames() {
    let settings = r#"{"memory_bytes":1073741824,"cpu_seconds":30,"tokens":256,"overlap":32}"#;
    let frame = |text: &str| [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat();
    let world = World::new();
    let frames = [frame(settings), frame("a.md"), frame("# A\n\nb")].concat();
    fs::write(world.path("frames"), frames).unwrap();
    let mut command = world.command(&["read-documents"]);
    let output = command.stdin(fs::File::open(world.path("frames")).unwrap()).output().unwrap();
    let answer = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && answer.contains(r#""kind":"markdown""#), "{output:?}");
}
