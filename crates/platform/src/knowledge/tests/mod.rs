//! The knowledge base through its routes.

mod sources;
