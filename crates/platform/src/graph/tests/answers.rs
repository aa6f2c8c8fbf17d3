//! What the graph answers.

use serde_json::json;

use super::{Code, GRAPH, names};

#[tokio::test]
async fn symbols_are_found_by_name_by_its_beginning_and_by_its_letters() {
    let code = Code::shop().await;
    let exact = code.get("/symbols?name=price").await;
    assert_eq!(
        exact,
        json!([{
            "name": "price",
            "qualified_name": "shop.prices.price",
            "kind": "function",
            "path": "shop/prices.py",
            "lines": [4, 5],
            "language": "python",
        }])
    );
    let prefix = code.get("/symbols?name=pri&match=prefix&kind=function").await;
    assert_eq!(names(&prefix), ["shop.prices.price"]);
    let fuzzy = code.get("/symbols?name=tl&match=fuzzy&kind=function").await;
    assert_eq!(names(&fuzzy), ["shop.cart.total"]);
    assert_eq!(code.get("/symbols?name=pri").await, json!([]));
    assert_eq!(code.get("/symbols?name=price&kind=class").await, json!([]));
    code.app.end().await;
}

#[tokio::test]
async fn every_page_of_a_list_is_another() {
    let code = Code::shop().await;
    let mut all = Vec::new();
    let mut path = format!("{GRAPH}/nodes?limit=3");
    loop {
        let page = code.app.get(&path).await;
        let link = page.header("link").to_owned();
        let list = page.json();
        all.extend(list.as_array().expect("a list").iter().map(|node| node["id"].as_i64()));
        let Some(next) = link.strip_prefix('<').and_then(|link| link.split('>').next()) else {
            break;
        };
        next.clone_into(&mut path);
    }
    let total = code.get("").await["nodes"].as_u64().expect("a number");
    assert_eq!(all.len() as u64, total);
    all.dedup();
    assert_eq!(all.len() as u64, total);
    code.app.end().await;
}

#[tokio::test]
async fn a_name_means_one_node_or_the_answer_says_which_it_may_mean() {
    let code = Code::shop().await;
    code.write(&[("shop/other.py", "def total():\n    return 3\n")]);
    code.index().await;
    let exact = code.get("/definition?symbol=shop.cart.total").await;
    assert_eq!(exact["path"], "shop/cart.py");
    assert_eq!(code.get("/definition?symbol=cart.total").await["id"], exact["id"]);
    assert_eq!(code.get(&format!("/nodes/{}", exact["id"])).await, exact);

    let several = code.app.get(&format!("{GRAPH}/definition?symbol=total")).await;
    assert_eq!(several.problem().0, 422);
    assert!(several.text.contains("shop.cart.total") && several.text.contains("shop.other.total"));
    let nothing = code.app.get(&format!("{GRAPH}/definition?symbol=totl")).await;
    assert_eq!(nothing.status, 404);
    assert!(nothing.text.contains("near: "), "{}", nothing.text);
    assert_eq!(code.app.get(&format!("{GRAPH}/nodes/999999")).await.status, 404);
    code.app.end().await;
}

#[tokio::test]
async fn callers_and_callees_are_walked_to_a_depth() {
    let code = Code::shop().await;
    let near = code.get("/callers?symbol=rates.rate").await;
    assert_eq!(names(&near["nodes"]), ["shop.rates.rate", "shop.prices.price"]);
    assert_eq!(near["edges"][0]["provenance"]["file"], "shop/prices.py");
    let far = code.get("/callers?symbol=rates.rate&depth=5").await;
    assert_eq!(
        names(&far["nodes"]),
        ["shop.rates.rate", "shop.prices.price", "shop.cart.total", "shop.cart.tax"]
    );
    let depths: Vec<_> =
        far["nodes"].as_array().unwrap().iter().map(|it| it["depth"].as_u64().unwrap()).collect();
    assert_eq!(depths, [0, 1, 2, 3]);
    assert_eq!(far["truncated"], false);
    let callees = code.get("/callees?symbol=cart.tax&depth=2").await;
    assert_eq!(names(&callees["nodes"]), ["shop.cart.tax", "shop.cart.total", "shop.prices.price"]);
    let few = code.get("/callers?symbol=rates.rate&depth=5&limit=1").await;
    assert_eq!((names(&few["nodes"]).len(), &few["truncated"]), (2, &json!(true)));
    let deep = code.app.get(&format!("{GRAPH}/callers?symbol=rates.rate&depth=6")).await;
    assert_eq!(deep.problem(), (422, vec!["depth".to_owned()]));
    code.app.end().await;
}

