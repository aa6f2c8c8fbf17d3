//! What leads out of a graph: names that nothing answers to, and ties to other projects.

use serde_json::{Value, json};

use super::{Code, GRAPH};

const CLIENT: &[(&str, &str)] = &[
    ("Cargo.toml", "[package]\nname = \"shop\"\n\n[dependencies]\nrates-client = \"1\"\n"),
    ("src/lib.rs", "pub fn ask() {\n    nowhere::at_all();\n}\n"),
    (
        "web/cart.ts",
        "export async function load(id) {\n  return fetch(`/api/rates/${id}`);\n}\nfetch(\"/\");\n",
    ),
];

const SERVER: &[(&str, &str)] = &[
    ("client/Cargo.toml", "[package]\nname = \"rates-client\"\n"),
    (
        "main.py",
        "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get(\"/api/rates/{id}\")\n\
         def rate(id: int):\n    return 2\n\n\n@app.get(\"/\")\ndef root():\n    return 1\n",
    ),
];

#[tokio::test]
async fn what_one_project_has_and_another_needs_ties_them() {
    let code = Code::start().await;
    code.write(CLIENT);
    code.index().await;
    assert_eq!(code.get("/ties").await, json!({ "ties": [], "truncated": false }));

    let other = tempfile::tempdir().unwrap();
    for (path, text) in SERVER {
        let place = other.path().join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, text).unwrap();
    }
    code.app.register("borealis").await;
    code.index_into("borealis", other.path()).await;

    let told = |ties: &Value| -> Vec<String> {
        let ties = ties["ties"].as_array().unwrap().iter();
        let end = |end: &Value| format!("{} {}", end["project"].as_str().unwrap(), end["path"]);
        ties.map(|tie| {
            let (from, to) = (end(&tie["from"]), end(&tie["to"]));
            format!("{from} → {} {} → {to}", tie["proof"], tie["name"])
        })
        .collect()
    };
    let both = [
        "atlas \"web/cart.ts\" → \"route\" \"GET /api/rates/{}\" → borealis \"main.py\"",
        "atlas \"Cargo.toml\" → \"manifest\" \"cargo/rates-client\" → borealis \"client\"",
    ];
    let ours = code.get("/ties").await;
    assert_eq!(told(&ours), both);
    assert_eq!(ours["ties"][0]["from"]["line"], 2);
    let theirs = code.app.get("/api/v1/projects/borealis/graph/ties").await.json();
    assert_eq!(told(&theirs), both);
    let one = code.get("/ties?limit=1").await;
    assert_eq!((one["ties"].as_array().unwrap().len(), &one["truncated"]), (1, &json!(true)));
    code.app.end().await;
}

#[tokio::test]
async fn a_name_that_leads_nowhere_is_kept_as_what_it_is() {
    let code = Code::start().await;
    code.write(CLIENT);
    code.index().await;
    let name = json!({ "name": "nowhere.at_all", "kind": "calls", "line": 2 });
    let lost = json!([{ "path": "src/lib.rs", "names": [name] }]);
    assert_eq!(code.get("/unresolved?path=src").await, lost);
    assert_eq!(code.get("/unresolved?path=src/lib.rs").await, lost);
    assert_eq!(code.get("/unresolved?path=sr").await, json!([]));

    code.write(&[("src/lib.rs", "pub fn ask() {}\n"), ("src/b.py", "far.off()\n")]);
    code.index().await;
    let name = json!({ "name": "far.off", "kind": "calls", "line": 1 });
    assert_eq!(
        code.get("/unresolved?path=src").await,
        json!([{ "path": "src/b.py", "names": [name] }])
    );
    let status = code.get("").await["unresolved"].as_u64().unwrap();
    let all = code.get("/unresolved").await;
    let files = all.as_array().unwrap().iter();
    let named: usize = files.map(|file| file["names"].as_array().unwrap().len()).sum();
    assert_eq!(named as u64, status);
    let first = code.app.get(&format!("{GRAPH}/unresolved?limit=1")).await;
    assert_eq!(first.json().as_array().unwrap().len(), 1);
    code.app.end().await;
}
