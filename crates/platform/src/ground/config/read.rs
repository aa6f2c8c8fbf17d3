//! Reads typed settings out of the layers and collects what is wrong.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use toml::Value;
use url::Url;
use wire::Slug;

use super::layers::Layers;
use super::{Invalid, LogFormat};

pub(super) struct Reader<'a> {
    layers: &'a Layers,
    errors: Vec<Invalid>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(layers: &'a Layers, errors: Vec<Invalid>) -> Self {
        Self { layers, errors }
    }

    pub(super) fn finish(self) -> Vec<Invalid> {
        self.errors
    }

    pub(super) fn refuse(&mut self, key: &str, message: impl Into<String>) {
        let origin =
            self.layers.get(key).map_or_else(String::new, |setting| setting.origin.clone());
        self.errors.push(Invalid { key: key.to_owned(), message: message.into(), origin });
    }

    pub(super) fn text(&mut self, key: &str) -> String {
        self.layers
            .get(key)
            .and_then(|setting| setting.value.as_str())
            .unwrap_or_default()
            .to_owned()
    }

    pub(super) fn optional_text(&mut self, key: &str) -> Option<String> {
        Some(self.text(key)).filter(|text| !text.is_empty())
    }

    pub(super) fn path(&mut self, key: &str) -> Option<PathBuf> {
        self.optional_text(key).map(PathBuf::from)
    }

    pub(super) fn secret(&mut self, key: &str) -> Option<SecretString> {
        self.optional_text(key).map(SecretString::from)
    }

    pub(super) fn secrets(&mut self, key: &str) -> Vec<SecretString> {
        self.texts(key).into_iter().map(SecretString::from).collect()
    }

    pub(super) fn boolean(&mut self, key: &str) -> bool {
        self.layers.get(key).and_then(|setting| setting.value.as_bool()).unwrap_or_default()
    }

    /// A number above zero. Answers with zero where there is none, beside the error.
    pub(super) fn positive<T: TryFrom<i64> + Default>(&mut self, key: &str) -> T {
        let number = self.layers.get(key).and_then(|setting| setting.value.as_integer());
        match number.filter(|number| *number > 0).map(T::try_from) {
            Some(Ok(number)) => number,
            Some(Err(_)) => {
                self.refuse(key, "is too large");
                T::default()
            }
            None => {
                self.refuse(key, "must be above 0");
                T::default()
            }
        }
    }

    pub(super) fn duration(&mut self, key: &str) -> Duration {
        let text = self.text(key);
        match parse_duration(&text) {
            Some(duration) if !duration.is_zero() => duration,
            Some(_) => {
                self.refuse(key, "must be longer than 0");
                Duration::ZERO
            }
            None => {
                self.refuse(
                    key,
                    format!("{text:?} is no duration, as in 250ms, 30s, 5m, 12h, 90d"),
                );
                Duration::ZERO
            }
        }
    }

    pub(super) fn address(&mut self, key: &str) -> Option<SocketAddr> {
        let text = self.text(key);
        let address = text.parse().ok();
        if address.is_none() {
            self.refuse(key, format!("{text:?} is no address, as in 127.0.0.1:8001"));
        }
        address
    }

    pub(super) fn url(&mut self, key: &str) -> Option<Url> {
        let url: Result<Url, _> = self.text(key).parse();
        url.map_err(|error| self.refuse(key, format!("{error}, as in http://127.0.0.1:8001"))).ok()
    }

    pub(super) fn optional_address(&mut self, key: &str) -> Option<SocketAddr> {
        if self.text(key).is_empty() { None } else { self.address(key) }
    }

    pub(super) fn slug(&mut self, key: &str) -> Option<Slug> {
        let text = self.text(key);
        text.parse().map_err(|error| self.refuse(key, format!("{error}"))).ok()
    }

    pub(super) fn slugs(&mut self, key: &str) -> Vec<Slug> {
        let mut slugs = Vec::new();
        for text in self.texts(key) {
            match text.parse() {
                Ok(slug) => slugs.push(slug),
                Err(error) => self.refuse(key, format!("{error}")),
            }
        }
        slugs
    }

    pub(super) fn log_format(&mut self, key: &str) -> LogFormat {
        match self.text(key).as_str() {
            "auto" => LogFormat::Auto,
            "human" => LogFormat::Human,
            "json" => LogFormat::Json,
            other => {
                self.refuse(key, format!("{other:?} is none of auto, human, json"));
                LogFormat::Auto
            }
        }
    }

    fn texts(&mut self, key: &str) -> Vec<String> {
        let items = self.layers.get(key).and_then(|setting| setting.value.as_array());
        let items: Vec<Value> = items.cloned().unwrap_or_default();
        if items.iter().any(|item| !item.is_str()) {
            self.refuse(key, "must hold texts only");
        }
        items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

fn parse_duration(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let number: u64 = digits.parse().ok()?;
    let seconds = match text.strip_prefix(digits)? {
        "ms" => return Some(Duration::from_millis(number)),
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::from_secs)
}
