//! `projects.yaml`: the catalog as a file.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use serde_json::json;
use wire::{FieldError, Slug};

use super::description::Description;
use super::description::rules::{
    EVERYONE, LONGEST_ANNOTATION_KEY, LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_OWNER,
    LONGEST_TAG, LONGEST_URL, MOST_SENDERS, MOST_TAGS,
};
use crate::ground::document::{self, Field, MAX_BYTES};

/// The projects of a `projects.yaml`, in its order, or everything that is wrong with it.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<Description>, Vec<FieldError>> {
    let root = document::from_yaml(bytes).map_err(|error| vec![error])?;
    let mut errors = Vec::new();
    let entries = entries(Field::root(&root), &mut errors).unwrap_or_default();
    refuse_repeated_slugs(&entries, &mut errors);
    let read = |entry| Description::read(entry, &mut errors);
    let descriptions = entries.into_iter().filter_map(read).collect();
    if errors.is_empty() { Ok(descriptions) } else { Err(document::in_order(errors)) }
}

/// Everything that is wrong with the `projects.yaml` at `path`; nothing when it would load.
pub fn check_file(path: &Path) -> Vec<FieldError> {
    match read_bounded(path) {
        Ok(bytes) => parse(&bytes).err().unwrap_or_default(),
        Err(error) => vec![FieldError::new("", format!("the file cannot be read: {error}"))],
    }
}

/// So much of a file that `parse` can tell whether it is too long.
fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn entries<'a>(root: Field<'a>, errors: &mut Vec<FieldError>) -> Option<Vec<Field<'a>>> {
    let mut fields = root.fields(errors)?;
    let projects = fields.required("projects", errors);
    fields.refuse_unknown(errors);
    projects?.items(errors)
}

/// Before and apart from reading the entries, so that one that is wrong elsewhere counts too.
fn refuse_repeated_slugs(entries: &[Field<'_>], errors: &mut Vec<FieldError>) {
    let mut first: HashMap<Slug, String> = HashMap::new();
    for text in entries.iter().filter_map(|entry| entry.peek(&["slug"])) {
        let Ok(slug) = text.value.parse::<Slug>() else { continue };
        if let Some(path) = first.get(&slug) {
            errors.push(text.error(format!("duplicate of {path} '{slug}'")));
        } else {
            first.insert(slug, text.at.path);
        }
    }
}

/// The JSON Schema of `projects.yaml`. It accepts what [`check_file`] accepts; what a schema
/// cannot say (two equal slugs, a namespace that is not the slug's) only the check finds.
pub fn schema() -> serde_json::Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The catalog of a CommandCenter federation",
        "type": "object",
        "required": ["projects"],
        "additionalProperties": false,
        "properties": {
            "projects": { "type": "array", "items": { "$ref": "#/$defs/project" } },
        },
        "$defs": {
            "project": {
                "type": "object",
                "required": ["slug", "name", "hub_url"],
                "additionalProperties": false,
                "properties": project_properties(),
            },
            "slug": {
                "description": "1 to 50 of a-z, 0-9 and inner '-'; upper case is folded.",
                "type": "string",
                "pattern": format!("^{SLUG}$"),
            },
        },
    })
}

const SLUG: &str = "[A-Za-z0-9]([A-Za-z0-9-]{0,48}[A-Za-z0-9])?";

fn project_properties() -> serde_json::Value {
    json!({
        "slug": { "$ref": "#/$defs/slug" },
        "name": {
            "description": format!("1 to {LONGEST_NAME} characters."),
            "type": "string",
            "pattern": one_line(1, LONGEST_NAME),
        },
        "hub_url": {
            "description": "Where the project's hub answers: http or https, no credentials.",
            "type": "string",
            "maxLength": LONGEST_URL,
            "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s@\\/?#]+([/?#][^\s\\]*)?$",
        },
        "mesh_namespace": {
            "description": "May be left out; must be 'hub.' and the slug.",
            "type": ["string", "null"],
            "pattern": format!(r"^hub\.{SLUG}$"),
        },
        "tags": {
            "type": ["array", "null"],
            "maxItems": MOST_TAGS,
            "items": { "type": "string", "pattern": one_line(1, LONGEST_TAG) },
        },
        "owner": { "type": ["string", "null"], "pattern": one_line(0, LONGEST_OWNER) },
        "description": {
            "description": format!("At most {LONGEST_DESCRIPTION} characters."),
            "type": ["string", "null"],
            "pattern": format!(r"^\s*(\S([\s\S]{{0,{}}}\S)?)?\s*$", LONGEST_DESCRIPTION - 2),
        },
        "allow_fanout": {
            "description": "The projects that may reach this one by fan-out, or \"*\" for all.",
            "anyOf": [
                { "const": EVERYONE },
                { "type": "null" },
                {
                    "type": "array",
                    "maxItems": MOST_SENDERS,
                    "items": { "anyOf": [{ "const": EVERYONE }, { "$ref": "#/$defs/slug" }] },
                },
            ],
        },
        "annotations": {
            "description": "Kept as they are, for Backstage.",
            "type": ["object", "null"],
            "propertyNames": { "minLength": 1, "maxLength": LONGEST_ANNOTATION_KEY },
            "additionalProperties": { "type": "string" },
        },
        "verify_key": {
            "description": "Public Ed25519 key, base64. With one, only beats signed by it count.",
            "type": ["string", "null"],
            "pattern": "^[A-Za-z0-9+/]{43}=$",
        },
    })
}

