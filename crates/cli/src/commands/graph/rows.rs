//! What the graph is made of, as rows of tables.

use serde::Serialize;
use wire::graph::{
    Cycle, FileProblem, Ghost, MapNode, Node, ProjectTie, Reached, Reference, Symbol, TieEnd,
    UnresolvedName,
};

use crate::printer::{Printer, Row, Sheet};
use crate::table::{Cell, Column, Tone};

impl Row for Symbol {
    const COLUMNS: &'static [Column] =
        &[Column::Fixed("kind"), Column::Flexible("name"), Column::Flexible("place")];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let place = format!("{}:{}", self.path, self.lines[0]);
        vec![Cell::muted(self.kind.as_str()), Cell::new(&self.qualified_name), Cell::muted(place)]
    }
}

impl Row for MapNode {
    const COLUMNS: &'static [Column] =
        &[Column::Flexible("path"), Column::Fixed("changes"), Column::Flexible("owner")];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let path = self.path.as_deref().unwrap_or(&self.qualified_name);
        let owner = self.owner.as_deref().unwrap_or_default();
        vec![Cell::new(path), Cell::new(self.changes.to_string()), Cell::muted(owner)]
    }
}

impl Row for Reached {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("depth"),
        Column::Fixed("kind"),
        Column::Flexible("name"),
        Column::Flexible("place"),
    ];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        vec![
            Cell::new(self.depth.to_string()),
            Cell::muted(self.node.kind.as_str()),
            Cell::new(&self.node.qualified_name),
            Cell::muted(place(&self.node)),
        ]
    }
}

impl Row for Reference {
    const COLUMNS: &'static [Column] =
        &[Column::Fixed("kind"), Column::Flexible("place"), Column::Flexible("within")];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        vec![
            Cell::muted(self.kind.as_str()),
            Cell::new(format!("{}:{}", self.path, self.lines[0])),
            Cell::muted(&self.from.qualified_name),
        ]
    }
}

impl Row for Cycle {
    const COLUMNS: &'static [Column] = &[Column::Fixed("length"), Column::Flexible("nodes")];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let names: Vec<&str> = self.nodes.iter().map(|node| &*node.qualified_name).collect();
        vec![Cell::muted(self.nodes.len().to_string()), Cell::new(names.join(" → "))]
    }
}

impl Row for Ghost {
    const COLUMNS: &'static [Column] =
        &[Column::Fixed("tag"), Column::Flexible("text"), Column::Flexible("place")];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        vec![
            Cell::toned(&self.tag, Tone::Warning),
            Cell::new(&self.text),
            Cell::muted(format!("{}:{}", self.path, self.line)),
        ]
    }
}

/// A name that leads to nothing, and where it stands.
#[derive(Serialize)]
pub(super) struct UnresolvedPlace {
    pub path: String,
    #[serde(flatten)]
    pub name: UnresolvedName,
}

impl Row for UnresolvedPlace {
    const COLUMNS: &'static [Column] =
        &[Column::Fixed("kind"), Column::Flexible("name"), Column::Flexible("place")];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        vec![
            Cell::muted(self.name.kind.as_str()),
            Cell::new(&self.name.name),
            Cell::muted(format!("{}:{}", self.path, self.name.line)),
        ]
    }
}

impl Row for ProjectTie {
    const COLUMNS: &'static [Column] =
        &[Column::Flexible("needs it"), Column::Flexible("what"), Column::Flexible("has it")];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        vec![Cell::new(end(&self.from)), Cell::new(&self.name), Cell::new(end(&self.to))]
    }
}

/// As `atlas src/cart.py:7`.
fn end(end: &TieEnd) -> String {
    let place = end.path.as_deref().unwrap_or(&end.qualified_name);
    match end.line {
        Some(line) => format!("{} {place}:{line}", end.project),
        None => format!("{} {place}", end.project),
    }
}

impl Row for FileProblem {
    const COLUMNS: &'static [Column] = &[Column::Flexible("place"), Column::Flexible("problem")];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let place = match self.line {
            Some(line) => format!("{}:{line}", self.path),
            None => self.path.clone(),
        };
        vec![Cell::new(place), Cell::toned(&self.message, Tone::Warning)]
    }
}

impl Sheet for Node {
    fn fields(&self, _: &Printer) -> Vec<(&'static str, Cell)> {
        let mut fields = vec![
            ("name", Cell::new(&self.qualified_name)),
            ("kind", Cell::new(self.kind.as_str())),
            ("place", Cell::new(place(self))),
        ];
        let known = [
            ("language", &self.language),
            ("visibility", &self.visibility),
            ("signature", &self.signature),
            ("doc", &self.doc),
        ];
        let known = known.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
        fields.extend(known.map(|(name, text)| (name, Cell::new(text))));
        fields
    }
}

fn place(node: &Node) -> String {
    match (&node.path, node.lines) {
        (Some(path), Some([first, _])) => format!("{path}:{first}"),
        (Some(path), None) => path.clone(),
        (None, _) => "-".to_owned(),
    }
}
