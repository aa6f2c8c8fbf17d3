//! The closing lines of the test runners, read and added up.

use std::fmt;
use std::ops::AddAssign;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
}

impl Counts {
    /// The counts in the closing line of nextest; none in any other line.
    pub(super) fn of_nextest(line: &str) -> Option<Self> {
        let line = without_colours(line);
        let (_, counts) = line.trim().strip_prefix("Summary [")?.split_once(" run: ")?;
        Some(Self::of_parts(&without_parentheses(counts), ','))
    }

    /// The counts in a closing line of documentation tests, which have one per crate.
    pub(super) fn of_rustdoc(line: &str) -> Option<Self> {
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        Some(Self::of_parts(counts, ';'))
    }

    fn of_parts(parts: &str, separator: char) -> Self {
        let mut counts = Self::default();
        for part in parts.split(separator) {
            let Some((number, outcome)) = part.trim().split_once(' ') else { continue };
            let number = number.parse().unwrap_or(0);
            match outcome.trim() {
                "passed" => counts.passed += number,
                "failed" | "exec failed" | "timed out" => counts.failed += number,
                "skipped" | "ignored" => counts.skipped += number,
                _ => {}
            }
        }
        counts
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The form that any reader of test results knows.
impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        write!(formatter, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

/// "2 passed (1 slow, 1 leaky), 1 failed" repeats in parentheses what it has counted already.
fn without_parentheses(text: &str) -> String {
    let mut depth = 0;
    let outside = |letter: &char| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => return depth == 0,
        }
        false
    };
    text.chars().filter(outside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn a_summary_of_nextest_is_counted() {
        let line = "     Summary [   0.012s] 3 tests run: 3 passed, 0 skipped";
        assert_eq!(Counts::of_nextest(line), Some(counts(3, 0, 0)));
    }

    #[test]
    fn every_way_to_fail_counts_as_failed() {
        let line = "Summary [ 9.1s] 6/9 tests run: 2 passed (1 slow, 1 leaky), 1 failed (1 due to being leaky), \
                    1 exec failed, 2 timed out, 4 skipped";
        assert_eq!(Counts::of_nextest(line), Some(counts(2, 4, 4)));
    }

    #[test]
    fn colours_do_not_hide_a_summary() {
        let line = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.012s] \u{1b}[1m1\u{1b}[0m test run: \
                    \u{1b}[1m1\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, 0 skipped";
        assert_eq!(Counts::of_nextest(line), Some(counts(1, 0, 0)));
    }

    #[test]
    fn documentation_tests_are_counted_and_ignored_ones_are_skipped() {
        let line = "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; \
                    finished in 0.25s";
        assert_eq!(Counts::of_rustdoc(line), Some(counts(2, 0, 1)));
    }

    #[test]
    fn any_other_line_counts_nothing() {
        assert_eq!(Counts::of_nextest("        PASS [   0.004s] xtask summary"), None);
        assert_eq!(Counts::of_nextest("    test result: FAILED. 0 passed; 1 failed;"), None);
    }
}
