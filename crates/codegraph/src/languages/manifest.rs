//! Manifests of packages: read by [`crate::manifest`], and nothing else in them.

use super::{Language, Source};
use crate::{manifest::FILE_NAMES, resolve::Nowhere};

pub(super) static MANIFEST: Language = Language {
    name: "manifest",
    extractor: "codegraph/manifest",
    extensions: &[],
    file_names: FILE_NAMES,
    interpreters: &[],
    source: Source::Plain(|_| {}),
    separator: ".",
    instance_names: &[],
    class_names: &[],
    super_names: &[],
    has_bare_members: false,
    visibility: |_, _| None,
    kind: |declared| declared.kind,
    locate: &Nowhere,
};
