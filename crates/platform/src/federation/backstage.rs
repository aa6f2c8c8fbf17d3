//! `catalog-info.yaml` of Backstage, in and out. Its annotations are kept as they are; what
//! Backstage has no field for stands in annotations of our own.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use wire::federation::Project;
use wire::{FieldError, Slug};

use super::description::Description;
use super::description::rules::{self, ALLOW_FANOUT, HUB_URL, VERIFY_KEY};
use crate::ground::document::{self, Field, Fields, Place, Text};

/// The projects of a `catalog-info.yaml`, one for each document of kind `Component`, or
/// everything that is wrong with them. Other kinds and unknown fields are passed over.
pub(crate) fn import(bytes: &[u8]) -> Result<Vec<Description>, Vec<FieldError>> {
    let documents = document::from_yaml_stream(bytes).map_err(|error| vec![error])?;
    let components: Vec<_> = documents.iter().map(Field::root).filter(is_component).collect();
    if components.is_empty() {
        return Err(vec![FieldError::new("", "the file holds no document of kind Component")]);
    }
    let mut errors = Vec::new();
    refuse_repeated_names(&components, &mut errors);
    let read = |component| read(component, &mut errors);
    let descriptions = components.into_iter().filter_map(read).collect();
    if errors.is_empty() { Ok(descriptions) } else { Err(document::in_order(errors)) }
}

fn is_component(document: &Field<'_>) -> bool {
    document.peek(&["kind"]).is_some_and(|kind| kind.value == "Component")
}

fn refuse_repeated_names(components: &[Field<'_>], errors: &mut Vec<FieldError>) {
    let mut first: HashMap<Slug, Option<Place>> = HashMap::new();
    for name in components.iter().filter_map(|component| component.peek(&["metadata", "name"])) {
        let Ok(slug) = name.value.parse::<Slug>() else { continue };
        if let Some(place) = first.get(&slug) {
            let line = place.map_or(0, |place| place.line);
            errors.push(name.error(format!("duplicate of the name '{slug}' on line {line}")));
        } else {
            first.insert(slug, name.at.place);
        }
    }
}

fn read(component: Field<'_>, errors: &mut Vec<FieldError>) -> Option<Description> {
    let errors_before = errors.len();
    let mut root = component.fields(errors)?;
    let owner = root.optional("spec").and_then(|spec| {
        let owner = spec.fields(errors)?.optional("owner")?;
        owner.parse(rules::owner, errors)
    });
    let mut metadata = root.required("metadata", errors)?.fields(errors)?;
    let name = metadata.required("name", errors).and_then(|name| name.text(errors));
    let slug = name.as_ref().and_then(|name| keep(slug(name), errors));
    let title = metadata.optional("title").and_then(|title| title.text(errors)).or(name.clone());
    let title = title.and_then(|title| keep(rules::name(&title), errors));
    let text =
        metadata.optional("description").and_then(|text| text.parse(rules::description, errors));
    let tags = metadata.optional("tags").map(|tags| rules::tags(tags, errors));
    let annotations = Annotations::read(&mut metadata, errors);
    if errors.len() > errors_before {
        return None;
    }
    Some(Description {
        slug: slug?,
        name: title?,
        hub_url: annotations.hub_url?,
        tags: tags.unwrap_or_default(),
        owner: owner.flatten(),
        description: text.flatten(),
        allow_fanout: annotations.allow_fanout,
        annotations: annotations.others,
        verify_key: annotations.verify_key,
    })
}

fn keep<T>(result: Result<T, FieldError>, errors: &mut Vec<FieldError>) -> Option<T> {
    result.map_err(|error| errors.push(error)).ok()
}

fn slug(name: &Text<'_>) -> Result<Slug, FieldError> {
    rules::slug(name).map_err(|error| {
        if !name.value.contains(['_', '.']) {
            return error;
        }
        name.error(format!("Backstage allows '_' and '.' in a name, but {}", error.message))
    })
}

/// The annotations of a component: ours as the fields they stand for, the others verbatim.
struct Annotations {
    hub_url: Option<String>,
    allow_fanout: Vec<String>,
    verify_key: Option<String>,
    others: BTreeMap<String, String>,
}

impl Annotations {
    fn read(metadata: &mut Fields<'_>, errors: &mut Vec<FieldError>) -> Self {
        let field = metadata.optional("annotations");
        let at = field.as_ref().map_or_else(|| metadata.at.clone(), |field| field.at.clone());
        let mut others = field.map_or_else(Vec::new, |field| field.text_map(errors));
        let mut take = |key: &str| {
            let index = others.iter().position(|(given, _)| given.value == key)?;
            Some(others.remove(index).1)
        };
        let (hub_url, allow_fanout, verify_key) =
            (take(HUB_URL), take(ALLOW_FANOUT), take(VERIFY_KEY));
        if hub_url.is_none() {
            errors.push(at.error(format!(
                "add the annotation `{HUB_URL}` with the URL of the project's hub"
            )));
        }
        Self {
            hub_url: hub_url.and_then(|url| keep(rules::hub_url(&url), errors)),
            allow_fanout: allow_fanout.map_or_else(Vec::new, |text| senders(&text, errors)),
            verify_key: verify_key.and_then(|key| keep(rules::verify_key(&key), errors)),
            others: rules::annotation_map(&at, &others, errors),
        }
    }
}

/// `atlas, borealis` or `*`.
fn senders(text: &Text<'_>, errors: &mut Vec<FieldError>) -> Vec<String> {
    let parts = text.value.split(',').map(str::trim).filter(|part| !part.is_empty());
    let parts: Vec<_> = parts.map(|value| Text { value, at: text.at.clone() }).collect();
    rules::senders(&parts, errors)
}

/// The project as a `catalog-info.yaml` that imports to the same description.
pub(crate) fn export(project: &Project) -> String {
    let mut yaml = String::from("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n");
    entry(&mut yaml, "name", project.slug.as_str());
    entry(&mut yaml, "title", &project.name);
    if let Some(description) = &project.description {
        entry(&mut yaml, "description", description);
    }
    yaml.push_str("  annotations:\n");
    for (key, value) in annotations(project) {
        yaml.push_str("  ");
        entry(&mut yaml, key, &value);
    }
    if !project.tags.is_empty() {
        yaml.push_str("  tags:\n");
        for tag in &project.tags {
            yaml.extend(["    - ", &scalar(tag), "\n"]);
        }
    }
    // The catalog knows neither; Backstage asks for both.
    yaml.push_str("spec:\n  type: service\n  lifecycle: unknown\n");
    if let Some(owner) = &project.owner {
        entry(&mut yaml, "owner", owner);
    }
    yaml
}

fn annotations(project: &Project) -> BTreeMap<&str, Cow<'_, str>> {
    let mut annotations: BTreeMap<&str, Cow<'_, str>> = BTreeMap::new();
    for (key, value) in &project.annotations {
        annotations.insert(key, value.into());
    }
    annotations.insert(HUB_URL, (&project.hub_url).into());
    if !project.allow_fanout.is_empty() {
        annotations.insert(ALLOW_FANOUT, project.allow_fanout.join(",").into());
    }
    if let Some(key) = &project.verify_key {
        annotations.insert(VERIFY_KEY, key.into());
    }
    annotations
}

