//! What a client says, read from a stranger's bytes as they come.
//!
//! See <https://docs.nats.io/reference/reference-protocols/nats-protocol>. Pure: no IO, no time.

use bytes::{Bytes, BytesMut};

use super::refusal::Refusal;
use crate::{Headers, MAX_PAYLOAD};

/// The longest line, its end included: the default of a NATS server.
pub(super) const MAX_LINE: usize = 4096;

/// What a block of headers begins with.
pub(super) const HEADERS_VERSION: &str = "NATS/1.0";

#[derive(Debug)]
pub(super) enum Command {
    /// With its options, a JSON object.
    Connect(String),
    Ping,
    Pong,
    Publish(Publish),
    Subscribe {
        subject: String,
        queue: Option<String>,
        sid: String,
    },
    Unsubscribe {
        sid: String,
        /// After that many messages in all; at once without.
        after: Option<u64>,
    },
}

/// Subjects are words here, not yet known to be subjects.
#[derive(Debug)]
pub(super) struct Publish {
    pub subject: String,
    pub reply: Option<String>,
    pub headers: Headers,
    pub payload: Bytes,
}

/// Holds what is not yet a whole command: at most a line, or a line's payload.
#[derive(Default)]
pub(super) struct Parser {
    buffer: BytesMut,
    /// A publication whose payload has not all come.
    head: Option<Head>,
}

struct Head {
    subject: String,
    reply: Option<String>,
    /// Of `size`, what the headers take; `None` without headers.
    headers: Option<usize>,
    size: usize,
}

impl Parser {
    /// What was read goes to its end.
    pub(super) fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// The next command, if it is all there. After a refusal what follows means nothing.
    pub(super) fn command(&mut self) -> Result<Option<Command>, Refusal> {
        if let Some(head) = self.head.take() {
            return self.publication(head);
        }
        let Some(line) = self.line()? else { return Ok(None) };
        let line = str::from_utf8(&line).map_err(|_| Refusal::UnknownOperation)?;
        match parse_line(line)? {
            Line::Whole(command) => Ok(Some(command)),
            Line::Head(head) => self.publication(head),
        }
    }

    fn line(&mut self) -> Result<Option<Bytes>, Refusal> {
        match self.buffer.iter().take(MAX_LINE).position(|byte| *byte == b'\n') {
            Some(end) => Ok(Some(self.buffer.split_to(end + 1).freeze())),
            None if self.buffer.len() >= MAX_LINE => Err(Refusal::LineTooLong),
            None => Ok(None),
        }
    }

    fn publication(&mut self, head: Head) -> Result<Option<Command>, Refusal> {
        if self.buffer.len() < head.size + 2 {
            self.buffer.reserve(head.size + 2 - self.buffer.len());
            self.head = Some(head);
            return Ok(None);
        }
        let mut payload = self.buffer.split_to(head.size).freeze();
        if &*self.buffer.split_to(2) != b"\r\n" {
            return Err(Refusal::Malformed);
        }
        let headers = match head.headers {
            Some(size) => parse_headers(&payload.split_to(size)).ok_or(Refusal::Malformed)?,
            None => Headers::new(),
        };
        let Head { subject, reply, .. } = head;
        Ok(Some(Command::Publish(Publish { subject, reply, headers, payload })))
    }
}

enum Line {
    Whole(Command),
    Head(Head),
}

