//! How good a ranking is: measures, their confidence, collections in BEIR layout.

mod beir;
mod measures;

pub use beir::{BeirError, Collection, Document, Query};
pub use measures::{Measured, Summary, TOP, measure, summarise};
