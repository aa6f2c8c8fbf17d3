//! `federation export` and `federation import`: the catalog as Backstage knows it.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use client::{Client, ProjectFilter};
use futures::TryStreamExt;
use wire::Slug;
use wire::federation::Project;

use super::no_such_project;
use crate::context::Context;
use crate::failure::{Exit, Failure, Result};

/// Print projects as a catalog-info.yaml of Backstage.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter federation export > catalog-info.yaml
  commandcenter federation export atlas borealis")]
pub(crate) struct Export {
    /// Slugs of the projects [default: all]
    #[arg(value_name = "PROJECT")]
    projects: Vec<Slug>,
}

/// Register every component of catalog-info.yaml files of Backstage.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter federation import catalog-info.yaml
  commandcenter federation import - < catalog-info.yaml")]
pub(crate) struct Import {
    /// The files; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Export {
    pub(super) async fn run(self, context: &Context) -> Result {
        let export = async |client: &Client| {
            for (place, slug) in self.slugs(client).await?.iter().enumerate() {
                let yaml = client.catalog_info(slug).await.map_err(no_such_project)?;
                if place > 0 && !yaml.starts_with("---") {
                    context.printer.text("---")?;
                }
                context.printer.text(yaml.trim_end())?;
            }
            Ok(Exit::Ok)
        };
        context.with_client(export).await
    }

    async fn slugs(&self, client: &Client) -> Result<Vec<Slug>> {
        if !self.projects.is_empty() {
            return Ok(self.projects.clone());
        }
        let all = client.projects(&ProjectFilter::default()).map_ok(|it| it.slug);
        Ok(all.try_collect().await?)
    }
}

impl Import {
    pub(super) async fn run(self, context: &Context) -> Result {
        let texts: Vec<String> = self.files.iter().map(|it| read(it)).collect::<Result<_>>()?;
        let import = async |client: &Client| {
            let mut imported: Vec<Project> = Vec::new();
            for (file, text) in self.files.iter().zip(&texts) {
                let projects = client.import_catalog_info(text.clone()).await;
                imported.extend(projects.map_err(|it| Failure::from(it).within(file.display()))?);
            }
            Ok(imported)
        };
        let imported = context.with_client(import).await?;
        context.printer.note(format!("imported {} projects", imported.len()))?;
        context.printer.list(&imported, "the files hold no component")?;
        Ok(Exit::Ok)
    }
}

fn read(file: &Path) -> Result<String> {
    let read = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    read.map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))
}
