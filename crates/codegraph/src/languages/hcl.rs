//! HCL: documents of blocks, three levels deep, and what they name of each other. In Terraform a
//! block goes by its address, and the files of a folder are one module.
//!
//! Read letter by letter: with the grammar, templates in templates, chains of names and blank
//! lines in a heredoc take the square of their length.

use wire::graph::{EdgeKind, NodeKind};

use super::{Language, Source};
use crate::{
    draft::{Declaration, Draft, Mark, MarkKind, Region, RegionKind},
    resolve::{
        Locate, Nowhere,
        spaces::{Family, Packages},
    },
};

pub(super) static HCL: Language = blocks("hcl", "codegraph/hcl", &["hcl"], &Nowhere);

pub(super) static TERRAFORM: Language = blocks(
    TERRAFORM_NAME,
    "codegraph/terraform",
    &["tf", "tfvars"],
    &Packages(Family::Terraform, "#"),
);

const TERRAFORM_NAME: &str = "terraform";

const fn blocks(
    name: &'static str,
    extractor: &'static str,
    extensions: &'static [&'static str],
    locate: &'static dyn Locate,
) -> Language {
    Language {
        name,
        extractor,
        extensions,
        file_names: &[],
        interpreters: &[],
        source: Source::Plain(read),
        separator: ".",
        instance_names: &[],
        class_names: &[],
        super_names: &[],
        has_bare_members: false,
        visibility: |_, _| None,
        kind: |declared| declared.kind,
        locate,
    }
}

const DEEPEST: usize = 3;

