//! What is true of the door alone: who may come in, and who is shown out.

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::rig::{
    TOKEN, bytes, consumer, enter, in_time, next, open_door, open_door_at, options, say, stream,
    text, until,
};
use crate::door::Limits;
use crate::{Door, Error, Headers, Link, MAX_PAYLOAD, Mesh, NatsOptions};

/// A client that says what it likes.
struct Stranger(BufReader<TcpStream>);

impl Stranger {
    /// Has heard the greeting.
    async fn knock(door: &Door) -> Self {
        let mut stranger = Self(BufReader::new(TcpStream::connect(door.address()).await.unwrap()));
        assert!(stranger.line().await.starts_with("INFO {"));
        stranger
    }

    /// Has come in.
    async fn enter(door: &Door) -> Self {
        let mut stranger = Self::knock(door).await;
        stranger.say(&connect(r#""verbose":false,"headers":true,"no_responders":true"#)).await;
        stranger.say("PING\r\n").await;
        assert_eq!(stranger.line().await, "PONG");
        stranger
    }

    async fn say(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).await.unwrap();
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        in_time(self.0.read_line(&mut line)).await.unwrap();
        line.trim_end().to_owned()
    }

    async fn is_shown_out(&mut self) -> bool {
        self.line().await.is_empty()
    }
}

fn connect(more: &str) -> String {
    format!("CONNECT {{\"auth_token\":{TOKEN:?},{more}}}\r\n")
}

async fn open() -> (Mesh, Door) {
    let mesh = Mesh::local();
    let door = open_door(&mesh, Limits::default()).await;
    (mesh, door)
}

#[tokio::test]
async fn nobody_comes_in_without_the_token() {
    let (_mesh, door) = open().await;
    let empty = r#"CONNECT {"verbose":false}"#;
    let wrong = r#"CONNECT {"auth_token":"open sesamf"}"#;
    let user = r#"CONNECT {"user":"open sesame","pass":"open sesame"}"#;
    let earlier = "PUB a 0\r\n\r\n";
    for attempt in [empty, wrong, user, earlier, "SUB > 1", "HELLO", "PUB a 99999999"] {
        let mut stranger = Stranger::knock(&door).await;
        stranger.say(&format!("{attempt}\r\n")).await;
        assert_eq!(stranger.line().await, "-ERR 'Authorization Violation'", "{attempt}");
        assert!(stranger.is_shown_out().await);
    }
    let url = format!("nats://{}", door.address());
    let mesh = Mesh::nats(NatsOptions { token: Some("wrong".into()), ..options(url) }).await;
    let mesh = mesh.unwrap();
    let up = tokio::time::timeout(Duration::from_millis(300), until(&mesh, Link::Up));
    assert!(up.await.is_err());
}

#[tokio::test]
async fn a_door_with_an_empty_token_opens_for_nobody() {
    let Mesh::Local(local) = Mesh::local() else { panic!() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nothing = crate::DoorOptions { token: "".into(), tls: None };
    let door = Door::open(&local, listener, nothing).unwrap();
    let mut stranger = Stranger::knock(&door).await;
    stranger.say("CONNECT {\"auth_token\":\"\"}\r\n").await;
    assert_eq!(stranger.line().await, "-ERR 'Authorization Violation'");
}

#[tokio::test]
async fn who_does_not_say_who_it_is_is_shown_out() {
    let mesh = Mesh::local();
    let patience = Duration::from_millis(100);
    let door = open_door(&mesh, Limits { patience, ..Limits::default() }).await;
    let mut stranger = Stranger::knock(&door).await;
    stranger.say("PING\r\n").await;
    assert_eq!(stranger.line().await, "PONG");
    assert_eq!(stranger.line().await, "-ERR 'Authentication Timeout'");
    assert!(stranger.is_shown_out().await);
}

#[tokio::test]
async fn a_verbose_client_hears_of_each_success() {
    let (_mesh, door) = open().await;
    let mut client = Stranger::knock(&door).await;
    client.say(&connect(r#""verbose":true"#)).await;
    client.say("SUB a 1\r\nPUB a reply 2\r\nhi\r\nUNSUB 1\r\nPING\r\n").await;
    let mut heard = Vec::new();
    while heard.last().is_none_or(|line| line != "PONG") {
        heard.push(client.line().await);
    }
    assert_eq!(heard, ["+OK", "+OK", "MSG a 1 reply 2", "hi", "+OK", "+OK", "PONG"]);
}

#[tokio::test]
async fn headers_come_only_to_who_takes_them() {
    let (_mesh, door) = open().await;
    let mut client = Stranger::knock(&door).await;
    client.say(&connect(r#""verbose":false"#)).await;
    client.say("SUB a 1\r\nHPUB a 22 24\r\nNATS/1.0\r\nk: value\r\n\r\nhi\r\n").await;
    assert_eq!((client.line().await, client.line().await), ("MSG a 1 2".into(), "hi".into()));
}

#[tokio::test]
async fn a_subscription_ends_after_as_many_messages_as_were_asked() {
    let (mesh, door) = open().await;
    let mut client = Stranger::enter(&door).await;
    client.say("SUB a 1\r\nUNSUB 1 2\r\nPING\r\n").await;
    assert_eq!(client.line().await, "PONG");
    for word in ["one", "two", "three"] {
        say(&mesh, "a", word).await;
    }
    client.say("PING\r\n").await;
    let mut heard = Vec::new();
    while heard.last().is_none_or(|line| line != "PONG") {
        heard.push(client.line().await);
    }
    assert_eq!(heard, ["MSG a 1 3", "one", "MSG a 1 3", "two", "PONG"]);
    let (subject, patience) = ("a".parse().unwrap(), Duration::from_secs(10));
    let asked = mesh.request(&subject, Headers::new(), Bytes::new(), patience).await;
    assert!(matches!(asked, Err(Error::NoResponders(_))));
}

#[tokio::test]
async fn who_asks_and_reaches_nobody_is_told() {
    let (_mesh, door) = open().await;
    let mut client = Stranger::enter(&door).await;
    client.say("SUB inbox.* 7\r\nPUB nobody inbox.1 0\r\n\r\n").await;
    let (head, block) = (client.line().await, client.line().await);
    assert_eq!((&*head, &*block), ("HMSG inbox.1 7 16 16", "NATS/1.0 503"));
}

#[tokio::test]
async fn what_is_no_subject_is_refused_and_forgiven() {
    let (_mesh, door) = open().await;
    let mut client = Stranger::enter(&door).await;
    client.say("SUB a..b 1\r\nPUB a.* 0\r\n\r\nPUB a x..y 0\r\n\r\nPING\r\n").await;
    assert_eq!(client.line().await, "-ERR 'Invalid Subject'");
    assert_eq!(client.line().await, "-ERR 'Invalid Publish Subject'");
    assert_eq!(client.line().await, "-ERR 'Invalid Publish Subject'");
    assert_eq!(client.line().await, "PONG");
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_not_forgiven() {
    let (_mesh, door) = open().await;
    let mut client = Stranger::enter(&door).await;
    client.say(&format!("PUB a {}\r\n{}", MAX_PAYLOAD + 1, "x".repeat(1000))).await;
    assert_eq!(client.line().await, "-ERR 'Maximum Payload Violation'");
    assert!(client.is_shown_out().await);
    let mut client = Stranger::enter(&door).await;
    client.say(&format!("SUB {}", "a".repeat(5000))).await;
    assert_eq!(client.line().await, "-ERR 'Maximum Control Line Exceeded'");
    assert!(client.is_shown_out().await);
}

#[tokio::test]
async fn there_is_an_end_to_subscriptions_and_connections() {
    let mesh = Mesh::local();
    let limits = Limits { connections: 1, subscriptions: 2, ..Limits::default() };
    let door = open_door(&mesh, limits).await;
    let mut client = Stranger::enter(&door).await;
    client.say("SUB a 1\r\nSUB a 1\r\nSUB b 2\r\nSUB c 3\r\nUNSUB 1\r\nSUB c 3\r\nPING\r\n").await;
    assert_eq!(client.line().await, "-ERR 'maximum subscriptions exceeded'");
    assert_eq!(client.line().await, "PONG");

    let mut other = Stranger::knock(&door).await;
    assert_eq!(other.line().await, "-ERR 'maximum connections exceeded'");
    assert!(other.is_shown_out().await);
    drop(client);
    in_time(async {
        let mut again = Stranger::knock(&door).await;
        again.say(&connect(r#""verbose":false"#)).await;
        again.say("PING\r\n").await;
        while again.line().await != "PONG" {
            again = Stranger::knock(&door).await;
            again.0.get_mut().write_all(connect(r#""verbose":false"#).as_bytes()).await.ok();
            again.0.get_mut().write_all(b"PING\r\n").await.ok();
        }
    })
    .await;
}

#[tokio::test]
async fn a_slow_consumer_is_cut_and_holds_up_nobody() {
    let mesh = Mesh::local();
    let door = open_door(&mesh, Limits { pending: 1_000_000, ..Limits::default() }).await;
    let mut slow = Stranger::enter(&door).await;
    slow.say("SUB flood 1\r\nPING\r\n").await;
    assert_eq!(slow.line().await, "PONG");
    let mut quick = mesh.subscribe(&"flood".parse().unwrap(), None).await.unwrap();

    let payload = "x".repeat(100_000);
    for _ in 0..400 {
        say(&mesh, "flood", &payload).await;
        tokio::task::yield_now().await;
    }
    for _ in 0..400 {
        assert_eq!(next(&mut quick).await.payload.len(), 100_000);
    }
    let mut heard = Vec::new();
    in_time(slow.0.read_to_end(&mut heard)).await.unwrap();
    let end = String::from_utf8_lossy(&heard[heard.len().saturating_sub(40)..]).into_owned();
    assert!(end.ends_with("x\r\n-ERR 'Slow Consumer'\r\n"), "{end}");
}

#[tokio::test]
async fn who_does_not_answer_pings_is_shown_out() {
    let mesh = Mesh::local();
    let ping_interval = Duration::from_millis(50);
    let door = open_door(&mesh, Limits { ping_interval, ..Limits::default() }).await;
    let mut client = Stranger::enter(&door).await;
    assert_eq!((client.line().await, client.line().await), ("PING".into(), "PING".into()));
    assert_eq!(client.line().await, "-ERR 'Stale Connection'");
}

#[tokio::test]
async fn clients_come_back_when_the_door_is_opened_again() {
    let (mesh, door) = open().await;
    let client = enter(&door).await;
    let mut heard = client.subscribe(&"words".parse().unwrap(), None).await.unwrap();
    let address = door.address();
    in_time(door.close()).await;
    until(&client, Link::Down).await;

    let _door = open_door_at(&mesh, Limits::default(), address).await;
    until(&client, Link::Up).await;
    client.flush().await.unwrap();
    say(&mesh, "words", "back").await;
    assert_eq!(text(&next(&mut heard).await), "back");
    assert_eq!(client.reconnects(), 1);
}

#[tokio::test]
async fn the_door_is_closed_with_its_mesh() {
    let (mesh, door) = open().await;
    let client = enter(&door).await;
    in_time(mesh.close()).await;
    until(&client, Link::Down).await;
}

#[tokio::test]
async fn what_is_durable_is_refused_at_once() {
    let (_mesh, door) = open().await;
    let client = enter(&door).await;
    let subject = "events.x".parse().unwrap();
    let published = client.publish_durable(&subject, "id", Headers::new(), bytes("x")).await;
    assert!(matches!(published, Err(Error::NoStreams)));
    assert!(matches!(client.ensure_stream(&stream()).await, Err(Error::NoStreams)));
    let consumed = client.consume("EVENTS", &consumer("reader")).await;
    assert!(matches!(consumed.err(), Some(Error::NoStreams)));
}

#[tokio::test]
async fn a_stream_of_the_mesh_keeps_what_comes_through_the_door() {
    let (mesh, door) = open().await;
    mesh.ensure_stream(&stream()).await.unwrap();
    let mut deliveries = mesh.consume("EVENTS", &consumer("reader")).await.unwrap();
    let client = enter(&door).await;
    say(&client, "events.x", "kept").await;
    let delivery = in_time(deliveries.next()).await.unwrap().unwrap();
    assert_eq!(text(&delivery.message), "kept");
}

#[tokio::test]
async fn a_door_with_a_certificate_is_entered_encrypted() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, made.cert.pem()).unwrap();
    let key =
        tokio_rustls::rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der());
    let provider = std::sync::Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let tls = tokio_rustls::rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.unwrap())
        .unwrap();
    let Mesh::Local(local) = Mesh::local() else { panic!() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let tls = Some(tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(tls)));
    let door =
        Door::open(&local, listener, crate::DoorOptions { token: TOKEN.into(), tls }).unwrap();

    let url = format!("tls://localhost:{}", door.address().port());
    let client = async_nats::ConnectOptions::with_token(TOKEN.to_owned())
        .add_root_certificates(root)
        .connect(url)
        .await
        .unwrap();
    let mut heard = client.subscribe("words").await.unwrap();
    client.publish("words", "secret".into()).await.unwrap();
    assert_eq!(&*in_time(heard.next()).await.unwrap().payload, b"secret");
}
