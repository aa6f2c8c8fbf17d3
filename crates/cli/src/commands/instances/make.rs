//! What an instance is to be made of.

use std::collections::BTreeMap;

use clap::Args;
use wire::Slug;
use wire::instances::{Driver, Limits, NewInstance, Restart};

#[derive(Args)]
pub(super) struct Make {
    /// Name of the instance [default: the project's slug and a number]
    #[arg(long)]
    pub name: Option<Slug>,
    /// What runs it: process or docker [default: process]
    #[arg(long)]
    driver: Option<Driver>,
    /// Image of the container [default: the configured one]
    #[arg(long)]
    image: Option<String>,
    /// Port on 127.0.0.1 [default: a free one]
    #[arg(long)]
    port: Option<u16>,
    /// A variable of its environment; may be given several times
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = variable)]
    environment: Vec<(String, String)>,
    /// It ends by itself, and with code 0 all is well
    #[arg(long)]
    one_shot: bool,
    /// When it is started again: always, on-failure or never [default: always]
    #[arg(long, value_name = "WHEN", value_parser = restart)]
    restart: Option<Restart>,
    /// Most memory of the container, in MB
    #[arg(long, value_name = "NUMBER")]
    memory_mb: Option<u32>,
    /// Most processors of the container, as 1.5
    #[arg(long, value_name = "NUMBER")]
    cpus: Option<f64>,
    /// Most processes and threads of the container
    #[arg(long, value_name = "NUMBER")]
    pids: Option<u32>,
    /// Another program and its arguments, after --; no shell reads them
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

impl Make {
    /// Whether anything is said of what it is made of.
    pub(super) fn says_something(&self, project: &Slug) -> bool {
        let nothing = NewInstance {
            project: project.clone(),
            name: None,
            driver: None,
            image: None,
            command: None,
            environment: BTreeMap::new(),
            port: None,
            one_shot: false,
            restart: None,
            limits: Limits::default(),
        };
        self.of(project, None) != nothing
    }

    pub(super) fn of(&self, project: &Slug, name: Option<Slug>) -> NewInstance {
        let (memory_mb, cpus, pids) = (self.memory_mb, self.cpus, self.pids);
        NewInstance {
            project: project.clone(),
            name,
            driver: self.driver,
            image: self.image.clone(),
            command: Some(self.command.clone()).filter(|command| !command.is_empty()),
            environment: self.environment.iter().cloned().collect(),
            port: self.port,
            one_shot: self.one_shot,
            restart: self.restart,
            limits: Limits { memory_mb, cpus, pids },
        }
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a variable is as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn restart(text: &str) -> Result<Restart, String> {
    let words = "is none of always, on-failure, never";
    text.replace('-', "_").parse().map_err(|_| format!("{text:?} {words}"))
}
