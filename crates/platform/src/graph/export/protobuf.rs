//! As much of the Protocol Buffers encoding as SCIP needs: numbers, texts, messages in messages.

/// A message that is written field by field.
#[derive(Default)]
pub(super) struct Message(Vec<u8>);

impl Message {
    pub(super) fn text(mut self, field: u32, text: &str) -> Self {
        self.bytes(field, text.as_bytes());
        self
    }

    pub(super) fn message(mut self, field: u32, message: &Self) -> Self {
        self.bytes(field, &message.0);
        self
    }

    pub(super) fn number(mut self, field: u32, number: u32) -> Self {
        self.varint(u64::from(field) << 3);
        self.varint(u64::from(number));
        self
    }

    /// A packed list.
    pub(super) fn numbers(mut self, field: u32, numbers: &[u32]) -> Self {
        let mut packed = Self::default();
        for number in numbers {
            packed.varint(u64::from(*number));
        }
        self.bytes(field, &packed.0);
        self
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn bytes(&mut self, field: u32, bytes: &[u8]) {
        self.varint(u64::from(field) << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn varint(&mut self, mut rest: u64) {
        while rest >= 0x80 {
            self.0.push(u8::try_from(rest & 0x7F).unwrap_or(0) | 0x80);
            rest >>= 7;
        }
        self.0.push(u8::try_from(rest).unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written_as_the_encoding_guide_shows_them() {
        let number = Message::default().number(1, 150);
        assert_eq!(number.into_bytes(), [0x08, 0x96, 0x01]);
        let text = Message::default().text(2, "testing");
        assert_eq!(text.into_bytes(), b"\x12\x07testing");
        let list = Message::default().numbers(6, &[3, 270, 86_942]);
        assert_eq!(list.into_bytes(), [0x32, 0x06, 0x03, 0x8E, 0x02, 0x9E, 0xA7, 0x05]);
    }
}
