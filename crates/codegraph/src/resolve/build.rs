//! The graph as it grows.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use wire::graph::{EdgeKind, NodeKind, Proof};

use super::{
    value::SymbolId,
    world::{FileId, World, folder},
};
use crate::{
    Edge, Graph, Index, Node, Problem, Unresolved,
    facts::{ContactKind, Symbol},
    manifest::Ecosystem,
};

pub(super) struct Builder<'w, 'a> {
    pub world: &'w World<'a>,
    graph: Graph,
    keys: HashMap<Arc<str>, Index>,
    folders: HashMap<&'a str, Index>,
    files: Vec<Index>,
    /// Where the symbols of each file begin; those of one file follow each other.
    symbols: Vec<Vec<Index>>,
    packages: BTreeMap<u32, Index>,
}

/// Where something is said.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub file: FileId,
    pub lines: Option<[u32; 2]>,
}

impl<'w, 'a> Builder<'w, 'a> {
    pub(super) fn new(world: &'w World<'a>) -> Self {
        Self {
            world,
            graph: Graph::default(),
            keys: HashMap::new(),
            folders: HashMap::new(),
            files: Vec::new(),
            symbols: Vec::new(),
            packages: BTreeMap::new(),
        }
    }

    /// Folders, files and symbols, each in what holds it.
    pub(super) fn places(&mut self) {
        for file in self.world.ids() {
            let Some(found) = self.world.file(file) else { continue };
            let holder = self.folder(folder(found.path));
            let name = found.path.rsplit('/').next().unwrap_or(found.path);
            let node = self.node(NodeKind::File, found.path, name, found.path);
            if let Some(node) = self.graph.nodes.get_mut(node as usize) {
                node.path = Some(found.path.into());
                node.lines = Some([1, found.facts.lines.max(1)]);
                node.language = Some(found.language.name);
                node.doc = found.facts.doc.as_deref().map(Into::into);
            }
            self.files.push(node);
            self.contain(holder, node, file, None);
            self.problems(file);
        }
        for file in self.world.ids() {
            let nodes = self.symbols_of(file);
            self.symbols.push(nodes);
        }
        for file in self.world.ids() {
            self.contain_symbols(file);
        }
    }

    fn folder(&mut self, path: &'a str) -> Option<Index> {
        if path.is_empty() {
            return None;
        }
        if let Some(known) = self.folders.get(path) {
            return Some(*known);
        }
        let holder = self.folder(folder(path));
        let name = path.rsplit('/').next().unwrap_or(path);
        let node = self.node(NodeKind::Folder, path, name, path);
        if let Some(node) = self.graph.nodes.get_mut(node as usize) {
            node.path = Some(path.into());
        }
        self.folders.insert(path, node);
        if let Some(holder) = holder {
            self.push((holder, node), EdgeKind::Contains, Proof::Place, None);
        }
        Some(node)
    }

    fn contain(
        &mut self,
        holder: Option<Index>,
        node: Index,
        file: FileId,
        lines: Option<[u32; 2]>,
    ) {
        if let Some(holder) = holder {
            let place = Some(Place { file, lines });
            self.push((holder, node), EdgeKind::Contains, Proof::Place, place);
        }
    }

    fn problems(&mut self, file: FileId) {
        let Some(found) = self.world.file(file) else { return };
        for (line, message) in &found.facts.problems {
            let path = found.path.into();
            self.graph.problems.push(Problem { path, line: *line, message: message.clone() });
        }
    }

    fn symbols_of(&mut self, file: FileId) -> Vec<Index> {
        let Some(found) = self.world.file(file) else { return Vec::new() };
        let qualifier = found.language.locate.qualifier(self.world, file);
        let mut nodes = Vec::with_capacity(found.facts.symbols.len());
        for (index, symbol) in (0..).zip(&found.facts.symbols) {
            let names = self.names(SymbolId { file, index }, symbol);
            let key = format!("{}#{}", found.path, names.join("."));
            let full_name = format!("{qualifier}{}", names.join(found.language.separator));
            let name = found.facts.word(symbol.name);
            let node = self.node(symbol.kind, &key, name, &full_name);
            if let Some(node) = self.graph.nodes.get_mut(node as usize) {
                node.path = Some(found.path.into());
                node.lines = Some(symbol.lines);
                node.language = Some(found.language.name);
                node.signature = Some(symbol.signature.as_ref().into());
                node.visibility = symbol.visibility.as_deref().map(Into::into);
                node.doc = symbol.doc.as_deref().map(Into::into);
            }
            nodes.push(node);
        }
        nodes
    }

