use std::fmt::Write;

use lopdf::Document;

use super::{ExtractError, Extracted, Kind};

/// One stream of a PDF may not unpack to more than this many bytes.
const STREAM_LIMIT: usize = 64 << 20;

/// The line that opens a page in the text, before its number.
pub(crate) const PAGE_HEADING: &str = "# Page ";

/// The text of a PDF, each page under the heading `Page N`.
pub(super) fn read(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let document = Document::load_mem(bytes).map_err(|error| {
        let is_locked =
            matches!(error, lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_));
        if is_locked { encrypted() } else { ExtractError::damaged("PDF", error) }
    })?;
    if document.is_encrypted() {
        return Err(encrypted());
    }
    let mut text = String::new();
    for number in document.get_pages().into_keys() {
        let page = document
            .extract_text_with_limit(&[number], STREAM_LIMIT)
            .map_err(|error| ExtractError::damaged("PDF", error))?;
        let page = page.trim();
        if !page.is_empty() {
            write!(text, "{PAGE_HEADING}{number}\n\n{page}\n\n")
                .map_err(|error| ExtractError::damaged("PDF", error))?;
        }
    }
    if text.is_empty() {
        return Err(ExtractError::NoText);
    }
    Ok(Extracted { kind: Kind::Pdf, language: None, title: title(&document), text })
}

fn encrypted() -> ExtractError {
    ExtractError::Encrypted { format: "PDF".to_owned() }
}

fn title(document: &Document) -> Option<String> {
    let details = document.trailer.get_deref(b"Info", document).ok()?.as_dict().ok()?;
    let title = lopdf::decode_text_string(details.get(b"Title").ok()?).ok()?;
    Some(title.trim().to_owned()).filter(|title| !title.is_empty())
}
