//! Reads a beat: flat JSON from a stranger, judged field by field.
//!
//! [`wire::federation::Beat`] is what an instance writes; this reads the same names without
//! copying, keeps what it does not know, and says why it refuses.

mod fields;
mod strict;

use std::borrow::Cow;
use std::fmt;

use prometheus_client::encoding::EncodeLabelValue;
use serde_json::Value;
use wire::federation::{Report, SelfStatus};
use wire::{Slug, Timestamp};

use fields::{Fields, Slugish, Text};
use strict::{DUPLICATE, Strict};

/// The largest payload, in bytes.
pub(in crate::federation) const MAX_BYTES: usize = 64 * 1024;

/// Where beats are published, followed by the slug.
pub(in crate::federation) const SUBJECT: &str = "hub.presence.";

/// Why a beat does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Not on `hub.presence.<slug>`.
    ForeignSubject,
    TooLarge,
    NotJson,
    /// No JSON object, a field missing or of the wrong type.
    BadType,
    BadSlug,
    /// `mesh_namespace` is not `hub.<slug>`.
    NamespaceMismatch,
    /// Published under another project's subject.
    SubjectMismatch,
    BadTimestamp,
    BadUrl,
    /// Missing or wrong where the project has a registered key.
    BadSignature,
    /// A timestamp or number that does not advance.
    Replay,
}

impl Refusal {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ForeignSubject => "foreign_subject",
            Self::TooLarge => "too_large",
            Self::NotJson => "not_json",
            Self::BadType => "bad_type",
            Self::BadSlug => "bad_slug",
            Self::NamespaceMismatch => "namespace_mismatch",
            Self::SubjectMismatch => "subject_mismatch",
            Self::BadTimestamp => "bad_timestamp",
            Self::BadUrl => "bad_url",
            Self::BadSignature => "bad_signature",
            Self::Replay => "replay",
        }
    }
}

impl EncodeLabelValue for Refusal {
    fn encode(
        &self,
        encoder: &mut prometheus_client::encoding::LabelValueEncoder<'_>,
    ) -> fmt::Result {
        EncodeLabelValue::encode(&self.as_str(), encoder)
    }
}

/// A beat that reads well. Whether it counts is for the [`Board`](super::board::Board) to say.
#[derive(Debug, PartialEq)]
pub struct Beat<'a> {
    pub slug: Cow<'a, str>,
    pub timestamp: Option<Timestamp>,
    pub seq: Option<u64>,
    pub status: SelfStatus,
    pub report: Report,
}

/// Reads the beat published on `subject`.
#[inline]
pub fn parse<'a>(subject: &str, payload: &'a [u8]) -> Result<Beat<'a>, Refusal> {
    let token = subject.strip_prefix(SUBJECT).filter(|rest| !rest.contains('.'));
    let token = token.ok_or(Refusal::ForeignSubject)?;
    if payload.len() > MAX_BYTES {
        return Err(Refusal::TooLarge);
    }
    let fields: Fields<'a> = serde_json::from_slice(payload).map_err(|error| classify(&error))?;
    fields.judge(token)
}

/// The payload as a value, for checking its signature.
pub(in crate::federation) fn to_value(payload: &[u8]) -> Option<Value> {
    serde_json::from_slice::<Strict>(payload).ok().map(|strict| strict.0)
}

fn classify(error: &serde_json::Error) -> Refusal {
    if error.is_data() && !error.to_string().starts_with(DUPLICATE) {
        Refusal::BadType
    } else {
        Refusal::NotJson
    }
}

impl<'a> Fields<'a> {
    #[inline]
    fn judge(self, token: &str) -> Result<Beat<'a>, Refusal> {
        let slug = match self.project_slug {
            None => return Err(Refusal::BadType),
            Some(Slugish::Other) => return Err(Refusal::BadSlug),
            Some(Slugish::Text(text)) => fold(text).ok_or(Refusal::BadSlug)?,
        };
        if *slug != *token {
            return Err(Refusal::SubjectMismatch);
        }
        let own = |namespace: &Text<'_>| namespace.0.strip_prefix("hub.") == Some(&*slug);
        if self.mesh_namespace.as_ref().is_some_and(|namespace| !own(namespace)) {
            return Err(Refusal::NamespaceMismatch);
        }
        let timestamp = self.timestamp.map(|text| text.0.parse()).transpose();
        let timestamp = timestamp.map_err(|_| Refusal::BadTimestamp)?;
        if self.hub_url.as_ref().is_some_and(|url| !is_http(&url.0)) {
            return Err(Refusal::BadUrl);
        }
        Ok(Beat {
            slug,
            timestamp,
            seq: self.seq,
            status: self.status.unwrap_or_default(),
            report: Report {
                version: self.version.map(Text::into_string),
                hub_url: self.hub_url.map(Text::into_string),
                instance_id: self.instance_id.map(Text::into_string),
                reasons: self.reasons,
                services: self.services,
                counts: self.counts,
                extra: self.extra,
            },
        })
    }
}

/// `http://host` or `https://host`, by its shape: it is compared and shown, not called.
#[inline]
fn is_http(url: &str) -> bool {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    rest.is_some_and(|rest| {
        rest.starts_with(|first: char| first.is_alphanumeric() || first == '[')
            && !url.contains(|letter: char| letter.is_whitespace() || letter.is_control())
    })
}

#[inline]
fn fold(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    match text {
        Cow::Borrowed(text) => Slug::fold(text),
        Cow::Owned(text) => Slug::fold(&text).map(|slug| Cow::Owned(slug.into_owned())),
    }
}