    /// The names of what holds a symbol, outermost first, and its own.
    fn names(&self, id: SymbolId, symbol: &Symbol) -> Vec<&'a str> {
        let Some(facts) = self.world.facts(id.file) else { return Vec::new() };
        let mut names = vec![facts.word(symbol.name)];
        let mut scope = facts.scope(symbol.scope);
        while let Some(current) = scope {
            if let Some(holder) = current.symbol.and_then(|index| facts.symbol(index)) {
                names.push(facts.word(holder.name));
            } else if let Some(owner) = current.owner {
                let owner = facts.word(owner);
                let is_instance =
                    facts.rules().is_some_and(|rules| rules.instance_names.contains(&owner));
                if is_instance {
                    // `this.f = …`: what `this` is stands around it.
                    scope = current.parent.and_then(|parent| facts.scope(parent));
                    continue;
                }
                names.push(owner.rsplit('.').next().unwrap_or(owner));
            }
            scope = current.parent.and_then(|parent| facts.scope(parent));
        }
        names.reverse();
        names
    }

    fn contain_symbols(&mut self, file: FileId) {
        let Some(facts) = self.world.facts(file) else { return };
        for (index, symbol) in (0..).zip(&facts.symbols) {
            let holder = self.world.class_of_scope(file, symbol.scope);
            let holder = holder.and_then(|holder| self.symbol(holder));
            let holder = holder.unwrap_or_else(|| self.within(file, symbol.scope));
            if let Some(node) = self.symbol(SymbolId { file, index }) {
                self.contain(Some(holder), node, file, Some(symbol.lines));
            }
        }
    }

    /// A node of a key that is not taken; what is declared twice is told apart by `~2`.
    pub(super) fn node(
        &mut self,
        kind: NodeKind,
        key: &str,
        name: &str,
        qualified_name: &str,
    ) -> Index {
        let prefix = if kind.is_symbol() { "symbol" } else { kind.as_str() };
        let plain = format!("{prefix}:{key}");
        let mut unique = plain.clone();
        let mut count = 1;
        while self.keys.contains_key(unique.as_str()) {
            count += 1;
            unique = format!("{plain}~{count}");
        }
        let key: Arc<str> = unique.into();
        let index = u32::try_from(self.graph.nodes.len()).unwrap_or(u32::MAX);
        self.keys.insert(Arc::clone(&key), index);
        self.graph.nodes.push(Node {
            key,
            kind,
            name: name.into(),
            qualified_name: qualified_name.into(),
            path: None,
            lines: None,
            language: None,
            signature: None,
            visibility: None,
            doc: None,
        });
        index
    }

    /// The one node of something that has no file.
    pub(super) fn shared(&mut self, kind: NodeKind, name: &str) -> Index {
        let known = self.keys.get(format!("{kind}:{name}").as_str()).copied();
        known.unwrap_or_else(|| self.node(kind, name, name, name))
    }

    pub(super) fn package(&mut self, index: u32) -> Option<Index> {
        if let Some(known) = self.packages.get(&index) {
            return Some(*known);
        }
        let (ecosystem, name) = *self.world.packages.external.get(index as usize)?;
        let whole = format!("{}/{name}", ecosystem.as_str());
        let node = self.node(NodeKind::Package, &whole, name, &whole);
        self.packages.insert(index, node);
        Some(node)
    }

    /// A package of this tree, as others name it.
    pub(super) fn own_package(&mut self, ecosystem: Ecosystem, name: &str) -> Index {
        if let Some(index) = self.world.packages.external(ecosystem, name)
            && let Some(known) = self.package(index)
        {
            return known;
        }
        let whole = format!("{}/{name}", ecosystem.as_str());
        let known = self.keys.get(format!("{}:{whole}", NodeKind::Package).as_str()).copied();
        known.unwrap_or_else(|| self.node(NodeKind::Package, &whole, name, &whole))
    }

    pub(super) fn contact(&mut self, kind: ContactKind, name: &str) -> Index {
        match kind {
            ContactKind::Endpoint => self.shared(NodeKind::Endpoint, name),
            ContactKind::Subject => self.shared(NodeKind::Subject, name),
            ContactKind::Table => self.shared(NodeKind::Concept, &format!("table {name}")),
        }
    }

    /// Something still to be done, with its tag as its signature.
    pub(super) fn task(&mut self, file: FileId, ghost: &crate::Ghost) -> Index {
        let path = self.world.path(file);
        let said = format!("{}: {}", ghost.tag, ghost.text);
        let node = self.node(NodeKind::Task, &format!("{path}#{said}"), &ghost.text, &said);
        if let Some(node) = self.graph.nodes.get_mut(node as usize) {
            node.path = Some(path.into());
            node.lines = Some([ghost.line, ghost.line]);
            node.signature = Some(ghost.tag.as_ref().into());
        }
        node
    }

    pub(super) fn file(&self, file: FileId) -> Index {
        self.files.get(file as usize).copied().unwrap_or_default()
    }

    pub(super) fn symbol(&self, id: SymbolId) -> Option<Index> {
        self.symbols.get(id.file as usize)?.get(id.index as usize).copied()
    }

    /// The folder of a file, or the file if that is the root.
    pub(super) fn folder_of(&self, file: FileId) -> Index {
        let found = self.folders.get(folder(self.world.path(file)));
        found.copied().unwrap_or_else(|| self.file(file))
    }

    /// The symbol around a scope, or the type whose members it holds; else the file.
    pub(super) fn within(&self, file: FileId, scope: u32) -> Index {
        let facts = self.world.facts(file);
        let mut at = Some(scope);
        while let Some(current) = at {
            let around = self.world.class_of_scope(file, current).and_then(|id| self.symbol(id));
            if let Some(around) = around {
                return around;
            }
            at = facts.and_then(|facts| facts.scope(current)).and_then(|scope| scope.parent);
        }
        self.file(file)
    }

    pub(super) fn kind(&self, node: Index) -> NodeKind {
        self.graph.nodes.get(node as usize).map_or(NodeKind::File, |node| node.kind)
    }

    pub(super) fn push(
        &mut self,
        (from, to): (Index, Index),
        kind: EdgeKind,
        proof: Proof,
        place: Option<Place>,
    ) {
        let language = place.and_then(|place| self.world.file(place.file));
        let language = language.map_or("tree", |file| file.language.name);
        let file = place.and_then(|place| self.files.get(place.file as usize));
        let file = file.and_then(|file| self.graph.nodes.get(*file as usize)?.path.clone());
        self.graph.edges.push(Edge {
            from,
            to,
            kind,
            proof,
            extractor: crate::languages::extractor(language),
            file,
            lines: place.and_then(|place| place.lines),
            confidence: 1.0,
        });
    }

    pub(super) fn unresolved(&mut self, from: Index, kind: EdgeKind, name: String, line: u32) {
        self.graph.unresolved.push(Unresolved { from, kind, name: name.into(), line });
    }

    /// Sorted, each thing once.
    pub(super) fn finish(self) -> Graph {
        let mut graph = self.graph;
        let mut order: Vec<_> = (0_u32..).take(graph.nodes.len()).collect();
        let key = |index: &u32| graph.nodes.get(*index as usize).map(|node| &node.key);
        order.sort_unstable_by(|one, two| key(one).cmp(&key(two)));
        let mut places = vec![0; graph.nodes.len()];
        for (new, old) in (0_u32..).zip(&order) {
            if let Some(place) = places.get_mut(*old as usize) {
                *place = new;
            }
        }
        let place = |index: Index| places.get(index as usize).copied().unwrap_or_default();
        graph.nodes.sort_unstable_by(|one, two| one.key.cmp(&two.key));
        for edge in &mut graph.edges {
            edge.from = place(edge.from);
            edge.to = place(edge.to);
        }
        for name in &mut graph.unresolved {
            name.from = place(name.from);
        }
        graph.edges.sort_unstable_by(|one, two| edge_order(one).cmp(&edge_order(two)));
        graph.edges.dedup_by(|one, two| edge_order(one) == edge_order(two));
        graph.unresolved.sort_unstable_by(|one, two| {
            (one.from, one.kind, &one.name, one.line)
                .cmp(&(two.from, two.kind, &two.name, two.line))
        });
        graph.unresolved.dedup_by(|one, two| {
            (one.from, one.kind, &one.name) == (two.from, two.kind, &two.name)
        });
        graph.problems.sort_by(|one, two| (&one.path, one.line).cmp(&(&two.path, two.line)));
        graph
    }
}

fn edge_order(edge: &Edge) -> (Index, Index, EdgeKind, Option<&str>, Option<[u32; 2]>) {
    (edge.from, edge.to, edge.kind, edge.file.as_deref(), edge.lines)
}
