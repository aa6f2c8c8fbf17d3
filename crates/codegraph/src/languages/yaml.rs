//! YAML: keys three levels deep, services and jobs with what they wait for, and the images of
//! containers. What Kubernetes reads goes by its kind and name.
//!
//! Read line by line: the scanner of the grammar keeps its levels in a buffer of fixed size, and
//! ends the process on a file with more of them.

use std::borrow::Cow;

use wire::graph::{EdgeKind, NodeKind};

use super::{Declared, Language, Source};
use crate::{
    draft::{Declaration, Draft, Mark, MarkKind, Region, RegionKind},
    resolve::Nowhere,
};

pub(super) static YAML: Language = Language {
    name: "yaml",
    extractor: "codegraph/yaml",
    extensions: &["yaml", "yml"],
    file_names: &[],
    interpreters: &[],
    source: Source::Plain(read),
    separator: ".",
    instance_names: &[],
    class_names: &[],
    super_names: &[],
    has_bare_members: false,
    visibility: |_, _| None,
    kind,
    locate: &Nowhere,
};

/// What stands under `services` is one only where containers are composed.
fn kind(declared: &Declared<'_>) -> NodeKind {
    match declared.kind {
        NodeKind::Service if !is_compose(declared.path) => NodeKind::Section,
        kind => kind,
    }
}

fn is_compose(path: &str) -> bool {
    path.rsplit('/').next().unwrap_or(path).contains("compose")
}

const DEEPEST: usize = 3;

/// Under these stands what a service or a job waits for.
const WAITS: [&str; 2] = ["needs", "depends_on"];

/// Under these Kubernetes has its containers.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// A key whose lines are not over.
struct Key<'a> {
    name: &'a str,
    indent: usize,
    region: Option<Region<'a>>,
}

/// One line without its indent.
struct Line<'a> {
    indent: usize,
    text: &'a str,
    start: usize,
    number: u32,
}

#[derive(Default)]
struct Reader<'a> {
    open: Vec<Key<'a>>,
    /// The indent of a list's entry or of a key with a text: what is deeper is no key.
    skipped: Option<usize>,
    /// Where the keys of a container stand, in a list of them.
    container: Option<usize>,
    document: Document<'a>,
}

/// One of those that `---` divides: of Kubernetes, if it says its version and its kind.
#[derive(Default)]
struct Document<'a> {
    region: Option<Region<'a>>,
    version: &'a str,
    kind: &'a str,
    name: &'a str,
    images: Vec<Mark<'a>>,
}

fn read(draft: &mut Draft<'_>) {
    let mut reader = Reader::default();
    let mut start = 0;
    for (number, whole) in (1..).zip(draft.text.split_inclusive('\n')) {
        let text = whole.trim_start_matches(' ');
        let indent = whole.len() - text.len();
        let line = Line { indent, text: text.trim_end(), start: start + indent, number };
        start += whole.len();
        if !line.text.is_empty() {
            reader.line(&line, draft);
        }
    }
    reader.end(draft);
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &Line<'a>, draft: &mut Draft<'a>) {
        if self.skipped.is_some_and(|indent| line.indent > indent) {
            if self.container == Some(line.indent) {
                self.document.images.extend(image_of(line, line.text));
            }
            return self.extend(line);
        }
        self.skipped = None;
        self.container = None;
        if line.text.starts_with('#') {
            return line.mark(MarkKind::Comment, draft);
        }
        if line.text == "---" {
            return self.end(draft);
        }
        if line.text == "-" || line.text.starts_with("- ") {
            self.close(line.indent + 1, draft);
            self.skipped = Some(line.indent);
            let entry = line.text.trim_start_matches('-');
            if self.open.last().is_some_and(|key| WAITS.contains(&key.name)) {
                depends(line, entry, draft);
            }
            if self.open.last().is_some_and(|key| CONTAINERS.contains(&key.name)) {
                let entry = entry.trim_start();
                self.container = Some(line.indent + line.text.len() - entry.len());
                self.document.images.extend(image_of(line, entry));
            }
            return self.extend(line);
        }
        if let Some((name, value)) = key_of(line.text) {
            self.close(line.indent, draft);
            self.key(line, (name, value), draft);
        }
        self.extend(line);
    }

    fn key(&mut self, line: &Line<'a>, (name, value): (&'a str, &'a str), draft: &mut Draft<'a>) {
        let is_wait = WAITS.contains(&name);
        if self.open.last().is_some_and(|key| WAITS.contains(&key.name)) {
            depends(line, name, draft);
        }
        if is_wait {
            let list = value.strip_prefix('[').and_then(|list| list.strip_suffix(']'));
            list.unwrap_or(value).split(',').for_each(|wanted| depends(line, wanted, draft));
        }
        self.document.say(self.open.as_slice(), name, value);
        if let [Key { name: "services", .. }, Key { region: Some(service), .. }] =
            self.open.as_slice()
            && is_compose(draft.path)
        {
            let image = image_of(line, line.text);
            draft.marks.extend(image.map(|image| Mark { start: service.start, ..image }));
        }
        if value.starts_with(['|', '>']) {
            self.skipped = Some(line.indent);
        }
        let is_service = self.open.len() == 1 && self.open.iter().all(|key| key.name == "services");
        let kind = if is_service { NodeKind::Service } else { NodeKind::Section };
        let is_shown = self.open.len() < DEEPEST && !(is_wait && self.open.len() > 1);
        let region = is_shown.then(|| line.region(name.into(), kind));
        self.document.region.get_or_insert_with(|| line.region("".into(), NodeKind::Section));
        self.open.push(Key { name, indent: line.indent, region });
    }

    /// The keys around reach to here.
    fn extend(&mut self, line: &Line<'_>) {
        let keys = self.open.iter_mut().take(DEEPEST).filter_map(|key| key.region.as_mut());
        for region in keys.chain(&mut self.document.region) {
            region.end = number(line.start + line.text.len());
            region.lines[1] = line.number;
        }
    }

    /// Keys that are not left of a column are over.
    fn close(&mut self, column: usize, draft: &mut Draft<'a>) {
        while self.open.last().is_some_and(|key| key.indent >= column) {
            draft.regions.extend(self.open.pop().and_then(|key| key.region));
        }
    }

    fn end(&mut self, draft: &mut Draft<'a>) {
        self.close(0, draft);
        let Document { region, version, kind, name, images } = std::mem::take(&mut self.document);
        if version.is_empty() || kind.is_empty() {
            return;
        }
        draft.marks.extend(images);
        if let Some(mut region) = region.filter(|_| !name.is_empty())
            && let RegionKind::Declaration(declaration) = &mut region.what
        {
            declaration.name = format!("{kind}/{name}").into();
            draft.regions.push(region);
        }
    }
}

