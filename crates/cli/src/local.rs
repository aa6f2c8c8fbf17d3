//! A server inside this process, on the embedded data directory, while one command lasts.

use std::path::Path;

use platform::config::{Config, Overrides};
use platform::local::Local;

use crate::failure::{Exit, Failure, Result};

pub(crate) async fn open(directory: &Path) -> Result<Local> {
    let set = vec![("data".to_owned(), directory.display().to_string())];
    let config = load(&Overrides { file: None, set })?;
    platform::local::open(config).await.map_err(Failure::from)
}

/// Reads the configuration, or says everything that is wrong with it.
pub(crate) fn load(overrides: &Overrides) -> Result<Config> {
    Config::load(overrides).map_err(|errors| {
        Failure::new(Exit::Usage, "the configuration cannot be used")
            .details(errors.as_slice().iter())
            .hint("`commandcenter config print --default` shows every setting")
    })
}
