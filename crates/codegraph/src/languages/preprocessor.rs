//! Lines for a preprocessor, where a grammar alone cannot follow: the branches of an `#if` together
//! need not be a program, and a macro may stand where no expression can.

use std::ops::Range;

/// How far is looked for the end of what a macro is given, and of what it stands before, in bytes.
const FARTHEST: usize = 1_000;

/// A text as two, in which everything stands where it stood.
pub(crate) struct Branches {
    /// Of each `#if` one branch alone (the first; the second of `#if 0`), without macros that stand
    /// alone between declarations.
    pub one: Vec<u8>,
    /// The other branches, and nothing else.
    pub others: Vec<u8>,
}

pub(super) fn branches(text: &str) -> Branches {
    let others = text.bytes().map(blank).collect();
    let mut sorted = Sorted { text, one: text.into(), others, branches: Vec::new() };
    let mut before = Before { is_comment: false, is_end: true };
    let (mut at, mut macro_end, mut directive) = (0, 0, None);
    for line in text.split_inclusive('\n') {
        let place = at..at + line.len();
        at = place.end;
        if place.start < macro_end {
            continue;
        }
        if directive.is_none() && !before.is_comment {
            directive = line.trim_start().strip_prefix('#').map(|word| sorted.follow(word));
        }
        if let Some(is_branch) = directive {
            if is_branch {
                sorted.clear(place);
            } else if sorted.is_other() {
                sorted.put_off(place);
            }
            directive = directive.filter(|_| line.trim_end().ends_with('\\'));
        } else if sorted.is_other() {
            sorted.put_off(place);
        } else {
            let code = text.get(place.start..).unwrap_or_default();
            match before.is_between().then(|| lone_macro(code)).flatten() {
                Some(length) => {
                    macro_end = place.start + length;
                    sorted.clear(place.start..macro_end);
                }
                None => before.read(line),
            }
        }
    }
    Branches { one: sorted.one, others: sorted.others }
}

fn blank(byte: u8) -> u8 {
    if byte == b'\n' { byte } else { b' ' }
}

#[derive(Clone, Copy, PartialEq)]
enum Branch {
    /// One that is read comes later.
    Before,
    Read,
    After,
}

struct Sorted<'a> {
    text: &'a str,
    one: Vec<u8>,
    others: Vec<u8>,
    /// Around this line.
    branches: Vec<Branch>,
}

impl Sorted<'_> {
    /// Whether this line is of another branch than the one that is read first.
    fn is_other(&self) -> bool {
        self.branches.iter().any(|branch| *branch != Branch::Read)
    }

    /// Follows a directive; whether it is one of branches.
    fn follow(&mut self, directive: &str) -> bool {
        let directive = directive.trim_start();
        let end = directive.find(|letter: char| !letter.is_ascii_alphabetic());
        let (word, rest) = directive.split_at(end.unwrap_or(directive.len()));
        match word {
            "if" if rest.trim() == "0" => self.branches.push(Branch::Before),
            "if" | "ifdef" | "ifndef" => self.branches.push(Branch::Read),
            "else" | "elif" | "elifdef" | "elifndef" => {
                if let Some(branch) = self.branches.last_mut() {
                    let is_before = *branch == Branch::Before;
                    *branch = if is_before { Branch::Read } else { Branch::After };
                }
            }
            "endif" => {
                self.branches.pop();
            }
            _ => return false,
        }
        true
    }

    fn clear(&mut self, place: Range<usize>) {
        for byte in self.one.get_mut(place).unwrap_or_default() {
            *byte = blank(*byte);
        }
    }

    fn put_off(&mut self, place: Range<usize>) {
        let text = self.text.as_bytes().get(place.clone());
        if let (Some(others), Some(text)) = (self.others.get_mut(place.clone()), text) {
            others.copy_from_slice(text);
        }
        self.clear(place);
    }
}

/// What stands before a line.
struct Before {
    is_comment: bool,
    /// A statement or a declaration has ended, and no other has begun.
    is_end: bool,
}

impl Before {
    fn is_between(&self) -> bool {
        self.is_end && !self.is_comment
    }

    fn read(&mut self, line: &str) {
        let mut bytes = line.bytes().peekable();
        while let Some(byte) = bytes.next() {
            let next = bytes.peek().copied();
            match (byte, next) {
                (b'*', Some(b'/')) if self.is_comment => {
                    self.is_comment = false;
                    bytes.next();
                }
                _ if self.is_comment => {}
                (b'/', Some(b'/')) => return,
                (b'/', Some(b'*')) => {
                    self.is_comment = true;
                    bytes.next();
                }
                _ if byte.is_ascii_whitespace() => {}
                _ => self.is_end = matches!(byte, b';' | b'}'),
            }
        }
    }
}

/// How long a macro is that stands alone on its lines, before a declaration: `EXPORTED`,
/// `DEFINE_TYPE (a, b)`.
fn lone_macro(code: &str) -> Option<usize> {
    let indent = code.len() - code.trim_start_matches([' ', '\t']).len();
    let is_of_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let name = code.bytes().skip(indent).take_while(|byte| is_of_name(*byte)).count();
    if name < 3 {
        return None;
    }
    let given = code.get(indent + name..)?;
    let length = indent + name + brackets(given)?;
    let (rest, after) = code.get(length..)?.split_once('\n')?;
    // What follows is a declaration of its own: `static int f(`, and neither `f(` nor `{`.
    let is_end = |(_, letter): &(usize, char)| "(;{=)},".contains(*letter);
    let (end, _) = after.char_indices().take(FARTHEST).find(is_end)?;
    let declared = after.get(..end)?;
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let words = declared.split(|letter| !is_word(letter)).filter(|word| !word.is_empty());
    (rest.trim().is_empty() && words.count() > 1).then_some(length)
}

/// How long what is between brackets is, with them; 0 without.
fn brackets(code: &str) -> Option<usize> {
    let space = code.len() - code.trim_start_matches([' ', '\t']).len();
    if !code.get(space..)?.starts_with('(') {
        return Some(0);
    }
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().take(FARTHEST).skip(space) {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}
