//! What a grant lets through.

use mesh::{Pattern, Subject};
use wire::grants::{Grant, NewGrant};
use wire::{FieldError, Slug, Timestamp};

use crate::ground::error::{Error, Result};

const MAX_SUBJECTS: usize = 32;
/// What the bus carries, less what stands before it.
const LONGEST_SUBJECT: usize = 190;

/// Why a grant lets a message not through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Denial {
    #[error("the grant was revoked")]
    Revoked,
    #[error("the grant has expired")]
    Expired,
    #[error("the grant does not cover this subject")]
    OtherSubject,
}

/// Whether `grant` lets `subject` through at `now`.
pub(super) fn permit(grant: &Grant, subject: &str, now: Timestamp) -> Result<(), Denial> {
    if grant.revoked_at.is_some() {
        return Err(Denial::Revoked);
    }
    if grant.expires_at.is_some_and(|expires| expires <= now) {
        return Err(Denial::Expired);
    }
    let covers =
        |pattern: &String| pattern.parse::<Pattern>().is_ok_and(|pattern| pattern.matches(subject));
    if grant.subjects.iter().any(covers) { Ok(()) } else { Err(Denial::OtherSubject) }
}

/// Where the instances of `to` hear `subject`.
pub(super) fn address(to: &Slug, subject: &str) -> Result<Subject> {
    let refuse = |words: &str| Error::field("subject", words);
    if subject.len() > LONGEST_SUBJECT {
        return Err(refuse("must be at most 190 bytes"));
    }
    format!("hub.{to}.mesh.{subject}")
        .parse()
        .map_err(|_| refuse("must be words joined by dots, without wildcards"))
}

/// All that the instances of `to` hear.
pub(super) fn everything_to(to: &Slug) -> Result<Pattern, mesh::Error> {
    format!("hub.{to}.mesh.>").parse()
}

pub(super) fn check(new: &NewGrant, now: Timestamp) -> Result<()> {
    let mut errors = Vec::new();
    if new.from == new.to {
        errors.push(FieldError::new("to", "a project needs no grant to speak to itself"));
    }
    if !(1..=MAX_SUBJECTS).contains(&new.subjects.len()) {
        errors.push(FieldError::new("subjects", format!("must name 1 to {MAX_SUBJECTS}")));
    }
    for (place, subject) in new.subjects.iter().enumerate() {
        if subject.len() > LONGEST_SUBJECT || subject.parse::<Pattern>().is_err() {
            let words = "must be words joined by dots; `*` is one word, a final `>` one or more";
            errors.push(FieldError::new(format!("subjects[{place}]"), words));
        }
    }
    if new.expires_at.is_some_and(|expires| expires <= now) {
        errors.push(FieldError::new("expires_at", "must be in the future"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use wire::GrantId;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_767_225_600_000_000);

    fn grant(subjects: &[&str]) -> Grant {
        Grant {
            id: GrantId::new(),
            from: "atlas".parse().unwrap(),
            to: "borealis".parse().unwrap(),
            subjects: subjects.iter().map(|&it| it.to_owned()).collect(),
            expires_at: None,
            created_at: NOW,
            created_by: "key:x".to_owned(),
            revoked_at: None,
        }
    }

    #[test]
    fn a_grant_covers_what_its_patterns_select() {
        let grant = grant(&["report", "knowledge.>", "*.ping"]);
        for (subject, expected) in [
            ("report", Ok(())),
            ("knowledge.search", Ok(())),
            ("knowledge.search.deep", Ok(())),
            ("any.ping", Ok(())),
            ("knowledge", Err(Denial::OtherSubject)),
            ("report.daily", Err(Denial::OtherSubject)),
            ("ping", Err(Denial::OtherSubject)),
        ] {
            assert_eq!(permit(&grant, subject, NOW), expected, "{subject}");
        }
    }

    #[test]
    fn a_grant_ends_at_its_time_and_when_it_is_revoked() {
        let ends = Grant { expires_at: Some(NOW + Duration::from_secs(1)), ..grant(&[">"]) };
        assert_eq!(permit(&ends, "x", NOW), Ok(()));
        assert_eq!(permit(&ends, "x", NOW + Duration::from_secs(1)), Err(Denial::Expired));
        let revoked = Grant { revoked_at: Some(NOW), ..ends };
        assert_eq!(permit(&revoked, "x", NOW), Err(Denial::Revoked));
    }

    #[test]
    fn a_subject_cannot_lead_out_of_its_project() {
        let to = "borealis".parse().unwrap();
        assert_eq!(address(&to, "report").unwrap().as_str(), "hub.borealis.mesh.report");
        for subject in ["", ">", "*", "a.*", "a..b", "a b", "a\r\nPUB x 0", &"a".repeat(191)] {
            assert!(address(&to, subject).is_err(), "{subject:?}");
        }
    }
}
