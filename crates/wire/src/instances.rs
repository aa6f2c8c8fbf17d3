//! Instances of projects that a hub runs.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{JobId, ManagedInstanceId, Slug, Timestamp};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[sqlx(type_name = "text", rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = InvalidWord;

            fn from_str(text: &str) -> Result<Self, InvalidWord> {
                let named = |it: &&Self| it.as_str() == text;
                let found = Self::ALL.iter().find(named).copied();
                found.ok_or_else(|| InvalidWord {
                    given: text.to_owned(),
                    known: [$($word),+].join(", "),
                })
            }
        }
    )+};
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is none of {known}")]
pub struct InvalidWord {
    given: String,
    known: String,
}

words! {
    /// How an instance is, taken together.
    InstanceState {
        /// Made, and never started.
        Created = "created",
        /// On its way, within its patience.
        Starting = "starting",
        Running = "running",
        /// Runs, and does not answer as it should.
        Degraded = "degraded",
        Stopping = "stopping",
        /// Was stopped, or ended by itself and is not to be started again.
        Stopped = "stopped",
        /// One-shot work that ended well.
        Completed = "completed",
        Failed = "failed",
        /// Its driver cannot say.
        Unknown = "unknown",
    }

    /// What an instance answers when it is asked whether it is well.
    InstanceHealth {
        /// Nobody asks.
        None = "none",
        Starting = "starting",
        Healthy = "healthy",
        Unhealthy = "unhealthy",
        /// Asked, and no answer that means anything.
        Unknown = "unknown",
    }

    Wanted {
        Running = "running",
        Stopped = "stopped",
    }

    /// What runs an instance.
    Driver {
        /// A process of the hub's machine that outlives the hub.
        Process = "process",
        /// A container, by the Docker Engine API.
        Docker = "docker",
    }

    /// When an instance that ended by itself is started again.
    Restart {
        Always = "always",
        /// Unless it ended with code 0.
        OnFailure = "on_failure",
        Never = "never",
    }
}

/// What an instance may use at most. Only the docker driver limits.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// At least 6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<u32>,
    /// Above 0; 1.5 is one and a half processors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpus: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pids: Option<u32>,
}

/// Where an instance is found by who operates the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Handle {
    Process { pid: u32 },
    Container { container: String, container_id: String },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Instance {
    pub id: ManagedInstanceId,
    pub project: Slug,
    pub name: Slug,
    pub driver: Driver,
    pub state: InstanceState,
    pub wanted: Wanted,
    /// When it came into this state.
    pub since: Timestamp,
    /// Why it is so, where the state alone does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub health: InstanceHealth,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<Handle>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<String>>,
    /// Values of names that sound secret are `[redacted]`.
    pub environment: BTreeMap<String, String>,
    pub one_shot: bool,
    pub restart: Restart,
    /// How often it was started again by itself since somebody started it.
    pub restarts: u32,
    /// 128 and the signal's number where a signal ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    pub limits: Limits,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// What was asked last, as background work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobId>,
}

/// `POST /api/v1/instances` and `…/plan`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInstance {
    pub project: Slug,
    /// The project's slug and the first free number when absent. Given twice, it is one instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Slug>,
    /// `process` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<Driver>,
    /// The configured one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Program and arguments, no shell; an instance of `commandcenter` that serves the project when
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// Of the configured range; a free one when absent. A command that is given one is asked for
    /// `/readyz` there; without one nothing is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// It ends by itself, and with code 0 all is well.
    #[serde(default)]
    pub one_shot: bool,
    /// `always` when absent, of one-shot work `never`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<Restart>,
    #[serde(default)]
    pub limits: Limits,
}

/// What an instance would be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlannedInstance {
    pub project: Slug,
    pub name: Slug,
    pub driver: Driver,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<String>>,
    pub environment: BTreeMap<String, String>,
    pub one_shot: bool,
    pub restart: Restart,
    pub limits: Limits,
}

/// What would happen. Nothing has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Plan {
    pub instance: PlannedInstance,
    /// In this order.
    pub steps: Vec<String>,
    /// Why it would not work as things are.
    pub conflicts: Vec<String>,
}

/// A line of an instance's output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LogLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    pub stream: LogStream,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogStream {
    Stdout,
    Stderr,
}
