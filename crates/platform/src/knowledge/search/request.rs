//! A question as it comes: its fields checked, its filters understood.

use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};
use retrieval::extract::Kind;
use wire::FieldError;
use wire::knowledge::{SearchFilters, SearchRequest};

use crate::ground::error::{Error, Result};
use crate::ground::http::page;
use crate::knowledge::store::DocumentFilter;

const LONGEST_QUERY: usize = 4_096;
const DEFAULT_LIMIT: usize = 10;
const MOST_HITS: usize = 100;
/// How far pages go: nobody reads the thousandth hit.
pub(super) const DEEPEST: usize = 1_000;

/// A request whose fields are right.
pub(super) struct Checked {
    pub limit: usize,
    pub offset: usize,
    pub filter: DocumentFilter,
    pub glob: Option<GlobMatcher>,
}

impl Checked {
    pub(super) fn of(asked: &SearchRequest) -> Result<Self> {
        let mut errors = Vec::new();
        let mut refuse = |path: &str, message: String| errors.push(FieldError::new(path, message));
        if asked.query.trim().is_empty() {
            refuse("query", "must not be empty".to_owned());
        }
        if asked.query.len() > LONGEST_QUERY {
            refuse("query", format!("must be at most {LONGEST_QUERY} bytes"));
        }
        let limit = asked.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MOST_HITS).contains(&limit) {
            refuse("limit", format!("must be 1 to {MOST_HITS}"));
        }
        for (path, value) in [("weight", asked.weight), ("diversify", asked.diversify)] {
            if value.is_some_and(|value| !(0.0..=1.0).contains(&value)) {
                refuse(path, "must be 0 to 1".to_owned());
            }
        }
        let offset = page::decode::<usize>(asked.cursor.as_deref())?.unwrap_or(0);
        if offset > DEEPEST {
            refuse("cursor", format!("goes past the first {DEEPEST} hits"));
        }
        let (filter, glob) = document_filter(&asked.filters, &mut refuse);
        if errors.is_empty() {
            Ok(Self { limit, offset, filter, glob })
        } else {
            Err(Error::Invalid(errors))
        }
    }
}

/// What the documents of a filter have in common that the database can tell, and the pattern of
/// their paths.
pub(in crate::knowledge) fn document_filter(
    filters: &SearchFilters,
    refuse: &mut impl FnMut(&str, String),
) -> (DocumentFilter, Option<GlobMatcher>) {
    let kind = filters.kind.as_deref().map(Kind::from_str).transpose();
    if let Err(error) = &kind {
        refuse("filters.kind", error.to_string());
    }
    let pattern = filters.path.as_deref().map(glob).transpose();
    let pattern = pattern.unwrap_or_else(|error| {
        refuse("filters.path", error);
        None
    });
    let prefix = filters.path.as_deref().map_or("", literal_prefix).to_owned();
    let filter = DocumentFilter {
        kind: kind.ok().flatten().map(|kind| kind.as_str().to_owned()),
        prefix,
        tag: filters.tag.clone(),
        since: filters.since,
        ..DocumentFilter::default()
    };
    (filter, pattern)
}

/// A pattern of paths; one without wildcards is a file, or a folder and all in it.
pub(super) fn glob(pattern: &str) -> Result<GlobMatcher, String> {
    let pattern = pattern.trim_end_matches('/');
    let has_wildcard = pattern.contains(['*', '?', '[', '{']);
    let pattern = if has_wildcard { pattern.to_owned() } else { format!("{pattern}{{,/**}}") };
    let glob = GlobBuilder::new(&pattern).literal_separator(true).empty_alternates(true).build();
    glob.map(|glob| glob.compile_matcher()).map_err(|error| error.kind().to_string())
}

fn literal_prefix(pattern: &str) -> &str {
    let end = pattern.find(['*', '?', '[', '{', '\\']).unwrap_or(pattern.len());
    pattern.get(..end).unwrap_or_default().trim_end_matches('/')
}
