//! Who changed what, told by the commits of repositories that the program `git` made.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Code, GRAPH, SHOP, git, names};
use crate::testing::TestApp;

const ADA: &str = "Ada <ada@example.org>";
const ADA_AT_HOME: &str = "ada l <ADA@home.example>";
const BO: &str = "Bo <bo@example.org>";
/// Of the first commit; each is a day behind the one before.
const FIRST: i64 = 1_700_000_000;
const DAY: i64 = 86_400;

/// A folder of code that is a repository.
struct Repository {
    code: Code,
    commits: i64,
}

impl Repository {
    async fn start() -> Self {
        let code = Code::start().await;
        git(code.root(), (ADA, FIRST), &["init", "--quiet", "--initial-branch=main"]);
        Self { code, commits: 0 }
    }

    /// Ada made the shop; Bo changed its prices twice.
    async fn shop() -> Self {
        let mut repository = Self::start().await;
        repository.commit(ADA, "open the shop", SHOP);
        repository.price(2);
        repository.price(3);
        repository.code.index().await;
        repository
    }

    fn price(&mut self, price: u32) {
        let text = format!("def price():\n    return {price}\n");
        self.commit(BO, "total", &[("shop/prices.py", &text)]);
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(self.code.root(), (ADA, FIRST + self.commits * DAY), arguments)
    }

    fn commit(&mut self, author: &str, subject: &str, files: &[(&str, &str)]) -> String {
        self.code.write(files);
        self.git(&["add", "--all"]);
        let commit = ["commit", "--quiet", "--allow-empty", "--message", subject];
        git(self.code.root(), (author, FIRST + self.commits * DAY), &commit);
        self.commits += 1;
        self.git(&["rev-parse", "HEAD"])
    }
}

/// Path, changes, owner and first change of what a map shows.
type Told = HashMap<String, (u64, Option<String>, Option<i64>)>;

async fn map(code: &Code, level: &str) -> Told {
    let map = code.get(&format!("/map?level={level}")).await;
    let told = map["nodes"].as_array().expect("nodes").iter().map(|node| {
        let owner = node["owner"].as_str().map(str::to_owned);
        let name = node["qualified_name"].as_str().expect("a name").to_owned();
        (name, (node["changes"].as_u64().expect("changes"), owner, node["first_change"].as_i64()))
    });
    told.collect()
}

fn by(changes: u64, owner: &str, first: i64) -> (u64, Option<String>, Option<i64>) {
    (changes, Some(owner.to_owned()), Some(FIRST + first * DAY))
}

async fn people(code: &Code) -> Vec<String> {
    let people = code.get("/nodes?kind=person").await;
    names(&people).into_iter().map(str::to_owned).collect()
}

/// The same whether it was read at once or commit by commit.
async fn is_what_one_look_gives(code: &Code) {
    let fresh = TestApp::start().await;
    fresh.register("atlas").await;
    let fresh = Code { app: fresh, folder: tempfile::tempdir().expect("a folder") };
    fresh.index_folder(code.root()).await;
    assert_eq!(code.content().await, fresh.content().await);
    assert_eq!(map(code, "symbol").await, map(&fresh, "symbol").await);
    fresh.app.end().await;
}

#[tokio::test]
async fn the_map_tells_who_changed_files_and_what_is_in_them() {
    let repository = Repository::shop().await;
    let code = &repository.code;
    let files = map(code, "file").await;
    assert_eq!(files["shop/prices.py"], by(3, "Bo", 0));
    assert_eq!(files["shop/cart.py"], by(1, "Ada", 0));
    // Ada made four files, Bo two changes.
    assert_eq!(files["shop"], by(6, "Ada", 0));
    assert_eq!(map(code, "folder").await["shop"], files["shop"]);
    assert_eq!(map(code, "symbol").await["shop.prices.price"], by(3, "Bo", 0));
    repository.code.app.end().await;
}