fn parse_line(line: &str) -> Result<Line, Refusal> {
    let line = line.trim_ascii_end();
    let (verb, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let words: Vec<&str> = rest.split_ascii_whitespace().collect();
    let command = match (verb.to_ascii_uppercase().as_str(), words.as_slice()) {
        ("PING", _) => Command::Ping,
        ("PONG", _) => Command::Pong,
        ("CONNECT", [_, ..]) => Command::Connect(rest.to_owned()),
        ("PUB", [subject, size]) => return head(subject, None, None, size),
        ("PUB", [subject, reply, size]) => return head(subject, Some(reply), None, size),
        ("HPUB", [subject, headers, size]) => return head(subject, None, Some(headers), size),
        ("HPUB", [subject, reply, headers, size]) => {
            return head(subject, Some(reply), Some(headers), size);
        }
        ("SUB", [subject, sid]) => subscribe(subject, None, sid),
        ("SUB", [subject, queue, sid]) => subscribe(subject, Some(queue), sid),
        ("UNSUB", [sid]) => Command::Unsubscribe { sid: (*sid).to_owned(), after: None },
        ("UNSUB", [sid, after]) => {
            let after = Some(number(after)?);
            Command::Unsubscribe { sid: (*sid).to_owned(), after }
        }
        _ => return Err(Refusal::UnknownOperation),
    };
    Ok(Line::Whole(command))
}

fn subscribe(subject: &str, queue: Option<&str>, sid: &str) -> Command {
    let (subject, queue, sid) = (subject.to_owned(), queue.map(str::to_owned), sid.to_owned());
    Command::Subscribe { subject, queue, sid }
}

fn head(
    subject: &str,
    reply: Option<&str>,
    headers: Option<&str>,
    size: &str,
) -> Result<Line, Refusal> {
    let length = |text: &str| Ok(usize::try_from(number(text)?).unwrap_or(usize::MAX));
    let (headers, size) = (headers.map(length).transpose()?, length(size)?);
    if size > MAX_PAYLOAD {
        return Err(Refusal::TooLarge);
    }
    if headers.is_some_and(|headers| headers > size) {
        return Err(Refusal::Malformed);
    }
    let (subject, reply) = (subject.to_owned(), reply.map(str::to_owned));
    Ok(Line::Head(Head { subject, reply, headers, size }))
}

fn number(text: &str) -> Result<u64, Refusal> {
    // `parse` alone would take a sign.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or(Refusal::Malformed)
}

/// A status behind the version is for servers to send; from a client it is left out.
fn parse_headers(block: &[u8]) -> Option<Headers> {
    let block = str::from_utf8(block).ok()?.strip_prefix(HEADERS_VERSION)?;
    let mut lines = block.strip_suffix("\r\n\r\n")?.split("\r\n");
    lines.next()?;
    let mut headers = Headers::new();
    for line in lines {
        let (name, value) = line.split_once(':').filter(|(name, _)| !name.is_empty())?;
        headers.append(name, value);
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What came out, up to the first refusal.
    fn read(pieces: &[&[u8]]) -> Vec<String> {
        let (mut parser, mut heard) = (Parser::default(), Vec::new());
        for piece in pieces {
            parser.buffer().extend_from_slice(piece);
            loop {
                match parser.command() {
                    Ok(Some(command)) => heard.push(format!("{command:?}")),
                    Ok(None) => break,
                    Err(refusal) => {
                        heard.push(refusal.to_string());
                        return heard;
                    }
                }
            }
        }
        heard
    }

    fn one(text: &str) -> String {
        read(&[text.as_bytes()]).join(" | ")
    }

    /// Things clients say, and things they should not.
    fn talk() -> impl Strategy<Value = Vec<u8>> {
        let said = prop_oneof![
            Just(b"PING\r\n".to_vec()),
            Just(b"CONNECT {\"verbose\":false}\r\n".to_vec()),
            Just(b"SUB a.* workers 1\r\n".to_vec()),
            Just(b"UNSUB 1 5\r\n".to_vec()),
            prop::collection::vec(any::<u8>(), 0..40).prop_map(|payload| {
                [format!("PUB a.b c {}\r\n", payload.len()).as_bytes(), &payload, b"\r\n"].concat()
            }),
            ("[a-z]{1,5}", "[ -~]{0,9}").prop_map(|(name, value)| {
                let headers = format!("NATS/1.0\r\n{name}:{value}\r\n\r\n");
                let size = headers.len();
                format!("HPUB a {size} {}\r\n{headers}hi\r\n", size + 2).into_bytes()
            }),
            prop::collection::vec(any::<u8>(), 0..20),
            "(PUB|HPUB|SUB|UNSUB|CONNECT)( [a-z0-9]{1,9}){0,5}\r?\n".prop_map(String::into_bytes),
        ];
        prop::collection::vec(said, 0..12).prop_map(|said| said.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

        #[test]
        fn however_the_bytes_are_cut_the_same_is_heard(
            talk in talk(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)
        ) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(talk.len() + 1)).collect();
            cuts.extend([0, talk.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &talk[cut[0]..cut[1]]).collect();
            prop_assert_eq!(read(&pieces), read(&[&talk]));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..9000)) {
            read(&[&bytes]);
        }
    }

    #[test]
    fn byte_by_byte_is_as_good_as_at_once() {
        let talk = b"PUB a 2\r\nhi\r\nHPUB a b 22 24\r\nNATS/1.0\r\nk: value\r\n\r\nhi\r\nping\n";
        let pieces: Vec<&[u8]> = talk.chunks(1).collect();
        assert_eq!(read(&pieces), read(&[talk]));
        assert_eq!(read(&pieces).len(), 3);
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let line = "x".repeat(MAX_LINE);
        assert_eq!(one(&line), "Maximum Control Line Exceeded");
        assert_eq!(one(&format!("PUB a {}\r\n", MAX_PAYLOAD + 1)), "Maximum Payload Violation");
        assert_eq!(one("PUB a 99999999999999999999\r\n"), "Parser Error");
        assert_eq!(one(&format!("PUB a {}\r\n", u64::MAX)), "Maximum Payload Violation");
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in
            ["\r\n", "HELLO\r\n", "PUB a\r\n", "SUB a\r\n", "SUB a b c d\r\n", "CONNECT\r\n"]
        {
            assert_eq!(one(text), "Unknown Protocol Operation", "{text:?}");
        }
        for text in [
            "PUB a -1\r\n",
            "PUB a +1\r\n",
            "PUB a 1\r\nhi\r\n",
            "UNSUB 1 x\r\n",
            "HPUB a 5 2\r\nhi\r\n",
            "HPUB a 0 2\r\nhi\r\n",
            "HPUB a 15 15\r\nNATS/1.0\r\nk\r\n\r\n\r\n",
            "HPUB a 15 15\r\nNATS/2.0\r\n\r\n\r\n\r\n\r\n",
        ] {
            assert_eq!(one(text), "Parser Error", "{text:?}");
        }
    }

    #[test]
    fn headers_of_one_name_are_all_kept() {
        let block = "NATS/1.0 503 ignored\r\nHop: one\r\nHop:two\r\nEmpty:\r\n\r\n";
        let headers = parse_headers(block.as_bytes()).unwrap();
        let found: Vec<_> = headers.iter().collect();
        assert_eq!(found, [("Hop", "one"), ("Hop", "two"), ("Empty", "")]);
        assert!(parse_headers(b"NATS/1.0\r\n\r\n").unwrap().is_empty());
    }
}
