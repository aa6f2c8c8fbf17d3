//! The keyword leg: words become terms, terms become posting blocks, BM25 ranks.

mod analyze;
mod language;
mod stop;
pub(crate) mod memory;
pub(crate) mod postings;
mod query;
pub(crate) mod score;

pub use analyze::{Analyzer, Token};
pub use language::Language;
pub use query::Query;
