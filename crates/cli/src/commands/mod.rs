//! One file per noun: its options, its help, what it asks and how it prints the answer.

mod audit;
mod completion;
mod config;
mod doctor;
mod events;
mod federation;
mod grants;
mod graph;
mod health;
mod instances;
mod jobs;
mod keep;
mod keys;
mod knowledge;
mod man;
mod mcp;
mod mesh;
mod model;
mod read_documents;
mod repositories;
mod serve;

use clap::Subcommand;

use crate::context::Context;
use crate::failure::Result;

#[derive(Subcommand)]
pub(crate) enum Command {
    Up(serve::Up),
    Serve(serve::Serve),
    Federation(federation::Federation),
    Grants(grants::Grants),
    Mesh(mesh::Mesh),
    Instances(instances::Instances),
    Knowledge(knowledge::Knowledge),
    Graph(graph::Graph),
    Repositories(repositories::Repositories),
    Model(model::Model),
    Mcp(mcp::Mcp),
    Keys(keys::Keys),
    Events(events::Events),
    Audit(audit::Audit),
    Jobs(jobs::Jobs),
    Config(config::Config),
    Doctor(doctor::Doctor),
    Health(health::Health),
    Completion(completion::Completion),
    #[command(hide = true)]
    Man(man::Man),
    #[command(hide = true)]
    ReadDocuments(read_documents::ReadDocuments),
    #[command(hide = true)]
    Keep(keep::Keep),
}

pub(crate) async fn run(command: Command, context: &Context) -> Result {
    match command {
        Command::Up(it) => it.run(context).await,
        Command::Serve(it) => it.run(context).await,
        Command::Federation(it) => it.run(context).await,
        Command::Grants(it) => it.run(context).await,
        Command::Mesh(it) => it.run(context).await,
        Command::Instances(it) => Box::pin(it.run(context)).await,
        Command::Knowledge(it) => Box::pin(it.run(context)).await,
        Command::Repositories(it) => Box::pin(it.run(context)).await,
        Command::Graph(it) => Box::pin(it.run(context)).await,
        Command::Model(it) => it.run(context).await,
        Command::Mcp(it) => Box::pin(it.run(context)).await,
        Command::Keys(it) => it.run(context).await,
        Command::Events(it) => it.run(context).await,
        Command::Audit(it) => it.run(context).await,
        Command::Jobs(it) => it.run(context).await,
        Command::Config(it) => it.run(context),
        Command::Doctor(it) => it.run(context).await,
        Command::Health(it) => it.run(context).await,
        Command::Completion(it) => it.run(context),
        Command::Man(it) => it.run(context),
        Command::ReadDocuments(it) => it.run(),
        Command::Keep(it) => it.run(),
    }
}
