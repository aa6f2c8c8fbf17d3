//! What only a server can do: go away.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::StreamExt;

use super::rig::{
    bytes, connect, consumer, deliver, in_time, next, options, say, stream, text, until,
};
use crate::testing::NatsServer;
use crate::{Error, Headers, Link, Mesh, NatsOptions};

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn the_link_falls_when_the_server_goes_and_rises_when_it_is_back() {
    let mut server = NatsServer::start().await;
    let mesh = connect(&server).await;
    let mut heard = mesh.subscribe(&"words".parse().unwrap(), None).await.unwrap();

    server.stop();
    until(&mesh, Link::Down).await;
    let subject = "words".parse().unwrap();
    let sent = mesh.publish(&subject, Headers::new(), bytes("lost")).await;
    assert!(matches!(sent, Err(Error::Disconnected)));
    let asked = mesh.request(&subject, Headers::new(), Bytes::new(), SOON).await;
    assert!(matches!(asked, Err(Error::Disconnected)));
    assert!(matches!(mesh.flush().await, Err(Error::Disconnected)));

    server.start_again().await;
    until(&mesh, Link::Up).await;
    assert_eq!(mesh.reconnects(), 1);
    say(&mesh, "words", "back").await;
    assert_eq!(text(&next(&mut heard).await), "back");
}

#[tokio::test]
async fn a_server_that_is_away_at_start_is_found_when_it_comes() {
    let mut server = NatsServer::start().await;
    server.stop();
    let mesh = in_time(Mesh::nats(options(server.url()))).await.unwrap();
    assert_eq!(*mesh.link().borrow(), Link::Down);
    let mut heard = in_time(mesh.subscribe(&"words".parse().unwrap(), None)).await.unwrap();

    server.start_again().await;
    until(&mesh, Link::Up).await;
    say(&mesh, "words", "hello").await;
    assert_eq!(text(&next(&mut heard).await), "hello");
    assert_eq!(mesh.reconnects(), 0);
}

#[tokio::test]
async fn a_server_that_hangs_counts_as_gone() {
    let server = NatsServer::start().await;
    let mesh = connect(&server).await;
    let mut heard = mesh.subscribe(&"words".parse().unwrap(), None).await.unwrap();

    server.pause();
    let started = Instant::now();
    let (subject, asking) = ("words".parse().unwrap(), mesh.clone());
    let request = asking.request(&subject, Headers::new(), Bytes::new(), SOON);
    let (answer, ()) = tokio::join!(request, until(&mesh, Link::Down));
    let took = started.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert!(matches!(answer, Err(Error::Disconnected)));

    server.resume();
    until(&mesh, Link::Up).await;
    say(&mesh, "words", "back").await;
    let (mut last, wanted) = (String::new(), "back");
    while last != wanted {
        // The question may have reached the server before it hung.
        last = text(&next(&mut heard).await);
    }
}

#[tokio::test]
async fn a_publisher_that_outruns_a_hung_server_is_told_and_not_held() {
    let server = NatsServer::start().await;
    let mesh = connect(&server).await;
    server.pause();
    let (subject, payload) = ("words".parse().unwrap(), Bytes::from(vec![0; 100_000]));
    let told = in_time(async {
        loop {
            if let Err(error) = mesh.publish(&subject, Headers::new(), payload.clone()).await {
                return error;
            }
        }
    });
    assert!(matches!(told.await, Error::Disconnected));
}

#[tokio::test]
async fn deliveries_go_on_after_the_server_restarts() {
    let mut server = NatsServer::start().await;
    let mesh = connect(&server).await;
    mesh.ensure_stream(&stream()).await.unwrap();
    let mut deliveries = mesh.consume("EVENTS", &consumer("reader")).await.unwrap();
    let subject = "events.x".parse().unwrap();
    let publish = |id: &'static str| {
        let (mesh, subject) = (&mesh, &subject);
        async move { mesh.publish_durable(subject, id, Headers::new(), bytes(id)).await.unwrap() }
    };
    publish("before").await;
    deliver(&mut deliveries).await.ack().await.unwrap();

    let mut link = mesh.link();
    link.mark_unchanged();
    server.start_again().await;
    // It may have fallen and risen already.
    in_time(link.changed()).await.unwrap();
    until(&mesh, Link::Up).await;
    // The stream is still being recovered for a moment after the server is there.
    in_time(async {
        let retried = || mesh.publish_durable(&subject, "after", Headers::new(), bytes("after"));
        while retried().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let delivery = in_time(async {
        loop {
            let Some(Ok(delivery)) = deliveries.next().await else { continue };
            // The acknowledgement before the restart may have been lost with the server.
            if delivery.sequence > 1 {
                return delivery;
            }
            delivery.ack().await.unwrap();
        }
    });
    let delivery = delivery.await;
    assert_eq!((text(&delivery.message), delivery.sequence), ("after".into(), 2));
    delivery.ack().await.unwrap();
}

#[tokio::test]
async fn a_mesh_whose_server_is_away_can_be_closed() {
    let mut server = NatsServer::start().await;
    let mesh = connect(&server).await;
    let mut heard = mesh.subscribe(&"words".parse().unwrap(), None).await.unwrap();
    server.stop();
    until(&mesh, Link::Down).await;
    in_time(mesh.close()).await;
    assert!(in_time(heard.next()).await.is_none());
}

#[tokio::test]
async fn options_that_can_never_work_are_refused_at_once() {
    for url in ["", "nats://", "http://localhost", "nats://one:4222,,nats://two", "not a url"] {
        let refused = Mesh::nats(options(url.into())).await;
        assert!(matches!(refused.err(), Some(Error::InvalidUrl { .. })), "{url}");
    }
    let credentials = Some("/does/not/exist".into());
    let refused =
        Mesh::nats(NatsOptions { credentials, ..options("nats://127.0.0.1:1".into()) }).await;
    assert!(matches!(refused.err(), Some(Error::Credentials { .. })));
}

#[tokio::test]
async fn an_error_does_not_tell_the_password() {
    let refused = Mesh::nats(options("http://user:secret@host".into())).await;
    assert!(!refused.err().unwrap().to_string().contains("secret"));
}
