//! Subjects and the patterns that select them.
//!
//! A subject is tokens joined by `.`; in a pattern `*` stands for exactly one token and a final
//! `>` for one or more. See <https://docs.nats.io/nats-concepts/subjects>.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use crate::Error;

const MAX_LENGTH: usize = 255;

/// Where a message goes. Cheap to clone.
///
/// The text is the client library's own buffer: a received subject is a slice of what was read
/// from the socket, so a subscription copies nothing. Such a subject is taken as the server
/// routed it, unchecked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject(async_nats::Subject);

impl Subject {
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.0.as_str().split('.')
    }

    pub(crate) fn received(subject: async_nats::Subject) -> Self {
        Self(subject)
    }

    pub(crate) fn to_nats(&self) -> async_nats::Subject {
        self.0.clone()
    }
}

impl Hash for Subject {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl FromStr for Subject {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        check(text)?;
        if text.contains(['*', '>']) {
            return Err(invalid(text, "wildcards are for patterns"));
        }
        Ok(Self(text.into()))
    }
}

/// Which subjects. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Pattern(Arc<str>);

impl Pattern {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.0.split('.')
    }

    /// Whether `subject`, a concrete one, is selected. Allocates nothing.
    pub fn matches(&self, subject: &str) -> bool {
        let mut tokens = subject.split('.');
        for expected in self.tokens() {
            match (expected, tokens.next()) {
                (_, None | Some("")) => return false,
                (">", Some(_)) => return true,
                ("*", Some(_)) => {}
                (expected, Some(token)) if expected == token => {}
                (_, Some(_)) => return false,
            }
        }
        tokens.next().is_none()
    }

    /// Whether some subject is selected by both.
    pub fn overlaps(&self, other: &Self) -> bool {
        let mut theirs = other.tokens();
        for ours in self.tokens() {
            match (ours, theirs.next()) {
                (">", Some(_)) | (_, Some(">")) => return true,
                (ours, Some(theirs)) if ours == "*" || theirs == "*" || ours == theirs => {}
                (_, Some(_) | None) => return false,
            }
        }
        theirs.next().is_none()
    }
}

impl FromStr for Pattern {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        check(text)?;
        let mut tokens = text.split('.').peekable();
        while let Some(token) = tokens.next() {
            if token == ">" && tokens.peek().is_some() {
                return Err(invalid(text, "`>` stands only at the end"));
            }
            // NATS takes `a*` as a literal token; whoever writes it means something else.
            if token.len() > 1 && token.contains(['*', '>']) {
                return Err(invalid(text, "a wildcard is a whole token"));
            }
        }
        Ok(Self(text.into()))
    }
}

impl From<&Subject> for Pattern {
    fn from(subject: &Subject) -> Self {
        Self(subject.as_str().into())
    }
}

fn check(text: &str) -> Result<(), Error> {
    if text.len() > MAX_LENGTH {
        return Err(invalid(text, "longer than 255 bytes"));
    }
    if text.split('.').any(str::is_empty) {
        return Err(invalid(text, "empty token"));
    }
    if text.contains(|char: char| char.is_whitespace() || char.is_control()) {
        return Err(invalid(text, "white space or control character"));
    }
    Ok(())
}

fn invalid(text: &str, reason: &'static str) -> Error {
    // A hostile text is not repeated at length.
    Error::InvalidSubject { text: text.chars().take(MAX_LENGTH).collect(), reason }
}

macro_rules! text {
    ($type:ident) => {
        impl TryFrom<&str> for $type {
            type Error = Error;

            fn try_from(text: &str) -> Result<Self, Error> {
                text.parse()
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }
    };
}

text!(Subject);
text!(Pattern);
