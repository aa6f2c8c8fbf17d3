//! The languages, one row each: what queries cannot say about them.

#![expect(clippy::unnecessary_wraps, reason = "some languages say nothing of who may use a name")]

mod bash;
mod c;
mod containerfile;
mod csharp;
mod go;
mod hcl;
mod java;
mod keys;
mod kotlin;
mod manifest;
mod markdown;
mod objects;
mod php;
mod preprocessor;
mod proto;
mod python;
mod ruby;
mod rust;
mod scala;
mod script;
mod sql;
mod swift;
mod yaml;

use std::sync::OnceLock;

use tree_sitter::Node;
use wire::graph::NodeKind;

use crate::{captures::Reader, draft::Draft, resolve::Locate};

/// One language. To add one: a file here, a query in `queries/`, a line in [`ALL`], a folder in
/// `tests/languages/`.
pub(crate) struct Language {
    pub name: &'static str,
    /// Who says what is read: `codegraph/` and the name.
    pub extractor: &'static str,
    pub extensions: &'static [&'static str],
    pub file_names: &'static [&'static str],
    /// As in `#!/usr/bin/env python3`, without the version.
    pub interpreters: &'static [&'static str],
    pub source: Source,
    /// Between the names of a qualified name.
    pub separator: &'static str,
    /// The names by which a method calls its instance, and its class.
    pub instance_names: &'static [&'static str],
    pub class_names: &'static [&'static str],
    /// What leads to the members of the bases: `super`.
    pub super_names: &'static [&'static str],
    /// Members are seen by their bare name inside of the class.
    pub has_bare_members: bool,
    /// Who may use a symbol, by what stands before it or by how it is named.
    pub visibility: fn(name: &str, modifiers: &str) -> Option<&'static str>,
    /// What a declaration is beyond what the query says: a test, a constant.
    pub kind: fn(declared: &Declared<'_>) -> NodeKind,
    /// Where modules are.
    pub locate: &'static dyn Locate,
}

/// How facts are read from a text.
pub(crate) enum Source {
    Syntax {
        grammar: fn() -> tree_sitter::Language,
        query: &'static str,
        /// Reads an import that is too much for a query.
        import: fn(Node<'_>, &mut Draft<'_>),
        reader: OnceLock<Option<Reader>>,
    },
    /// Without a syntax tree.
    Plain(fn(&mut Draft<'_>)),
}

/// A declaration, as far as it is known while its file is read.
pub(crate) struct Declared<'a> {
    pub path: &'a str,
    pub name: &'a str,
    pub kind: NodeKind,
    /// Attributes, decorators and modifiers before it.
    pub modifiers: &'a str,
}

pub(crate) static ALL: &[&Language] = &[
    &manifest::MANIFEST,
    &c::C,
    &c::CPP,
    &containerfile::CONTAINERFILE,
    &csharp::CSHARP,
    &go::GO,
    &hcl::HCL,
    &hcl::TERRAFORM,
    &java::JAVA,
    &keys::JSON,
    &keys::TOML,
    &kotlin::KOTLIN,
    &markdown::MARKDOWN,
    &php::PHP,
    &python::PYTHON,
    &ruby::RUBY,
    &rust::RUST,
    &scala::SCALA,
    &script::JAVASCRIPT,
    &script::TSX,
    &script::TYPESCRIPT,
    &bash::BASH,
    &proto::PROTO,
    &sql::SQL,
    &swift::SWIFT,
    &yaml::YAML,
];

impl Language {
    pub(crate) fn reader(&self) -> Option<&Reader> {
        match &self.source {
            Source::Syntax { grammar, query, reader, .. } => {
                reader.get_or_init(|| Reader::new(grammar(), query).ok()).as_ref()
            }
            Source::Plain(_) => None,
        }
    }

    /// What a preprocessor would leave, if there is one.
    pub(crate) fn branches(&self, text: &str) -> Option<preprocessor::Branches> {
        matches!(self.name, "c" | "cpp" | "csharp").then(|| preprocessor::branches(text))
    }
}

pub(crate) fn named(name: &str) -> Option<&'static Language> {
    ALL.iter().copied().find(|language| language.name == name)
}

/// The language of a file, by its name or by its first line.
pub(crate) fn of_file(path: &str, text: &str) -> Option<&'static Language> {
    let file_name = path.rsplit('/').next().unwrap_or(path);
    let by = |claims: &dyn Fn(&Language) -> bool| ALL.iter().copied().find(|one| claims(one));
    if let Some(language) = by(&|one| one.file_names.contains(&file_name)) {
        return Some(language);
    }
    if let Some((_, extension)) = file_name.rsplit_once('.') {
        return by(&|one| one.extensions.contains(&extension));
    }
    let interpreter = interpreter(text)?;
    by(&|one| one.interpreters.contains(&interpreter))
}

fn interpreter(text: &str) -> Option<&str> {
    let line = text.strip_prefix("#!")?.lines().next()?;
    let mut words = line.split_whitespace();
    let program = words.next()?.rsplit('/').next()?;
    let program =
        if program == "env" { words.find(|word| !word.starts_with('-'))? } else { program };
    Some(program.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.'))
}

/// Who says what is read in a language: `codegraph/python`.
pub(crate) fn extractor(language: &'static str) -> &'static str {
    named(language).map_or("codegraph/tree", |language| language.extractor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_query_fits_its_grammar() {
        for language in ALL {
            if let Source::Syntax { grammar, query, .. } = &language.source {
                let reader = Reader::new(grammar(), query);
                assert_eq!(reader.err(), None, "{}", language.name);
            }
        }
    }
}
