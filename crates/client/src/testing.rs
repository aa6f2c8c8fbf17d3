//! A server that gives prepared answers, one connection each, and keeps what it was asked.

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::Client;

pub(crate) struct Server {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

pub(crate) enum Answer {
    Text(String),
    /// The connection closes after the request was read.
    Reset,
}

impl Answer {
    pub(crate) fn ok(body: &str) -> Self {
        Self::status(200, body)
    }

    pub(crate) fn status(status: u16, body: &str) -> Self {
        let length = body.len();
        Self::Text(format!(
            "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        ))
    }

    pub(crate) fn stream(body: &str) -> Self {
        Self::Text(format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n{body}"
        ))
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        let Self::Text(text) = self else { return self };
        Self::Text(text.replacen("\r\n", &format!("\r\n{name}: {value}\r\n"), 1))
    }
}

impl Server {
    pub(crate) async fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
        tokio::spawn(async move {
            for answer in answers {
                let (mut socket, _) = listener.accept().await.unwrap();
                let request = read_request(&mut socket).await;
                seen.lock().unwrap().push(request);
                if let Answer::Text(text) = answer {
                    socket.write_all(text.as_bytes()).await.unwrap();
                }
            }
        });
        Self { address, requests }
    }

    pub(crate) fn client(&self) -> Client {
        let mut url = String::new();
        write!(url, "http://{}", self.address).unwrap();
        Client::new(url.parse().unwrap(), Some("cck_1_secret".to_owned().into())).unwrap()
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn first_lines(&self) -> Vec<String> {
        let first = |request: &String| request.lines().next().unwrap_or_default().to_owned();
        self.requests().iter().map(first).collect()
    }
}

async fn read_request(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let read = socket.read(&mut chunk).await.unwrap();
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if read == 0 || is_whole(&text) {
            return text;
        }
    }
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.is_none_or(|length| body.len() >= length.parse().unwrap())
}
