//! A whole application per test.
