//! What may be changed of a project.

use wire::FieldError;

use super::{from_json, rules};
use crate::ground::document::{Field, Fields, Text};

/// What to change of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Patch {
    pub name: Option<String>,
    pub hub_url: Option<String>,
    pub tags: Option<Vec<String>>,
    pub owner: Change,
    pub description: Change,
    pub allow_fanout: Option<Vec<String>>,
    pub verify_key: Change,
}

/// What to do to a text that may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Change {
    #[default]
    Keep,
    Clear,
    Set(String),
}

impl Change {
    pub(crate) fn apply_to(self, text: &mut Option<String>) {
        match self {
            Self::Keep => {}
            Self::Clear => *text = None,
            Self::Set(new) => *text = Some(new),
        }
    }
}

impl Patch {
    /// Reads the body of `PATCH /api/fed/projects/{slug}`.
    pub(crate) fn from_json(bytes: &[u8]) -> Result<Self, Vec<FieldError>> {
        from_json(bytes, Self::read)
    }

    /// Reads one patch. `None` when that added errors.
    pub(crate) fn read(field: Field<'_>, errors: &mut Vec<FieldError>) -> Option<Self> {
        let errors_before = errors.len();
        let mut fields = field.fields(errors)?;
        let patch = Self {
            name: fields.given("name").and_then(|field| field.parse(rules::name, errors)),
            hub_url: fields.given("hub_url").and_then(|field| field.parse(rules::hub_url, errors)),
            tags: fields.given("tags").map(|field| rules::tags(field, errors)),
            owner: change(&mut fields, "owner", rules::owner, errors),
            description: change(&mut fields, "description", rules::description, errors),
            allow_fanout: fields
                .given("allow_fanout")
                .map(|field| rules::allow_fanout(field, errors)),
            verify_key: change(
                &mut fields,
                "verify_key",
                |text| rules::verify_key(text).map(Some),
                errors,
            ),
        };
        if let Some(slug) = fields.given("slug") {
            errors.push(slug.at.error("cannot change: register the project under its new slug"));
        }
        fields.refuse_unknown(errors);
        (errors.len() == errors_before).then_some(patch)
    }
}

fn change(
    fields: &mut Fields<'_>,
    key: &'static str,
    rule: fn(&Text<'_>) -> Result<Option<String>, FieldError>,
    errors: &mut Vec<FieldError>,
) -> Change {
    match fields.given(key) {
        None => Change::Keep,
        Some(field) if field.is_null() => Change::Clear,
        Some(field) => field.parse(rule, errors).flatten().map_or(Change::Clear, Change::Set),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors_of(json: &str) -> Vec<String> {
        let errors = Patch::from_json(json.as_bytes()).unwrap_err();
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_absent_stays() {
        assert_eq!(Patch::from_json(b"{}"), Ok(Patch::default()));
        let mut owner = Some("me".to_owned());
        Change::Keep.apply_to(&mut owner);
        assert_eq!(owner.as_deref(), Some("me"));
    }

    #[test]
    fn null_clears_what_may_be_absent() {
        let patch = Patch::from_json(br#"{"owner": null, "description": " ", "verify_key": null}"#);
        let cleared = Patch {
            owner: Change::Clear,
            description: Change::Clear,
            verify_key: Change::Clear,
            ..Patch::default()
        };
        assert_eq!(patch, Ok(cleared));
        let mut owner = Some("me".to_owned());
        Change::Clear.apply_to(&mut owner);
        assert_eq!(owner, None);
    }

    #[test]
    fn what_the_client_writes_is_what_is_read() {
        let sent = wire::federation::ProjectPatch {
            name: Some(" B ".to_owned()),
            tags: Some(Vec::new()),
            owner: Some(Some("me".to_owned())),
            description: Some(None),
            allow_fanout: Some(vec!["B".to_owned()]),
            ..Default::default()
        };
        let read = Patch {
            name: Some("B".to_owned()),
            tags: Some(Vec::new()),
            owner: Change::Set("me".to_owned()),
            description: Change::Clear,
            allow_fanout: Some(vec!["b".to_owned()]),
            ..Patch::default()
        };
        assert_eq!(Patch::from_json(&serde_json::to_vec(&sent).unwrap()), Ok(read));
        let mut owner = None;
        Change::Set("me".to_owned()).apply_to(&mut owner);
        assert_eq!(owner.as_deref(), Some("me"));
    }

    #[test]
    fn null_clears_nothing_else() {
        assert_eq!(
            errors_of(r#"{"name": null, "hub_url": null, "tags": null, "allow_fanout": null}"#),
            [
                "name: must be text, not null",
                "hub_url: must be text, not null",
                "tags: must be a list: write [] for none",
                "allow_fanout: must be a list: write [] for none",
            ]
        );
    }

    #[test]
    fn what_cannot_change_is_refused() {
        assert_eq!(
            errors_of(r#"{"slug": "b", "status": "online", "hub_ulr": "x", "owner": 5}"#),
            [
                "owner: must be text, not a number",
                "slug: cannot change: register the project under its new slug",
                "status: unknown key 'status'",
                "hub_ulr: unknown key 'hub_ulr', did you mean 'hub_url'?",
            ]
        );
    }
}
