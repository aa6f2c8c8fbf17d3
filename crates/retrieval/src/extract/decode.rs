use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

use super::ExtractError;

/// A text holds next to no control characters; compressed bytes are one eighth control characters.
const TEXT_BYTES_PER_CONTROL: usize = 100;

/// The text of `bytes`: UTF-8, UTF-16 with a byte order mark, or the encoding their letters
/// suggest, where what does not decode becomes U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> Result<String, ExtractError> {
    let text = if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default()).0.into_owned()
    } else if bytes.contains(&0) {
        return Err(ExtractError::Binary);
    } else if let Ok(text) = str::from_utf8(bytes) {
        text.to_owned()
    } else {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        detector.guess(None, Utf8Detection::Allow).decode_without_bom_handling(bytes).0.into_owned()
    };
    let controls = text.chars().filter(|&c| c.is_control() && !is_layout(c)).count();
    if text.contains('\0') || controls * TEXT_BYTES_PER_CONTROL > text.len() {
        return Err(ExtractError::Binary);
    }
    Ok(text)
}

fn is_layout(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\x0C' | '\x1B' | '\u{85}')
}
