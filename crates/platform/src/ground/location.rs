//! Places a caller names for the server to read: folders of its machine, and URLs.

use std::path::Path;

use url::Url;

use super::address;
use super::app::App;

const LONGEST: usize = 2_048;

/// The folder as it is kept, or what is wrong with it.
pub(crate) async fn folder(app: &App, location: &str) -> Result<String, String> {
    check_length(location)?;
    let path = Path::new(location);
    if !path.is_absolute() {
        return Err("must be the absolute path of a folder of the server".to_owned());
    }
    let folder = tokio::fs::canonicalize(path).await;
    let folder = folder.map_err(|error| format!("cannot be looked into: {error}"))?;
    if !folder.is_dir() {
        return Err("must be a folder".to_owned());
    }
    // Keys lie there.
    let own = tokio::fs::canonicalize(&app.config.data).await;
    if own.is_ok_and(|own| folder.starts_with(own)) {
        return Err("must not be the server's own data".to_owned());
    }
    folder.to_str().map(str::to_owned).ok_or_else(|| "must be UTF-8".to_owned())
}

/// The URL as it is kept, or what is wrong with it.
pub(crate) fn url(app: &App, location: &str) -> Result<String, String> {
    check_length(location)?;
    let mut url: Url = location.parse().map_err(|error| format!("is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err("must be an http or https URL".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold credentials: everybody who may read sees it".to_owned());
    }
    if !app.config.knowledge.allow_private_addresses && !address::may_be_public(&url) {
        let words = "is a private address; see the setting knowledge.allow_private_addresses";
        return Err(words.to_owned());
    }
    url.set_fragment(None);
    Ok(url.into())
}

fn check_length(location: &str) -> Result<(), String> {
    if location.len() > LONGEST {
        return Err("must be at most 2,048 bytes".to_owned());
    }
    Ok(())
}
