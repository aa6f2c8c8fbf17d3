//! Which edges answer which question, and how well a name matches.

use std::cmp::Reverse;

use wire::graph::{EdgeKind, NodeKind};

/// What is called, by code and by tests.
pub(super) const CALLS: &[EdgeKind] = &[EdgeKind::Calls, EdgeKind::Tests];

/// What may break when the end of the edge changes.
pub(super) const NEEDS: &[EdgeKind] = &[
    EdgeKind::Calls,
    EdgeKind::Extends,
    EdgeKind::Implements,
    EdgeKind::References,
    EdgeKind::Imports,
    EdgeKind::Tests,
];

/// What names its end.
pub(super) const NAMES: &[EdgeKind] = &[
    EdgeKind::Calls,
    EdgeKind::Extends,
    EdgeKind::Implements,
    EdgeKind::References,
    EdgeKind::Imports,
    EdgeKind::Tests,
    EdgeKind::Documents,
    EdgeKind::Consumes,
    EdgeKind::Provides,
];

/// Who changed what: by it, too, all is near to all.
pub(super) const HISTORY: &[EdgeKind] = &[EdgeKind::Owns, EdgeKind::ChangedBy];

/// Everything but the place a thing stands in, by which all is near to all, and history.
pub(super) const TIES: &[EdgeKind] = &[
    EdgeKind::Imports,
    EdgeKind::Calls,
    EdgeKind::Extends,
    EdgeKind::Implements,
    EdgeKind::References,
    EdgeKind::Tests,
    EdgeKind::Documents,
    EdgeKind::DependsOn,
    EdgeKind::Provides,
    EdgeKind::Consumes,
    EdgeKind::PlannedFor,
    EdgeKind::SameAs,
];

/// Everything but history.
pub(super) const CODE: &[EdgeKind] = &[
    EdgeKind::Contains,
    EdgeKind::Imports,
    EdgeKind::Calls,
    EdgeKind::Extends,
    EdgeKind::Implements,
    EdgeKind::References,
    EdgeKind::Tests,
    EdgeKind::Documents,
    EdgeKind::DependsOn,
    EdgeKind::Provides,
    EdgeKind::Consumes,
    EdgeKind::PlannedFor,
    EdgeKind::SameAs,
];

/// Whether it is of history, and of no file.
pub(super) const fn is_past(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::Person | NodeKind::Commit)
}

/// The last part of a qualified name, of whatever language.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit(['.', ':', '#', '/', '\\']).next().unwrap_or(name)
}

/// Whether `qualified` ends with `asked`, cut between two parts of the name.
pub(super) fn ends_with(qualified: &str, asked: &str) -> bool {
    qualified
        .strip_suffix(asked)
        .is_some_and(|before| before.is_empty() || before.ends_with(['.', ':', '#', '/', '\\']))
}

/// How far the letters of `asked` are apart in `name`; the least is the closest. `None` when they
/// are not all there in this order.
pub(super) fn distance(asked: &str, name: &str) -> Option<(usize, usize, usize)> {
    let mut rest = name.char_indices();
    let (mut gaps, mut first, mut last) = (0, None, 0);
    for letter in asked.chars() {
        let (at, _) = rest.find(|(_, found)| found.eq_ignore_ascii_case(&letter))?;
        gaps += usize::from(first.is_some() && at > last + 1);
        first.get_or_insert(at);
        last = at;
    }
    Some((gaps, first.unwrap_or(0), name.len()))
}

/// Sorts by how close the name of each is to `asked`, and drops what is not near at all.
pub(super) fn closest<T>(asked: &str, items: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    let near = items.into_iter().filter_map(|item| Some((distance(asked, name(&item))?, item)));
    let mut near: Vec<_> = near.collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().map(|(_, item)| item).collect()
}

/// The most frequent language by lines; of two as frequent the first by name.
pub(super) fn main_language<'a>(lines: impl Iterator<Item = (&'a str, u64)>) -> Option<&'a str> {
    lines.max_by_key(|(language, lines)| (*lines, Reverse(*language))).map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_by_its_end_but_not_by_half_a_word() {
        assert!(ends_with("shop.cart.Cart.total", "Cart.total"));
        assert!(ends_with("src/cart.ts#Cart.total", "Cart.total"));
        assert!(ends_with("shop::cart::total", "cart::total"));
        assert!(!ends_with("shop.cart.subtotal", "total"));
        assert_eq!(last_part("shop::cart::total"), "total");
    }

    #[test]
    fn the_closest_name_comes_first() {
        let names = vec!["parse_http_url", "phu", "graph", "PaymentHub"];
        assert_eq!(
            closest("ph", names, |name| name),
            ["phu", "graph", "PaymentHub", "parse_http_url"]
        );
    }
}
