//! What one file says, before anything is known of the others.
//!
//! Names are [`Word`]s: each is kept once per file. Expressions are kept as *paths*
//! (see [`crate::path`]), for example `self.client` or `Client().get`.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use wire::graph::{EdgeKind, NodeKind};

use crate::{
    languages::{self, Language},
    manifest::Manifest,
};

/// Of what [`Facts`] say and how they are encoded: grows when either changes, so that every file
/// is read again.
pub const VERSION: u32 = 10;

/// What one file declares, names, imports and says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    pub(crate) language: Box<str>,
    pub(crate) lines: u32,
    /// Of the file as a whole.
    pub(crate) doc: Option<Box<str>>,
    pub(crate) words: Words,
    /// In the order of the text; what contains comes before what it contains.
    pub(crate) symbols: Vec<Symbol>,
    /// The first is the file.
    pub(crate) scopes: Vec<Scope>,
    pub(crate) bindings: Vec<Binding>,
    pub(crate) imports: Vec<Import>,
    pub(crate) mentions: Vec<Mention>,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) ghosts: Vec<Ghost>,
    pub(crate) problems: Vec<(Option<u32>, String)>,
    pub(crate) manifest: Option<Manifest>,
    /// The package it says that it is part of.
    pub(crate) package: Option<Box<str>>,
}

/// Bytes that are no facts of this version.
#[derive(Debug)]
pub struct DecodeError;

impl Facts {
    pub fn encode(&self) -> Vec<u8> {
        // Growing a vector is the one thing that could fail, and it aborts instead.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let facts: Self = postcard::from_bytes(bytes).map_err(|_| DecodeError)?;
        if languages::named(&facts.language).is_none() || facts.scopes.is_empty() {
            return Err(DecodeError);
        }
        Ok(facts)
    }

    /// As `python`.
    pub fn language(&self) -> &'static str {
        languages::named(&self.language).map_or("", |language| language.name)
    }

    pub fn lines(&self) -> u32 {
        self.lines
    }

    pub fn symbols(&self) -> usize {
        self.symbols.len()
    }

    pub fn ghosts(&self) -> &[Ghost] {
        &self.ghosts
    }

    /// One problem, however many lines are not understood: a grammar that does not know a macro
    /// stumbles over each use of it.
    pub(crate) fn not_understood(&mut self, lines: &[u32]) {
        let Some((first, more)) = lines.split_first() else { return };
        let more = match more {
            [] => String::new(),
            [second] => format!("; nor is line {second}"),
            [.., last] => format!("; nor are {} more places up to line {last}", more.len()),
        };
        self.problems.push((Some(*first), format!("not understood{more}")));
    }

    pub(crate) fn rules(&self) -> Option<&'static Language> {
        languages::named(&self.language)
    }

    pub(crate) fn word(&self, word: Word) -> &str {
        self.words.get(word)
    }

    pub(crate) fn symbol(&self, at: u32) -> Option<&Symbol> {
        self.symbols.get(at as usize)
    }

    pub(crate) fn scope(&self, at: u32) -> Option<&Scope> {
        self.scopes.get(at as usize)
    }
}

/// A name, as its place in [`Words`].
pub(crate) type Word = u32;

/// Every name of a file, once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Words {
    all: Vec<Box<str>>,
    #[serde(skip)]
    places: HashMap<Box<str>, Word>,
}

impl Words {
    pub(crate) fn intern(&mut self, text: &str) -> Word {
        if let Some(word) = self.places.get(text) {
            return *word;
        }
        let word = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(text.into());
        self.places.insert(text.into(), word);
        word
    }

    pub(crate) fn get(&self, word: Word) -> &str {
        self.all.get(word as usize).map_or("", AsRef::as_ref)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(AsRef::as_ref)
    }

    /// Nothing is added any more.
    pub(crate) fn seal(&mut self) {
        self.places = HashMap::new();
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Symbol {
    pub name: Word,
    pub kind: NodeKind,
    /// The scope it is declared in.
    pub scope: u32,
    /// The scope that it opens.
    pub body: Option<u32>,
    /// First and last, from 1.
    pub lines: [u32; 2],
    /// First byte, and the one after the last.
    pub span: [u32; 2],
    /// Its first line, without the body.
    pub signature: Box<str>,
    pub visibility: Option<Box<str>>,
    pub doc: Option<Box<str>>,
    /// The path of the type it returns.
    pub returns: Option<Word>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ScopeKind {
    File,
    /// Its names are members; those inside see them as bare names only if the language says so.
    Class,
    Function,
    /// A lambda, a comprehension, a block.
    Block,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scope {
    pub kind: ScopeKind,
    pub parent: Option<u32>,
    /// The symbol whose body it is.
    pub symbol: Option<u32>,
    /// The path of the type whose members these are, where that is declared elsewhere: `impl`.
    pub owner: Option<Word>,
}

/// A name that holds a value: a parameter, a variable, a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Binding {
    pub name: Word,
    /// Where it can be named: of a field the class.
    pub scope: u32,
    /// What its value or type is.
    pub hint: Option<Hint>,
    /// Where the hint stands.
    pub hint_scope: u32,
}

/// What can be said of a value from where it is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Hint {
    /// It is of the type of this path.
    Type(Word),
    /// It is what this path evaluates to.
    Value(Word),
}

/// One name brought from elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Import {
    /// As the language writes it.
    pub module: Word,
    /// What of the module; the module itself if none.
    pub item: Option<Word>,
    /// The name it gets here; none if it only says that the module is needed.
    pub local: Option<Word>,
    /// Every name of the module.
    pub is_wildcard: bool,
    /// Others that import this file see it too.
    pub is_exported: bool,
    pub scope: u32,
    pub line: u32,
}

/// A place that names something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Mention {
    pub kind: EdgeKind,
    pub name: Word,
    /// The path before the name; [`crate::path::UNKNOWN`] if it is none that can be followed.
    pub receiver: Option<Word>,
    pub scope: u32,
    pub line: u32,
}

/// A place that serves or uses something others can reach by its name alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Contact {
    pub kind: ContactKind,
    /// As `GET /users/{}` or `hub.presence.*`.
    pub name: Word,
    pub is_provided: bool,
    pub scope: u32,
    pub line: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum ContactKind {
    Endpoint,
    Subject,
    Table,
}

/// Something named that is not there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ghost {
    /// As `TODO`, `FIXME`, `planned`.
    pub tag: Box<str>,
    pub text: Box<str>,
    pub line: u32,
    pub(crate) scope: u32,
}
