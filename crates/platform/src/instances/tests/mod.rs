//! Instances through HTTP, with real processes.

mod asking;
#[cfg(feature = "docker-tests")]
mod containers;
mod driven;
mod killed;
mod ready;
mod rig;
