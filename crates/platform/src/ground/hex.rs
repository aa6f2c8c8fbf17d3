//! Bytes as hexadecimal digits.

use anyhow::Context;
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::SecretString;

/// How many bytes a random text stands for.
pub(crate) const RANDOM_BYTES: usize = 32;

pub(crate) fn encode(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// 32 random bytes in hex: a token that cannot be guessed.
pub(crate) fn random() -> anyhow::Result<SecretString> {
    let mut bytes = [0; RANDOM_BYTES];
    SystemRandom::new().fill(&mut bytes).ok().context("the system gives no random bytes")?;
    Ok(SecretString::from(encode(&bytes)))
}

/// The bytes that `digits` stand for; `None` where they are no digits, or half a byte is left over.
pub(crate) fn decode(digits: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).ok().filter(|it| it.len() == 2)?;
        let is_digits = pair.iter().all(u8::is_ascii_hexdigit);
        u8::from_str_radix(text, 16).ok().filter(|_| is_digits)
    };
    digits.as_bytes().chunks(2).map(byte).collect()
}
