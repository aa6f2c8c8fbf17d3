//! Ed25519 over canonical JSON: who signed a beat or a call can be proved from its bytes.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::Serialize;
use serde_json::Value;

/// The field a signature stands in; it covers everything else.
const SIGNATURE: &str = "signature";

/// A private key. Cannot be printed.
#[derive(Clone)]
pub(crate) struct SigningKey(Arc<Ed25519KeyPair>);

impl SigningKey {
    pub(crate) fn generate() -> anyhow::Result<(Self, Vec<u8>)> {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
            .ok()
            .context("the system gives no random bytes")?;
        Ok((Self::parse(document.as_ref())?, document.as_ref().to_vec()))
    }

    fn parse(pkcs8: &[u8]) -> anyhow::Result<Self> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8)
            .map_err(|error| anyhow::anyhow!("not an Ed25519 key in PKCS#8: {error}"))?;
        Ok(Self(Arc::new(pair)))
    }

    /// Reads the key in `path`, making one first when there is none.
    pub(crate) fn load_or_create(path: &Path) -> anyhow::Result<Self> {
        match std::fs::read(path) {
            Ok(pkcs8) => Self::parse(&pkcs8).with_context(|| format!("in {}", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let (key, pkcs8) = Self::generate()?;
                super::secret_file::write(path, &pkcs8)?;
                Ok(key)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// The public key, base64.
    pub(crate) fn verify_key(&self) -> String {
        BASE64.encode(self.0.public_key())
    }

    /// The signature over the canonical form of `message` without its `signature`, base64.
    pub(crate) fn sign(&self, message: &impl Serialize) -> anyhow::Result<String> {
        let bytes = canonical(serde_json::to_value(message)?)?;
        Ok(BASE64.encode(self.0.sign(&bytes)))
    }
}

/// Whether `message` is signed by the owner of `verify_key` (base64).
pub(crate) fn is_signed_by(verify_key: &str, message: Value) -> bool {
    let signature = message.get(SIGNATURE).and_then(Value::as_str);
    let signature = signature.and_then(|text| BASE64.decode(text).ok());
    let (Some(signature), Ok(key)) = (signature, BASE64.decode(verify_key)) else { return false };
    let Ok(bytes) = canonical(message) else { return false };
    UnparsedPublicKey::new(&ED25519, key).verify(&bytes, &signature).is_ok()
}

/// RFC 8785 without the signature.
fn canonical(mut message: Value) -> anyhow::Result<Vec<u8>> {
    if let Value::Object(fields) = &mut message {
        fields.remove(SIGNATURE);
    }
    Ok(serde_json_canonicalizer::to_vec(&message)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_signature_covers_every_other_field() {
        let (key, _) = SigningKey::generate().unwrap();
        let mut message = json!({ "b": 1, "a": "x" });
        message["signature"] = json!(key.sign(&message).unwrap());

        assert!(is_signed_by(&key.verify_key(), message.clone()));
        message["b"] = json!(2);
        assert!(!is_signed_by(&key.verify_key(), message));
    }

    #[test]
    fn a_missing_or_foreign_signature_is_none() {
        let (key, _) = SigningKey::generate().unwrap();
        let (other, _) = SigningKey::generate().unwrap();
        let mut message = json!({ "a": 1 });
        assert!(!is_signed_by(&key.verify_key(), message.clone()));
        message["signature"] = json!(other.sign(&message).unwrap());
        assert!(!is_signed_by(&key.verify_key(), message));
    }
}
