//! Whatever the bytes are, reading ends, and what is read lies in the file.

use std::{fmt::Write, fs, path::Path, sync::Arc};

use codegraph::{Graph, read, resolve, walk};
use proptest::prelude::*;
use wire::graph::EdgeKind;

/// Every file of the trees that are read as expected.
fn files() -> Vec<(Arc<str>, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages");
    let (found, _) = walk::list(&root, &walk::Limits::default());
    let text = |path: &str| fs::read(root.join(path)).expect("read");
    found.into_iter().map(|found| (Arc::clone(&found.path), text(&found.path))).collect()
}

fn graph_of(path: &Arc<str>, bytes: &[u8]) -> Graph {
    let facts = read(path, bytes).map(|facts| (Arc::clone(path), Arc::new(facts)));
    resolve(&facts.into_iter().collect::<Vec<_>>())
}

/// Lines lie in the file, ends of edges among the nodes, and once more gives the same.
fn check(path: &Arc<str>, bytes: &[u8]) {
    let graph = graph_of(path, bytes);
    let text = String::from_utf8_lossy(bytes);
    let last = u32::try_from(text.split('\n').count()).expect("few lines");
    for node in &graph.nodes {
        if let Some([from, to]) = node.lines {
            assert!(1 <= from && from <= to && to <= last, "{} {from}-{to} of {last}", node.key);
        }
    }
    for edge in &graph.edges {
        assert!((edge.from.max(edge.to) as usize) < graph.nodes.len());
    }
    assert_eq!(graph, graph_of(path, bytes));
}

#[test]
fn blocks_and_templates_of_any_depth_are_read() {
    let many = 100_000;
    for part in [
        "a {\n", "{", "a = {", "[", "(", "\"${", "${", "%{", "<<E\n", "<<E\n${", "\n  ", "a.b.",
        "\"", "}",
    ] {
        for start in ["", "a = ", "a = \"", "a = <<E\n"] {
            let text = format!("{start}{}", part.repeat(many));
            check(&"a.tf".into(), text.as_bytes());
        }
    }
}

#[test]
fn branches_and_macros_of_any_number_are_read() {
    let many = 50_000;
    for part in [
        "#if A\n",
        "#if 0\n{\n",
        "#else\n",
        "#endif\n",
        "#elif \\\n",
        "ABC\n",
        "ABC(\n;\n",
        "ABC (a)\nint b c;\n",
        "/*\n",
        "}\n",
    ] {
        // Not understood as it stands, for which its branches are looked at.
        let text = format!("@ ) = {{\n{}", part.repeat(many));
        check(&"a.c".into(), text.as_bytes());
    }
}

#[test]
fn brackets_of_any_number_are_read() {
    for path in ["a.c", "a.cs", "a.go", "a.java", "a.js", "a.php", "a.py", "a.rb", "a.rs", "a.sh"] {
        for part in ["(", "; (", "[ ", "{\n", ")\n", "a(\n;\n", "(\"\n"] {
            for many in [500, 50_000] {
                check(&path.into(), part.repeat(many).as_bytes());
            }
        }
    }
}

#[test]
fn a_program_of_one_line_is_read() {
    let text = "function a(b){var c=b;return()=>c}".repeat(2_000);
    check(&"a.js".into(), text.as_bytes());
}

/// Reads and joins them all, twice.
fn join(files: &[(String, String)]) -> Graph {
    let read_one = |(path, text): &(String, String)| {
        let facts = read(path, text.as_bytes()).expect("a language");
        (Arc::from(path.as_str()), Arc::new(facts))
    };
    let facts: Vec<_> = files.iter().map(read_one).collect();
    let graph = resolve(&facts);
    assert_eq!(graph, resolve(&facts));
    graph
}

#[test]
fn headers_that_all_include_each_other_are_joined() {
    let number_of_headers = 200;
    let lines = |line: &dyn Fn(usize) -> String, count| (0..count).map(line).collect::<Vec<_>>();
    let all = lines(&|at| format!("#include \"h{at}.h\""), number_of_headers).join("\n");
    let header = |at| (format!("h{at}.h"), format!("{all}\nint of{at}(void) {{ return 0; }}\n"));
    let mut files: Vec<_> = (0..number_of_headers).map(header).collect();
    let calls = lines(&|at| format!("  missing{at}(); of{at}();"), 300).join("\n");
    files.push(("main.c".to_owned(), format!("{all}\nvoid run(void) {{\n{calls}\n}}\n")));
    let graph = join(&files);
    let calls = graph.edges.iter().filter(|edge| edge.kind == EdgeKind::Calls).count();
    assert_eq!(calls, number_of_headers);
}

#[test]
fn classes_of_many_bases_in_many_layers_are_joined() {
    let mut text = "class L0N0:\n    def found(self): pass\n".to_owned();
    for layer in 1..24 {
        let below = (0..if layer == 1 { 1 } else { 5 }).map(|at| format!("L{}N{at}", layer - 1));
        let below = below.collect::<Vec<_>>().join(", ");
        for at in 0..5 {
            writeln!(text, "class L{layer}N{at}({below}): pass").expect("memory");
        }
    }
    text +=
        "class Last(L23N0):\n    def run(self):\n        self.missing()\n        self.found()\n";
    let graph = join(&[("layers.py".to_owned(), text)]);
    let calls = graph.edges.iter().filter(|edge| edge.kind == EdgeKind::Calls).count();
    assert_eq!(calls, 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_file_that_was_cut_off_is_read_as_far_as_it_goes(
        which in any::<prop::sample::Index>(),
        end in any::<prop::sample::Index>(),
    ) {
        let files = files();
        let (path, bytes) = which.get(&files);
        check(path, &bytes[..end.index(bytes.len() + 1)]);
    }

    #[test]
    fn a_file_with_wrong_bytes_is_read(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let files = files();
        let (path, bytes) = which.get(&files);
        let mut bytes = bytes.clone();
        for (place, byte) in changes {
            if !bytes.is_empty() {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
        }
        check(path, &bytes);
    }

    #[test]
    fn noise_is_read_in_every_language(
        which in any::<prop::sample::Index>(),
        noise in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        check(&which.get(&files()).0, &noise);
    }
}