#[tokio::test]
async fn references_name_the_place() {
    let code = Code::shop().await;
    let found = code.get("/references?symbol=cart.total").await;
    let calls: Vec<_> =
        found.as_array().unwrap().iter().filter(|it| it["kind"] == "calls").collect();
    assert_eq!(calls.len(), 1, "{found}");
    assert_eq!(calls[0]["path"], "shop/cart.py");
    assert_eq!(calls[0]["lines"], json!([9, 9]));
    assert_eq!(calls[0]["from"]["qualified_name"], "shop.cart.tax");
    code.app.end().await;
}

#[tokio::test]
async fn impact_is_everything_that_may_break() {
    let code = Code::shop().await;
    let impact = code.get("/impact?symbol=rates.rate&depth=9").await;
    let reached = names(&impact["nodes"]);
    for name in ["shop.prices.price", "shop.cart.total", "shop.cart.tax"] {
        assert!(reached.contains(&name), "{reached:?}");
    }
    code.app.end().await;
}

#[tokio::test]
async fn imports_and_their_cycles_are_of_files() {
    let code = Code::shop().await;
    let imports = code.get("/imports?path=shop/cart.py").await;
    let paths = imports["nodes"].as_array().unwrap().iter().map(|it| &it["node"]["path"]);
    let paths: Vec<_> = paths.collect();
    assert!(paths.contains(&&json!("shop/prices.py")), "{imports}");
    let cycles = code.get("/cycles").await;
    let cycle = cycles[0]["nodes"].as_array().unwrap().iter().map(|it| &it["path"]);
    let mut cycle: Vec<_> = cycle.collect();
    cycle.sort_by_key(ToString::to_string);
    assert_eq!(cycle, [&json!("shop/prices.py"), &json!("shop/rates.py")], "{cycles}");
    assert_eq!(code.get("/cycles?kind=calls").await, json!([]));
    let wrong = code.app.get(&format!("{GRAPH}/cycles?kind=owns")).await;
    assert_eq!(wrong.problem(), (422, vec!["kind".to_owned()]));
    code.app.end().await;
}

#[tokio::test]
async fn the_shortest_way_goes_along_edges_either_way() {
    let code = Code::shop().await;
    let way = code.get("/path?from=rates.rate&to=cart.tax").await;
    assert_eq!(
        names(&way["nodes"]),
        ["shop.rates.rate", "shop.prices.price", "shop.cart.total", "shop.cart.tax"]
    );
    assert_eq!(way["edges"].as_array().unwrap().len(), 3);
    let none = code.get("/path?from=cart.tax&to=cart.tax").await;
    assert_eq!(names(&none["nodes"]), ["shop.cart.tax"]);
    code.app.end().await;
}

#[tokio::test]
async fn neighbours_are_on_both_sides() {
    let code = Code::shop().await;
    let around = code.get("/neighbours?node=cart.total").await;
    let near = names(&around["nodes"]);
    for name in ["shop.cart.total", "shop.cart.tax", "shop.prices.price"] {
        assert!(near.contains(&name), "{near:?}");
    }
    code.app.end().await;
}

#[tokio::test]
async fn a_map_draws_folders_files_or_symbols() {
    let code = Code::shop().await;
    let files = code.get("/map?level=file").await;
    let of_file = |path: &str| {
        let nodes = files["nodes"].as_array().unwrap().iter();
        nodes.into_iter().find(|node| node["path"] == path).cloned().expect("a node")
    };
    let (cart, prices) = (of_file("shop/cart.py"), of_file("shop/prices.py"));
    assert!(cart["symbols"].as_u64() >= Some(2), "{cart}");
    assert_eq!(cart["language"], "python");
    let links = files["links"].as_array().unwrap();
    let calls = links.iter().find(|link| {
        link["from"] == cart["id"] && link["to"] == prices["id"] && link["kind"] == "calls"
    });
    assert_eq!(calls.map(|link| &link["count"]), Some(&json!(1)), "{files}");

    let symbols = code.get("/map?level=symbol&under=shop/cart.py").await;
    let shown = names(&symbols["nodes"]);
    assert!(shown.contains(&"shop.cart.tax") && !shown.contains(&"shop.rates.rate"));
    let few = code.get("/map?level=file&limit=1").await;
    assert_eq!((few["nodes"].as_array().unwrap().len(), &few["truncated"]), (1, &json!(true)));
    let folders = code.get("/map?level=folder").await;
    assert_eq!(folders["level"], "folder");
    code.app.end().await;
}
