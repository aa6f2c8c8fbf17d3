//! Instances through HTTP, with real processes.

mod asking;
mod driven;
mod killed;
mod ready;
mod rig;
