//! Search by meaning, and what happens when the model is not there, comes, or changes.

use serde_json::json;

use super::{Base, paths};

#[tokio::test]
async fn meaning_finds_what_no_word_finds() {
    let base = Base::with_model().await;
    base.add(&[
        ("cats.md", "The kitten slept on the sofa all afternoon."),
        ("cars.md", "The engine of the lorry needs new oil."),
        ("cash.md", "Interest rates rose again this quarter."),
    ])
    .await;
    for (question, best) in [
        ("a young feline taking a nap", "cats.md"),
        ("truck maintenance", "cars.md"),
        ("monetary policy", "cash.md"),
    ] {
        for mode in ["vector", "hybrid"] {
            assert_eq!(base.paths(question, mode).await[0], best, "{question} {mode}");
        }
    }
    assert_eq!(base.collection().await["model"], "all-MiniLM-L6-v2");
}

#[tokio::test]
async fn without_a_model_every_answer_is_by_keyword_and_says_so() {
    let base = Base::without_model().await;
    base.add(&[("a.md", "The lift of a wing.")]).await;
    for mode in ["hybrid", "vector"] {
        let answer = base.search(json!({ "query": "wing", "mode": mode })).await;
        assert_eq!(paths(&answer), ["a.md"]);
        assert_eq!(answer["mode"], "keyword");
        let notice = answer["notice"].as_str().unwrap();
        assert!(notice.contains("commandcenter model fetch"), "{notice}");
    }
    let refused = base.refused("collections/documents/reembed", json!({})).await;
    assert_eq!(refused.0, 409);
}

#[tokio::test]
async fn a_base_that_gets_a_model_gets_its_vectors_in_the_background() {
    let mut base = Base::without_model().await;
    base.add(&[("cats.md", "The kitten slept."), ("cars.md", "The lorry needs oil.")]).await;
    let models = std::path::PathBuf::from(super::test_model()).parent().unwrap().to_owned();
    base.app.stop().await;
    base.app.set("knowledge.models", &models.display().to_string());
    base.app.start_again().await;
    let before = base.search(json!({ "query": "young feline" })).await;
    assert!(before["notice"].as_str().unwrap().contains("reembed"));
    let path = format!("{}/collections/documents/reembed", super::KNOWLEDGE);
    assert_eq!(base.app.post(&path, json!({})).await.status, 202);
    base.app
        .eventually("the vectors serve", async |app| {
            let path = format!("{}/collections/documents", super::KNOWLEDGE);
            app.get(&path).await.json()["model"] == "all-MiniLM-L6-v2"
        })
        .await;
    assert_eq!(base.paths("young feline", "vector").await[0], "cats.md");
    base.add(&[("cash.md", "Interest rates rose.")]).await;
    assert_eq!(base.paths("monetary policy", "vector").await[0], "cash.md");
}

#[tokio::test]
async fn diversity_puts_what_says_something_else_before_what_says_the_same() {
    let base = Base::with_model().await;
    base.add(&[
        ("a.md", "The kitten slept on the sofa."),
        ("b.md", "The kitten slept on the sofa!"),
        ("c.md", "A kitten plays with wool in the garden."),
    ])
    .await;
    let asked = |diversify: f64| json!({ "query": "kitten slept on the sofa", "mode": "vector", "diversify": diversify });
    assert_eq!(paths(&base.search(asked(0.0)).await)[2], "c.md");
    assert_eq!(paths(&base.search(asked(0.5)).await)[1], "c.md");
}
