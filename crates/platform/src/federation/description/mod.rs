//! What may be said of a project, by a file, a request or Backstage: one set of rules for all.

use std::collections::BTreeMap;

use wire::{FieldError, Slug};

use crate::ground::document::{self, Field};

mod patch;
pub(super) mod rules;

pub(crate) use patch::Patch;

/// A project as somebody describes it, valid and folded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "the names of the wire")]
pub(crate) struct Description {
    pub slug: Slug,
    pub name: String,
    pub hub_url: String,
    /// In the order given, without repeats.
    pub tags: Vec<String>,
    pub owner: Option<String>,
    pub description: Option<String>,
    /// Folded slugs without repeats, or `*` alone.
    pub allow_fanout: Vec<String>,
    pub annotations: BTreeMap<String, String>,
    /// Ed25519, base64 of its 32 bytes.
    pub verify_key: Option<String>,
}

impl Description {
    /// Reads the body of `POST /api/fed/projects`.
    pub(crate) fn from_json(bytes: &[u8]) -> Result<Self, Vec<FieldError>> {
        from_json(bytes, Self::read)
    }

    /// Reads one project. `None` when that added errors.
    pub(crate) fn read(field: Field<'_>, errors: &mut Vec<FieldError>) -> Option<Self> {
        let errors_before = errors.len();
        let mut fields = field.fields(errors)?;
        let slug =
            fields.required("slug", errors).and_then(|field| field.parse(rules::slug, errors));
        let name =
            fields.required("name", errors).and_then(|field| field.parse(rules::name, errors));
        let hub_url = fields
            .required("hub_url", errors)
            .and_then(|field| field.parse(rules::hub_url, errors));
        if let Some(namespace) = fields.optional("mesh_namespace") {
            namespace.parse(|text| rules::check_namespace(text, slug.as_ref()), errors);
        }
        let tags = fields.optional("tags").map(|field| rules::tags(field, errors));
        let owner = fields.optional("owner").and_then(|field| field.parse(rules::owner, errors));
        let description = fields
            .optional("description")
            .and_then(|field| field.parse(rules::description, errors));
        let senders =
            fields.optional("allow_fanout").map(|field| rules::allow_fanout(field, errors));
        let annotations =
            fields.optional("annotations").map(|field| rules::annotations(field, errors));
        let verify_key =
            fields.optional("verify_key").and_then(|field| field.parse(rules::verify_key, errors));
        fields.refuse_unknown(errors);
        if errors.len() > errors_before {
            return None;
        }
        Some(Self {
            slug: slug?,
            name: name?,
            hub_url: hub_url?,
            tags: tags.unwrap_or_default(),
            owner: owner.flatten(),
            description: description.flatten(),
            allow_fanout: senders.unwrap_or_default(),
            annotations: annotations.unwrap_or_default(),
            verify_key,
        })
    }
}

