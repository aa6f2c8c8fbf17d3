//! The roles a process can play.

use std::fmt;
use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// The page people use.
    Hub,
    /// The catalog and its beats.
    Federation,
    /// Serves projects and beats for them.
    Instance,
    /// Relays events and runs jobs.
    Worker,
}

impl Service {
    pub const ALL: [Self; 4] = [Self::Hub, Self::Federation, Self::Instance, Self::Worker];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hub => "hub",
            Self::Federation => "federation",
            Self::Instance => "instance",
            Self::Worker => "worker",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no service; there are hub, federation, instance and worker")]
pub struct InvalidService(String);

impl FromStr for Service {
    type Err = InvalidService;

    fn from_str(text: &str) -> Result<Self, InvalidService> {
        let named = |service: &Self| service.as_str() == text;
        Self::ALL.into_iter().find(named).ok_or_else(|| InvalidService(text.to_owned()))
    }
}
