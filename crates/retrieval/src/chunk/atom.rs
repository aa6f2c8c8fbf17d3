use super::outline::{Level, Outline};

/// An atom of more bytes is cut into words before it is counted: a tokenizer needs many times the
/// memory of its text.
const LARGEST_ATOM: usize = 512;

/// A word of more bytes is cut: no model has such a word, and some count a word of any length as
/// one unknown token.
const LARGEST_WORD: usize = 32;

/// The smallest part of a text that is counted and moved as one.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    pub start: usize,
    /// Of the cut at `start`.
    pub level: Level,
    /// Tokens of all the atoms before this one.
    pub tokens_before: usize,
    pub is_prose: bool,
}

/// The atoms of a text, closed by an empty one at its end. An atom is what lies between two cuts,
/// or a word of it if that is more than `most_tokens`, with the white space after it.
pub(super) fn atoms(
    outline: &mut Outline<'_>,
    most_tokens: usize,
    count: &dyn Fn(&str) -> usize,
) -> Vec<Atom> {
    let text = outline.text;
    let mut atoms = Atoms::default();
    outline.cuts.retain(|cut| cut.at > 0 && cut.at < text.len());
    outline.cuts.sort_unstable_by_key(|cut| (cut.at, cut.level));
    outline.cuts.dedup_by_key(|cut| cut.at);
    let starts = std::iter::once((0, Level::Section))
        .chain(outline.cuts.iter().map(|cut| (cut.at, cut.level)));
    let ends = outline.cuts.iter().map(|cut| cut.at).chain([text.len()]);
    let mut prose = outline.prose.iter().peekable();
    for ((start, level), end) in starts.zip(ends) {
        let part = text.get(start..end).unwrap_or_default();
        let visible = part.trim();
        if visible.is_empty() {
            continue;
        }
        while prose.next_if(|prose| prose.end <= start).is_some() {}
        let is_prose = prose.peek().is_some_and(|prose| prose.start <= start);
        let tokens = (visible.len() <= LARGEST_ATOM).then(|| count(visible));
        if let Some(tokens) = tokens.filter(|&tokens| tokens <= most_tokens) {
            atoms.push(start, level, tokens, is_prose);
            continue;
        }
        let (mut at, mut level) = (start, level);
        for word in words(part) {
            atoms.push(at, level, count(word.trim()), is_prose);
            at += word.len();
            level = Level::Word;
        }
    }
    atoms.push(text.len(), Level::Section, 0, false);
    atoms.found
}

#[derive(Default)]
struct Atoms {
    found: Vec<Atom>,
    tokens: usize,
}

impl Atoms {
    fn push(&mut self, start: usize, level: Level, tokens: usize, is_prose: bool) {
        // White space at the start of the text belongs to the first atom.
        let start = if self.found.is_empty() { 0 } else { start };
        self.found.push(Atom { start, level, tokens_before: self.tokens, is_prose });
        self.tokens += tokens;
    }
}

/// The words of a part of the text, each with the white space around it.
fn words(mut rest: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let indentation = rest.len() - rest.trim_start().len();
        let unread = rest.get(indentation..).filter(|unread| !unread.is_empty())?;
        // No further than a word may be long: a text of one word is not searched over and over.
        let window = unread.get(..unread.floor_char_boundary(LARGEST_WORD)).unwrap_or(unread);
        let length = match window.find(char::is_whitespace) {
            Some(word) => unread.len() - unread.get(word..).unwrap_or_default().trim_start().len(),
            None => window.len(),
        };
        let (word, after) = rest.split_at_checked(indentation + length)?;
        rest = after;
        Some(word)
    })
}
