//! One rule for each thing said of a project.

use std::collections::{BTreeMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;
use wire::{FieldError, Slug};

use crate::ground::document::{At, Field, Text};

pub(crate) const LONGEST_NAME: usize = 200;
pub(crate) const LONGEST_URL: usize = 2_048;
pub(crate) const LONGEST_TAG: usize = 50;
pub(crate) const MOST_TAGS: usize = 50;
pub(crate) const LONGEST_OWNER: usize = 200;
pub(crate) const LONGEST_DESCRIPTION: usize = 2_000;
pub(crate) const MOST_SENDERS: usize = 1_000;
/// A Kubernetes annotation key: a prefix of 253, a slash, a name of 63.
pub(crate) const LONGEST_ANNOTATION_KEY: usize = 317;
/// Bytes of all annotation keys and values; every answer about the project carries them.
const ANNOTATION_BYTES: usize = 64 * 1024;
/// Everyone, in `allow_fanout`.
pub(crate) const EVERYONE: &str = "*";
/// Annotations that stand for fields of their own, in `catalog-info.yaml`.
pub(crate) const HUB_URL: &str = "commandcenter.io/hub-url";
pub(crate) const ALLOW_FANOUT: &str = "commandcenter.io/allow-fanout";
pub(crate) const VERIFY_KEY: &str = "commandcenter.io/verify-key";
const OWN_ANNOTATIONS: [(&str, &str); 3] =
    [(HUB_URL, "hub_url"), (ALLOW_FANOUT, "allow_fanout"), (VERIFY_KEY, "verify_key")];

pub(crate) fn slug(text: &Text<'_>) -> Result<Slug, FieldError> {
    text.value.parse().map_err(|error: wire::InvalidSlug| text.error(error.to_string()))
}

pub(crate) fn name(text: &Text<'_>) -> Result<String, FieldError> {
    line(text, LONGEST_NAME)
}

/// `None` when blank.
pub(crate) fn owner(text: &Text<'_>) -> Result<Option<String>, FieldError> {
    if text.value.trim().is_empty() { Ok(None) } else { line(text, LONGEST_OWNER).map(Some) }
}

/// `None` when blank.
pub(crate) fn description(text: &Text<'_>) -> Result<Option<String>, FieldError> {
    let value = text.value.trim();
    if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(text.error("must not hold control characters"));
    }
    check_length(text, value, LONGEST_DESCRIPTION)?;
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

/// The URL as written: `http` or `https`, with a host, without credentials. No error repeats it,
/// it may hold a password.
pub(crate) fn hub_url(text: &Text<'_>) -> Result<String, FieldError> {
    let value = text.value;
    check_length(text, value, LONGEST_URL)?;
    // `Url` drops tabs and line ends and reads `\` as `/`; what is stored is what was written.
    if value.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(text.error("must not hold spaces, control characters or backslashes"));
    }
    let not_http = || text.error("must begin with http:// or https://");
    let (scheme, rest) = value.split_once("://").ok_or_else(not_http)?;
    if !["http", "https"].iter().any(|http| scheme.eq_ignore_ascii_case(http)) {
        return Err(not_http());
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(text.error("must not hold a user name or password"));
    }
    let has_host = Url::parse(value).is_ok_and(|url| url.has_host()) && !authority.is_empty();
    if !has_host {
        return Err(text.error("is not a URL with a host, as https://hub.example.org"));
    }
    Ok(value.to_owned())
}

/// Without a valid slug to compare with, any `hub.<slug>` will do.
pub(crate) fn check_namespace(text: &Text<'_>, slug: Option<&Slug>) -> Result<(), FieldError> {
    let named = text.value.strip_prefix("hub.").and_then(|name| name.parse::<Slug>().ok());
    match (named, slug) {
        (Some(named), Some(slug)) if named == *slug => Ok(()),
        (Some(_), None) => Ok(()),
        (_, Some(slug)) => Err(text.error(format!("must be 'hub.{slug}', or left out"))),
        (None, None) => Err(text.error("must be 'hub.' and the slug, or left out")),
    }
}

pub(crate) fn tags(field: Field<'_>, errors: &mut Vec<FieldError>) -> Vec<String> {
    let at = field.at.clone();
    let texts = field.texts(errors);
    if texts.len() > MOST_TAGS {
        errors.push(at.error(format!("must be at most {MOST_TAGS} tags")));
    }
    each_once(&texts, |text| line(text, LONGEST_TAG), errors)
}