#[tokio::test]
async fn edges_lead_from_files_to_who_changed_them_and_by_which_commits() {
    let repository = Repository::shop().await;
    let code = &repository.code;
    let head = repository.git(&["rev-parse", "HEAD"]);
    let bo = code.get("/neighbours?node=Bo").await;
    assert_eq!(names(&bo["nodes"]), ["Bo", "shop/prices.py"]);
    let mut kinds: Vec<&str> = Vec::new();
    for edge in bo["edges"].as_array().expect("edges") {
        kinds.push(edge["kind"].as_str().expect("a kind"));
        assert_eq!(edge["changes"], json!({ "commits": 2, "last": "2023-11-16T22:13:20Z" }));
        let said = &edge["provenance"];
        assert_eq!((&said["extractor"], &said["proof"]), (&json!("git"), &json!("history")));
        assert_eq!(said["commit"], head);
    }
    kinds.sort_unstable();
    assert_eq!(kinds, ["changed_by", "owns"]);
    let commit = code.get(&format!("/neighbours?node={head}")).await;
    assert_eq!(names(&commit["nodes"]), [head.as_str(), "shop/prices.py"]);
    assert_eq!(commit["nodes"][0]["node"]["signature"], "Bo");
    let call = code.get("/callers?symbol=prices.price").await;
    assert_eq!(call["edges"][0]["provenance"]["commit"], head);
    assert!(call["edges"][0].get("changes").is_none(), "{call}");
    repository.code.app.end().await;
}

#[tokio::test]
async fn no_answer_about_code_goes_through_people_or_commits() {
    let mut repository = Repository::shop().await;
    repository.commit(ADA, "a lonely file", &[("alone.py", "def alone():\n    return 1\n")]);
    let code = &repository.code;
    code.index().await;
    // A commit says `total`, too.
    assert_eq!(code.get("/definition?symbol=total").await["path"], "shop/cart.py");
    assert_eq!(names(&code.get("/symbols?name=total").await), ["shop.cart.total"]);
    let near = code.app.get(&format!("{GRAPH}/definition?symbol=opnshp")).await;
    assert_eq!(near.status, 404);
    assert!(!near.text.contains("near"), "{}", near.text);

    let way = code.app.get(&format!("{GRAPH}/path?from=alone.alone&to=cart.total")).await;
    let impact = code.get("/impact?symbol=rates.rate&depth=20").await;
    let ghosts = code.get("/ghosts").await;
    for told in [&way.text, &impact.to_string(), &ghosts.to_string()] {
        for past in ["\"person\"", "\"commit\":{", "changed_by", "owns", "kind\":\"commit"] {
            assert!(!told.contains(past), "{told}");
        }
    }
    let drawn = code.get("/map?level=symbol").await.to_string();
    assert!(!drawn.contains("changed_by") && !drawn.contains("\"person\""), "{drawn}");
    // To a person there is a way, for who asks.
    let way = code.get("/path?from=Bo&to=cart.total").await;
    assert_eq!(names(&way["nodes"]).first(), Some(&"Bo"));
    let near = code.get("/neighbours?node=shop/prices.py&limit=1").await;
    assert_eq!(near["truncated"], true);
    assert!(!near.to_string().contains("changed_by"), "{near}");
    repository.code.app.end().await;
}

#[tokio::test]
async fn a_person_of_two_addresses_is_one_by_the_mailmap() {
    let mut repository = Repository::start().await;
    repository.commit(ADA_AT_HOME, "one", &[("a.py", "a = 1\n")]);
    repository.commit(ADA, "two", &[("a.py", "a = 2\n")]);
    repository.code.index().await;
    assert_eq!(people(&repository.code).await.len(), 2);
    let mailmap = "Ada Lovelace <ada@example.org> <ada@home.example>\n\
                   Ada Lovelace <ada@example.org>\n";
    repository.commit(BO, "three", &[(".mailmap", mailmap)]);
    let code = &repository.code;
    code.index().await;
    let people = people(code).await;
    assert!(people.contains(&"Ada Lovelace".to_owned()), "{people:?}");
    assert!(!people.iter().any(|name| name == "Ada" || name == "ada l"), "{people:?}");
    assert_eq!(map(code, "file").await["a.py"], by(2, "Ada Lovelace", 0));
    is_what_one_look_gives(code).await;
    repository.code.app.end().await;
}

