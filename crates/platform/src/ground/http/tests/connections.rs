//! Clients that are slow, silent or too many.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::testing::TestApp;

const SHORT: [(&str, &str); 2] =
    [("http.header_timeout", "300ms"), ("http.request_timeout", "600ms")];
/// Far more than the timeouts, far less than for ever.
const PATIENCE: Duration = Duration::from_secs(8);

/// Writes `pieces` with a pause before each, and reads until the server ends the connection.
async fn dribble(address: SocketAddr, pieces: &[&[u8]], pause: Duration) -> String {
    let socket = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut sender) = socket.into_split();
    let write = async {
        for piece in pieces {
            tokio::time::sleep(pause).await;
            if sender.write_all(piece).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let mut answer = Vec::new();
    let read = async {
        // A reset is an end too.
        drop(reader.read_to_end(&mut answer).await);
    };
    let ended = tokio::time::timeout(PATIENCE, async {
        tokio::select! { () = write => {}, () = read => {} }
    });
    assert!(ended.await.is_ok(), "the server lets {} pieces hang", pieces.len());
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_client_that_dribbles_its_headers_is_cut_off() {
    let app = TestApp::with(&SHORT).await;
    let line = b"x: y\r\n".as_slice();
    let slow = [&b"GET /livez HTTP/1.1\r\n"[..], line, line, line, line, line, line, line, line];
    let begin = Instant::now();
    let answer = dribble(app.address, &slow, Duration::from_millis(100)).await;
    assert!(!answer.contains("200 OK"), "{answer}");
    assert!(begin.elapsed() < Duration::from_secs(3));
    app.end().await;
}

#[tokio::test]
async fn a_client_that_says_nothing_or_half_a_word_is_cut_off() {
    let app = TestApp::with(&SHORT).await;
    let pause = Duration::from_millis(10);
    // The beginning of HTTP/2's preface leaves it open which version is spoken.
    for pieces in [vec![], vec![&b"P"[..]], vec![&b"PRI * HTTP/2.0\r\n"[..]], vec![&b"GET /"[..]]] {
        let answer = dribble(app.address, &pieces, pause).await;
        assert!(!answer.contains("200 OK"), "{answer}");
    }
    app.end().await;
}

#[tokio::test]
async fn a_connection_that_is_kept_open_idle_is_closed() {
    let app = TestApp::with(&SHORT).await;
    let request = b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n".as_slice();
    let pause = Duration::from_millis(50);
    let answer = dribble(app.address, &[request, request, request], pause).await;
    assert_eq!(answer.matches("200 OK").count(), 3, "{answer}");
    app.end().await;
}

#[tokio::test]
async fn a_body_that_does_not_come_ends_with_503() {
    let app = TestApp::with(&SHORT).await;
    let head = format!(
        "POST /api/v1/keys HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: 50\r\n\r\n",
        app.key()
    );
    let answer = dribble(app.address, &[head.as_bytes(), b"{"], Duration::from_millis(50)).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
    app.end().await;
}

#[tokio::test]
async fn a_long_stream_is_not_cut_off() {
    let app = TestApp::with(&SHORT).await;
    let mut live = app.follow("/api/v1/events/stream", None).await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    app.register("atlas").await;
    assert_eq!(live.next().await.unwrap().kind, "federation.project_registered");
    app.end().await;
}

#[tokio::test]
async fn one_connection_too_many_is_told_so_and_the_server_goes_on() {
    let app = TestApp::with(&[("http.max_connections", "4")]).await;
    let request = b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut sockets = vec![];
    let mut surplus = None;
    // The test's own client may hold some.
    while surplus.is_none() && sockets.len() < 10 {
        let mut socket = TcpStream::connect(app.address).await.unwrap();
        socket.write_all(request).await.unwrap();
        let mut answer = vec![0; 1_000];
        let read = socket.read(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
        if answer.contains("200 OK") {
            sockets.push(socket);
        } else {
            surplus = Some(answer);
        }
    }
    assert!((2..=4).contains(&sockets.len()), "{}", sockets.len());
    let surplus = surplus.unwrap();
    let (lines, body) = surplus.split_once("\r\n\r\n").unwrap();
    assert!(lines.starts_with("HTTP/1.1 503 "), "{lines}");
    assert!(lines.contains("retry-after: 1"), "{lines}");
    assert!(lines.contains(&format!("content-length: {}", body.len())), "{lines}: {body}");
    let problem: wire::Problem = serde_json::from_str(body).unwrap();
    assert_eq!(problem.status, 503);
    drop(sockets);
    app.eventually("there is room again", async |app| {
        let url = format!("http://{}/livez", app.address);
        reqwest::get(url).await.is_ok_and(|answer| answer.status() == 200)
    })
    .await;
    app.end().await;
}
