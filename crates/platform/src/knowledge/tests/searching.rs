//! Questions and answers.

use serde_json::{Value, json};

use super::{Base, KNOWLEDGE, paths};

/// Five documents that a question can tell apart.
async fn library(base: &Base) {
    base.add(&[
        ("physics/heat.md", "# Heat transfer\n\nHeat transfer through a boundary layer of air."),
        ("physics/wings.md", "# Wings\n\nThe lift of a wing in a propeller slipstream."),
        (
            "code/url.rs",
            "/// Reads a link.\nfn parse_http_url(text: &str) -> Url {\n    todo(text)\n}\n",
        ),
        (
            "code/parser.py",
            "def parseHttpUrl(text):\n    \"\"\"Reads a link.\"\"\"\n    return text\n",
        ),
        (
            "kitchen/bread.md",
            "# Bread\n\nFlour, water, salt and patience; transfer to the oven, then heat.",
        ),
    ])
    .await;
}

#[tokio::test]
async fn any_of_the_words_finds_and_more_of_them_rank_higher() {
    let base = Base::without_model().await;
    library(&base).await;
    let found = base.paths("heat transfers in supersonic boundary layers", "keyword").await;
    assert_eq!(found, ["physics/heat.md", "kitchen/bread.md"]);
}

#[tokio::test]
async fn phrases_exclusions_paths_and_identifiers_mean_what_they_say() {
    let base = Base::without_model().await;
    library(&base).await;
    let table: &[(&str, &[&str])] = &[
        (r#""heat transfer""#, &["physics/heat.md"]),
        (r#""boundary heat""#, &[]),
        ("heat -oven", &["physics/heat.md"]),
        (r#"transfer -"boundary layer""#, &["kitchen/bread.md"]),
        ("heat path:physics", &["physics/heat.md"]),
        ("heat path:kitchen/**", &["kitchen/bread.md"]),
        ("path:*/*.py link", &["code/parser.py"]),
        ("http url", &["code/parser.py", "code/url.rs"]),
        ("parse_http_url", &["code/parser.py", "code/url.rs"]),
        ("propellers", &["physics/wings.md"]),
    ];
    for (query, expected) in table {
        let mut found = base.paths(query, "keyword").await;
        found.sort();
        assert_eq!(found, *expected, "{query}");
    }
}

#[tokio::test]
async fn a_hit_says_where_it_stands_and_what_matched() {
    let base = Base::without_model().await;
    base.add(&[("a.md", "# Top\n\nintro\n\n## Lift\n\nA wing makes lift.\nWings do.\n")]).await;
    let found = base.search(json!({ "query": "wings", "mode": "keyword" })).await;
    let hit = &found["hits"][0];
    assert_eq!((&hit["path"], &hit["kind"]), (&json!("a.md"), &json!("markdown")));
    assert_eq!(hit["heading"], "Top › Lift");
    let text = hit["text"].as_str().unwrap();
    let marked: Vec<&str> = hit["highlights"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| {
            let at = |end: usize| usize::try_from(span[end].as_u64().unwrap()).unwrap();
            &text[at(0)..at(1)]
        })
        .collect();
    assert_eq!(marked, ["wing", "Wings"]);
    assert_eq!(hit["lines"], json!([5, 8]));
}

#[tokio::test]
async fn filters_narrow_before_ranking_and_never_starve_it() {
    let base = Base::with_model().await;
    let many: Vec<(String, String)> = (0..300)
        .map(|at| (format!("many/{at}.md"), format!("Wind tunnel test number {at} of the wing.")))
        .collect();
    let mut documents: Vec<(&str, &str)> =
        many.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let few = [("few/a.txt", "Wind."), ("few/b.txt", "A tunnel."), ("few/c.txt", "Its wing.")];
    documents.extend(few);
    for part in documents.chunks(100) {
        base.add(part).await;
    }
    for mode in ["keyword", "vector", "hybrid"] {
        for filters in [json!({ "path": "few" }), json!({ "kind": "text" })] {
            let asked = json!({ "query": "wind tunnel test of the wing", "mode": mode, "filters": filters });
            let mut found = paths(&base.search(asked).await);
            found.sort();
            assert_eq!(found, ["few/a.txt", "few/b.txt", "few/c.txt"], "{mode} {filters}");
        }
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let base = Base::without_model().await;
    let documents: Vec<(String, String)> = (0..25)
        .map(|at| (format!("{at}.md"), format!("wing {}", "and more ".repeat(at))))
        .collect();
    let documents: Vec<(&str, &str)> =
        documents.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    base.add(&documents).await;
    let whole = base.search(json!({ "query": "wing", "mode": "keyword", "limit": 100 })).await;
    let (mut seen, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let mut asked = json!({ "query": "wing", "mode": "keyword", "limit": 10 });
        if !cursor.is_null() {
            asked["cursor"] = cursor;
        }
        let page = base.search(asked).await;
        seen.extend(paths(&page));
        cursor = page["next"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(seen, paths(&whole));
    assert_eq!(seen.len(), 25);
}

#[tokio::test]
async fn the_explanation_recomputes_to_the_order() {
    let base = Base::with_model().await;
    library(&base).await;
    let asked = json!({ "query": "heat of the air", "explain": true, "weight": 0.6 });
    let answer = base.search(asked).await;
    assert_eq!(answer["mode"], "hybrid");
    let hits = answer["hits"].as_array().unwrap();
    assert!(hits.len() > 1);
    for hit in hits {
        let part = |leg: &str| {
            let leg = &hit["explain"][leg];
            leg["weight"].as_f64().unwrap_or(0.0) * leg["normalised"].as_f64().unwrap_or(0.0)
        };
        let score = hit["score"].as_f64().unwrap();
        assert!((part("keyword") + part("vector") - score).abs() < 1e-5, "{hit}");
    }
    assert!(hits.is_sorted_by(|a, b| a["score"].as_f64() >= b["score"].as_f64()));
}

#[tokio::test]
async fn nothing_relevant_is_an_answer_that_says_why() {
    let base = Base::with_model().await;
    library(&base).await;
    for (query, mode) in [
        ("zxqv", "keyword"),
        ("quarterly tax declaration of a limited company", "vector"),
        ("quarterly tax declaration of a limited company", "hybrid"),
        ("heat path:nowhere", "hybrid"),
    ] {
        let answer = base.search(json!({ "query": query, "mode": mode })).await;
        assert_eq!(answer["hits"], json!([]), "{query} {mode}");
        assert!(answer["notice"].as_str().is_some_and(|notice| !notice.is_empty()), "{query}");
    }
}

#[tokio::test]
async fn several_collections_are_ranked_as_one() {
    let base = Base::without_model().await;
    for (collection, text) in [("one", "wing wing"), ("two", "wing"), ("three", "nothing")] {
        let documents = json!([{ "path": format!("{collection}.md"), "text": text }]);
        base.add_to(json!({ "collection": collection, "documents": documents })).await;
    }
    let mut found = base.paths("wing", "keyword").await;
    found.sort();
    assert_eq!(found, ["one.md", "two.md"]);
    let one = json!({ "query": "wing", "mode": "keyword", "filters": { "collection": "two" } });
    assert_eq!(paths(&base.search(one).await), ["two.md"]);
}

#[tokio::test]
async fn a_wrong_question_is_refused_by_field() {
    let base = Base::without_model().await;
    base.add(&[("a.md", "words")]).await;
    let table = [
        (json!({ "query": "  " }), "query"),
        (json!({ "query": "x".repeat(4097) }), "query"),
        (json!({ "query": "x", "limit": 0 }), "limit"),
        (json!({ "query": "x", "limit": 101 }), "limit"),
        (json!({ "query": "x", "weight": 1.5 }), "weight"),
        (json!({ "query": "x", "diversify": -0.1 }), "diversify"),
        (json!({ "query": "x", "cursor": "?" }), "cursor"),
        (json!({ "query": "x", "mode": "magic" }), "mode"),
        (json!({ "query": "x", "filters": { "kind": "poem" } }), "filters.kind"),
        (json!({ "query": "x", "filters": { "path": "[" } }), "filters.path"),
        (json!({ "query": "x", "filters": { "since": "yesterday" } }), "filters.since"),
        (json!({ "query": "x", "filters": { "colour": "red" } }), "filters.colour"),
        (json!({ "query": "x", "filters": { "collection": "A b" } }), "filters.collection"),
    ];
    for (body, field) in table {
        assert_eq!(
            base.refused("search", body.clone()).await,
            (422, vec![field.to_owned()]),
            "{body}"
        );
    }
    let huge = json!({ "query": "x".repeat(10 << 20) });
    assert_eq!(base.app.post(&format!("{KNOWLEDGE}/search"), huge).await.status, 413);
    let unknown = json!({ "query": "x", "filters": { "collection": "none" } });
    assert_eq!(base.app.post(&format!("{KNOWLEDGE}/search"), unknown).await.status, 404);
}

#[tokio::test]
async fn an_evaluation_measures_each_mode() {
    let base = Base::with_model().await;
    library(&base).await;
    let queries = json!([
        { "text": "heat transfer", "relevant": ["physics/heat.md"] },
        { "text": "zxqv", "relevant": ["physics/wings.md"] },
    ]);
    let asked = json!({ "queries": queries, "percent_weights": [0, 100] });
    let runs = base.post("evaluate", asked).await["runs"].clone();
    let measures: Vec<(String, Value)> = runs
        .as_array()
        .unwrap()
        .iter()
        .map(|run| (run["mode"].as_str().unwrap().to_owned(), run["queries"][0]["mrr"].clone()))
        .collect();
    let modes: Vec<&str> = measures.iter().map(|(mode, _)| mode.as_str()).collect();
    assert_eq!(modes, ["keyword", "vector", "hybrid", "graph", "hybrid", "hybrid"]);
    assert!(measures.iter().all(|(_, first)| *first == json!(1.0)), "{measures:?}");
    assert_eq!(runs[0]["queries"][1]["mrr"], 0.0);
    assert_eq!(base.refused("evaluate", json!({ "queries": [] })).await.1, ["queries"]);
}
