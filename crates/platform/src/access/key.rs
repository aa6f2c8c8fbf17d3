//! An API key: `cck_<id>_<secret><checksum>`.

use std::fmt;

use ring::digest::{SHA256, digest};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use wire::KeyId;

use crate::ground::hex;
pub(crate) use crate::ground::hex::random as random_hex;

const PREFIX: &str = "cck_";
const CHECKSUM_DIGITS: usize = 8;

/// The SHA-256 of a whole key: all that is stored. A key is random, so no salt is needed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct KeyHash([u8; 32]);

impl KeyHash {
    pub(super) fn of(text: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        Self(hash)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(super) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Compares in the same time whatever differs.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// Even a hash stays out of logs.
impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash")
    }
}

/// A fresh key with its id.
pub(super) fn generate() -> anyhow::Result<(KeyId, SecretString)> {
    let id = KeyId::new();
    let secret = random_hex()?;
    let body = format!("{PREFIX}{}_{}", id.uuid().simple(), secret.expose_secret());
    Ok((id, SecretString::from(format!("{body}{}", checksum(&body)))))
}

/// The id in `text` when it is a key of ours, typed without a mistake.
pub(super) fn parse_id(text: &str) -> Option<KeyId> {
    let (body, sum) = text.split_at_checked(text.len().checked_sub(CHECKSUM_DIGITS)?)?;
    let (id, secret) = body.strip_prefix(PREFIX)?.split_once('_')?;
    let well_formed = secret.len() == hex::RANDOM_BYTES * 2 && checksum(body) == sum;
    Uuid::try_parse(id).ok().filter(|_| well_formed).map(KeyId::from_uuid)
}

/// Tells a mistyped key from a wrong one, and lets scanners find leaked ones.
fn checksum(body: &str) -> String {
    hex::encode(
        digest(&SHA256, body.as_bytes()).as_ref().get(..CHECKSUM_DIGITS / 2).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_key_names_its_id() {
        let (id, key) = generate().unwrap();
        assert_eq!(parse_id(key.expose_secret()), Some(id));
    }

    #[test]
    fn a_mistyped_key_is_none_of_ours() {
        let (_, key) = generate().unwrap();
        let text = key.expose_secret();
        let other = if text.ends_with('0') { "1" } else { "0" };
        let mistyped = format!("{}{other}", &text[..text.len() - 1]);
        for text in [mistyped.as_str(), "", "cck_", "cck__", "é", "cck_x_y12345678"] {
            assert_eq!(parse_id(text), None, "{text}");
        }
    }
}
