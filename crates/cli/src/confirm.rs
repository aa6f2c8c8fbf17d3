//! Asking before something is gone.

use std::io::{IsTerminal, Write};

use crate::failure::{Failure, Result};

/// How sure the caller says to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consent {
    /// `--yes`.
    Given,
    Ask,
}

impl From<bool> for Consent {
    fn from(yes: bool) -> Self {
        if yes { Self::Given } else { Self::Ask }
    }
}

/// Has `word` typed on a terminal. Without one nobody is asked, and nothing is done.
pub(crate) fn confirm(consent: Consent, what: &str, word: &str) -> Result<()> {
    if consent == Consent::Given {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::usage(format!("{what} must be confirmed"))
            .hint("add --yes when no one is there to ask"));
    }
    let mut stderr = anstream::stderr().lock();
    write!(stderr, "{what} cannot be undone. Type {word} to go on: ")?;
    stderr.flush()?;
    let mut typed = String::new();
    std::io::stdin().read_line(&mut typed)?;
    if typed.trim() == word {
        return Ok(());
    }
    Err(Failure::usage("that is something else; nothing was done"))
}
