//! The one grammar of slugs: `[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?`.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

/// A project's name on the wire, in files and in URLs: 1 to 50 of `a-z`, `0-9` and inner `-`.
/// Upper case is folded, everything else is refused.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, sqlx::Type, utoipa::ToSchema)]
#[serde(transparent)]
#[sqlx(transparent)]
#[schema(value_type = String, pattern = "^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$", example = "atlas")]
pub struct Slug(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a slug is 1 to 50 of a-z, 0-9 and inner '-', {0:?} is not")]
pub struct InvalidSlug(String);

impl Slug {
    /// The longest slug, in bytes.
    pub const MAX_LEN: usize = 50;

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `text` as a slug would spell it, or `None` when it is none. Allocates only to fold.
    pub fn fold(text: &str) -> Option<Cow<'_, str>> {
        let bytes = text.as_bytes();
        let inner = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        let ends_well = |end: Option<&u8>| end.is_some_and(u8::is_ascii_alphanumeric);
        if bytes.len() > Self::MAX_LEN
            || !ends_well(bytes.first())
            || !ends_well(bytes.last())
            || !bytes.iter().all(inner)
        {
            return None;
        }
        if bytes.iter().any(u8::is_ascii_uppercase) {
            return Some(Cow::Owned(text.to_ascii_lowercase()));
        }
        Some(Cow::Borrowed(text))
    }
}

impl FromStr for Slug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, InvalidSlug> {
        let excerpt = || text.chars().take(60).collect();
        Self::fold(text).map(|slug| Self(slug.into_owned())).ok_or_else(|| InvalidSlug(excerpt()))
    }
}

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl AsRef<str> for Slug {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Slug {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_the_grammar_says_is_a_slug(text in "[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?") {
            let slug: Slug = text.parse().unwrap();
            prop_assert_eq!(slug.as_str(), text);
        }

        #[test]
        fn a_folded_slug_obeys_the_grammar(text in "[A-Za-z0-9_.é -]{0,60}") {
            if let Ok(slug) = text.parse::<Slug>() {
                prop_assert!(slug.as_str().len() <= Slug::MAX_LEN);
                prop_assert!(slug.as_str().bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')));
                prop_assert!(!slug.as_str().starts_with('-') && !slug.as_str().ends_with('-'));
            }
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let long = "a".repeat(51);
        for text in ["", "-", "a-", "-a", "a_b", "é", "a b", "a.b", "a\n", long.as_str()] {
            assert!(text.parse::<Slug>().is_err(), "{text:?}");
        }
    }
}
