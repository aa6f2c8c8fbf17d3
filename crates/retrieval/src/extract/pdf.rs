use lopdf::{Document, Error, Object};

use super::{ExtractError, Extracted, Kind};

/// One stream of a PDF may not unpack to more than this many bytes.
const STREAM_LIMIT: usize = 64 << 20;

/// The line that opens a page in the text, before its number.
pub(crate) const PAGE_HEADING: &str = "# Page ";

/// The text of a PDF, each page under the heading `Page N`. Text in a font that cannot be read is
/// left out, as long as there is other text.
pub(super) fn read(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let damaged = |error: lopdf::Error| ExtractError::damaged("PDF", error);
    let mut document = Document::load_mem(bytes).map_err(|error| {
        let is_locked = matches!(error, Error::InvalidPassword | Error::Decryption(_));
        if is_locked { encrypted() } else { damaged(error) }
    })?;
    if document.is_encrypted() {
        return Err(encrypted());
    }
    let title = title(&document);
    let root = document
        .catalog()
        .and_then(|catalog| catalog.get(b"Pages")?.as_reference())
        .map_err(damaged)?;
    let mut text = String::new();
    let mut unread = None;
    for (number, page) in document.get_pages() {
        // Each call below walks the whole page tree; with one page in it at a time that is nothing.
        let tree = document.get_object_mut(root).and_then(Object::as_dict_mut).map_err(damaged)?;
        tree.set("Kids", vec![page.into()]);
        let mut page = String::new();
        for part in document.extract_text_chunks_with_limit(&[1], STREAM_LIMIT) {
            match part {
                Ok(part) => page.push_str(&part),
                Err(error) => unread = Some(error),
            }
        }
        if !page.trim().is_empty() {
            text.extend([PAGE_HEADING, &number.to_string(), "\n\n", page.trim(), "\n\n"]);
        }
    }
    if text.is_empty() {
        return Err(unread.map_or(ExtractError::NoText, damaged));
    }
    Ok(Extracted { kind: Kind::Pdf, language: None, title, text })
}

fn encrypted() -> ExtractError {
    ExtractError::Encrypted { format: "PDF".to_owned() }
}

fn title(document: &Document) -> Option<String> {
    let details = document.trailer.get_deref(b"Info", document).ok()?.as_dict().ok()?;
    let title = lopdf::decode_text_string(details.get(b"Title").ok()?).ok()?;
    Some(title.trim().to_owned()).filter(|title| !title.is_empty())
}
