//! The real binary, run as people run it.

#[cfg(test)]
mod check;
#[cfg(test)]
mod exits;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod grants;
#[cfg(test)]
mod help;
#[cfg(test)]
mod instances;
#[cfg(test)]
mod knowledge;
#[cfg(test)]
mod mcp;
#[cfg(test)]
mod repositories;
#[cfg(test)]
mod server;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod support;
#[cfg(test)]
mod up;