/// What is not over yet.
enum Open<'a> {
    /// With the word that it begins with.
    Block(&'a str, Option<Box<Region<'a>>>),
    /// From where it begins to the end of the line.
    Value(usize, Option<Box<Region<'a>>>),
    /// In an expression, or of a template.
    Bracket,
    Quote,
    /// With the word that ends it.
    Heredoc(&'a str),
}

struct Reader<'d, 'a> {
    draft: &'d mut Draft<'a>,
    at: usize,
    line: u32,
    open: Vec<Open<'a>>,
    /// The words of the line so far, and where they begin.
    head: Vec<&'a str>,
    head_start: usize,
    /// What the last value is given to.
    key: &'a str,
}

fn read(draft: &mut Draft<'_>) {
    let mut reader = Reader {
        draft,
        at: 0,
        line: 1,
        open: Vec::new(),
        head: Vec::new(),
        head_start: 0,
        key: "",
    };
    while let Some(letter) = reader.rest().chars().next() {
        match reader.open.last() {
            None | Some(Open::Block(..)) => reader.body(letter),
            Some(Open::Value(..) | Open::Bracket) => reader.expression(letter),
            Some(Open::Quote) => reader.quoted(letter),
            Some(Open::Heredoc(end)) => reader.heredoc(letter, end),
        }
    }
    if matches!(reader.open.last(), Some(Open::Value(..))) {
        reader.close();
    }
    if !reader.open.is_empty() {
        reader.draft.facts.problems.push((None, "something is not closed".to_owned()));
    }
    while !reader.open.is_empty() {
        reader.close();
    }
}

impl<'a> Reader<'_, 'a> {
    fn rest(&self) -> &'a str {
        self.draft.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, length: usize) -> &'a str {
        let taken = self.rest().get(..length).unwrap_or_default();
        self.at += length;
        let breaks = taken.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self.line.saturating_add(number(breaks));
        taken
    }

    /// What stands before one of these, or before the end.
    fn take_until(&mut self, is_end: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        self.take(rest.find(is_end).unwrap_or(rest.len()))
    }

    fn body(&mut self, letter: char) {
        match letter {
            _ if self.comment() => {}
            '\n' => {
                self.take(1);
                self.head.clear();
            }
            '"' => {
                self.begin_head();
                self.take(1);
                let label = self.take_until(|letter| matches!(letter, '"' | '\n'));
                self.head.push(label);
                self.take(usize::from(self.rest().starts_with('"')));
            }
            '=' => self.value(),
            '{' if self.head.is_empty() => self.push(1, Open::Bracket),
            '{' => self.block(),
            '}' => {
                self.take(1);
                self.close();
            }
            _ if is_path(letter) => {
                self.begin_head();
                let word = self.take_until(|letter| !is_path(letter));
                self.head.push(word);
            }
            _ => _ = self.take(letter.len_utf8()),
        }
    }

    fn begin_head(&mut self) {
        if self.head.is_empty() {
            self.head_start = self.at;
        }
    }

    fn block(&mut self) {
        let words = std::mem::take(&mut self.head);
        let is_terraform = self.draft.language.name == TERRAFORM_NAME;
        let name = match words.as_slice() {
            ["locals"] if is_terraform => None,
            ["resource", labels @ ..] if is_terraform => Some(labels.join(".")),
            ["variable", labels @ ..] if is_terraform => Some(format!("var.{}", labels.join("."))),
            words => Some(words.join(".")),
        };
        let name = name.filter(|name| !name.is_empty() && self.open.len() < DEEPEST);
        let region = name.map(|name| Box::new(self.region(name)));
        self.push(1, Open::Block(words.first().copied().unwrap_or_default(), region));
    }

    /// A value outside of blocks is that of a variable.
    fn value(&mut self) {
        self.key = self.head.last().copied().unwrap_or_default();
        self.head.clear();
        let region = match self.open.as_slice() {
            [] if !self.key.is_empty() => {
                let region = self.region(self.key.to_owned());
                self.link(region.start, EdgeKind::References, format!("var.{}", self.key));
                Some(region)
            }
            [Open::Block("locals", None)] => Some(self.region(format!("local.{}", self.key))),
            _ => None,
        };
        self.push(1, Open::Value(self.at + 1, region.map(Box::new)));
    }

    fn expression(&mut self, letter: char) {
        let is_value = matches!(self.open.last(), Some(Open::Value(..)));
        match letter {
            _ if self.comment() => {}
            // They end what is around, too.
            '\n' | '}' if is_value => self.close(),
            '"' => self.push(1, Open::Quote),
            '<' if self.rest().starts_with("<<") => self.begin_heredoc(),
            '{' | '[' | '(' => self.push(1, Open::Bracket),
            '}' | ']' | ')' => {
                self.take(1);
                if !is_value {
                    self.close();
                }
            }
            _ if is_path(letter) => self.reference(),
            _ => _ = self.take(letter.len_utf8()),
        }
    }

    /// The first names of a path are an address; those behind are what it holds.
    fn reference(&mut self) {
        let start = number(self.at);
        let path = self.take_until(|letter| !is_path(letter));
        let count = if path.starts_with("data.") || path.starts_with("ephemeral.") { 3 } else { 2 };
        let names: Vec<_> = path.split('.').take(count).collect();
        let is_name = |name: &&str| !name.is_empty() && !name.starts_with(char::is_numeric);
        if names.len() == count && names.iter().all(is_name) {
            let is_wait = self.key == "depends_on";
            let kind = if is_wait { EdgeKind::DependsOn } else { EdgeKind::References };
            self.link(start, kind, names.join("."));
        }
    }

    fn quoted(&mut self, letter: char) {
        match letter {
            '"' => {
                self.take(1);
                self.open.pop();
            }
            // It was not closed.
            '\n' => _ = self.open.pop(),
            '\\' => {
                self.take(1);
                let escaped = self.rest().chars().next().filter(|letter| *letter != '\n');
                self.take(escaped.map_or(0, char::len_utf8));
            }
            '$' | '%' => self.template(),
            _ => {
                self.take_until(|letter| matches!(letter, '"' | '\n' | '\\' | '$' | '%'));
            }
        }
    }

    fn template(&mut self) {
        let rest = self.rest();
        if rest.starts_with("$${") || rest.starts_with("%%{") {
            self.take(3);
        } else if rest.starts_with("${") || rest.starts_with("%{") {
            self.push(2, Open::Bracket);
        } else {
            self.take(1);
        }
    }

    fn begin_heredoc(&mut self) {
        self.take(2);
        self.take(usize::from(self.rest().starts_with('-')));
        let end = self.take_until(|letter| !is_path(letter));
        if !end.is_empty() {
            self.push(0, Open::Heredoc(end));
        }
    }

    fn heredoc(&mut self, letter: char, end: &'a str) {
        match letter {
            '\n' => {
                self.take(1);
                let line = self.rest().split('\n').next().unwrap_or_default();
                if line.trim() == end {
                    self.take(line.len());
                    self.open.pop();
                }
            }
            '$' | '%' => self.template(),
            _ => {
                self.take_until(|letter| matches!(letter, '\n' | '$' | '%'));
            }
        }
    }

    fn comment(&mut self) -> bool {
        let rest = self.rest();
        let length = if rest.starts_with('#') || rest.starts_with("//") {
            rest.find('\n')
        } else if rest.starts_with("/*") {
            rest.get(2..).and_then(|rest| rest.find("*/")).map(|at| at + 4)
        } else {
            return false;
        };
        let (start, line) = (self.at, self.line);
        self.take(length.unwrap_or(rest.len()));
        let [start, end] = [start, self.at].map(number);
        self.draft.marks.push(Mark { start, end, line, what: MarkKind::Comment });
        true
    }

    fn push(&mut self, length: usize, open: Open<'a>) {
        self.take(length);
        self.open.push(open);
    }

    fn close(&mut self) {
        let Some(closed) = self.open.pop() else { return };
        if let Open::Value(start, _) = closed {
            self.source(start);
        }
        if let Open::Block(_, Some(mut region)) | Open::Value(_, Some(mut region)) = closed {
            region.end = number(self.at);
            region.lines[1] = self.line;
            self.draft.regions.push(*region);
        }
    }

    /// Where a module is: in a folder, or in a registry.
    fn source(&mut self, start: usize) {
        if self.key != "source" || !matches!(self.open.as_slice(), [Open::Block("module", _)]) {
            return;
        }
        let text = self.draft.text.get(start..self.at).unwrap_or_default().trim();
        let text = text.strip_prefix('"').and_then(|text| text.split_once('"'));
        if let Some((source, _)) = text.filter(|(source, _)| !source.contains("${")) {
            self.link(number(start), EdgeKind::DependsOn, source.to_owned());
        }
    }

    fn link(&mut self, start: u32, kind: EdgeKind, name: String) {
        let what = MarkKind::Link { kind, name };
        self.draft.marks.push(Mark { start, end: number(self.at), line: self.line, what });
    }

    fn region(&self, name: String) -> Region<'a> {
        let start = number(self.head_start);
        let declaration = Declaration {
            name: name.into(),
            name_start: start,
            kind: NodeKind::Section,
            owner: None,
            returns: None,
            visibility: None,
        };
        let what = RegionKind::Declaration(declaration);
        Region { start, end: start, lines: [self.line, self.line], what }
    }
}

fn is_path(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
