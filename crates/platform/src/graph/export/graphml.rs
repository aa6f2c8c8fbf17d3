//! `GraphML`, as Gephi, yEd and `NetworkX` read it.

use wire::graph::{Edge, Node};

pub(super) const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="kind" for="node" attr.name="kind" attr.type="string"/>
<key id="name" for="node" attr.name="name" attr.type="string"/>
<key id="qualified_name" for="node" attr.name="qualified_name" attr.type="string"/>
<key id="path" for="node" attr.name="path" attr.type="string"/>
<key id="first_line" for="node" attr.name="first_line" attr.type="int"/>
<key id="last_line" for="node" attr.name="last_line" attr.type="int"/>
<key id="language" for="node" attr.name="language" attr.type="string"/>
<key id="relation" for="edge" attr.name="kind" attr.type="string"/>
<key id="proof" for="edge" attr.name="proof" attr.type="string"/>
<key id="file" for="edge" attr.name="file" attr.type="string"/>
<key id="line" for="edge" attr.name="line" attr.type="int"/>
<key id="confidence" for="edge" attr.name="confidence" attr.type="double"/>
<key id="changes" for="edge" attr.name="changes" attr.type="int"/>
<key id="last_change" for="edge" attr.name="last_change" attr.type="string"/>
<graph edgedefault="directed">
"#;
pub(super) const TAIL: &str = "</graph>\n</graphml>\n";

pub(super) fn node(node: &Node) -> String {
    let mut text = format!("<node id=\"n{}\">", node.id);
    field(&mut text, "kind", Some(node.kind.as_str()));
    field(&mut text, "name", Some(&node.name));
    field(&mut text, "qualified_name", Some(&node.qualified_name));
    field(&mut text, "path", node.path.as_deref());
    field(&mut text, "first_line", node.lines.map(|lines| lines[0].to_string()).as_deref());
    field(&mut text, "last_line", node.lines.map(|lines| lines[1].to_string()).as_deref());
    field(&mut text, "language", node.language.as_deref());
    text + "</node>\n"
}

pub(super) fn edge(edge: &Edge) -> String {
    let mut text = format!("<edge source=\"n{}\" target=\"n{}\">", edge.from, edge.to);
    let said = &edge.provenance;
    field(&mut text, "relation", Some(edge.kind.as_str()));
    field(&mut text, "proof", Some(said.proof.as_str()));
    field(&mut text, "file", said.file.as_deref());
    field(&mut text, "line", said.lines.map(|lines| lines[0].to_string()).as_deref());
    field(&mut text, "confidence", Some(&said.confidence.to_string()));
    if let Some(changes) = &edge.changes {
        field(&mut text, "changes", Some(&changes.commits.to_string()));
        field(&mut text, "last_change", Some(&changes.last.to_string()));
    }
    text + "</edge>\n"
}

fn field(text: &mut String, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        text.extend(["<data key=\"", key, "\">"]);
        escape(text, value);
        text.push_str("</data>");
    }
}

/// Without what XML 1.0 has no character for.
fn escape(text: &mut String, value: &str) {
    for letter in value.chars() {
        match letter {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '\t' | '\n' | '\r' => text.push(letter),
            '\u{FFFE}' | '\u{FFFF}' => {}
            _ if letter < ' ' => {}
            _ => text.push(letter),
        }
    }
}
