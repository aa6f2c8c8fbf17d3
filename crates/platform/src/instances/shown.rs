//! Instances as they are shown: secrets left out, the reason in one sentence.

use std::collections::BTreeMap;

use wire::instances::{Instance, PlannedInstance};

use super::checks::Draft;
use super::store::Managed;
use wire::Slug;

const REDACTED: &str = "[redacted]";
/// Whatever is called like this is kept from whoever reads, the log of events too.
const SECRET_WORDS: [&str; 8] =
    ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "KEY", "CREDENTIAL", "DATABASE_URL", "DSN"];

impl Managed {
    pub(super) fn shown(&self) -> Instance {
        let reason = match (&self.reason, &self.last_lines) {
            (Some(reason), Some(lines)) => Some(format!("{reason}; it said last: {lines}")),
            (reason, _) => reason.clone(),
        };
        Instance {
            id: self.id,
            project: self.project.clone(),
            name: self.name.clone(),
            driver: self.driver,
            state: self.state,
            wanted: self.wanted,
            since: self.since,
            reason,
            health: self.health,
            port: self.port,
            url: self.port.map(url),
            handle: self.handle.clone(),
            image: self.spec.image.clone(),
            command: self.spec.command.clone(),
            environment: redacted(&self.spec.environment),
            one_shot: self.spec.one_shot,
            restart: self.spec.restart,
            restarts: self.restarts,
            exit_code: self.exit_code,
            limits: self.spec.limits.clone(),
            created_at: self.created_at,
            updated_at: self.updated_at,
            started_at: self.started_at,
            job: self.job,
        }
    }
}

pub(super) fn planned(draft: &Draft, name: Slug, port: Option<u16>) -> PlannedInstance {
    PlannedInstance {
        project: draft.project.clone(),
        name,
        driver: draft.driver,
        port,
        url: port.map(url),
        image: draft.spec.image.clone(),
        command: draft.spec.command.clone(),
        environment: redacted(&draft.spec.environment),
        one_shot: draft.spec.one_shot,
        restart: draft.spec.restart,
        limits: draft.spec.limits.clone(),
    }
}

pub(super) fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn redacted(environment: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let show = |(name, value): (&String, &String)| {
        let loud = name.to_ascii_uppercase();
        let is_secret = SECRET_WORDS.iter().any(|word| loud.contains(word));
        (name.clone(), if is_secret { REDACTED.to_owned() } else { value.clone() })
    };
    environment.iter().map(show).collect()
}
