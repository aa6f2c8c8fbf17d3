//! Expressions as paths: what can be followed name by name.
//!
//! Names are joined by `.` whatever the language writes (`::`, `->`, `?.`); a call is `()` after
//! its name: `new Client(url).get` is `Client().get`. What else an expression may be is
//! [`UNKNOWN`], which leads nowhere.

/// An expression that is no path.
pub(crate) const UNKNOWN: &str = "?";

/// What a name of PHP begins with that is written in full: `\Acme\Shop` is `\.Acme.Shop`.
pub(crate) const ROOT: &str = "\\";

/// Longer ones are chains of calls through closures; reading them again for each call of the
/// chain would take the square of their length.
const LONGEST: usize = 400;

/// The name, among those of a function, of what its argument at a place takes at a place.
pub(crate) fn argument([outer, inner]: [usize; 2]) -> String {
    format!("@{outer}@{inner}")
}

pub(crate) fn is_argument(name: &str) -> bool {
    name.strip_prefix('@').is_some_and(|rest| rest.starts_with(|one: char| one.is_ascii_digit()))
}

/// The path of an expression.
pub(crate) fn of_value(text: &str) -> String {
    let text = strip(text.trim());
    let is_new = text.starts_with("new ");
    let mut path = read(text.strip_prefix("new ").unwrap_or(text), Brackets::Calls);
    if is_new && path != UNKNOWN && !path.contains("()") {
        path.push_str("()");
    }
    path
}

/// The path of a type: without references, type arguments and what says that it may be missing.
pub(crate) fn of_type(text: &str) -> String {
    let mut text = text.trim().trim_start_matches(':').trim();
    text = text.trim_start_matches("->").trim().trim_matches(['"', '\'', '`']);
    loop {
        let start = text;
        text = text.trim_start_matches(['&', '*', '(', '?']).trim_start();
        for word in ["mut ", "dyn ", "impl ", "const ", "readonly "] {
            text = text.strip_prefix(word).unwrap_or(text);
        }
        if let Some(lifetime) = text.strip_prefix('\'') {
            text = lifetime.split_once(' ').map_or("", |(_, rest)| rest);
        }
        if let Some(inner) =
            text.strip_prefix("Optional[").or(text.strip_prefix("typing.Optional["))
        {
            text = inner;
        }
        if text == start {
            break;
        }
    }
    let mut parts = text.split('|').map(str::trim);
    let first = parts.next().unwrap_or_default();
    let is_absent = |part: &str| matches!(part, "None" | "null" | "undefined" | "None]");
    if !parts.all(is_absent) {
        return UNKNOWN.to_owned();
    }
    read(first, Brackets::TypeArguments)
}

/// Drops what stands around a value and leaves it what it is.
fn strip(mut text: &str) -> &str {
    loop {
        let start = text;
        text = text.strip_prefix("await ").unwrap_or(text).trim();
        text = text.trim_start_matches(['&', '*']).trim_start().trim_end_matches("!!");
        if let Some(inner) = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'))
            && (!inner.contains(['(', ')', ','])
                || inner.starts_with("await ")
                || inner.starts_with("new "))
        {
            text = inner.trim();
        }
        if text == start {
            return text;
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Brackets {
    Calls,
    /// A type ends where its arguments begin.
    TypeArguments,
}

/// What joins two names, the longer ones first.
const JOINTS: &[&str] = &["!!.", "?.", "!.", "::", "->", ".", "\\"];

fn read(text: &str, brackets: Brackets) -> String {
    if text.len() > LONGEST {
        return UNKNOWN.to_owned();
    }
    let mut path = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if is_name(letter) {
            path.push(letter);
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        } else if let Some(after) = JOINTS.iter().find_map(|joint| rest.strip_prefix(joint)) {
            if path.is_empty() && letter == '\\' {
                path.push_str(ROOT);
            }
            dot(&mut path);
            rest = after.trim_start();
        } else if letter == '(' && brackets == Brackets::Calls && !path.is_empty() {
            // What was left out may stand between the name and the bracket: `f::<T>()`.
            path.truncate(path.trim_end_matches('.').len());
            path.push_str("()");
            rest = close(rest, '(', ')');
        } else if letter == '<' && brackets == Brackets::Calls {
            rest = close(rest, '<', '>');
        } else if letter.is_whitespace()
            && JOINTS.iter().any(|joint| rest.trim_start().starts_with(joint))
        {
            rest = rest.trim_start();
        } else if brackets == Brackets::TypeArguments {
            break;
        } else {
            return UNKNOWN.to_owned();
        }
    }
    let path = path.trim_end_matches('.');
    if path.is_empty() || path.starts_with(|first: char| first.is_ascii_digit()) {
        return UNKNOWN.to_owned();
    }
    path.to_owned()
}

fn dot(path: &mut String) {
    if !path.ends_with('.') {
        path.push('.');
    }
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$' | '@' | '#')
}

/// What comes after the bracket that closes the first one.
fn close(text: &str, open: char, shut: char) -> &str {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        if letter == open {
            depth += 1;
        } else if letter == shut {
            depth -= 1;
            if depth == 0 {
                return text.get(at + letter.len_utf8()..).unwrap_or_default();
            }
        }
    }
    ""
}

/// A dotted name as written: what is before its last name, and that name.
pub(crate) fn split(text: &str) -> (Option<&str>, &str) {
    let text = text.trim();
    let last = JOINTS
        .iter()
        .filter_map(|joint| text.rfind(joint).map(|at| (at, at + joint.len())))
        .max_by_key(|(_, end)| *end);
    match last {
        Some((at, end)) => (
            text.get(..at)
                .map(|before| if text.starts_with(ROOT) && at == 0 { ROOT } else { before })
                .filter(|before| !before.is_empty()),
            text.get(end..).unwrap_or_default(),
        ),
        None => (None, text),
    }
}

/// Whether it is one name; that of a method of Ruby may end in a sign.
pub(crate) fn is_plain(name: &str) -> bool {
    name.strip_suffix(['?', '!']).unwrap_or(name).chars().all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_followed_through_names_and_calls() {
        for (text, path) in [
            ("self.client", "self.client"),
            ("new Client(url, (a))", "Client()"),
            ("new a.Client", "a.Client()"),
            ("await open(path)", "open()"),
            ("(await open(path)).lines", "?"),
            ("a::b::<C>()", "a.b()"),
            ("a\n  .b()\n  ?.c", "a.b().c"),
            ("this.map.get(key)!.value", "this.map.get().value"),
            ("(new Client(url))", "Client()"),
            ("(new Client(url)).get(a)", "?"),
            ("new \\a\\Client()", "\\.a.Client()"),
            ("a?.b!!", "a.b"),
            ("a or b", "?"),
            ("\"text\"", "?"),
            ("[]", "?"),
            ("1.5", "?"),
        ] {
            assert_eq!(of_value(text), path, "{text}");
        }
    }

    #[test]
    fn a_type_is_its_name_without_what_surrounds_it() {
        for (text, path) in [
            (": Client", "Client"),
            ("-> \"a.Client\"", "a.Client"),
            ("Optional[a.Client]", "a.Client"),
            ("Client | None", "Client"),
            ("A | B", "?"),
            ("&'a mut Client<'a, T>", "Client"),
            ("list[Client]", "list"),
            ("crate::a::Client", "crate.a.Client"),
        ] {
            assert_eq!(of_type(text), path, "{text}");
        }
    }
}
