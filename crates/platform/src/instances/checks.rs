//! What may be asked of an instance.

use std::collections::BTreeMap;

use wire::instances::{Driver, NewInstance, Restart};
use wire::{FieldError, Slug};

use super::store::Spec;
use crate::ground::config::Instances as Config;
use crate::ground::error::{Error, Result};

const MOST_ARGUMENTS: usize = 256;
const LONGEST_ARGUMENT: usize = 8 << 10;
const MOST_VARIABLES: usize = 128;
const LONGEST_VALUE: usize = 32 << 10;
/// What the engine refuses less than.
const LEAST_MEMORY_MB: u32 = 6;
const MOST_CPUS: f64 = 1_024.0;
/// Variables that make a program load or obey something else: as good as choosing the program.
const COMMANDING: [&str; 3] = ["COMMANDCENTER_", "LD_", "DYLD_"];
const COMMANDING_NAMES: [&str; 5] =
    ["DATABASE_URL", "FEDERATION_API_KEYS", "HOME", "NATS_URL", "PATH"];

/// An instance that may be made. Its name and port may still have to be found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draft {
    pub project: Slug,
    pub name: Option<Slug>,
    pub driver: Driver,
    pub port: Port,
    pub spec: Spec,
}

/// The port an instance asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Port {
    None,
    Any,
    This(u16),
}

