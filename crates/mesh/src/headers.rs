//! Message headers: a small ordered multimap of ASCII names.

use std::fmt;

use async_nats::HeaderMap;
use async_nats::header::{HeaderName, HeaderValue};

/// Names are compared without case, as in HTTP. Headers of a received message are left in the
/// form the client library parsed them in until someone asks.
#[derive(Clone, Default)]
pub struct Headers {
    received: Option<HeaderMap>,
    list: Vec<(Box<str>, Box<str>)>,
}

impl Headers {
    /// The W3C trace context.
    pub const TRACEPARENT: &str = "traceparent";
    /// The id a durable message is deduplicated by.
    pub const MESSAGE_ID: &str = "Nats-Msg-Id";

    pub fn new() -> Self {
        Self::default()
    }

    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The first value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Sets `name` to the one `value`.
    ///
    /// Header injection is not possible: a control character in a value becomes a space, as RFC
    /// 9110 section 5.5 advises, and a character no name may hold becomes `-`.
    pub fn insert(&mut self, name: impl AsRef<str>, value: impl AsRef<str>) {
        let name = name.as_ref();
        self.own();
        self.list.retain(|(it, _)| !it.eq_ignore_ascii_case(&clean_name(name)));
        self.append(name, value);
    }

    /// Adds a value, and keeps those `name` has.
    pub fn append(&mut self, name: impl AsRef<str>, value: impl AsRef<str>) {
        self.own();
        self.list.push((clean_name(name.as_ref()).into(), clean_value(value.as_ref()).into()));
    }

    /// Every value with its name, in the order they were added. The order of names is lost on a
    /// message that came over NATS.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let received =
            self.received.iter().flat_map(|map| map.iter()).flat_map(|(name, values)| {
                values.iter().map(move |value| (AsRef::<str>::as_ref(name), value.as_str()))
            });
        received.chain(self.list.iter().map(|(name, value)| (&**name, &**value)))
    }

    pub(crate) fn received(map: Option<HeaderMap>) -> Self {
        Self { received: map, list: Vec::new() }
    }

    /// `None` when there is nothing to send.
    pub(crate) fn into_nats(self) -> Option<HeaderMap> {
        if self.list.is_empty() {
            return self.received;
        }
        let mut map = HeaderMap::new();
        for (name, value) in self.iter() {
            // Both are clean; were one not, dropping it beats the panic of the other conversion.
            if let (Ok(name), Ok(value)) =
                (name.parse::<HeaderName>(), value.parse::<HeaderValue>())
            {
                map.append(name, value);
            }
        }
        Some(map)
    }

    fn own(&mut self) {
        if let Some(received) = self.received.take() {
            self.list = Self::received(Some(received))
                .iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect();
        }
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Headers {
    fn from_iter<T: IntoIterator<Item = (N, V)>>(entries: T) -> Self {
        let mut headers = Self::new();
        for (name, value) in entries {
            headers.append(name, value);
        }
        headers
    }
}

fn clean_name(name: &str) -> String {
    let clean = |char: char| if char.is_ascii_graphic() && char != ':' { char } else { '-' };
    name.chars().map(clean).collect()
}

fn clean_value(value: &str) -> String {
    // The wire trims values; trimming here makes both meshes show the same.
    value.trim().chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}
