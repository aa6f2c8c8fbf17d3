use super::*;
use crate::extract::extract;

/// The chunks of a text as `first-last heading`, one a line.
fn places(path: &str, text: &str, tokens: usize) -> String {
    let document = extract(path, text.as_bytes()).unwrap();
    let budget = Budget { tokens, overlap: 0, count: &approximate_tokens };
    let place = |chunk: &Chunk| format!("{}-{} {}", chunk.lines.0, chunk.lines.1, chunk.heading);
    split(&document, &budget).iter().map(place).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(path: &str, text: &str, tokens: usize, expected: &[&str]) {
    assert_eq!(places(path, text, tokens), expected.join("\n"), "{path}");
}

#[test]
fn rust_is_cut_between_definitions_that_keep_their_comments() {
    let source = "\
use std::fmt;

/// Holds things.
#[derive(Debug)]
pub struct Store {
    things: Vec<String>,
}

impl Store {
    /// Puts a thing in.
    pub fn insert(&mut self, thing: String) -> usize {
        self.things.push(thing);
        self.things.len()
    }

    pub fn len(&self) -> usize {
        self.things.len()
    }
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, \"{}\", self.things.join(\", \"))
    }
}
";
    check(
        "store.rs",
        source,
        70,
        &[
            "1-7 ",
            "9-14 impl Store",
            "16-19 impl Store › fn len",
            "21-21 impl fmt::Display for Store",
            "22-25 impl fmt::Display for Store › fn fmt",
        ],
    );
    check("store.rs", source, 400, &["1-25 "]);
}

/// Path, source, and the place of its last definition when that is cut from what is before it.
const DEFINITIONS: &[(&str, &str, &str)] = &[
    (
        "a.py",
        "class Store:\n    x = ONES\n\n    # Note.\n    @cached\n    def insert(self):\n        return 'FILLER'\n",
        "4-7 class Store › def insert",
    ),
    (
        "a.js",
        "class Store {\n  x = 1\n\n  /** Note. */\n  insert(a) {\n    return 'FILLER'\n  }\n}\n",
        "4-8 class Store › insert",
    ),
    (
        "b.js",
        "const x = ONES\n\n// Note.\nexport const insert = async (a) => {\n  return 'FILLER'\n}\n",
        "3-6 const insert",
    ),
    (
        "a.ts",
        "namespace shop {\n  type A = 1\n\n  export interface Store {\n    x: 'FILLER'\n  }\n}\n",
        "4-7 namespace shop › interface Store",
    ),
    (
        "a.tsx",
        "const x = ONES\n\nexport function View(): Element {\n  return <p>FILLER</p>\n}\n",
        "3-5 function View",
    ),
    (
        "a.go",
        "package a; var x = ONES\n\n// Insert notes.\nfunc (s *Store) Insert(a string) {\n\tput(`FILLER`)\n}\n",
        "3-6 func (s *Store) Insert",
    ),
    (
        "b.go",
        "package a; var x = ONES\n\n// Store notes.\ntype Store struct {\n\tA int `FILLER`\n}\n",
        "3-6 type Store",
    ),
    (
        "A.java",
        "class Store {\n  int x;\n\n  /** Note. */\n  @Override\n  public void insert(int a) {\n    put(\"FILLER\");\n  }\n}\n",
        "4-9 class Store › insert",
    ),
    (
        "a.c",
        "int x = ONES;\n\n/* Note. */\nstatic char *insert(int a) {\n  return \"FILLER\";\n}\n",
        "3-6 insert",
    ),
    (
        "a.cpp",
        "namespace shop {\nint x;\n\n// Note.\ntemplate <class T>\nvoid Store::insert(T a) {\n  put(\"FILLER\");\n}\n}\n",
        "4-9 namespace shop › Store::insert",
    ),
    (
        "a.rb",
        "module Shop\n  X = ONES\n\n  # Note.\n  def self.insert(a)\n    'FILLER'\n  end\nend\n",
        "4-8 module Shop › def insert",
    ),
    (
        "a.cs",
        "namespace Shop {\n  class Store {\n    int x;\n\n    /// Note.\n    public void Insert(int a) {\n      Put(\"FILLER\");\n    }\n  }\n}\n",
        "5-10 namespace Shop › class Store › Insert",
    ),
    (
        "a.php",
        "<?php\nclass Store {\n  public $x;\n\n  // Note.\n  public function insert($a) {\n    return 'FILLER';\n  }\n}\n",
        "5-9 class Store › function insert",
    ),
    ("a.sh", "echo ONES\n\n# Note.\ninsert() {\n  echo 'FILLER'\n}\n", "3-6 insert"),
    (
        "a.kt",
        "object Shop {\n  val x = 1\n\n  // Note.\n  fun insert(a: Int): String {\n    return \"FILLER\"\n  }\n}\n",
        "4-8 object Shop › fun insert",
    ),
    (
        "a.json",
        "{\n  \"server\": {\n    \"port\": 80,\n    \"banner\": [\n      \"FILLER\"\n    ]\n  }\n}\n",
        "4-8 server › banner",
    ),
    (
        "a.yaml",
        "server:\n  port: ONES\n\n  # Note.\n  banner:\n    - FILLER\n",
        "4-6 server › banner",
    ),
    (
        "a.toml",
        "x = 1\n\n[server.tls]\n# Note.\nbanner = [\n  \"FILLER\",\n]\n",
        "4-7 server.tls › banner",
    ),
];

