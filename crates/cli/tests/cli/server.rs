//! A server of prepared answers, so that what is printed depends on nothing else.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

pub(crate) struct Server {
    pub url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// `GET /api/fed/projects`
    pub line: String,
    pub headers: String,
    pub body: String,
}

pub(crate) struct Answer {
    status: u16,
    headers: String,
    body: String,
}

pub(crate) fn answer(status: u16, body: &str) -> Answer {
    Answer { status, headers: String::new(), body: body.to_owned() }
}

pub(crate) fn problem(status: u16, detail: &str) -> Answer {
    let body = format!(
        r#"{{"type":"urn:commandcenter:problem:x","title":"x","status":{status},"detail":{detail:?}}}"#
    );
    answer(status, &body)
}

impl Answer {
    pub(crate) fn header(mut self, line: &str) -> Self {
        self.headers.push_str(line);
        self.headers.push_str("\r\n");
        self
    }
}

impl Server {
    /// Answers each request with what `answers` says, until the test's process ends.
    pub(crate) fn start(answers: impl Fn(&str) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let mut socket = socket.unwrap();
                let request = read(&socket);
                let answer = answers(&request.line);
                seen.lock().unwrap().push(request);
                // The client may have gone away; that is its affair.
                socket.write_all(answer.text().as_bytes()).ok();
            }
        });
        Self { url, requests }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Answer {
    /// Without a length: the end of the connection is the end of the body.
    fn text(&self) -> String {
        let Self { status, headers, body } = self;
        format!("HTTP/1.1 {status} X\r\n{headers}connection: close\r\n\r\n{body}")
    }
}

fn read(socket: &TcpStream) -> Request {
    let mut reader = BufReader::new(socket);
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    let mut headers = String::new();
    while reader.read_line(&mut headers).unwrap() > 2 {}
    let length = headers.lines().find_map(|it| it.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |it| it.parse().unwrap())];
    reader.read_exact(&mut body).unwrap();
    let line = first.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    Request { line, headers, body: String::from_utf8(body).unwrap() }
}
