use serde::de::IgnoredAny;

use super::{ExtractError, Kind, Language};

/// The formats that are not text.
pub(super) enum Format {
    Pdf,
    Docx,
}

/// A PDF may start late, after what a mail gateway or a web server put in front of it.
const PDF_HEADER_WITHIN: usize = 1024;

/// Source code without a grammar here: cut at its lines and its indentation.
const OTHER_SOURCE: &[&str] = &[
    "css", "dart", "ex", "exs", "fs", "gradle", "hcl", "hs", "jl", "less", "lua", "mk", "ml", "pl",
    "pm", "proto", "ps1", "r", "scala", "scss", "sql", "svelte", "swift", "tf", "vue", "zig",
];

/// Source code that has no extension.
const BUILD_FILES: &[&str] = &["containerfile", "dockerfile", "justfile", "makefile"];

/// The format by its magic bytes; `None` is text, as far as magic bytes can say.
pub(super) fn binary_format(bytes: &[u8]) -> Result<Option<Format>, ExtractError> {
    if is_pdf(bytes) {
        return Ok(Some(Format::Pdf));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        if contains(bytes, b"word/document.xml") {
            return Ok(Some(Format::Docx));
        }
        return Err(ExtractError::unsupported("a zip archive", "unpack it and add the files"));
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(ExtractError::unsupported("an old Office file", "save it as DOCX or PDF"));
    }
    Ok(None)
}

/// A text may speak of `%PDF-`: behind its start the mark counts in what is no text alone.
fn is_pdf(bytes: &[u8]) -> bool {
    const MARK: &[u8] = b"%PDF-";
    let start = bytes.get(..PDF_HEADER_WITHIN).unwrap_or(bytes);
    bytes.trim_ascii_start().starts_with(MARK)
        || (contains(start, MARK) && std::str::from_utf8(bytes).is_err())
}

/// The kind of a text: by its content where content tells, else by its path.
pub(super) fn text_kind(path: &str, text: &str) -> (Kind, Option<Language>) {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let start = text.trim_start();
    if is_web_page(start) {
        return (Kind::Html, None);
    }
    if is_notebook(start) {
        return (Kind::Notebook, None);
    }
    let language = Language::from_extension(extension)
        .or_else(|| Language::from_shebang(text.lines().next()?));
    let kind = match extension {
        _ if language.is_some() => Kind::Source,
        "md" | "markdown" | "mdown" | "mdx" => Kind::Markdown,
        "htm" | "html" | "xhtml" if start.starts_with('<') => Kind::Html,
        "json" | "json5" | "jsonc" | "jsonl" | "ndjson" => Kind::Json,
        "yaml" | "yml" => Kind::Yaml,
        "toml" => Kind::Toml,
        _ if OTHER_SOURCE.contains(&extension) || BUILD_FILES.contains(&name.as_str()) => {
            Kind::Source
        }
        _ if start.starts_with(['{', '[']) && serde_json::from_str::<IgnoredAny>(text).is_ok() => {
            Kind::Json
        }
        _ => Kind::Text,
    };
    (kind, language)
}

/// A template that makes a web page starts like one, but is source code.
fn is_web_page(start: &str) -> bool {
    let opening =
        start.get(..start.floor_char_boundary(1024)).unwrap_or(start).to_ascii_lowercase();
    let is_page = opening.starts_with("<!doctype html")
        || opening.starts_with("<html")
        || ((opening.starts_with("<?xml") || opening.starts_with("<!--"))
            && opening.contains("<html"));
    is_page && !start.contains("<?php")
}

fn is_notebook(start: &str) -> bool {
    start.starts_with('{') && start.contains("\"nbformat\"") && start.contains("\"cells\"")
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
