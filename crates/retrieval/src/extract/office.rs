use undoc::{parse_bytes, render};

use super::{ExtractError, Extracted, Kind};

/// The text of a DOCX as Markdown.
pub(super) fn read(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let document = parse_bytes(bytes).map_err(|error| ExtractError::damaged("DOCX", error))?;
    let text = render::to_markdown(&document, &render::RenderOptions::new().with_images(false))
        .map_err(|error| ExtractError::damaged("DOCX", error))?;
    let title = document.metadata.title.filter(|title| !title.trim().is_empty());
    Ok(Extracted { kind: Kind::Docx, language: None, title, text })
}