#[tokio::test]
async fn the_same_commit_is_the_same_graph_and_writes_nothing() {
    let repository = Repository::shop().await;
    let code = &repository.code;
    let before = code.app.get(&format!("{GRAPH}/export?format=json")).await.text;
    let again = code.index().await;
    assert_eq!(again["outcome"]["changes"], 0, "{again}");
    assert_eq!(code.app.get(&format!("{GRAPH}/export?format=json")).await.text, before);
    is_what_one_look_gives(code).await;
    repository.code.app.end().await;
}

#[tokio::test]
async fn commit_by_commit_and_rewritten_the_history_is_what_one_look_gives() {
    let mut repository = Repository::shop().await;
    repository.git(&["switch", "--quiet", "--create", "side", "HEAD~1"]);
    repository.commit(BO, "aside", &[("side.py", "side = 1\n")]);
    repository.git(&["switch", "--quiet", "main"]);
    repository.commit(ADA, "on", &[("shop/cart.py", "def total():\n    return 5\n")]);
    repository.code.index().await;
    repository.git(&["merge", "--quiet", "--no-ff", "--message", "merge", "side"]);
    repository.code.remove("shop/rates.py");
    repository.commit(BO, "close", &[]);
    repository.code.index().await;
    is_what_one_look_gives(&repository.code).await;
    let rates = [("shop/rates.py", "def rate():\n    return 7\n")];
    repository.commit(BO, "open again", &rates);
    repository.code.index().await;
    // What was done to the file before it was gone counts.
    assert_eq!(map(&repository.code, "file").await["shop/rates.py"], by(3, "Bo", 0));
    is_what_one_look_gives(&repository.code).await;

    repository.git(&["reset", "--quiet", "--hard", "HEAD~3"]);
    repository.commit(ADA, "another way", &[("shop/prices.py", "def price():\n    return 9\n")]);
    repository.code.index().await;
    is_what_one_look_gives(&repository.code).await;
    repository.code.app.end().await;
}

#[tokio::test]
async fn a_commit_without_changed_files_still_moves_the_history() {
    let mut repository = Repository::shop().await;
    let head = repository.commit(ADA, "nothing", &[]);
    let code = &repository.code;
    code.index().await;
    assert_eq!(code.get("").await["commit"], head);
    assert_eq!(map(code, "file").await["shop/prices.py"], by(3, "Bo", 0));
    is_what_one_look_gives(code).await;
    repository.code.app.end().await;
}

#[tokio::test]
async fn of_a_shallow_clone_what_is_there_is_told() {
    let repository = Repository::shop().await;
    let clone = tempfile::tempdir().expect("a folder");
    let url = format!("file://{}", repository.code.root().display());
    let into = clone.path().to_str().expect("UTF-8");
    repository.git(&["clone", "--quiet", "--depth", "2", &url, into]);
    let code = &repository.code;
    code.index_folder(clone.path()).await;
    let files = map(code, "file").await;
    assert_eq!(files["shop/prices.py"], by(1, "Bo", 2));
    assert_eq!(files["shop/cart.py"], (0, None, None));
    // The same head with more behind it is another history.
    git(clone.path(), (ADA, FIRST), &["fetch", "--quiet", "--unshallow"]);
    code.index_folder(clone.path()).await;
    assert_eq!(map(code, "file").await["shop/prices.py"], by(3, "Bo", 0));
    repository.code.app.end().await;
}

