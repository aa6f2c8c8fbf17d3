//! How a project is, why, and how it was.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Slug, Timestamp};

/// How a project is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    sqlx::Type,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Status {
    /// Never heard, or the federation's own link to the mesh is down.
    Unknown,
    Online,
    /// It beats, but something is wrong, or a beat is overdue.
    Degraded,
    /// Silent past the threshold, or it said goodbye.
    Offline,
}

impl Status {
    pub const ALL: [Self; 4] = [Self::Unknown, Self::Online, Self::Degraded, Self::Offline];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Online => "online",
            Self::Degraded => "degraded",
            Self::Offline => "offline",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a project has the status it has.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No beat has ever come.
    NeverHeard,
    /// The federation's own link to the mesh is down: silence proves nothing.
    MeshDown,
    /// No beat for longer than the threshold.
    Silent,
    /// It said goodbye.
    Stopped,
    /// Its beat says that it is not well; `report.reasons` has its words.
    SelfReported,
    /// Its clock is off by more than the allowance.
    ClockSkew,
    /// It beats, but `GET {hub_url}/readyz`, which used to answer, fails.
    ProbeFailed,
    /// It reports another `hub_url` than the catalog has. Does not degrade.
    UrlDiffers,
}

impl Reason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeverHeard => "never_heard",
            Self::MeshDown => "mesh_down",
            Self::Silent => "silent",
            Self::Stopped => "stopped",
            Self::SelfReported => "self_reported",
            Self::ClockSkew => "clock_skew",
            Self::ProbeFailed => "probe_failed",
            Self::UrlDiffers => "url_differs",
        }
    }

    /// The reason in words people read.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NeverHeard => "no beat yet",
            Self::MeshDown => "the federation has lost the mesh",
            Self::Silent => "no beat when one was due",
            Self::Stopped => "said goodbye",
            Self::SelfReported => "says so itself",
            Self::ClockSkew => "its clock is off",
            Self::ProbeFailed => "beats, but its /readyz fails",
            Self::UrlDiffers => "reports another address",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A change of status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Transition {
    pub at: Timestamp,
    pub from: Status,
    pub to: Status,
    pub reasons: Vec<Reason>,
}

/// `GET /api/fed/projects/{slug}/history`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct History {
    /// Newest first.
    pub transitions: Vec<Transition>,
    /// Oldest day first.
    pub uptime: Vec<DayUptime>,
}

/// One day (UTC) of a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DayUptime {
    /// `2026-01-31`.
    pub day: String,
    /// Part of the known time spent online or degraded, 0 to 1; absent when nothing is known.
    pub uptime: Option<f64>,
    pub online_seconds: f64,
    pub degraded_seconds: f64,
    pub offline_seconds: f64,
    pub unknown_seconds: f64,
}

/// `GET /api/fed/uptime`: how one project was of late.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProjectUptime {
    pub slug: Slug,
    /// Part of the known time spent online or degraded, 0 to 1; absent when nothing is known.
    pub uptime: Option<f64>,
    /// Oldest first; the last one is not over.
    pub hours: Vec<HourUptime>,
}

/// One hour of a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HourUptime {
    pub from: Timestamp,
    /// The worst it was: offline, degraded, online, and unknown when nothing else is known.
    pub worst: Status,
    /// Part of the hour spent online or degraded, 0 to 1.
    pub online: f64,
}