pub(crate) fn allow_fanout(field: Field<'_>, errors: &mut Vec<FieldError>) -> Vec<String> {
    match field.peek(&[]) {
        Some(text) if text.value == EVERYONE => vec![EVERYONE.to_owned()],
        Some(text) => {
            errors.push(text.error("must be a list of slugs, or \"*\""));
            Vec::new()
        }
        None => senders(&field.texts(errors), errors),
    }
}

/// Slugs, or `*`, which makes the rest superfluous.
pub(crate) fn senders(texts: &[Text<'_>], errors: &mut Vec<FieldError>) -> Vec<String> {
    let sender = |text: &Text<'_>| {
        if text.value == EVERYONE {
            return Ok(EVERYONE.to_owned());
        }
        text.value
            .parse()
            .map(|slug: Slug| slug.as_str().to_owned())
            .map_err(|error| text.error(format!("{error}; \"*\" stands for every project")))
    };
    if let Some(text) = texts.get(MOST_SENDERS) {
        errors.push(text.error(format!("is one too many: {MOST_SENDERS} slugs at most")));
    }
    let senders = each_once(texts, sender, errors);
    if senders.iter().any(|sender| sender == EVERYONE) {
        return vec![EVERYONE.to_owned()];
    }
    senders
}

pub(crate) fn annotations(
    field: Field<'_>,
    errors: &mut Vec<FieldError>,
) -> BTreeMap<String, String> {
    let at = field.at.clone();
    let texts = field.text_map(errors);
    for (key, _) in &texts {
        if let Some((_, own)) = OWN_ANNOTATIONS.iter().find(|(own, _)| *own == key.value) {
            errors.push(key.error(format!("stands for the field '{own}': set that instead")));
        }
    }
    annotation_map(&at, &texts, errors)
}

/// Keys and values as they are written.
pub(crate) fn annotation_map(
    at: &At,
    texts: &[(Text<'_>, Text<'_>)],
    errors: &mut Vec<FieldError>,
) -> BTreeMap<String, String> {
    for (key, _) in texts {
        let length_is_right = (1..=LONGEST_ANNOTATION_KEY).contains(&key.value.len());
        if !length_is_right || key.value.contains(char::is_control) {
            errors.push(key.error(format!(
                "a key must be 1 to {LONGEST_ANNOTATION_KEY} bytes without control characters"
            )));
        }
    }
    if texts.iter().map(|(key, value)| key.value.len() + value.value.len()).sum::<usize>()
        > ANNOTATION_BYTES
    {
        errors.push(at.error("must be at most 64 KiB in all"));
    }
    texts.iter().map(|(key, value)| (key.value.to_owned(), value.value.to_owned())).collect()
}

pub(crate) fn verify_key(text: &Text<'_>) -> Result<String, FieldError> {
    match STANDARD.decode(text.value) {
        Ok(key) if key.len() == 32 => Ok(text.value.to_owned()),
        _ => Err(text.error("must be a public Ed25519 key: 32 bytes in base64")),
    }
}

/// One line of text, trimmed.
fn line(text: &Text<'_>, longest: usize) -> Result<String, FieldError> {
    let value = text.value.trim();
    if value.is_empty() {
        return Err(text.error("must not be empty"));
    }
    if value.contains(char::is_control) {
        return Err(text.error("must be one line without control characters"));
    }
    check_length(text, value, longest)?;
    Ok(value.to_owned())
}

fn check_length(text: &Text<'_>, value: &str, longest: usize) -> Result<(), FieldError> {
    if value.chars().count() > longest {
        return Err(text.error(format!("must be at most {longest} characters")));
    }
    Ok(())
}

/// What `rule` makes of each text, in order, without repeats.
fn each_once(
    texts: &[Text<'_>],
    rule: impl Fn(&Text<'_>) -> Result<String, FieldError>,
    errors: &mut Vec<FieldError>,
) -> Vec<String> {
    let mut kept = Vec::new();
    let mut seen = HashSet::new();
    for text in texts {
        match rule(text) {
            Ok(value) if seen.insert(value.clone()) => kept.push(value),
            Ok(_) => {}
            Err(error) => errors.push(error),
        }
    }
    kept
}
