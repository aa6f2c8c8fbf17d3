//! The graph in the formats of others.

use super::{Code, GRAPH};

#[tokio::test]
async fn json_holds_every_node_and_every_edge() {
    let code = Code::shop().await;
    let whole = code.get("/export?format=json").await;
    let status = code.get("").await;
    assert_eq!(whole["nodes"].as_array().unwrap().len() as u64, status["nodes"].as_u64().unwrap());
    assert_eq!(whole["edges"].as_array().unwrap().len() as u64, status["edges"].as_u64().unwrap());
    code.app.end().await;
}

#[tokio::test]
async fn graphml_is_well_formed() {
    let code = Code::shop().await;
    let text = code.app.get(&format!("{GRAPH}/export?format=graphml")).await.text;
    let count = |part: &str| text.matches(part).count() as u64;
    let status = code.get("").await;
    assert_eq!(Some(count("<node id=")), status["nodes"].as_u64());
    assert_eq!(Some(count("<edge source=")), status["edges"].as_u64());
    assert_eq!(count("<data "), count("</data>"));
    assert!(text.ends_with("</graphml>\n"));
    code.app.end().await;
}

#[tokio::test]
async fn mermaid_draws_files() {
    let code = Code::shop().await;
    let answer = code.app.get(&format!("{GRAPH}/export?format=mermaid")).await;
    assert!(answer.header("content-disposition").contains("atlas.mmd"));
    assert!(answer.text.starts_with("flowchart LR\n"));
    assert!(answer.text.contains("[\"shop/cart.py\"]"), "{}", answer.text);
    assert!(answer.text.contains("-- \"calls 1\" -->"), "{}", answer.text);
    code.app.end().await;
}

#[tokio::test]
async fn scip_names_documents_and_symbols() {
    let code = Code::shop().await;
    let request = code.app.request(reqwest::Method::GET, &format!("{GRAPH}/export?format=scip"));
    let bytes = request.send().await.unwrap().bytes().await.unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("commandcenter") && text.contains("shop/cart.py"));
    assert!(text.contains("codegraph . . . `shop/cart.py`/`shop.cart.total`()."), "{text}");
    code.app.end().await;
}
