//! Which instance is meant.

use client::{Client, InstanceFilter};
use futures::TryStreamExt;
use wire::instances::Instance;

use crate::failure::{Exit, Failure, Result};

/// By its id, its name, or the project that has no other.
pub(super) async fn find(client: &Client, named: &str) -> Result<Instance> {
    if let Ok(id) = named.parse() {
        return Ok(client.instance(id).await?);
    }
    let all: Vec<Instance> = client.instances(&InstanceFilter::default()).try_collect().await?;
    choose(all, named)
}

fn choose(all: Vec<Instance>, wanted: &str) -> Result<Instance> {
    if let Some(found) = all.iter().find(|it| it.name.as_str() == wanted) {
        return Ok(found.clone());
    }
    let mut of_project: Vec<Instance> =
        all.into_iter().filter(|it| it.project.as_str() == wanted).collect();
    if of_project.len() > 1 {
        let names: Vec<&str> = of_project.iter().map(|it| it.name.as_str()).collect();
        let hint = format!("name one of {}", names.join(", "));
        return Err(Failure::usage(format!("{wanted} has several instances")).hint(hint));
    }
    of_project.pop().ok_or_else(|| {
        Failure::new(Exit::NotFound, format!("there is no instance {wanted}"))
            .hint("`commandcenter instances list` shows those there are")
    })
}
