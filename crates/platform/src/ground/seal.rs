//! Secrets that are kept in the database, which alone must not be enough to read them.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, ensure};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};

use super::secret_file;

const KEY_LENGTH: usize = 32;

/// A key of this installation. Cannot be printed.
pub(crate) struct SealingKey(LessSafeKey);

impl SealingKey {
    /// Reads the key in `path`, making one first when there is none.
    pub(crate) fn load_or_create(path: &Path) -> anyhow::Result<Self> {
        match std::fs::read(path) {
            Ok(bytes) => Self::of(&bytes).with_context(|| format!("in {}", path.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let bytes = random::<KEY_LENGTH>()?;
                secret_file::write(path, &bytes)?;
                Self::of(&bytes)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    fn of(bytes: &[u8]) -> anyhow::Result<Self> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).ok().context("not a key of 32 bytes")?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// `secret`, to be opened for the same `purpose` alone. A nonce is random, which is sound for
    /// 2³² secrets of one key (NIST SP 800-38D, 8.3).
    pub(crate) fn seal(&self, purpose: &str, secret: &SecretString) -> anyhow::Result<Vec<u8>> {
        let nonce = random::<NONCE_LEN>()?;
        let mut sealed = secret.expose_secret().as_bytes().to_vec();
        let purpose = Aad::from(purpose.as_bytes());
        let at = Nonce::assume_unique_for_key(nonce);
        self.0.seal_in_place_append_tag(at, purpose, &mut sealed).ok().context("cannot seal")?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    pub(crate) fn open(&self, purpose: &str, sealed: &[u8]) -> anyhow::Result<SecretString> {
        ensure!(sealed.len() > NONCE_LEN, "too short to be sealed");
        let (nonce, sealed) = sealed.split_at(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok().context("not a nonce")?;
        let mut sealed = sealed.to_vec();
        let opened = self.0.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut sealed);
        let opened = opened.ok().context("sealed with another key, or for another purpose")?;
        Ok(SecretString::from(std::str::from_utf8(opened)?))
    }
}

fn random<const LENGTH: usize>() -> anyhow::Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    SystemRandom::new().fill(&mut bytes).ok().context("the system gives no random bytes")?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_opens_with_its_key_for_its_purpose_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        let secret = SecretString::from("hush");
        let sealed = SealingKey::load_or_create(&path).unwrap().seal("one", &secret).unwrap();
        assert!(!sealed.windows(4).any(|it| it == b"hush"));

        let key = SealingKey::load_or_create(&path).unwrap();
        assert_eq!(key.open("one", &sealed).unwrap().expose_secret(), "hush");
        assert_ne!(key.seal("one", &secret).unwrap(), sealed);
        assert!(key.open("two", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert!(key.open("one", &damaged).is_err(), "{at}");
        }
        assert!(key.open("one", &sealed[..NONCE_LEN]).is_err());
        let other = SealingKey::load_or_create(&folder.path().join("b.key")).unwrap();
        assert!(other.open("one", &sealed).is_err());
    }

    #[test]
    fn the_key_is_for_its_owner_and_a_damaged_one_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        SealingKey::load_or_create(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, "short").unwrap();
        assert!(SealingKey::load_or_create(&path).is_err());
    }
}
