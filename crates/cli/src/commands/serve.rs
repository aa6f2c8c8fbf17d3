//! `commandcenter up` and `commandcenter serve`: being the server.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use platform::{Service, Started};

use super::config::Source;
use crate::context::Context;
use crate::failure::{Exit, Result};
use crate::local;
use crate::printer::Printer;

/// Run everything in one process, with nothing else to install.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter up
  commandcenter up --data ./commandcenter --projects projects.yaml")]
pub(crate) struct Up {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    addresses: Addresses,
    /// Projects to register, a projects.yaml
    #[arg(long, value_name = "FILE")]
    projects: Option<PathBuf>,
}

/// Run some of the services, as one of many processes.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter serve --services federation,worker --config commandcenter.toml
  commandcenter serve --services instance --instance 127.0.0.1:8000")]
pub(crate) struct Serve {
    /// Which: hub, federation, instance, worker; several separated by commas
    #[arg(long, value_name = "LIST", required = true, value_delimiter = ',')]
    services: Vec<Service>,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    addresses: Addresses,
}

/// Where each service listens, and who may reach it.
#[derive(Args)]
struct Addresses {
    /// Where the hub listens [default: 127.0.0.1:9001]
    #[arg(long, value_name = "ADDR", env = "COMMANDCENTER_HUB", hide_env_values = true)]
    hub: Option<String>,
    /// Where the federation listens [default: 127.0.0.1:8001]
    #[arg(long, value_name = "ADDR", env = "COMMANDCENTER_FEDERATION", hide_env_values = true)]
    federation: Option<String>,
    /// Where the instance listens [default: 127.0.0.1:8000]
    #[arg(long, value_name = "ADDR", env = "COMMANDCENTER_INSTANCE", hide_env_values = true)]
    instance: Option<String>,
    /// A proxy in front terminates TLS; allows to listen beyond this machine
    #[arg(long)]
    behind_proxy: bool,
}

impl Up {
    pub(crate) async fn run(self, context: &Context) -> Result {
        let mut overrides = self.source.overrides(context);
        let projects = self.projects.map(|it| it.display().to_string());
        overrides.set.extend(self.addresses.settings());
        overrides.set.extend(setting("federation.projects_file", projects));
        let mut config = local::load(&overrides)?;
        if config.mesh.url.is_none() {
            // The instances that the hub starts come this way; a free port, so that nothing clashes.
            config.mesh.listen.get_or_insert(SocketAddr::from(([127, 0, 0, 1], 0)));
        }
        let greet = |started: &Started| greet(&context.printer, started);
        platform::serve(config, &Service::ALL, greet).await?;
        Ok(Exit::Ok)
    }
}

impl Serve {
    pub(crate) async fn run(self, context: &Context) -> Result {
        let mut overrides = self.source.overrides(context);
        overrides.set.extend(self.addresses.settings());
        let greet = |started: &Started| greet(&context.printer, started);
        platform::serve(local::load(&overrides)?, &self.services, greet).await?;
        Ok(Exit::Ok)
    }
}

impl Addresses {
    fn settings(self) -> impl Iterator<Item = (String, String)> {
        let behind_proxy = self.behind_proxy.then(|| "true".to_owned());
        setting("hub.listen", self.hub)
            .into_iter()
            .chain(setting("http.behind_proxy", behind_proxy))
            .chain(setting("federation.listen", self.federation))
            .chain(setting("instance.listen", self.instance))
    }
}

fn setting(key: &str, value: Option<String>) -> Option<(String, String)> {
    value.map(|value| (key.to_owned(), value))
}

fn greet(printer: &Printer, started: &Started) {
    // A closed stdout is no reason not to serve.
    printer.text(&banner(printer, started)).ok();
}

/// The addresses, the way in and the place of the data, one under the other.
fn banner(printer: &Printer, started: &Started) -> String {
    let mut lines = vec![];
    for (service, address) in &started.addresses {
        lines.push((service.to_string(), format!("{}://{address}", started.scheme)));
    }
    if let Some(url) = &started.sign_in_url {
        lines.push(("sign in once".to_owned(), url.clone()));
    }
    if started.engine == "postgres" {
        lines.push(("database".to_owned(), "PostgreSQL".to_owned()));
    }
    lines.push(("data".to_owned(), started.data.display().to_string()));
    let mut text = format!("CommandCenter {}\n", env!("CARGO_PKG_VERSION"));
    for (name, value) in lines {
        // A String takes whatever is written.
        write!(text, "\n  {name:<12}  {value}").ok();
    }
    if printer.is_terminal {
        text.push_str("\n\nCtrl-C stops it.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::Output;

    #[test]
    fn the_banner_lines_up() {
        let started = Started {
            scheme: "http",
            addresses: vec![
                (Service::Hub, "127.0.0.1:9001".parse().unwrap()),
                (Service::Federation, "127.0.0.1:8001".parse().unwrap()),
                (Service::Instance, "127.0.0.1:8000".parse().unwrap()),
            ],
            sign_in_url: Some("http://127.0.0.1:9001/sign-in/once".to_owned()),
            engine: "sqlite",
            data: "/var/lib/commandcenter".into(),
        };
        insta::assert_snapshot!(banner(&Printer::new(Output::Table), &started), @r"
        CommandCenter 0.1.0

          hub           http://127.0.0.1:9001
          federation    http://127.0.0.1:8001
          instance      http://127.0.0.1:8000
          sign in once  http://127.0.0.1:9001/sign-in/once
          data          /var/lib/commandcenter
        ");
    }
}