fn from_json<T>(
    bytes: &[u8],
    read: fn(Field<'_>, &mut Vec<FieldError>) -> Option<T>,
) -> Result<T, Vec<FieldError>> {
    let root = document::from_json(bytes).map_err(|error| vec![error])?;
    let mut errors = Vec::new();
    read(Field::root(&root), &mut errors).ok_or_else(|| document::in_order(errors))
}

#[cfg(test)]
pub(super) mod testing {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::*;

    /// Any description a project may have.
    pub(in crate::federation) fn any_description() -> impl Strategy<Value = Description> {
        let line = "\\S(\\PC{0,30}\\S)?".prop_filter("one line", |line| {
            !line.contains(char::is_control) && line.trim() == line.as_str()
        });
        let text =
            "\\PC{1,20}(\\n[\\PC:#'\"~-]{0,20}){0,3}".prop_map(|text| text.trim().to_owned());
        let text = text.prop_filter("not blank", |text| !text.is_empty());
        let slug = "[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?";
        let tags = vec(line.clone(), 0..4).prop_map(without_repeats);
        let senders =
            prop_oneof![Just(vec!["*".to_owned()]), vec(slug, 0..4).prop_map(without_repeats)];
        let annotations = btree_map("[a-z0-9./:# é-]{1,30}", "(\\PC|\\n){0,40}", 0..4);
        let key = prop::option::of(any::<[u8; 32]>());
        let texts = (prop::option::of(line.clone()), prop::option::of(text));
        let hub_url = "https?://[a-z][a-z0-9.]{0,20}(:[1-9][0-9]{0,3})?(/[a-z#?%]{0,9})?";
        (slug, line, hub_url, tags, senders, annotations, key, texts)
            .prop_map(|(slug, name, hub_url, tags, allow_fanout, annotations, key, texts)| {
                use base64::Engine as _;
                Description {
                    slug: slug.parse().unwrap(),
                    name,
                    hub_url,
                    tags,
                    owner: texts.0,
                    description: texts.1,
                    allow_fanout,
                    annotations,
                    verify_key: key
                        .map(|key| base64::engine::general_purpose::STANDARD.encode(key)),
                }
            })
            .prop_filter("a host", |description| url::Url::parse(&description.hub_url).is_ok())
    }

    fn without_repeats(mut texts: Vec<String>) -> Vec<String> {
        let mut seen = std::collections::HashSet::new();
        texts.retain(|text| seen.insert(text.clone()));
        texts
    }

    /// What a client sends to register the description.
    pub(in crate::federation) fn body(description: Description) -> wire::federation::NewProject {
        wire::federation::NewProject {
            mesh_namespace: Some(format!("hub.{}", description.slug)),
            slug: description.slug.to_string(),
            name: description.name,
            hub_url: description.hub_url,
            tags: description.tags,
            owner: description.owner,
            description: description.description,
            allow_fanout: description.allow_fanout,
            annotations: description.annotations,
            verify_key: description.verify_key,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::rules::HUB_URL;
    use super::*;

    /// A valid body with `fields` put over it.
    fn with(fields: &Value) -> Result<Description, Vec<String>> {
        let mut body = json!({"slug": "a", "name": "A", "hub_url": "http://a"});
        let fields = fields.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(fields);
        Description::from_json(body.to_string().as_bytes())
            .map_err(|errors| errors.iter().map(ToString::to_string).collect())
    }

    fn check(fields: &Value, expected: &str) {
        assert_eq!(with(fields), Err(vec![expected.to_owned()]), "{fields}");
    }

    #[test]
    fn what_is_left_out_has_a_default() {
        let description = with(&json!({})).unwrap();
        assert_eq!(description.slug.as_str(), "a");
        assert!(description.tags.is_empty() && description.allow_fanout.is_empty());
        assert!(description.owner.is_none() && description.verify_key.is_none());
        let nulls = json!({"mesh_namespace": null, "tags": null, "allow_fanout": null,
            "owner": null, "description": null, "annotations": null, "verify_key": null});
        assert_eq!(with(&nulls).unwrap(), description);
        assert_eq!(with(&json!({"owner": " ", "description": ""})).unwrap(), description);
    }

    #[test]
    fn texts_are_folded_trimmed_and_kept_once() {
        let description = with(&json!({
            "slug": "Atlas", "mesh_namespace": "hub.Atlas", "name": " A ", "tags": ["b", " b ", "a"],
            "allow_fanout": ["B", "b", "c"], "owner": " me ", "description": "a\nb\n",
        }))
        .unwrap();
        assert_eq!(description.slug.as_str(), "atlas");
        assert_eq!(description.name, "A");
        assert_eq!(description.tags, ["b", "a"]);
        assert_eq!(description.allow_fanout, ["b", "c"]);
        assert_eq!(description.owner.as_deref(), Some("me"));
        assert_eq!(description.description.as_deref(), Some("a\nb"));
    }

    #[test]
    fn a_star_stands_for_every_project() {
        for star in [json!("*"), json!(["*"]), json!(["b", "*", "c"])] {
            assert_eq!(with(&json!({"allow_fanout": star})).unwrap().allow_fanout, ["*"]);
        }
    }

    #[test]
    fn each_wrong_field_is_named() {
        let slug = "a slug is 1 to 50 of a-z, 0-9 and inner '-',";
        let host = "is not a URL with a host, as https://hub.example.org";
        let written = "must not hold spaces, control characters or backslashes";
        let sender = format!("allow_fanout[0]: {slug} \"a.b\" is not;");
        let own =
            format!("annotations[{HUB_URL:?}]: stands for the field 'hub_url': set that instead");
        for (fields, expected) in [
            (json!({"slug": "a b"}), format!("slug: {slug} \"a b\" is not").as_str()),
            (json!({"slug": 5}), "slug: must be text, not a number"),
            (json!({"slug": null}), "slug: must be text, not null"),
            (json!({"name": " "}), "name: must not be empty"),
            (json!({"name": "a\u{1b}b"}), "name: must be one line without control characters"),
            (json!({"name": "é".repeat(201)}), "name: must be at most 200 characters"),
            (json!({"hub_url": "http:a"}), "hub_url: must begin with http:// or https://"),
            (json!({"hub_url": "http:///a"}), &format!("hub_url: {host}")),
            (json!({"hub_url": "http://:80"}), &format!("hub_url: {host}")),
            (json!({"hub_url": "http://a:99999"}), &format!("hub_url: {host}")),
            (json!({"hub_url": "http://a\tb"}), &format!("hub_url: {written}")),
            (json!({"hub_url": "http:\\\\a"}), &format!("hub_url: {written}")),
            (
                json!({"hub_url": "http://u:secret@a"}),
                "hub_url: must not hold a user name or password",
            ),
            (
                json!({"hub_url": format!("http://{}", "a".repeat(2_048))}),
                "hub_url: must be at most 2048 characters",
            ),
            (json!({"mesh_namespace": "hub.b"}), "mesh_namespace: must be 'hub.a', or left out"),
            (json!({"mesh_namespace": "hub.*"}), "mesh_namespace: must be 'hub.a', or left out"),
            (json!({"tags": "a"}), "tags: must be a list, not text"),
            (json!({"tags": vec!["a"; 51]}), "tags: must be at most 50 tags"),
            (json!({"tags": ["a", true]}), "tags[1]: must be text, not a boolean"),
            (json!({"allow_fanout": "b"}), "allow_fanout: must be a list of slugs, or \"*\""),
            (json!({"allow_fanout": ["a.b"]}), &format!("{sender} \"*\" stands for every project")),
            (
                json!({"allow_fanout": vec!["b"; 1_001]}),
                "allow_fanout[1000]: is one too many: 1000 slugs at most",
            ),
            (
                json!({"description": "a".repeat(2_001)}),
                "description: must be at most 2000 characters",
            ),
            (json!({"description": "a\u{7}"}), "description: must not hold control characters"),
            (json!({"annotations": {"a": 5}}), "annotations.a: must be text, not a number"),
            (
                json!({"annotations": {"a": "b".repeat(65_536)}}),
                "annotations: must be at most 64 KiB in all",
            ),
            (json!({"annotations": {"commandcenter.io/hub-url": "http://a"}}), &own),
            (
                json!({"verify_key": "AAAA"}),
                "verify_key: must be a public Ed25519 key: 32 bytes in base64",
            ),
            (json!({"id": 1}), "id: unknown key 'id'"),
        ] {
            check(&fields, expected);
        }
    }

    #[test]
    fn all_errors_come_at_once() {
        let errors = Description::from_json(
            br#"{"slug": "a b", "mesh_namespace": "x", "tags": [""], "x": 1}"#,
        );
        let paths: Vec<_> = errors.unwrap_err().into_iter().map(|error| error.path).collect();
        assert_eq!(paths, ["slug", "name", "hub_url", "mesh_namespace", "tags[0]", "x"]);
        let list = Description::from_json(b"[]").unwrap_err();
        assert_eq!(list[0].to_string(), "the document must be a mapping, not a list");
    }

    #[test]
    fn no_error_repeats_a_password() {
        for url in
            ["http://u:secret@a", "ftp://u:secret@a", "http://u:secret@a b", "http://u:secret@"]
        {
            let errors = with(&json!({"hub_url": url})).unwrap_err();
            assert!(!errors.join(" ").contains("secret"), "{errors:?}");
        }
    }

    proptest! {
        #[test]
        fn what_a_client_sends_is_what_is_read(description in testing::any_description()) {
            let body = serde_json::to_vec(&testing::body(description.clone())).unwrap();
            prop_assert_eq!(Description::from_json(&body), Ok(description));
        }
    }
}
