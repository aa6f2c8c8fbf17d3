//! Background work for those outside: what waits, what runs, what was given up.

mod api;
#[cfg(test)]
mod tests;

pub(crate) use api::routes;