/// A pattern of `shortest` (0 or 1) to `longest` characters with blanks around.
fn one_line(shortest: usize, longest: usize) -> String {
    let optional = if shortest == 0 { "?" } else { "" };
    format!(r"^\s*(\S(.{{0,{}}}\S)?){optional}\s*$", longest - 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::description::testing;
    use super::*;

    /// A project in YAML from line `1` of its own on: slug, name, URL, then `lines`.
    fn project(slug: &str, url: &str, lines: &str) -> String {
        let lines = lines.replace('\n', "\n    ");
        format!("  - slug: {slug}\n    name: A\n    hub_url: {url}\n    {lines}\n")
    }

    fn file(projects: &[String]) -> String {
        format!("projects:\n{}", projects.concat())
    }

    fn one(lines: &str) -> String {
        file(&[project("a", "http://a", lines)])
    }

    fn slug(slug: &str) -> String {
        file(&[project(slug, "http://a", "")])
    }

    fn check(yaml: &str, expected: &[&str]) {
        let errors: Vec<String> = match parse(yaml.as_bytes()) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(errors, expected, "{yaml:.200}");
    }

    #[test]
    fn these_load() {
        for yaml in [
            "projects: []",
            "{projects: []}",
            "%YAML 1.1\n---\nprojects: []\n",
            "projects:\r\n- slug: a\r\n  name: A\r\n  hub_url: https://a:3000/hub # talk\r\n",
            &slug("A").replace('\n', "\r\n"),
            &slug("'no'"),
            &slug("\"5\""),
            &slug(&"a".repeat(50)),
            &one("mesh_namespace: hub.a"),
            &one("tags: []\nallow_fanout: []"),
            &one("tags:\nallow_fanout:\nowner:\ndescription:"),
            &one("tags: [a, b c]\nallow_fanout: '*'"),
            &one("allow_fanout: ['*']\nowner: me\nannotations: {a.b/c: d}"),
            &one("description: |\n  two\n  lines"),
            &file(&[project("a", "http://a", ""), project("b", "http://a", "")]),
        ] {
            check(yaml, &[]);
        }
    }

    #[test]
    fn projects_keep_their_order() {
        let yaml = file(&[project("B", "http://b", ""), project("a", "http://a", "tags: [x]")]);
        let read = parse(yaml.as_bytes()).unwrap();
        let slugs: Vec<_> = read.iter().map(|project| project.slug.as_str()).collect();
        assert_eq!(slugs, ["b", "a"]);
        assert_eq!((&read[0].hub_url[..], &read[0].tags[..]), ("http://b", &[][..]));
        assert_eq!(read[1].tags, ["x"]);
    }

    #[test]
    fn a_slug_that_is_none_is_refused_where_it_stands() {
        for text in ["a b", "a!", "a_b", "-a", "é", "a.b", &"a".repeat(51)] {
            let grammar = "a slug is 1 to 50 of a-z, 0-9 and inner '-'";
            check(&slug(text), &[&format!("2:11: projects[0].slug: {grammar}, {text:?} is not")]);
        }
        for (text, kind) in [
            ("no", "a boolean"),
            ("on", "a boolean"),
            ("y", "a boolean"),
            ("5", "a number"),
            ("0o7", "a number"),
            ("1_000", "a number"),
            ("1:30", "a number"),
            ("~", "null"),
            ("2026-01-31", "a date"),
        ] {
            let quotes = format!("`{text}` is read as {kind} by many tools; put it in quotes");
            check(&slug(text), &[&format!("2:11: projects[0].slug: {quotes}")]);
        }
        check(&slug(""), &["2:9: projects[0].slug: must not be empty"]);
        check(&slug("[a]"), &["2:11: projects[0].slug: must be text, not a list"]);
    }

    #[test]
    fn an_error_stands_at_its_place() {
        let namespace = "5:21: projects[0].mesh_namespace: must be 'hub.a', or left out";
        for (lines, expected) in [
            ("mesh_namespace: hub.b", namespace),
            ("mesh_namespace: invalid.namespace", namespace),
            ("tags: [a, '']", "5:15: projects[0].tags[1]: must not be empty"),
            (
                "tags:\n- a\n- no",
                "7:7: projects[0].tags[1]: `no` is read as a boolean by many tools; \
                 put it in quotes",
            ),
            (
                "allow_fanout: [a, b_c]",
                "5:23: projects[0].allow_fanout[1]: a slug is 1 to 50 of a-z, 0-9 and inner '-', \
                 \"b_c\" is not; \"*\" stands for every project",
            ),
            (
                "hub_ulr: x",
                "5:5: projects[0].hub_ulr: unknown key 'hub_ulr', did you mean 'hub_url'?",
            ),
            ("name: B", "5:5: projects[0].name: given twice, first on line 3"),
        ] {
            check(&one(lines), &[expected]);
        }
        check(
            &file(&[project("a", "ftp://a", "")]),
            &["4:14: projects[0].hub_url: must begin with http:// or https://"],
        );
        check("projects:\n- slug: a\n  name: A\n", &["2:3: projects[0].hub_url: is missing"]);
        check(
            &file(&[project("a", "http://a", ""), project("b", "http://a", "tags: ['']")]),
            &["9:12: projects[1].tags[0]: must not be empty"],
        );
    }

    #[test]
    fn a_slug_given_twice_is_refused_even_where_more_is_wrong() {
        for again in ["ab", "AB"] {
            let yaml = file(&[
                project("ab", "ftp://a", ""),
                project("c", "http://a", ""),
                project(again, "http://a", ""),
            ]);
            check(
                &yaml,
                &[
                    "4:14: projects[0].hub_url: must begin with http:// or https://",
                    "10:11: projects[2].slug: duplicate of projects[0].slug 'ab'",
                ],
            );
        }
    }

    #[test]
    fn all_errors_come_at_once_in_the_order_of_the_file() {
        check(
            "projects:\n- nmae: x\n  slug: a b\n  hub_url: x\n- no\n- slug: b\nproject: []\n",
            &[
                "2:3: projects[0].name: is missing",
                "2:3: projects[0].nmae: unknown key 'nmae', did you mean 'name'?",
                "3:9: projects[0].slug: a slug is 1 to 50 of a-z, 0-9 and inner '-', \"a b\" is not",
                "4:12: projects[0].hub_url: must begin with http:// or https://",
                "5:3: projects[1]: must be a mapping, not a boolean",
                "6:3: projects[2].name: is missing",
                "6:3: projects[2].hub_url: is missing",
                "7:1: project: unknown key 'project', did you mean 'projects'?",
            ],
        );
    }

    #[test]
    fn what_is_no_catalog_is_refused_with_one_line() {
        for (yaml, expected) in [
            ("", "the document is empty"),
            ("- slug: a", "1:1: the document must be a mapping, not a list"),
            ("text", "1:1: the document must be a mapping, not text"),
            ("{}", "1:1: projects: is missing"),
            ("projects:", "1:9: projects: must be a list: write [] for none"),
            ("projects: {a: b}", "1:11: projects: must be a list, not a mapping"),
            ("projects: []\nprojects: []", "2:1: projects: given twice, first on line 1"),
            ("projects: []\n---\nprojects: []", "3:1: a second document begins here"),
            (&"#".repeat(10 * 1024 * 1024), "the document is longer than 1 MiB"),
        ] {
            check(yaml, &[expected]);
        }
    }

    #[test]
    fn a_file_that_is_not_there_says_so() {
        let errors = check_file(Path::new("/nowhere/projects.yaml"));
        assert!(errors[0].message.starts_with("the file cannot be read: "), "{errors:?}");
    }

    #[test]
    fn the_schema_has_the_keys_that_are_read() {
        let schema = schema();
        let properties = schema["$defs"]["project"]["properties"].as_object().unwrap();
        assert_eq!(properties.len(), 10);
        for key in properties.keys() {
            let yaml = format!("projects:\n- {key}: ~\n");
            let errors = parse(yaml.as_bytes()).unwrap_err();
            assert!(!errors.iter().any(|error| error.message.contains("unknown")), "{key}");
        }
    }

    proptest! {
        #[test]
        fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(parse(&bytes).is_err());
        }

        #[test]
        fn whatever_a_project_says_never_panics(text in "[ -~\\n]{0,80}") {
            drop(parse(format!("projects:\n- {text}").as_bytes()));
        }

        #[test]
        fn a_description_written_down_is_read_back(description in testing::any_description()) {
            let project = serde_json::to_value(testing::body(description.clone())).unwrap();
            let mut yaml = "projects:\n  -\n".to_owned();
            for (key, value) in project.as_object().unwrap() {
                yaml.extend([format!("    {key}: {value}\n")]);
            }
            prop_assert_eq!(parse(yaml.as_bytes()), Ok(vec![description]), "{}", yaml);
        }
    }
}
