//! `robots.txt`, as RFC 9309 reads it, with the `Crawl-delay` that many write.

use std::time::Duration;

use crate::ground::hex;

/// More than this is not read.
pub(super) const LARGEST: usize = 512 << 10;

/// Longer than any URL we ask for: such a rule is about none of them.
const LONGEST_PATTERN: usize = 2_048;
const LONGEST_DELAY: f64 = 3_600.0;

/// What a site asks of us.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Robots {
    rules: Vec<Rule>,
    pub crawl_delay: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    pattern: String,
    allows: bool,
}

/// For whom a group of lines is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Audience {
    Us,
    Everyone,
    Others,
}

impl Robots {
    /// Reads the groups for `product`, else those for everyone. Lines that mean nothing are passed
    /// over.
    pub(super) fn parse(text: &str, product: &str) -> Self {
        let (mut ours, mut everyones) = (None, Self::default());
        let mut audience = Audience::Others;
        let mut names_agents = false;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for line in text.split(['\n', '\r']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((field, value)) = line.split_once(':') else { continue };
            let (field, value) = (field.trim().to_ascii_lowercase(), value.trim());
            if field == "user-agent" {
                let named = audience_of(value, product);
                audience = if names_agents { audience.or(named) } else { named };
                names_agents = true;
                if named == Audience::Us {
                    ours.get_or_insert_with(Self::default);
                }
                continue;
            }
            // A line of another kind, as `Sitemap`, belongs to no group and ends none.
            if !matches!(field.as_str(), "allow" | "disallow" | "crawl-delay") {
                continue;
            }
            names_agents = false;
            match (audience, &mut ours) {
                (Audience::Us, Some(ours)) => ours.add(&field, value),
                (Audience::Everyone, _) => everyones.add(&field, value),
                _ => {}
            }
        }
        ours.unwrap_or(everyones)
    }

    fn add(&mut self, field: &str, value: &str) {
        if field == "crawl-delay" {
            let seconds = value.parse::<f64>().ok().filter(|seconds| *seconds >= 0.0);
            let delay = seconds.map(|it| Duration::from_secs_f64(it.min(LONGEST_DELAY)));
            self.crawl_delay = delay.max(self.crawl_delay);
        } else if !value.is_empty() && value.len() <= LONGEST_PATTERN {
            let rule = Rule { pattern: normal(value), allows: field == "allow" };
            self.rules.push(rule);
        }
    }

    /// Whether we may ask for that path with its query: the longest rule that matches says; of two
    /// as long, the one that allows.
    pub(super) fn allows(&self, path: &str) -> bool {
        let path = normal(path);
        let matching = self.rules.iter().filter(|rule| matches(&rule.pattern, &path));
        matching.max_by_key(|rule| (rule.pattern.len(), rule.allows)).is_none_or(|it| it.allows)
    }
}

impl Audience {
    /// Of a group with several names.
    const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Us, _) | (_, Self::Us) => Self::Us,
            (Self::Everyone, _) | (_, Self::Everyone) => Self::Everyone,
            (Self::Others, Self::Others) => Self::Others,
        }
    }
}

fn audience_of(value: &str, product: &str) -> Audience {
    let is_name = |it: char| it.is_ascii_alphabetic() || matches!(it, '-' | '_');
    let name = value.split(|it| !is_name(it)).next().unwrap_or_default();
    match value {
        "*" => Audience::Everyone,
        _ if name.eq_ignore_ascii_case(product) => Audience::Us,
        _ => Audience::Others,
    }
}

/// One way to write it: what is not ASCII as `%XX`, and hexadecimal digits in capitals.
fn normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut digits = 0;
    for byte in text.bytes() {
        match byte {
            b'%' => digits = 2,
            _ if digits > 0 && byte.is_ascii_hexdigit() => digits -= 1,
            _ => {
                digits = 0;
                if byte.is_ascii_graphic() {
                    normal.push(char::from(byte));
                } else {
                    normal.push('%');
                    normal.push_str(&hex::encode(&[byte]).to_ascii_uppercase());
                }
                continue;
            }
        }
        normal.push(char::from(byte.to_ascii_uppercase()));
    }
    normal
}