impl<'a> Document<'a> {
    fn say(&mut self, around: &[Key<'_>], name: &str, value: &'a str) {
        let value = value.trim_matches(['"', '\'']);
        let value = if value.contains(['{', '$']) { "" } else { value };
        match (around, name) {
            ([], "apiVersion") => self.version = value,
            ([], "kind") => self.kind = value,
            ([Key { name: "metadata", .. }], "name") => self.name = value,
            _ => {}
        }
    }
}

impl<'a> Line<'a> {
    fn mark(&self, what: MarkKind<'a>, draft: &mut Draft<'a>) {
        let [start, end] = [self.start, self.start + self.text.len()].map(number);
        draft.marks.push(Mark { start, end, line: self.number, what });
    }

    fn region(&self, name: Cow<'a, str>, kind: NodeKind) -> Region<'a> {
        let [start, end] = [self.start, self.start + self.text.len()].map(number);
        let declaration = Declaration {
            name,
            name_start: start,
            kind,
            owner: None,
            returns: None,
            visibility: None,
        };
        let what = RegionKind::Declaration(declaration);
        Region { start, end, lines: [self.number, self.number], what }
    }
}

/// `"name": value`; none if the line is something else.
fn key_of(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once(": ").or_else(|| Some((text.strip_suffix(':')?, "")))?;
    let name = name.trim().trim_matches(['"', '\'']);
    let is_key = !name.is_empty() && !name.contains(['{', '[', '#', '&', '*', '!', '"', '\'']);
    let value = value.split(" #").next().unwrap_or(value).trim();
    is_key.then_some((name, value))
}

fn depends<'a>(line: &Line<'a>, name: &str, draft: &mut Draft<'a>) {
    let name = name.split(" #").next().unwrap_or(name).trim().trim_matches(['"', '\'']);
    if !name.is_empty() && !name.contains(['{', '[', '$', ':']) {
        let what = MarkKind::Link { kind: EdgeKind::DependsOn, name: name.to_owned() };
        line.mark(what, draft);
    }
}

/// The image that a line names. The tag that is meant where there is none keeps it apart from a
/// service of that name.
fn image_of<'a>(line: &Line<'a>, text: &str) -> Option<Mark<'a>> {
    let (_, image) = key_of(text).filter(|(name, _)| *name == "image")?;
    let image = image.trim_matches(['"', '\'']);
    if image.is_empty() || image.contains(['{', '$', '&', '*', '!', '|', '>', ' ']) {
        return None;
    }
    let is_exact = image.rsplit('/').next().is_some_and(|last| last.contains([':', '@']));
    let name = if is_exact { image.to_owned() } else { format!("{image}:latest") };
    let [start, end] = [line.start, line.start + line.text.len()].map(number);
    let what = MarkKind::Link { kind: EdgeKind::DependsOn, name };
    Some(Mark { start, end, line: line.number, what })
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
