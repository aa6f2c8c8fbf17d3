//! Symbols and the edges between them, read from source files by tree-sitter.
//!
//! - [`walk`] finds the files; it is the one place with IO.
//! - [`read()`] turns one file into its [`Facts`]: what it declares, names, imports and says. It
//!   depends on nothing but the file, so facts are kept by the hash of the content.
//! - [`resolve()`] joins the facts of all files into one [`Graph`].
//!
//! Reading never fails: a file that does not parse keeps what it could and lists the problem.
//! Resolution never guesses: what is not proven by scope, import or type stays unresolved.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "kinds of nodes and edges are many, and most code minds a few of them"
)]

mod captures;
mod comments;
mod contact;
mod draft;
mod facts;
mod finish;
mod graph;
mod languages;
mod manifest;
mod parse;
mod path;
mod read;
mod resolve;
pub mod walk;

pub use facts::{DecodeError, Facts, Ghost, VERSION};
pub use graph::{Edge, Graph, Index, Node, Problem, Unresolved};
pub use read::{parses, read};
pub use resolve::resolve;
