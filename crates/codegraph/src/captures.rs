//! The words in which queries say what they found. Each pattern captures one *subject*; the
//! others stand beside it in the same pattern.
//!
//! | subject | beside it | what it is |
//! | --- | --- | --- |
//! | `@definition.KIND` | `@name`, `@returns`, `@visibility`, `@owner` | a declaration, whole; KIND is a word of [`NodeKind`]. A function in a class is a method; a name that is a string loses its quotes. `@owner` is the type it belongs to, where it stands outside of it (Go's receiver) |
//! | `@container` | `@owner` | the body of a type that is declared elsewhere: `impl`, `extension` |
//! | `@scope` | | names inside are not seen outside: a lambda, a block |
//! | `@call` | `@receiver` | the called name, or a whole dotted path; the receiver is any expression |
//! | `@reference` | `@receiver` | a name that is used, or a whole dotted path |
//! | `@extends`, `@implements` | | a type that the declaration or container around it builds on |
//! | `@depends` | | what the declaration around is built on: a stage |
//! | `@local` | `@type` or `@value` | a name that gets a value here |
//! | `@member` | `@receiver`, `@type` or `@value` | a field: with a receiver, if that is the instance |
//! | `@import` | `@import.module`, `@import.name`, `@import.alias`, `@import.wildcard` | if a module is captured that is the import; else the language's `import` reads the node, and what else a query cannot say |
//! | `@section` | | what it says holds for the visibility of all that follows in the class: `private` |
//! | `@package` | | the name of the package that the file is part of |
//! | `@comment` | | searched for TODO and kept as the doc of what follows |
//! | `@doc` | | a string that documents the declaration around it |
//! | `@route` | `@route.method`, `@route.path`, `@name`, `@route.consumed` | an endpoint that is served (by the function whose name is `@name`, else by what is around), or used if `@route.consumed` is captured |
//! | `@subject.publish`, `@subject.subscribe`, `@table.read`, `@table.define` | | the string or name |
//! | `@error` | | not understood by the grammar |
//!
//! Captures that begin with `_` are for predicates.

use tree_sitter::{Language as Grammar, Query};
use wire::graph::NodeKind;

/// What a capture means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Capture {
    Definition(NodeKind),
    Container,
    Scope,
    Call,
    Reference,
    Extends,
    Implements,
    Depends,
    Local,
    Member,
    Import,
    Package,
    Section,
    Comment,
    Doc,
    Route,
    Publish,
    Subscribe,
    TableRead,
    TableDefined,
    Error,
    Beside(Beside),
    Ignored,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    Name,
    Owner,
    Returns,
    Visibility,
    Receiver,
    Type,
    Value,
    Module,
    Item,
    Alias,
    Wildcard,
    Method,
    Path,
    Consumed,
}

/// A query, and what each of its captures means.
pub(crate) struct Reader {
    pub grammar: Grammar,
    pub query: Query,
    pub captures: Vec<Capture>,
}

impl Reader {
    /// `None` if the query does not fit the grammar: a test compiles every one of them.
    pub(crate) fn new(grammar: Grammar, query: &str) -> Result<Self, String> {
        let query = Query::new(&grammar, query).map_err(|error| error.to_string())?;
        let meanings = query.capture_names().iter().map(|name| meaning(name));
        let captures = meanings.collect::<Result<_, _>>()?;
        Ok(Self { grammar, query, captures })
    }
}

fn meaning(name: &str) -> Result<Capture, String> {
    if let Some(kind) = name.strip_prefix("definition.") {
        return kind.parse().map(Capture::Definition);
    }
    Ok(match name {
        "container" => Capture::Container,
        "scope" => Capture::Scope,
        "call" => Capture::Call,
        "reference" => Capture::Reference,
        "extends" => Capture::Extends,
        "implements" => Capture::Implements,
        "depends" => Capture::Depends,
        "local" => Capture::Local,
        "member" => Capture::Member,
        "import" => Capture::Import,
        "package" => Capture::Package,
        "section" => Capture::Section,
        "comment" => Capture::Comment,
        "doc" => Capture::Doc,
        "route" => Capture::Route,
        "subject.publish" => Capture::Publish,
        "subject.subscribe" => Capture::Subscribe,
        "table.read" => Capture::TableRead,
        "table.define" => Capture::TableDefined,
        "error" => Capture::Error,
        _ if name.starts_with('_') => Capture::Ignored,
        _ => Capture::Beside(beside(name)?),
    })
}

fn beside(name: &str) -> Result<Beside, String> {
    Ok(match name {
        "name" => Beside::Name,
        "owner" => Beside::Owner,
        "returns" => Beside::Returns,
        "visibility" => Beside::Visibility,
        "receiver" => Beside::Receiver,
        "type" => Beside::Type,
        "value" => Beside::Value,
        "import.module" => Beside::Module,
        "import.name" => Beside::Item,
        "import.alias" => Beside::Alias,
        "import.wildcard" => Beside::Wildcard,
        "route.method" => Beside::Method,
        "route.path" => Beside::Path,
        "route.consumed" => Beside::Consumed,
        _ => return Err(format!("no such capture: {name}")),
    })
}
