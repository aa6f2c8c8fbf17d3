//! Questions whose answers hang together in the graph.

use serde_json::{Value, json};

use super::{Base, KNOWLEDGE};

const SHOP: &[(&str, &str)] = &[
    ("shop/rates.py", "# What the bank takes for an exchange.\ndef rate():\n    return 2\n"),
    ("shop/prices.py", "from shop.rates import rate\n\n\ndef price():\n    return rate()\n"),
    ("shop/cart.py", "from shop.prices import price\n\n\ndef total():\n    return price()\n"),
    ("garden/roses.py", "def water():\n    return 'every evening'\n"),
];

/// The shop as documents, and as a folder that the graph can read.
async fn shop() -> (Base, tempfile::TempDir) {
    let base = Base::without_model().await;
    base.add(SHOP).await;
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in SHOP {
        let place = folder.path().join(path);
        std::fs::create_dir_all(place.parent().expect("a folder")).expect("made");
        std::fs::write(place, text).expect("written");
    }
    (base, folder)
}

async fn index(base: &Base, folder: &tempfile::TempDir) {
    const GRAPH: &str = "/api/v1/projects/atlas/graph";
    let body = json!({ "path": folder.path().display().to_string() });
    let id = base.app.post(&format!("{GRAPH}/index"), body).await.json()["id"].clone();
    let job = format!("{GRAPH}/jobs/{}", id.as_str().expect("an id"));
    base.app
        .eventually("the folder is indexed", async |app| {
            app.get(&job).await.json().get("finished_at").is_some()
        })
        .await;
}

async fn ask(base: &Base, query: &str) -> Value {
    let body = json!({ "query": query, "mode": "graph", "explain": true });
    base.app.post(&format!("{KNOWLEDGE}/search"), body).await.json()
}

fn paths(answer: &Value) -> Vec<&str> {
    let hits = answer["hits"].as_array().expect("hits").iter();
    hits.map(|hit| hit["path"].as_str().expect("a path")).collect()
}

#[tokio::test]
async fn what_needs_the_best_hit_is_found_by_two_hops_and_the_way_is_shown() {
    let (base, folder) = shop().await;
    index(&base, &folder).await;
    let found = ask(&base, "bank exchange").await;
    assert_eq!(found["mode"], "graph");
    assert_eq!(paths(&found), ["shop/rates.py", "shop/prices.py", "shop/cart.py"]);
    let told = |hit: usize| {
        let trail = found["hits"][hit]["explain"]["trail"].as_array().expect("a trail").iter();
        let step = |step: &Value| (step["name"].as_str().map(str::to_owned), step["by"].clone());
        trail.map(step).collect::<Vec<_>>()
    };
    let step = |name: &str, by: Value| (Some(name.to_owned()), by);
    let price = step("prices.price", json!("calls"));
    assert_eq!(told(1), [step("rates.rate", Value::Null), price.clone()]);
    let total = step("cart.total", json!("calls"));
    assert_eq!(told(2), [step("rates.rate", Value::Null), price, total]);
}

#[tokio::test]
async fn without_a_graph_it_is_the_ranking_of_the_other_legs() {
    let (base, _folder) = shop().await;
    assert_eq!(paths(&ask(&base, "bank exchange").await), ["shop/rates.py"]);
}

#[tokio::test]
async fn operators_and_filters_hold_for_what_the_graph_brings() {
    let (base, folder) = shop().await;
    index(&base, &folder).await;
    let found = ask(&base, "bank exchange -total").await;
    assert_eq!(paths(&found), ["shop/rates.py"]);
    let found = ask(&base, "bank exchange path:shop/rates.py").await;
    assert_eq!(paths(&found), ["shop/rates.py"]);
}
