//! How a record lies in the file, so that a torn or rotten one is told from a whole one.
//!
//! ```text
//! file    magic, frames
//! frame   length of the body: u32, CRC-32 of the body: u32, body       (little endian)
//! body    length of the JSON: u32, JSON, payload
//! ```

use std::io;

use super::checksum::crc32;
use super::record::Record;

/// The last but one byte is the version.
pub(super) const MAGIC: &[u8; 8] = b"CCMESH\x01\n";

pub(super) fn encode(record: &Record, payload: &[u8]) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(record)?;
    let length = |bytes: usize| u32::try_from(bytes).map_err(io::Error::other);
    let mut body = Vec::with_capacity(4 + json.len() + payload.len());
    body.extend_from_slice(&length(json.len())?.to_le_bytes());
    body.extend_from_slice(&json);
    body.extend_from_slice(payload);

    let mut frame = Vec::with_capacity(8 + body.len());
    frame.extend_from_slice(&length(body.len())?.to_le_bytes());
    frame.extend_from_slice(&crc32(&body).to_le_bytes());
    frame.extend_from_slice(&body);
    Ok(frame)
}

/// The next whole frame's body, and what follows it.
pub(super) fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = number(bytes)?;
    let (checksum, rest) = number(rest)?;
    let (body, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    // Empty is what zeros after a power failure look like.
    (!body.is_empty() && crc32(body) == checksum).then_some((body, rest))
}

pub(super) fn decode(body: &[u8]) -> io::Result<(Record<'_>, &[u8])> {
    let parts = number(body)
        .and_then(|(length, rest)| rest.split_at_checked(usize::try_from(length).ok()?));
    let (json, payload) = parts.ok_or(io::ErrorKind::InvalidData)?;
    Ok((serde_json::from_slice(json)?, payload))
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_le_bytes(*number), rest))
}
