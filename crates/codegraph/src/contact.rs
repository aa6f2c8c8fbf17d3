//! Endpoints, subjects and tables, by the names under which both sides know them.

use tree_sitter::Node;

use crate::{
    draft::{Draft, MarkKind},
    facts::ContactKind,
};

/// A subject or a table that is written as a string or a name.
pub(crate) fn by_name(node: Node<'_>, kind: ContactKind, is_provided: bool, draft: &mut Draft<'_>) {
    let name = with_holes(unquoted(draft.text(node)), "*");
    let is_name = !name.is_empty() && name.len() <= 200 && !name.contains(char::is_whitespace);
    if is_name {
        draft.mark(node, MarkKind::Contact { kind, name, is_provided });
    }
}

/// `GET /users/{}` of `get` and `"/users/<int:id>"`; `None` if that is no path.
pub(crate) fn endpoint(method: &str, path: &str) -> Option<String> {
    let path = unquoted(path);
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.get(rest.find('/')?..)?,
        None => path,
    };
    let path = path.split(['?', '#']).next().unwrap_or(path);
    if !path.starts_with('/') || path.contains(char::is_whitespace) || path.len() > 200 {
        return None;
    }
    let path = with_holes(path, "{}");
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { &path };
    let method = method.to_ascii_uppercase();
    // `HttpGet`, `MapGet`, `GetMapping`.
    let bare = method.strip_prefix("HTTP").or(method.strip_prefix("MAP")).unwrap_or(&method);
    let method = match bare.strip_suffix("MAPPING").unwrap_or(bare) {
        "ROUTE" | "ALL" | "ANY" | "USE" => "ANY".to_owned(),
        "WEBSOCKET" | "FETCH" => "GET".to_owned(),
        method => method.to_owned(),
    };
    Some(format!("{method} {path}"))
}

/// Without quotes and the letters before them: `f"…"`.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let bare = text.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    if bare.starts_with(['"', '\'', '`']) { bare.trim_matches(['"', '\'', '`']) } else { text }
}

/// With every parameter written the same way: `{id}`, `${id}`, `<int:id>`, `:id`, `%s`.
fn with_holes(text: &str, hole: &str) -> String {
    let mut parts = Vec::new();
    let separator = if hole == "{}" { '/' } else { '.' };
    for part in text.split(separator) {
        let is_hole = part.starts_with([':', '<']) || part.contains(['{', '%']);
        parts.push(if is_hole { hole } else { part });
    }
    parts.join(if separator == '/' { "/" } else { "." })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_endpoint_has_one_name_on_both_sides() {
        for (method, path) in [
            ("get", "\"/users/<int:id>/\""),
            ("GET", "f\"https://host:80/users/{id}?full=1\""),
            ("get", "`/users/${user.id}`"),
            ("get", "'/users/:id'"),
        ] {
            assert_eq!(endpoint(method, path).as_deref(), Some("GET /users/{}"), "{path}");
        }
        assert_eq!(endpoint("get", "\"users\""), None);
    }
}
