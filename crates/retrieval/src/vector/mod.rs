//! The vector leg: cosine similarity of unit vectors.

pub(crate) mod codes;
pub(crate) mod dot;
pub(crate) mod memory;

use half::f16;

/// Vectors are stored in half precision: a component of a unit vector is off by at most 2⁻¹², a
/// cosine by less than 0.0005.
pub(crate) fn to_bytes(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|value| f16::from_f32(*value).to_le_bytes()).collect()
}

pub(crate) fn from_bytes(bytes: &[u8]) -> Vec<f16> {
    let (pairs, _) = bytes.as_chunks::<2>();
    pairs.iter().map(|pair| f16::from_le_bytes(*pair)).collect()
}
