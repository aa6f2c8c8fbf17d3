//! Turns texts into vectors.
