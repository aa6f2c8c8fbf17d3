//! Rust source without what is not code, and without its tests.

/// `source` with comments and the insides of literals blanked out. Lines keep their numbers.
pub(super) fn code_only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = skipped_length(rest);
        if length == 0 {
            // A word is taken whole, so that the `r` of `for"` starts no raw string.
            let word = rest.find(|letter: char| !is_word(letter)).unwrap_or(rest.len());
            let taken = word.max(first.len_utf8());
            let (kept, after) = rest.split_at(taken);
            code.push_str(kept);
            rest = after;
        } else {
            let (skipped, after) = rest.split_at(length);
            code.push(' ');
            code.extend(skipped.chars().filter(|letter| *letter == '\n'));
            rest = after;
        }
    }
    code
}

/// How many bytes at the start of `rest` are a comment or a literal; none if they are code.
fn skipped_length(rest: &str) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment_length(rest);
    }
    let prefix = rest.find(|letter| !matches!(letter, 'b' | 'c' | 'r')).unwrap_or(0);
    let (prefix, literal) = rest.split_at(prefix);
    if prefix.contains('r') {
        let hashes = literal.len() - literal.trim_start_matches('#').len();
        let is_string = literal.get(hashes..).is_some_and(|after| after.starts_with('"'));
        return if is_string { prefix.len() + raw_string_length(literal, hashes) } else { 0 };
    }
    if literal.starts_with('"') {
        return prefix.len() + quoted_length(literal, '"');
    }
    // A lifetime has no closing quote after its one letter.
    let mut letters = literal.chars();
    let is_char = match (letters.next(), letters.next(), letters.next()) {
        (Some('\''), Some('\\'), _) => true,
        (Some('\''), Some(_), third) => third == Some('\''),
        _ => false,
    };
    if is_char { prefix.len() + quoted_length(literal, '\'') } else { 0 }
}

fn block_comment_length(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut length = 0;
    while let Some(after) = rest.get(length..).filter(|after| !after.is_empty()) {
        if after.starts_with("/*") {
            depth += 1;
            length += 2;
        } else if after.starts_with("*/") {
            depth -= 1;
            length += 2;
        } else {
            length += after.chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            break;
        }
    }
    length
}

fn raw_string_length(literal: &str, hashes: usize) -> usize {
    let end = format!("\"{}", "#".repeat(hashes));
    let start = hashes + 1;
    let content = literal.get(start..).unwrap_or_default();
    content.find(&end).map_or(literal.len(), |at| start + at + end.len())
}

fn quoted_length(literal: &str, quote: char) -> usize {
    let mut letters = literal.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' {
            letters.next();
        } else if letter == quote {
            return at + 1;
        }
    }
    literal.len()
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// How many lines stand before the tests that close the file, or in all when none do.
pub(super) fn production_lines(source: &str) -> usize {
    let lines: Vec<&str> = source.lines().collect();
    let opens_tests = |pair: &[&str]| {
        matches!(pair, [attribute, module]
            if *attribute == "#[cfg(test)]" && module.starts_with("mod ") && module.ends_with('{'))
    };
    lines.windows(2).position(opens_tests).unwrap_or(lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, code: &str) {
        assert_eq!(code_only(source), code, "{source}");
    }

    #[test]
    fn comments_are_no_code() {
        check("a // b\nc", "a  \nc");
        check("a /* b /* c */\n d */ e", "a  \n e");
        check("/// [`crate::x`]\nfn f() {}", " \nfn f() {}");
    }

    #[test]
    fn literals_are_no_code() {
        check(r#"f("a \" b", 'c', '\'')"#, "f( ,  ,  )");
        check(r##"f(r#"a " b"#, br"c")"##, "f( ,  )");
        check("f(\"a\nb\")", "f( \n)");
    }

    #[test]
    fn lifetimes_and_raw_names_are_code() {
        check("fn f<'a>(r#in: &'a str)", "fn f<'a>(r#in: &'a str)");
        check("for x in y {}", "for x in y {}");
    }

    #[test]
    fn an_unfinished_literal_ends_with_the_file() {
        check("f(\"a", "f( ");
        check("f(r#\"a", "f( ");
        check("/* a", " ");
    }

    #[test]
    fn the_tests_at_the_end_are_no_production_lines() {
        assert_eq!(production_lines("a\nb\n#[cfg(test)]\nmod tests {\n}\n"), 2);
        assert_eq!(production_lines("a\n#[cfg(test)]\nmod tests;\nb\n"), 4);
    }
}