pub(super) fn check(config: &Config, new: NewInstance) -> Result<Draft> {
    let driver = new.driver.unwrap_or(Driver::Process);
    let image = match driver {
        Driver::Process => new.image.clone(),
        Driver::Docker => new.image.clone().or_else(|| config.docker_image.clone()),
    };
    let is_other_image = driver == Driver::Docker && image != config.docker_image;
    let is_ours = new.command.is_none() && !is_other_image;
    if !is_ours && !config.allow_commands {
        let words = "this installation starts its own program only; see the setting \
                     instances.allow_commands";
        return Err(Error::Forbidden(words.to_owned()));
    }
    let default = if new.one_shot { Restart::Never } else { Restart::Always };
    let spec = Spec {
        image,
        command: new.command,
        environment: new.environment,
        one_shot: new.one_shot,
        restart: new.restart.unwrap_or(default),
        limits: new.limits,
    };
    let port = match new.port {
        Some(port) => Port::This(port),
        None if is_ours => Port::Any,
        None => Port::None,
    };
    let mut errors = Vec::new();
    check_driver(driver, &spec, &mut errors);
    check_command(spec.command.as_deref(), &mut errors);
    check_environment(config, &spec.environment, &mut errors);
    if spec.one_shot && is_ours {
        errors.push(FieldError::new("one_shot", "our own program does not end by itself"));
    }
    if spec.one_shot && spec.restart == Restart::Always {
        errors.push(FieldError::new("restart", "work that ends is not always started again"));
    }
    if new.port.is_some_and(|port| !config.ports.contains(&port)) {
        let (first, last) = (config.ports.start(), config.ports.end());
        errors.push(FieldError::new("port", format!("must be {first} to {last}")));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    Ok(Draft { project: new.project, name: new.name, driver, port, spec })
}

fn check_driver(driver: Driver, spec: &Spec, errors: &mut Vec<FieldError>) {
    let limits = &spec.limits;
    match driver {
        Driver::Process => {
            if spec.image.is_some() {
                errors.push(FieldError::new("image", "is for the docker driver"));
            }
            if limits.memory_mb.is_some() || limits.cpus.is_some() || limits.pids.is_some() {
                errors.push(FieldError::new("limits", "are for the docker driver"));
            }
        }
        Driver::Docker => {
            if spec.image.as_deref().is_none_or(str::is_empty) {
                let words = "is needed; the setting instances.docker_image gives a default";
                errors.push(FieldError::new("image", words));
            }
        }
    }
    if limits.memory_mb.is_some_and(|megabytes| megabytes < LEAST_MEMORY_MB) {
        errors.push(FieldError::new("limits.memory_mb", "must be at least 6"));
    }
    if limits.cpus.is_some_and(|cpus| !(cpus > 0.0 && cpus <= MOST_CPUS)) {
        errors.push(FieldError::new("limits.cpus", "must be above 0 and at most 1,024"));
    }
    if limits.pids == Some(0) {
        errors.push(FieldError::new("limits.pids", "must be above 0"));
    }
}

fn check_command(command: Option<&[String]>, errors: &mut Vec<FieldError>) {
    let Some(command) = command else { return };
    if command.first().is_none_or(String::is_empty) {
        errors.push(FieldError::new("command", "must begin with a program"));
    }
    if command.len() > MOST_ARGUMENTS || command.iter().any(|it| it.len() > LONGEST_ARGUMENT) {
        let words = "must be at most 256 arguments of at most 8,192 bytes";
        errors.push(FieldError::new("command", words));
    }
}

fn check_environment(
    config: &Config,
    environment: &BTreeMap<String, String>,
    errors: &mut Vec<FieldError>,
) {
    if environment.len() > MOST_VARIABLES {
        errors.push(FieldError::new("environment", "must be at most 128 variables"));
    }
    for (name, value) in environment {
        let path = || format!("environment.{name}");
        if !is_name(name) {
            let words = "a name is letters, digits and _, and begins with no digit";
            errors.push(FieldError::new("environment", words));
        } else if value.len() > LONGEST_VALUE {
            errors.push(FieldError::new(path(), "must be at most 32,768 bytes"));
        } else if !config.allow_commands && is_commanding(name) {
            let words = "needs the setting instances.allow_commands";
            errors.push(FieldError::new(path(), words));
        }
    }
}

fn is_name(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    text.bytes().next().is_some_and(is_letter)
        && text.bytes().all(|byte| is_letter(byte) || byte.is_ascii_digit())
}

fn is_commanding(name: &str) -> bool {
    COMMANDING_NAMES.contains(&name) || COMMANDING.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn config(allow_commands: bool) -> Config {
        Config {
            allow_commands,
            ports: 8_100..=8_999,
            log_size: 1,
            log_files: 1,
            docker_host: None,
            docker_image: Some("commandcenter".to_owned()),
            docker_pull: false,
        }
    }

    fn draft(allow_commands: bool, mut fields: Value) -> Result<Draft> {
        fields["project"] = json!("atlas");
        check(&config(allow_commands), serde_json::from_value(fields).unwrap())
    }

    #[test]
    fn programs_of_others_are_for_installations_that_allow_them() {
        for fields in [json!({ "command": ["true"] }), json!({ "driver": "docker", "image": "x" })]
        {
            let refused = draft(false, fields.clone()).unwrap_err();
            assert!(matches!(refused, Error::Forbidden(_)), "{fields}");
            assert!(draft(true, fields).is_ok());
        }
        assert!(draft(false, json!({})).is_ok());
        let named = json!({ "driver": "docker", "image": "commandcenter" });
        assert!(draft(false, named).is_ok());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let command = ["true"];
        for (fields, path) in [
            (json!({ "command": [] }), "command"),
            (json!({ "command": [""] }), "command"),
            (json!({ "command": command, "environment": { "1A": "" } }), "environment"),
            (json!({ "command": command, "environment": { "A=B": "" } }), "environment"),
            (json!({ "port": 80 }), "port"),
            (json!({ "image": "x" }), "image"),
            (json!({ "limits": { "cpus": 1.0 } }), "limits"),
            (json!({ "driver": "docker", "limits": { "cpus": 0.0 } }), "limits.cpus"),
            (json!({ "driver": "docker", "limits": { "memory_mb": 5 } }), "limits.memory_mb"),
            (json!({ "one_shot": true }), "one_shot"),
            (json!({ "command": command, "one_shot": true, "restart": "always" }), "restart"),
        ] {
            let Err(Error::Invalid(errors)) = draft(true, fields.clone()) else {
                panic!("{fields} is accepted");
            };
            let paths: Vec<&str> = errors.iter().map(|error| error.path.as_str()).collect();
            assert_eq!(paths, [path], "{fields}");
        }
    }

    #[test]
    fn variables_that_command_need_the_same_right_as_commands() {
        for name in ["LD_PRELOAD", "COMMANDCENTER_DATABASE__FOLDER", "PATH", "DATABASE_URL"] {
            let fields = json!({ "environment": { name: "x" } });
            let Err(Error::Invalid(errors)) = draft(false, fields.clone()) else {
                panic!("{name} is accepted");
            };
            assert_eq!(errors[0].path, format!("environment.{name}"));
            assert!(draft(true, fields).is_ok());
        }
        assert!(draft(false, json!({ "environment": { "RUST_LOG": "x" } })).is_ok());
    }

    #[test]
    fn a_port_is_for_what_answers_there() {
        let port = |fields| draft(true, fields).unwrap().port;
        assert_eq!(port(json!({})), Port::Any);
        assert_eq!(port(json!({ "command": ["x"] })), Port::None);
        assert_eq!(port(json!({ "command": ["x"], "port": 8_200 })), Port::This(8_200));
    }
}