#[test]
fn each_language_names_its_definitions() {
    let filler = "alpha beta gamma delta epsilon zeta eta theta iota kappa";
    let mut wrong = Vec::new();
    for (path, source, expected) in DEFINITIONS {
        let source =
            source.replace("FILLER", filler).replace("ONES", "1 + 1 + 1 + 1 + 1 + 1 + 1 + 1");
        let found = |tokens| places(path, &source, tokens).lines().any(|place| place == *expected);
        if !(32..128).any(found) {
            wrong.push(format!("{path}: no `{expected}` in\n{}", places(path, &source, 64)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn markdown_sections_stay_apart_and_a_bare_heading_joins_what_follows() {
    let text = "\
---
title: Guide
---
# Guide

## Install
Run it.

## Use
### First
Open it.
## Empty
";
    check(
        "guide.md",
        text,
        256,
        &["1-3 ", "4-7 Guide › Install", "9-11 Guide › Use › First", "12-12 Guide › Empty"],
    );
}

#[test]
fn a_fence_is_whole_if_it_fits_and_cut_at_its_lines_if_not() {
    let text = "Some words before the code.\n\n```rust\nlet a = 1;\n\nlet b = 2;\n\nlet c = 3;\n```\n\nSome words after.\n";
    check("a.md", text, 28, &["1-1 ", "3-11 "]);
    check("a.md", text, 20, &["1-1 ", "3-6 ", "8-9 ", "11-11 "]);
}

#[test]
fn a_heading_stays_with_the_start_of_what_is_below_it() {
    let rows = "| a | b |\n".repeat(3);
    let sentences = "One sentence is here. Another one is there. ".repeat(2);
    let text = format!(
        "# Top\n\n{sentences}\n\n## List\n\n- one two three four\n- five six seven eight\n\n## Table\n\n| a | b |\n|---|---|\n{rows}"
    );
    check(
        "a.md",
        &text,
        28,
        &["1-3 Top", "3-3 Top", "5-8 Top › List", "10-14 Top › Table", "15-16 Top › Table"],
    );
}

#[test]
fn markers_of_lists_and_quotes_stay_with_their_text() {
    let text = "- First thing here.\n\n  And more of it.\n- Second thing here.\n\n> A quote of words.\n>\n> And another quote.\n";
    check("a.md", text, 12, &["1-3 ", "4-4 ", "6-7 ", "8-8 "]);
}

#[test]
fn prose_is_cut_at_sentences_but_not_after_abbreviations() {
    let text = "This was found by Dr. Smith in the year of the flood. Then, e.g. in Rome, others saw it too. Nobody knew why it was so.";
    let document = extract("a.txt", text.as_bytes()).unwrap();
    let budget = Budget { tokens: 24, overlap: 0, count: &approximate_tokens };
    let texts: Vec<_> =
        split(&document, &budget).iter().map(|chunk| chunk.text(&document).to_owned()).collect();
    assert_eq!(
        texts,
        [
            "This was found by Dr. Smith in the year of the flood.",
            "Then, e.g. in Rome, others saw it too.",
            "Nobody knew why it was so.",
        ]
    );
}

#[test]
fn a_piece_of_prose_repeats_the_end_of_the_one_before() {
    let text = "One is here. Two is there. Three is gone. Four is back. Five is new. Six is old.";
    let document = extract("a.txt", text.as_bytes()).unwrap();
    let budget = Budget { tokens: 20, overlap: 5, count: &approximate_tokens };
    let texts: Vec<_> =
        split(&document, &budget).iter().map(|chunk| chunk.text(&document).to_owned()).collect();
    assert_eq!(
        texts,
        [
            "One is here. Two is there. Three is gone. Four is back.",
            "Four is back. Five is new. Six is old."
        ]
    );
}

#[test]
fn the_pages_of_a_pdf_are_headings() {
    let text = "# Page 1\n\nFirst.\n\n# Page 3\n\n# not a page\n".to_owned();
    let document = Extracted { kind: crate::extract::Kind::Pdf, language: None, title: None, text };
    let chunks = split(&document, &Budget::new(&approximate_tokens));
    let places: Vec<_> = chunks.iter().map(|chunk| (chunk.heading.as_str(), chunk.lines)).collect();
    assert_eq!(places, [("Page 1", (1, 3)), ("Page 3", (5, 7))]);
}

#[test]
fn source_without_a_grammar_is_cut_at_blank_lines() {
    let text = "a {\n  color: red;\n}\n\nb {\n  color: blue;\n\n  margin: 0;\n}\n";
    check("a.css", text, 14, &["1-3 ", "5-9 "]);
}

#[test]
fn a_heading_too_long_for_the_budget_loses_its_outer_parts() {
    let text = "# A very long heading that goes on and on and on\n\n## Short\n\nText.\n";
    check("a.md", text, 40, &["1-5 Short"]);
}

#[test]
fn tokens_are_guessed_by_words_and_signs() {
    for (text, tokens) in [
        ("", 0),
        ("word", 1),
        ("hello, world!", 4),
        ("internationalisation", 4),
        ("日本語", 3),
        ("a_b", 3),
    ] {
        assert_eq!(approximate_tokens(text), tokens, "{text}");
    }
}

/// The grammar would end the process.
#[test]
fn yaml_of_any_depth_is_cut() {
    let indents = || (0..600).map(|level| " ".repeat(level));
    let staircase: String = indents().flat_map(|indent| [indent, "k:\n".to_owned()]).collect();
    let dashes = format!("{}a\n", "- ".repeat(600));
    let questions = format!("{}a\n", "? ".repeat(600));
    let key = |indent: String| [indent.clone(), "k:\n".to_owned(), indent, "-\n".to_owned()];
    let lists: String = indents().flat_map(key).collect();
    let brackets = "[".repeat(600);
    for text in [&staircase, &dashes, &questions, &lists, &brackets] {
        assert!(!places("a.yaml", text, 50).is_empty());
    }
}
