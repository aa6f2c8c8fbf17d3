//! The fields of a beat, read without copying; what is not known is kept.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use wire::federation::SelfStatus;

use super::strict::{Strict, duplicate};

/// The fields as they stand, types checked, meaning not.
#[derive(Default)]
pub(super) struct Fields<'a> {
    pub(super) project_slug: Option<Slugish<'a>>,
    pub(super) mesh_namespace: Option<Text<'a>>,
    pub(super) timestamp: Option<Text<'a>>,
    pub(super) hub_url: Option<Text<'a>>,
    pub(super) version: Option<Text<'a>>,
    pub(super) instance_id: Option<Text<'a>>,
    pub(super) seq: Option<u64>,
    pub(super) status: Option<SelfStatus>,
    pub(super) reasons: Vec<String>,
    pub(super) services: Vec<String>,
    pub(super) counts: BTreeMap<String, u64>,
    pub(super) extra: Map<String, Value>,
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

/// A string, borrowed where it holds no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

impl Text<'_> {
    pub(super) fn into_string(self) -> String {
        self.0.into_owned()
    }
}

/// What stands where the slug belongs: a slug of the wrong type is a bad slug.
pub(super) enum Slugish<'a> {
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