/// Whether `path` begins as `pattern` says; `*` is any text, `$` at the end is the end. Goes back
/// to the last `*` only, so that it takes at most the product of the two lengths.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern.as_bytes(), true),
        None => (pattern.as_bytes(), false),
    };
    let path = path.as_bytes();
    let (mut at, mut read) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(at), path.get(read)) {
            (None, None) => return true,
            (None, Some(_)) if !to_the_end => return true,
            (Some(b'*'), _) => {
                at += 1;
                star = Some((at, read));
            }
            (Some(wanted), Some(is)) if wanted == is => {
                at += 1;
                read += 1;
            }
            _ => match &mut star {
                Some((behind, tried)) if *tried < path.len() => {
                    *tried += 1;
                    (at, read) = (*behind, *tried);
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allowed(text: &str, path: &str) -> bool {
        Robots::parse(text, "commandcenter").allows(path)
    }

    #[test]
    fn the_longest_rule_says() {
        let text = "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c$\n";
        assert!(allowed(text, "/"));
        assert!(!allowed(text, "/a"));
        assert!(!allowed(text, "/about"));
        assert!(allowed(text, "/a/b/x"));
        assert!(!allowed(text, "/a/b/c"));
        assert!(allowed(text, "/a/b/cd"));
        assert!(allowed("User-agent: *\nDisallow: /x\nAllow: /x", "/x"));
    }

    #[test]
    fn our_group_wins_over_that_for_everyone() {
        let text = "user-agent: other\nuser-agent: CommandCenter/2\nDisallow: /b\n\n\
                    Sitemap: /map\nuser-agent: *\nDisallow: /\n";
        assert!(allowed(text, "/a"));
        assert!(!allowed(text, "/b"));
        assert!(!Robots::parse(text, "another").allows("/a"));
        assert!(allowed("User-agent: commandcenter\nUser-agent: *\nDisallow:\n", "/a"));
    }

    #[test]
    fn a_star_is_any_text_and_escapes_are_compared() {
        let text = "User-agent: * # all\r\nDisallow: /*.pdf$\rDisallow: /*/x?*q=\nDisallow: /ä\n";
        assert!(!allowed(text, "/a/b.pdf"));
        assert!(allowed(text, "/a/b.pdf?x"));
        assert!(!allowed(text, "/a/x?p=1&q=2"));
        assert!(!allowed(text, "/%c3%a4"));
    }

    #[test]
    fn a_delay_is_read_in_seconds() {
        let delay = |text: &str| {
            Robots::parse(&format!("User-agent: *\nCrawl-delay: {text}"), "x").crawl_delay
        };
        assert_eq!(delay("1.5"), Some(Duration::from_millis(1_500)));
        assert_eq!(delay("1e300"), Some(Duration::from_hours(1)));
        for nonsense in ["", "-1", "NaN", "soon"] {
            assert_eq!(delay(nonsense), None, "{nonsense}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in ".*", path in ".*") {
            Robots::parse(&text, "commandcenter").allows(&path);
        }

        #[test]
        fn lines_of_it_are_read(
            lines in prop::collection::vec("(?i)(user-agent|allow|disallow|crawl-delay): ?[*/a%$.0-9]{0,8}", 0..20),
            path in "/[*/a%$.0-9]{0,12}",
        ) {
            Robots::parse(&lines.join("\n"), "a").allows(&path);
        }

        #[test]
        fn a_path_without_wildcards_matches_what_it_begins(path in "/[a-z/]{0,12}", rest in "[a-z/]{0,6}") {
            let text = format!("User-agent: *\nDisallow: {path}");
            let longer = format!("{path}{rest}");
            prop_assert!(!allowed(&text, &longer));
            let ended = format!("User-agent: *\nDisallow: {path}$");
            prop_assert_eq!(allowed(&ended, &longer), !rest.is_empty());
        }
    }
}
