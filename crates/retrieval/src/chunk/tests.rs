use super::*;
use crate::extract::extract;

#[test]
fn smoke() {
    let source = include_str!("pack.rs");
    for (name, text) in [
        ("a.rs", source),
        ("a.md", "# A\n\nhello. World.\n\n## B\n### C\n\n```\nfoo\n```\n"),
        ("a.txt", "one. Two.\n\nThree."),
    ] {
        let document = extract(name, text.as_bytes()).unwrap();
        for chunk in split(&document, &Budget::new(&approximate_tokens)) {
            println!(
                "{:?} {} {}",
                chunk.lines,
                chunk.heading,
                approximate_tokens(&chunk.indexed_text(&document))
            );
        }
    }
}
