//! How far the graph agrees with what others say, and where it does not.

use std::collections::{BTreeMap, BTreeSet};

use codegraph::{Graph, Node};
use wire::graph::{EdgeKind, NodeKind};

use super::oracle::Said;

/// A share of two sets, and what is in one of them alone.
#[derive(Default)]
pub(crate) struct Agreement {
    /// Of ours, those that they say, too.
    pub both: usize,
    /// Of theirs, those that we say, too: several names of theirs may be one edge of ours.
    pub found: usize,
    pub ours_alone: Vec<String>,
    pub theirs_alone: Vec<String>,
}

impl Agreement {
    /// Of all that either says.
    pub(crate) fn of_either(&self) -> f64 {
        share(self.both, self.both + self.ours_alone.len() + self.theirs_alone.len())
    }

    /// Of what we say.
    pub(crate) fn precision(&self) -> f64 {
        share(self.both, self.both + self.ours_alone.len())
    }

    /// Of what they say.
    pub(crate) fn recall(&self) -> f64 {
        share(self.found, self.found + self.theirs_alone.len())
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of names")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}

#[derive(PartialEq)]
pub(crate) enum Oracle {
    /// Knows everything that a file says.
    Parser,
    /// Does not look into functions.
    Ctags,
}

/// So many lines of attributes may stand before the name, where others see the declaration begin.
const LEADING_LINES: u32 = 12;

/// Functions and types, by path, name and line.
pub(crate) fn definitions(graph: &Graph, said: &[Said], oracle: &Oracle) -> Agreement {
    let mut ours: BTreeMap<(&str, &str), BTreeSet<[u32; 2]>> = BTreeMap::new();
    let mut functions: BTreeMap<&str, Vec<[u32; 2]>> = BTreeMap::new();
    for node in graph.nodes.iter().filter(|node| is_function_or_type(node)) {
        if let (Some(path), Some(lines)) = (node.path.as_deref(), node.lines) {
            ours.entry((path, &node.name)).or_default().insert(lines);
            if matches!(node.kind, NodeKind::Function | NodeKind::Method | NodeKind::Test) {
                functions.entry(path).or_default().push(lines);
            }
        }
    }
    let mut agreement = Agreement::default();
    for one in said {
        let mut theirs: Vec<_> = one.definitions.iter().collect();
        theirs.sort();
        theirs.dedup();
        let mut types = BTreeSet::new();
        for (name, line) in theirs {
            // `typedef struct a { … } a`: one type, said twice.
            if types.contains(&(name, *line)) {
                continue;
            }
            let places = ours.get_mut(&(one.path.as_str(), name.as_str()));
            // The name of a type of C stands where it ends.
            let begins = |[first, last]: &[u32; 2]| {
                (*first..=first.saturating_add(LEADING_LINES).min(*last)).contains(line)
                    || last == line
            };
            let found = places.and_then(|places| {
                // The nearest that begins before it.
                let found = places.iter().rev().copied().find(begins)?;
                places.take(&found)
            });
            match found {
                Some([_, last]) => {
                    types.insert((name, last));
                    agreement.both += 1;
                    agreement.found += 1;
                }
                None => agreement.theirs_alone.push(format!("{}:{line} {name}", one.path)),
            }
        }
    }
    let paths: BTreeSet<&str> = said.iter().map(|said| said.path.as_str()).collect();
    for ((path, name), places) in ours.iter().filter(|((path, _), _)| paths.contains(path)) {
        let around = functions.get(path).map(Vec::as_slice).unwrap_or_default();
        let is_local = |[first, last]: &[u32; 2]| {
            around.iter().any(|[begin, end]| begin < first && last <= end)
        };
        let is_judged = |lines: &&[u32; 2]| *oracle == Oracle::Parser || !is_local(lines);
        let alone =
            places.iter().filter(is_judged).map(|[line, _]| format!("{path}:{line} {name}"));
        agreement.ours_alone.extend(alone);
    }
    agreement
}

/// A macro of C is a function to us and a thing of its own to others.
fn is_function_or_type(node: &Node) -> bool {
    let is_macro = node.signature.as_ref().is_some_and(|text| text.starts_with('#'));
    // Where a module is declared and where it begins are two places.
    let is_other = matches!(node.kind, NodeKind::Constant | NodeKind::Variable | NodeKind::Module);
    // A test of JavaScript is a call, and its name what it says.
    let is_script = matches!(node.language, Some("javascript" | "typescript" | "tsx"));
    let is_call = node.kind == NodeKind::Test && is_script;
    // So is an attribute of Ruby.
    let is_attribute = node.language == Some("ruby")
        && node.signature.as_ref().is_some_and(|text| text.starts_with(':'));
    node.kind.is_symbol() && !is_other && !is_macro && !is_call && !is_attribute
}

/// The path of a node and its first line; 0 for a whole file.
fn place(node: &Node) -> Option<(&str, u32)> {
    let line = if node.kind == NodeKind::File { 0 } else { node.lines?[0] };
    Some((node.path.as_deref()?, line))
}

/// Edges from what calls to what is called, where the oracle knows what a name leads to.
pub(crate) fn calls(graph: &Graph, said: &[Said]) -> Agreement {
    let mut ours: BTreeMap<(&str, u32), BTreeSet<(&str, u32)>> = BTreeMap::new();
    let mut agreement = Agreement::default();
    let judged = judged(said);
    for edge in graph.edges.iter().filter(|edge| edge.kind == EdgeKind::Calls) {
        let ends = [edge.from, edge.to].map(|end| graph.nodes.get(end as usize));
        let [Some(from), Some(to)] = ends else { continue };
        let (Some(caller), Some(target)) = (place(from), place(to)) else { continue };
        ours.entry(caller).or_default().insert(target);
        let Some(known) = judged.get(&caller) else { continue };
        let is_right = known.values().any(|targets| targets.contains(&target));
        if is_right {
            agreement.both += 1;
        } else if known.contains_key(to.name.as_ref()) {
            let (path, line) = caller;
            let (to, at) = target;
            let wrong = format!("{path}:{line} calls {to}:{at}");
            agreement.ours_alone.push(wrong);
        }
    }
    for (caller, names) in &judged {
        let reached = ours.get(caller);
        for (name, targets) in names.iter().filter(|(_, targets)| !targets.is_empty()) {
            if reached.is_some_and(|reached| !reached.is_disjoint(targets)) {
                agreement.found += 1;
            } else {
                let to: Vec<_> =
                    targets.iter().map(|(path, line)| format!("{path}:{line}")).collect();
                let (path, line) = caller;
                let missed = format!("{path}:{line} misses {name} at {}", to.join(" or "));
                agreement.theirs_alone.push(missed);
            }
        }
    }
    agreement
}

type Targets<'a> = BTreeSet<(&'a str, u32)>;

/// By caller and called name: everything the oracle says it leads to.
fn judged(said: &[Said]) -> BTreeMap<(&str, u32), BTreeMap<&str, Targets<'_>>> {
    let mut judged: BTreeMap<_, BTreeMap<_, Targets<'_>>> = BTreeMap::new();
    for one in said {
        for call in &one.calls {
            let targets = call.3.iter().map(|(path, line)| (path.as_str(), *line));
            let names = judged.entry((one.path.as_str(), call.0)).or_default();
            names.entry(call.1.as_str()).or_default().extend(targets);
        }
    }
    judged
}

