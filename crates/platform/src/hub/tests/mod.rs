//! The hub through its surface: the page, the stream, a federation elsewhere.

mod page;
mod remote;
mod stream;
