//! The layers, stacked: each key with the value that wins and where it came from.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Table, Value};

use super::{DEFAULT, Invalid, Overrides};

/// Keys whose value is never printed.
const SECRETS: [&str; 5] = [
    "database.url",
    "mesh.token",
    "hub.federation_api_key",
    "access.seed_keys",
    "knowledge.embedding_key",
];

/// Names other tools already use for some of our keys.
const ALIASES: [(&str, &str); 3] = [
    ("DATABASE_URL", "database.url"),
    ("NATS_URL", "mesh.url"),
    ("FEDERATION_API_KEYS", "access.seed_keys"),
];

const PREFIX: &str = "COMMANDCENTER_";

#[derive(Clone)]
pub(super) struct Layers {
    settings: BTreeMap<String, Setting>,
}

#[derive(Clone)]
pub(super) struct Setting {
    pub value: Value,
    pub origin: String,
}

/// Values may be secret: only the keys are shown.
impl std::fmt::Debug for Layers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.settings.keys()).finish()
    }
}

impl Layers {
    /// Stacks every layer. What cannot be placed is an error, the rest still stands.
    pub(super) fn stack(
        overrides: &Overrides,
        environment: &BTreeMap<String, String>,
    ) -> (Self, Vec<Invalid>) {
        let mut layers = Self { settings: BTreeMap::new() };
        let mut errors = Vec::new();
        let defaults = DEFAULT.parse::<Table>().unwrap_or_default();
        for (key, value) in flatten(&defaults) {
            layers.settings.insert(key, Setting { value, origin: "the default".to_owned() });
        }
        if let Some(file) = &overrides.file {
            layers.add_file(file, &mut errors);
        }
        layers.add_environment(environment, &mut errors);
        for (key, text) in &overrides.set {
            layers.add_text(key, text, "the command line", &mut errors);
        }
        (layers, errors)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Setting> {
        self.settings.get(key)
    }

    /// TOML, section by section, a secret as whether it is set.
    pub(super) fn print(&self) -> String {
        let mut sections: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (key, setting) in &self.settings {
            let (section, name) = key.rsplit_once('.').unwrap_or(("", key));
            let is_set = setting.value.as_str() != Some("")
                && setting.value.as_array().is_none_or(|items| !items.is_empty());
            let value = if is_set && SECRETS.contains(&key.as_str()) {
                "\"[redacted]\"".to_owned()
            } else {
                setting.value.to_string()
            };
            let line = if setting.origin == "the default" {
                format!("{name} = {value}")
            } else {
                format!("{name} = {value} # {}", setting.origin)
            };
            sections.entry(section).or_default().push(line);
        }
        let block = |(section, lines): (&str, Vec<String>)| match section {
            "" => lines.join("\n"),
            _ => format!("\n[{section}]\n{}", lines.join("\n")),
        };
        sections.into_iter().map(block).collect::<Vec<_>>().join("\n")
    }

    fn add_file(&mut self, path: &Path, errors: &mut Vec<Invalid>) {
        let name = path.display().to_string();
        let refuse = |key: &str, message: String| Invalid {
            key: key.to_owned(),
            message,
            origin: name.clone(),
        };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return errors.push(refuse("--config", format!("cannot read: {error}"))),
        };
        let table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => {
                let at = error.span().map_or(1, |span| line_of(&text, span.start));
                let message = format!("line {at}: {}", error.message());
                return errors.push(refuse("--config", message));
            }
        };
        for (key, value) in flatten(&table) {
            let Some(setting) = self.settings.get_mut(&key) else {
                let message = self.unknown(&key);
                errors.push(refuse(&key, message));
                continue;
            };
            if value.same_type(&setting.value) {
                *setting = Setting { value, origin: name.clone() };
            } else {
                let message =
                    format!("is {}, must be {}", value.type_str(), setting.value.type_str());
                errors.push(refuse(&key, message));
            }
        }
    }

    fn add_environment(
        &mut self,
        environment: &BTreeMap<String, String>,
        errors: &mut Vec<Invalid>,
    ) {
        for (name, key) in ALIASES {
            if let Some(text) = environment.get(name) {
                self.add_text(key, text, &format!("environment {name}"), errors);
            }
        }
        for (name, text) in environment {
            let Some(rest) = name.strip_prefix(PREFIX) else { continue };
            let origin = format!("environment {name}");
            let key = rest.to_ascii_lowercase().replace("__", ".");
            // Without a section it may be a name of the command line, as COMMANDCENTER_SERVER.
            if !rest.contains("__") && !self.settings.contains_key(&key) {
                continue;
            }
            match key.strip_suffix("_file") {
                Some(secret) if SECRETS.contains(&secret) => match std::fs::read_to_string(text) {
                    Ok(content) => self.add_text(secret, content.trim(), &origin, errors),
                    Err(error) => errors.push(Invalid {
                        key: secret.to_owned(),
                        message: format!("cannot read {text}: {error}"),
                        origin,
                    }),
                },
                _ => self.add_text(&key, text, &origin, errors),
            }
        }
    }

    /// Sets `key` from text, read as what the default is.
    fn add_text(&mut self, key: &str, text: &str, origin: &str, errors: &mut Vec<Invalid>) {
        let origin = origin.to_owned();
        let Some(setting) = self.settings.get_mut(key) else {
            let message = self.unknown(key);
            return errors.push(Invalid { key: key.to_owned(), message, origin });
        };
        match parse_as(&setting.value, text) {
            Some(value) => *setting = Setting { value, origin },
            None => errors.push(Invalid {
                key: key.to_owned(),
                message: format!("must be {}", setting.value.type_str()),
                origin,
            }),
        }
    }

    fn unknown(&self, key: &str) -> String {
        let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
        let name = last(key);
        match self.settings.keys().find(|known| last(known) == name) {
            Some(known) => format!("there is no such setting, did you mean {known}?"),
            None => "there is no such setting; `config print` lists them".to_owned(),
        }
    }
}

fn parse_as(default: &Value, text: &str) -> Option<Value> {
    match default {
        Value::Boolean(_) => text.parse().ok().map(Value::Boolean),
        Value::Integer(_) => text.parse().ok().map(Value::Integer),
        Value::Array(_) => Some(Value::Array(list(text))),
        Value::String(_) => Some(Value::String(text.to_owned())),
        Value::Float(_) | Value::Datetime(_) | Value::Table(_) => None,
    }
}

/// A JSON array of strings, or parts separated by commas.
fn list(text: &str) -> Vec<Value> {
    let parts = serde_json::from_str::<Vec<String>>(text).unwrap_or_else(|_| {
        text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    });
    parts.into_iter().map(Value::String).collect()
}

fn flatten(table: &Table) -> Vec<(String, Value)> {
    let mut settings = Vec::new();
    for (name, value) in table {
        if let Value::Table(section) = value {
            let inner = flatten(section).into_iter();
            settings.extend(inner.map(|(key, value)| (format!("{name}.{key}"), value)));
        } else {
            settings.push((name.clone(), value.clone()));
        }
    }
    settings
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}