/// What each package of Cargo depends on.
pub(crate) fn crates(graph: &Graph, theirs: &[(String, String)]) -> Agreement {
    let mut ours = BTreeSet::new();
    let names: BTreeMap<&str, &str> = graph
        .nodes
        .iter()
        .filter(|node| node.kind == NodeKind::Package)
        .map(|node| (node.key.as_ref(), node.name.as_ref()))
        .collect();
    for edge in graph.edges.iter().filter(|edge| edge.kind == EdgeKind::DependsOn) {
        let ends = [edge.from, edge.to].map(|end| graph.nodes.get(end as usize));
        let [Some(from), Some(to)] = ends else { continue };
        let folder = if from.kind == NodeKind::Folder { from.path.as_deref() } else { Some("") };
        let is_cargo = edge.file.as_ref().is_some_and(|file| file.ends_with("Cargo.toml"));
        if let (Some(folder), true) = (folder, is_cargo) {
            let name = names.get(to.key.as_ref()).copied().unwrap_or(&to.name);
            ours.insert((folder.to_owned(), name.to_owned()));
        }
    }
    let theirs: BTreeSet<_> = theirs.iter().cloned().collect();
    let shown = |set: BTreeSet<&(String, String)>| {
        set.into_iter().map(|(from, to)| format!("{from} depends on {to}")).collect()
    };
    let both = ours.intersection(&theirs).count();
    Agreement {
        both,
        found: both,
        ours_alone: shown(ours.difference(&theirs).collect()),
        theirs_alone: shown(theirs.difference(&ours).collect()),
    }
}
