//! A graph that is too large to be changed in one transaction is written beside the one there.

use super::Code;

/// More rows than are changed in place.
const FUNCTIONS: usize = 12_000;

fn chain(prefix: &str) -> String {
    let call = |at: usize| format!("def {prefix}{at}():\n    {prefix}{}()\n", (at + 1) % FUNCTIONS);
    (0..FUNCTIONS).map(call).collect::<Vec<_>>().concat()
}

#[tokio::test]
async fn a_graph_that_changes_altogether_keeps_the_ids_of_what_stays() {
    let code = Code::shop().await;
    let before = code.get("/definition?symbol=cart.total").await;
    let large = chain("f");
    code.write(&[("large.py", &large)]);
    let outcome = code.index().await;
    assert!(outcome["outcome"]["changes"].as_u64() > Some(20_000), "{outcome}");
    assert_eq!(code.get("/definition?symbol=cart.total").await, before);
    let status = code.get("").await;
    assert_eq!(status["version"], 2);
    let way = code.get("/callees?symbol=large.f0&depth=5").await;
    assert_eq!(way["nodes"].as_array().unwrap().len(), 6, "{way}");

    code.remove("large.py");
    code.index().await;
    assert_eq!(code.get("").await["version"], 3);
    assert_eq!(code.get("/definition?symbol=cart.total").await, before);
    assert_eq!(code.get("/symbols?name=f7").await, serde_json::json!([]));
    code.app.end().await;
}
