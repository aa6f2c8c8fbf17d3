//! How a command ends, and what is said when it ends badly.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use client::Error;

use crate::table::plain;

pub(crate) type Result<T = Exit, E = Failure> = std::result::Result<T, E>;

/// The exit codes scripts rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Ok = 0,
    CheckFailed = 1,
    Usage = 2,
    NotAllowed = 3,
    NotFound = 4,
    Unavailable = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do what it was asked. Said once, on stderr, with what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
    details: Vec<String>,
    hints: Vec<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self { exit, message: message.to_string(), details: Vec::new(), hints: Vec::new() }
    }

    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self::new(Exit::Usage, message)
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hints.push(hint.to_string());
        self
    }

    /// Says where it happened: `catalog-info.yaml: …`.
    #[must_use]
    pub(crate) fn within(mut self, place: impl fmt::Display) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }

    #[must_use]
    pub(crate) fn details(mut self, details: impl IntoIterator<Item: fmt::Display>) -> Self {
        self.details.extend(details.into_iter().map(|it| it.to_string()));
        self
    }

    /// Prints it, and gives the code to exit with. A reader that went away is no failure.
    pub(crate) fn report(&self) -> ExitCode {
        if !self.message.is_empty() {
            // Nobody is left to tell when stderr itself is gone.
            self.print().ok();
        }
        self.exit.into()
    }

    /// All of it in one text, for who does not see stderr.
    pub(crate) fn words(&self) -> String {
        let details = self.details.iter().cloned();
        let hints = self.hints.iter().map(|hint| format!("hint: {hint}"));
        let parts: Vec<String> =
            std::iter::once(self.message.clone()).chain(details).chain(hints).collect();
        parts.join("; ")
    }

    fn print(&self) -> io::Result<()> {
        let (red, cyan) = (bold(AnsiColor::Red), bold(AnsiColor::Cyan));
        let mut stderr = anstream::stderr().lock();
        writeln!(stderr, "{red}error:{red:#} {}", plain(&self.message))?;
        for detail in &self.details {
            writeln!(stderr, "  {}", plain(detail))?;
        }
        for hint in &self.hints {
            writeln!(stderr, "{cyan}hint:{cyan:#} {}", plain(hint))?;
        }
        Ok(())
    }
}

fn bold(color: AnsiColor) -> Style {
    color.on_default().bold()
}

/// Help and version are answers, everything else clap says is a wrong use.
pub(crate) fn report_usage(error: &clap::Error) -> ExitCode {
    error.print().ok();
    if error.use_stderr() { Exit::Usage.into() } else { Exit::Ok.into() }
}

/// `error` and what lies at its root; the layers between say nothing a person can use.
fn with_root(error: &(dyn std::error::Error + 'static)) -> String {
    let root = std::iter::successors(error.source(), |it| it.source()).last();
    root.map_or_else(|| error.to_string(), |root| format!("{error}: {root}"))
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let failure = Self::new(exit_of(&error), with_root(&error));
        let failure = failure.details(error.problem().into_iter().flat_map(|it| &it.errors));
        match hint_for(&error) {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

fn exit_of(error: &Error) -> Exit {
    match error {
        Error::Unavailable { .. } | Error::Later { .. } => Exit::Unavailable,
        Error::NotAllowed(_) => Exit::NotAllowed,
        Error::NotFound(_) => Exit::NotFound,
        Error::Invalid(_) | Error::Address(_) | Error::UnreadableKey => Exit::Usage,
        Error::Problem(_) | Error::Decode { .. } | Error::Tls(_) | Error::Setup(_) => {
            Exit::CheckFailed
        }
    }
}

fn hint_for(error: &Error) -> Option<String> {
    match error {
        Error::Unavailable { .. } => Some(
            "start a server with `commandcenter up`, or name one with --server URL".to_owned(),
        ),
        Error::NotAllowed(problem) if problem.status == 401 => Some(
            "give a key with --key-file FILE or in COMMANDCENTER_KEY; the first one stands in admin.key in the data directory"
                .to_owned(),
        ),
        Error::NotAllowed(_) => Some(
            "name another key with --key-file FILE; `commandcenter keys list` shows what each may do"
                .to_owned(),
        ),
        Error::Later { after: Some(after), .. } => {
            Some(format!("try again in {} s", after.as_secs()))
        }
        Error::Decode { .. } => {
            Some("is it a CommandCenter server, and of this version?".to_owned())
        }
        Error::Problem(problem) => {
            let id = problem.request_id.as_deref()?;
            Some(format!("the server's log has it under request {id}"))
        }
        Error::NotFound(_)
        | Error::Invalid(_)
        | Error::Later { .. }
        | Error::Address(_)
        | Error::UnreadableKey
        | Error::Tls(_)
        | Error::Setup(_) => None,
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(Exit::Ok, "");
        }
        Self::new(Exit::CheckFailed, error)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Error>() {
            Ok(error) => error.into(),
            Err(error) => Self::new(Exit::CheckFailed, format!("{error:#}")),
        }
    }
}
