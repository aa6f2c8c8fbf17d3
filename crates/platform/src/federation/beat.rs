//! Reads a beat: flat JSON from a stranger, judged field by field.
//!
//! [`wire::federation::Beat`] is what an instance writes; this reads the same names without
//! copying, keeps what it does not know, and says why it refuses.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use prometheus_client::encoding::EncodeLabelValue;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};
use wire::federation::{Report, SelfStatus};
use wire::{Slug, Timestamp};

/// The largest payload, in bytes.
pub(super) const MAX_BYTES: usize = 64 * 1024;

/// Where beats are published, followed by the slug.
pub(super) const SUBJECT: &str = "hub.presence.";

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
pub(super) fn to_value(payload: &[u8]) -> Option<Value> {
    serde_json::from_slice::<Strict>(payload).ok().map(|strict| strict.0)
}

fn classify(error: &serde_json::Error) -> Refusal {
    if error.is_data() && !error.to_string().starts_with(DUPLICATE) {
        Refusal::BadType
    } else {
        Refusal::NotJson
    }
}

const DUPLICATE: &str = "duplicate key";

/// The fields as they stand, types checked, meaning not.
#[derive(Default)]
struct Fields<'a> {
    project_slug: Option<Slugish<'a>>,
    mesh_namespace: Option<Text<'a>>,
    timestamp: Option<Text<'a>>,
    hub_url: Option<Text<'a>>,
    version: Option<Text<'a>>,
    instance_id: Option<Text<'a>>,
    seq: Option<u64>,
    status: Option<SelfStatus>,
    reasons: Vec<String>,
    services: Vec<String>,
    counts: BTreeMap<String, u64>,
    extra: Map<String, Value>,
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

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a flat JSON object; an envelope around it is not read")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Fields::default();
        let mut seen = 0_u16;
        while let Some(key) = map.next_key::<Text<'de>>()? {
            let bit = known(&key.0);
            if let Some(bit) = bit {
                if seen & bit != 0 {
                    return Err(duplicate(&key.0));
                }
                seen |= bit;
            }
            match &*key.0 {
                "project_slug" => fields.project_slug = Some(map.next_value()?),
                "mesh_namespace" => fields.mesh_namespace = map.next_value()?,
                "timestamp" => fields.timestamp = map.next_value()?,
                "hub_url" => fields.hub_url = map.next_value()?,
                "version" => fields.version = map.next_value()?,
                "instance_id" => fields.instance_id = map.next_value()?,
                "seq" => fields.seq = map.next_value()?,
                "status" => fields.status = map.next_value()?,
                "reasons" => fields.reasons = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "services" => fields.services = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "counts" => {
                    fields.counts = map.next_value::<Option<Counts>>()?.unwrap_or_default().0;
                }
                // Checked apart, over the whole payload, where the project has a key.
                "signature" => drop(map.next_value::<Option<Text<'de>>>()?),
                _ => {
                    let value = map.next_value::<Strict>()?.0;
                    if fields.extra.insert(key.0.clone().into_owned(), value).is_some() {
                        return Err(duplicate(&key.0));
                    }
                }
            }
        }
        Ok(fields)
    }
}

#[inline]
fn known(key: &str) -> Option<u16> {
    const KNOWN: [&str; 12] = [
        "project_slug",
        "mesh_namespace",
        "timestamp",
        "hub_url",
        "version",
        "instance_id",
        "seq",
        "status",
        "reasons",
        "services",
        "counts",
        "signature",
    ];
    KNOWN.iter().position(|known| *known == key).map(|index| 1 << index)
}

fn duplicate<E: serde::de::Error>(key: &str) -> E {
    E::custom(format_args!("{DUPLICATE} {key:?}"))
}

/// A string, borrowed where it holds no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Text<'_> {
    fn into_string(self) -> String {
        self.0.into_owned()
    }
}

/// What stands where the slug belongs: a slug of the wrong type is a bad slug.
enum Slugish<'a> {
    Text(Cow<'a, str>),
    Other,
}

impl<'de> Deserialize<'de> for Slugish<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SlugishVisitor;

        impl<'de> Visitor<'de> for SlugishVisitor {
            type Value = Slugish<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a slug")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Slugish<'de>, E> {
                Ok(Slugish::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Slugish<'de>, E> {
                Ok(Slugish::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_unit<E>(self) -> Result<Slugish<'de>, E> {
                Ok(Slugish::Other)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Slugish<'de>, E> {
                Ok(Slugish::Other)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Slugish<'de>, E> {
                Ok(Slugish::Other)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Slugish<'de>, E> {
                Ok(Slugish::Other)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Slugish<'de>, E> {
                Ok(Slugish::Other)
            }
        }

        deserializer.deserialize_any(SlugishVisitor)
    }
}

/// Counts by name; a name twice is refused.
#[derive(Default)]
struct Counts(BTreeMap<String, u64>);

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CountsVisitor;

        impl<'de> Visitor<'de> for CountsVisitor {
            type Value = Counts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of whole numbers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Counts, A::Error> {
                let mut counts = BTreeMap::new();
                while let Some((name, count)) = map.next_entry::<String, u64>()? {
                    if counts.contains_key(&name) {
                        return Err(duplicate(&name));
                    }
                    counts.insert(name, count);
                }
                Ok(Counts(counts))
            }
        }

        deserializer.deserialize_map(CountsVisitor)
    }
}

/// Any JSON value, with no key twice at any depth.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> DeserializeSeed<'de> for StrictVisitor {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(StrictVisitor)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value_seed(StrictVisitor)?;
            if object.contains_key(&key) {
                return Err(duplicate(&key));
            }
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}