fn entry(yaml: &mut String, key: &str, value: &str) {
    yaml.extend(["  ", &scalar(key), ": ", &scalar(value), "\n"]);
}

/// `text` as it is where no reader can take it for anything else, in double quotes otherwise.
fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
        && document::literal(text).is_none();
    if is_plain { text.to_owned() } else { quoted(text) }
}

/// A JSON string is a YAML scalar, once the characters are escaped that only JSON lets stand.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                escape(&mut quoted, c);
            }
            c if c.is_control() => escape(&mut quoted, c),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn escape(quoted: &mut String, c: char) {
    quoted.extend(format!("\\u{:04X}", u32::from(c)).chars());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wire::federation::Status;
    use wire::{ProjectId, Timestamp};

    use super::super::description::testing;
    use super::*;

    const ATLAS: &str = "\
# a comment
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: Atlas
  title: The Atlas
  description: >-
    Maps of
    everything
  labels: {tier: 1}
  annotations:
    github.com/project-slug: acme/atlas
    empty: ''
    commandcenter.io/hub-url: https://atlas.example.org
    commandcenter.io/allow-fanout: Borealis, c
  tags: [maps, java]
  links:
    - url: https://example.org
spec:
  type: service
  lifecycle: production
  owner: group:default/maps
  providesApis: [maps]
";

    fn component(metadata: &str) -> String {
        format!("kind: Component\nmetadata:\n  {}\n", metadata.replace('\n', "\n  "))
    }

    fn check(yaml: &str, expected: &[&str]) {
        let errors = import(yaml.as_bytes()).unwrap_err();
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(errors, expected, "{yaml}");
    }

    fn project(description: Description) -> Project {
        Project {
            id: ProjectId::new(),
            mesh_namespace: format!("hub.{}", description.slug),
            slug: description.slug,
            name: description.name,
            hub_url: description.hub_url,
            tags: description.tags,
            owner: description.owner,
            description: description.description,
            allow_fanout: description.allow_fanout,
            annotations: description.annotations,
            verify_key: description.verify_key,
            orphaned: false,
            status: Status::Unknown,
            status_since: Timestamp::UNIX_EPOCH,
            status_reasons: Vec::new(),
            last_heartbeat_at: None,
            report: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn every_component_becomes_a_project() {
        let yaml = format!(
            "---\n{ATLAS}---\nkind: System\nmetadata: {{name: x_y}}\n---\n{}...\n---\n",
            component("name: b\nannotations: {commandcenter.io/hub-url: 'http://b'}")
        );
        let [atlas, b] = &import(yaml.as_bytes()).unwrap()[..] else { panic!("two components") };
        assert_eq!(atlas.slug.as_str(), "atlas");
        assert_eq!(atlas.name, "The Atlas");
        assert_eq!(atlas.description.as_deref(), Some("Maps of everything"));
        assert_eq!(atlas.owner.as_deref(), Some("group:default/maps"));
        assert_eq!(atlas.hub_url, "https://atlas.example.org");
        assert_eq!(atlas.tags, ["maps", "java"]);
        assert_eq!(atlas.allow_fanout, ["borealis", "c"]);
        let annotations: Vec<_> = atlas.annotations.iter().collect();
        assert_eq!(
            format!("{annotations:?}"),
            r#"[("empty", ""), ("github.com/project-slug", "acme/atlas")]"#
        );
        assert_eq!((b.slug.as_str(), b.name.as_str()), ("b", "b"));
    }

    #[test]
    fn what_is_missing_or_wrong_is_said_where_it_stands() {
        let url = "annotations: {commandcenter.io/hub-url: 'http://a'}";
        let grammar = "a slug is 1 to 50 of a-z, 0-9 and inner '-',";
        let add = "add the annotation `commandcenter.io/hub-url` with the URL of the project's hub";
        let hub = "metadata.annotations[\"commandcenter.io/hub-url\"]";
        let fanout = "metadata.annotations[\"commandcenter.io/allow-fanout\"]";
        check(
            &component("name: a_b.c\nannotations:\n  x: z"),
            &[
                &format!(
                    "3:9: metadata.name: Backstage allows '_' and '.' in a name, \
                     but {grammar} \"a_b.c\" is not"
                ),
                &format!("5:5: metadata.annotations: {add}"),
            ],
        );
        check(
            &component("namespace: x"),
            &["3:3: metadata.name: is missing", &format!("3:3: metadata: {add}")],
        );
        check(
            &component(
                "name: a\nannotations:\n  commandcenter.io/hub-url: ftp://a\n  commandcenter.io/allow-fanout: a, b c\n  x: true",
            ),
            &[
                &format!("5:31: {hub}: must begin with http:// or https://"),
                &format!(
                    "6:36: {fanout}: {grammar} \"b c\" is not; \
                     \"*\" stands for every project"
                ),
                "7:8: metadata.annotations.x: `true` is read as a boolean by many tools; put it in quotes",
            ],
        );
        check("kind: Component\n", &["1:1: metadata: is missing"]);
        check("kind: System\n", &["the file holds no document of kind Component"]);
        check("- a\n", &["the file holds no document of kind Component"]);
        check("", &["the document is empty"]);
        check(
            &format!(
                "{}---\n{}",
                component(&format!("name: a\n{url}")),
                component(&format!("name: A\n{url}"))
            ),
            &["8:9: metadata.name: duplicate of the name 'a' on line 3"],
        );
    }

    #[test]
    fn an_export_reads_like_one_written_by_hand() {
        let mut atlas = import(ATLAS.as_bytes()).unwrap().remove(0);
        atlas.annotations.insert("say".to_owned(), "\"no\"\n\u{85}".to_owned());
        atlas.tags.push("no".to_owned());
        insta::assert_snapshot!(export(&project(atlas)), @r#"
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata:
          name: atlas
          title: "The Atlas"
          description: "Maps of everything"
          annotations:
            commandcenter.io/allow-fanout: "borealis,c"
            commandcenter.io/hub-url: "https://atlas.example.org"
            empty: ""
            github.com/project-slug: acme/atlas
            say: "\"no\"\n\u0085"
          tags:
            - maps
            - java
            - "no"
        spec:
          type: service
          lifecycle: unknown
          owner: "group:default/maps"
        "#);
    }

    proptest! {
        #[test]
        fn an_export_imports_to_the_same(description in testing::any_description()) {
            let yaml = export(&project(description.clone()));
            prop_assert_eq!(import(yaml.as_bytes()), Ok(vec![description]), "{}", yaml);
        }

        #[test]
        fn any_text_survives_as_a_scalar(text in any::<String>()) {
            let yaml = component(&format!(
                "name: a\nannotations: {{commandcenter.io/hub-url: 'http://a', x: {}}}",
                scalar(&text),
            ));
            match import(yaml.as_bytes()) {
                Ok(components) => prop_assert_eq!(&components[0].annotations["x"], &text),
                Err(_) => prop_assert!(text.contains('\0')),
            }
        }

        #[test]
        fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(import(&bytes).is_err());
        }
    }
}
