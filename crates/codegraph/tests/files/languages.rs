//! Each folder of `languages/<language>/` is a small tree; beside it stands what is to be read
//! from it. `INSTA_UPDATE=always` writes that anew.

use std::{fmt::Write as _, fs, path::Path, sync::Arc};

use codegraph::{Facts, Graph, read, resolve, walk};

fn graph_of(root: &Path) -> Graph {
    let (found, _) = walk::list(root, &walk::Limits::default());
    let files: Vec<_> = found
        .iter()
        .filter_map(|found| {
            let loaded = walk::load(root, found).ok()?;
            let facts = read(&found.path, &loaded.bytes)?;
            let kept = Facts::decode(&facts.encode()).unwrap();
            assert_eq!(kept.encode(), facts.encode(), "{}", found.path);
            Some((Arc::clone(&found.path), Arc::new(kept)))
        })
        .collect();
    let graph = resolve(&files);
    assert_eq!(graph, resolve(&files), "the same files give the same graph");
    graph
}

fn written(graph: &Graph) -> String {
    let mut text = String::new();
    for node in &graph.nodes {
        write!(text, "{} {}", node.kind, node.key).unwrap();
        if node.kind.is_symbol() {
            let [first, last] = node.lines.unwrap();
            write!(text, " {first}-{last} = {}", node.qualified_name).unwrap();
            write!(text, " | {}", node.signature.as_deref().unwrap_or_default()).unwrap();
            if let Some(doc) = node.doc.as_deref().and_then(|doc| doc.lines().next()) {
                write!(text, " | {doc}").unwrap();
            }
        }
        text.push('\n');
    }
    let key = |index: u32| &graph.nodes[index as usize].key;
    for edge in &graph.edges {
        let line = edge.lines.map_or(0, |[first, _]| first);
        let is_place = edge.kind == wire::graph::EdgeKind::Contains;
        if !is_place {
            let (from, to) = (key(edge.from), key(edge.to));
            writeln!(text, "{from} {} {to} by {} :{line}", edge.kind, edge.proof).unwrap();
        }
    }
    for name in &graph.unresolved {
        writeln!(text, "? {} {} {} :{}", key(name.from), name.kind, name.name, name.line).unwrap();
    }
    for problem in &graph.problems {
        writeln!(text, "! {} {:?} {}", problem.path, problem.line, problem.message).unwrap();
    }
    text
}

#[test]
fn every_language_reads_as_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&root);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let mut languages: Vec<_> =
        fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    languages.retain(|path| path.is_dir());
    languages.sort();
    for language in languages {
        let name = language.file_name().unwrap().to_string_lossy().into_owned();
        settings.bind(|| insta::assert_snapshot!(name.as_str(), written(&graph_of(&language))));
    }
}

#[test]
fn who_may_use_a_name_is_said_before_it_or_for_all_that_follows() {
    let seen = |path: &str| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages");
        let graph = graph_of(&root.join(path));
        let known = graph.nodes.into_iter().filter_map(|node| Some((node.key, node.visibility?)));
        known.map(|(key, word)| (key.to_string(), word.to_string())).collect::<Vec<_>>()
    };
    for (language, key, visibility) in [
        ("ruby", "symbol:lib/acme/shop.rb#Acme.Shop.sell", "public"),
        ("ruby", "symbol:lib/acme/shop.rb#Acme.Shop.ready?", "protected"),
        ("ruby", "symbol:lib/acme/shop.rb#Acme.Shop.checked", "private"),
        ("php", "symbol:src/Shop.php#Shop.sold", "private"),
        ("php", "symbol:src/Shop.php#Shop.all", "protected"),
        ("kotlin", "symbol:src/Shop.kt#Shop.stock", "private"),
        ("kotlin", "symbol:test/ShopTest.kt#ShopTest", "internal"),
    ] {
        assert!(seen(language).contains(&(key.to_owned(), visibility.to_owned())), "{key}");
    }
}
