//! One object with two lists, an item a line.

use serde::Serialize;

pub(super) const HEAD: &str = "{\"nodes\":[";
pub(super) const BETWEEN: &str = "\n],\"edges\":[";
pub(super) const TAIL: &str = "\n]}\n";

pub(super) fn item<T: Serialize>(item: &T) -> String {
    // What the wire holds has no map with keys other than text, which alone could fail.
    serde_json::to_string(item).unwrap_or_else(|_| "null".to_owned())
}