#[tokio::test]
async fn of_a_folder_inside_a_repository_the_history_of_its_files_is_told() {
    let mut repository = Repository::shop().await;
    let outside = repository.commit(BO, "outside", &[("b.py", "b = 1\n")]);
    let code = &repository.code;
    code.index_folder(&code.root().join("shop")).await;
    assert_eq!(code.get("").await["commit"], outside);
    assert_eq!(map(code, "file").await["prices.py"], by(3, "Bo", 0));
    let commits = code.get("/nodes?kind=commit").await;
    assert_eq!(commits.as_array().map(Vec::len), Some(3), "{commits}");
    // What was made there and is in no commit has none.
    code.write(&[("made/here.py", "here = 1\n")]);
    code.index_folder(&code.root().join("made")).await;
    assert_eq!(code.get("").await.get("commit"), None);
    assert!(people(code).await.is_empty());
    repository.code.app.end().await;
}

#[tokio::test]
async fn without_commits_or_without_a_repository_there_is_no_history() {
    let plain = Code::shop().await;
    let repository = Repository::start().await;
    repository.code.write(SHOP);
    repository.code.index().await;
    for code in [&plain, &repository.code] {
        assert_eq!(map(code, "file").await["shop/cart.py"], (0, None, None));
        assert!(people(code).await.is_empty());
        let status = code.get("").await;
        assert_eq!((status.get("commit"), &status["problems"]), (None, &json!(0)));
    }
    assert_eq!(plain.content().await, repository.code.content().await);
    plain.app.end().await;
    repository.code.app.end().await;
}

#[tokio::test]
async fn a_history_that_cannot_be_read_is_a_problem_and_the_code_is_there() {
    let repository = Repository::shop().await;
    let code = &repository.code;
    std::fs::remove_dir_all(code.root().join(".git")).expect("removed");
    code.write(&[(".git", "gitdir: /nonexistent\n")]);
    let done = code.index().await;
    assert_eq!(done["stage"], "done", "{done}");
    assert_eq!(code.get("/problems").await[0]["path"], ".git");
    assert_eq!(code.get("/definition?symbol=cart.total").await["path"], "shop/cart.py");
    assert!(people(code).await.is_empty());
    repository.code.app.end().await;
}

#[tokio::test]
async fn a_repository_is_indexed_at_its_head_when_somebody_asks() {
    let mut repository = Repository::start().await;
    let first = repository.commit(ADA, "open", SHOP);
    let code = &repository.code;
    let location = code.root().display().to_string();
    let repositories = "/api/v1/projects/atlas/repositories";
    let made = code.app.post(repositories, json!({ "location": location })).await.json();
    let id = made["repository"]["id"].as_str().expect("an id");
    let index = async |body: Value| code.app.post(&format!("{GRAPH}/index"), body).await;

    let path = json!({ "path": location, "repository": id });
    assert_eq!(index(path).await.problem(), (422, vec!["repository".to_owned()]));
    assert_eq!(index(json!({})).await.problem(), (422, vec!["path".to_owned()]));
    let unknown = "01a2060a-7d0e-7c32-9a0e-2f1a3c5b7d90";
    assert_eq!(index(json!({ "repository": unknown })).await.status, 404);

    code.app
        .eventually("the repository is looked at", async |app| {
            app.get(&format!("{repositories}/{id}")).await.json().get("head").is_some()
        })
        .await;
    let accepted = index(json!({ "repository": id })).await;
    assert_eq!(accepted.status, 202, "{}", accepted.text);
    let job = accepted.json()["id"].as_str().expect("an id").to_owned();
    let done = code.finished(&job).await;
    assert_eq!((&done["stage"], &done["path"]), (&json!("done"), &json!(location)));
    assert_eq!(code.get("").await["commit"], first);
    assert_eq!(map(code, "file").await["shop/cart.py"], by(1, "Ada", 0));
    let asked = code.app.get("/api/v1/events?subject=cc.*.*.graph.indexing_asked").await.json();
    let asked = asked.as_array().expect("events");
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0]["data"]["head"], first);
    repository.code.app.end().await;
}
