//! Whatever a document does to the process that reads it costs that document and no other.
//!
//! This program is both sides: run with `child` it reads documents, else it runs the claims, by
//! the names and options that test runners use.

#[cfg(test)]
mod claims;

use std::io::{self, Write, stdin, stdout};

use claims::{CLAIMS, obedient_count};
use retrieval::extract::worker::serve;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_given = |argument: &str| arguments.iter().any(|given| given == argument);
    if is_given("child") {
        return serve(stdin().lock(), stdout().lock(), &obedient_count);
    }
    if is_given("--list") {
        let listed = CLAIMS.iter().filter(|_| !is_given("--ignored"));
        return listed.into_iter().try_for_each(|(name, _)| writeln!(stdout(), "{name}: test"));
    }
    let is_one_named = CLAIMS.iter().any(|(name, _)| is_given(name));
    for (name, claim) in CLAIMS {
        if !is_one_named || is_given(name) {
            claim();
        }
    }
    Ok(())
}
