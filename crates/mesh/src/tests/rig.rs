//! A mesh to make claims about.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use futures::{FutureExt, StreamExt};
use tokio::net::TcpListener;

use crate::door::Limits;
use crate::testing::NatsServer;
use crate::{
    ConsumerConfig, Deliveries, Delivery, Door, DoorOptions, Headers, Link, Mesh, Message,
    NatsOptions, StreamConfig, Subject, Subscription,
};

/// Longer than anything here takes, so that reaching it is a failure.
const PATIENCE: Duration = Duration::from_secs(15);

pub(super) struct Rig {
    pub mesh: Mesh,
    /// Somebody else on the same mesh; over NATS another connection.
    pub other: Mesh,
    _server: Option<NatsServer>,
    door: Option<Door>,
}

impl Rig {
    pub(super) fn local() -> Self {
        let mesh = Mesh::local();
        Self { other: mesh.clone(), mesh, _server: None, door: None }
    }

    pub(super) async fn nats() -> Self {
        let server = NatsServer::start().await;
        let (mesh, other) = (connect(&server).await, connect(&server).await);
        Self { mesh, other, _server: Some(server), door: None }
    }

    /// Outside the door of a local mesh, with somebody else inside.
    pub(super) async fn outside() -> Self {
        let inside = Mesh::local();
        let door = open_door(&inside, Limits::default()).await;
        let mesh = enter(&door).await;
        Self { mesh, other: inside, _server: None, door: Some(door) }
    }

    /// Inside, with somebody else outside the door.
    pub(super) async fn inside() -> Self {
        let Self { mesh, other, door, .. } = Self::outside().await;
        Self { mesh: other, other: mesh, _server: None, door }
    }

    /// Both outside.
    pub(super) async fn around() -> Self {
        let inside = Mesh::local();
        let door = open_door(&inside, Limits::default()).await;
        let (mesh, other) = (enter(&door).await, enter(&door).await);
        Self { mesh, other, _server: None, door: Some(door) }
    }

    pub(super) async fn listen(&self, pattern: &str) -> Subscription {
        self.mesh.subscribe(&pattern.parse().unwrap(), None).await.unwrap()
    }

    pub(super) async fn join(&self, pattern: &str, queue: &str) -> Subscription {
        self.mesh.subscribe(&pattern.parse().unwrap(), Some(queue)).await.unwrap()
    }

    /// Somebody else says something, and the mesh has taken it.
    pub(super) async fn say(&self, subject: &str, payload: &str) {
        say(&self.other, subject, payload).await;
        self.other.flush().await.unwrap();
    }

    /// All that was said so far, to the last word said now.
    pub(super) async fn hear(&self, heard: &mut Subscription, last: &str) -> Vec<String> {
        self.say(last, "last").await;
        let mut payloads = Vec::new();
        loop {
            let message = next(heard).await;
            if message.subject.as_str() == last {
                return payloads;
            }
            payloads.push(text(&message));
        }
    }

    pub(super) async fn make_stream(&self) {
        self.mesh.ensure_stream(&stream()).await.unwrap();
    }

    /// Stores `payload` under an id of its own.
    pub(super) async fn store(&self, subject: &str, payload: &str) -> u64 {
        let id = format!("{subject} {payload}");
        let stored = self
            .other
            .publish_durable(&subject.parse().unwrap(), &id, Headers::new(), bytes(payload))
            .await
            .unwrap();
        stored.sequence
    }

    pub(super) async fn consume(&self, config: &ConsumerConfig) -> Deliveries {
        self.mesh.consume("EVENTS", config).await.unwrap()
    }
}

pub(super) const TOKEN: &str = "open sesame";

pub(super) async fn open_door(mesh: &Mesh, limits: Limits) -> Door {
    open_door_at(mesh, limits, ([127, 0, 0, 1], 0).into()).await
}

pub(super) async fn open_door_at(mesh: &Mesh, limits: Limits, address: SocketAddr) -> Door {
    let Mesh::Local(local) = mesh else { panic!("a NATS server has a door of its own") };
    let listener = TcpListener::bind(address).await.unwrap();
    let options = DoorOptions { token: TOKEN.into(), tls: None };
    Door::open_with(local, listener, options, limits).unwrap()
}

/// Through the door as any client of NATS.
pub(super) async fn enter(door: &Door) -> Mesh {
    let url = format!("nats://{}", door.address());
    let mesh = Mesh::nats(NatsOptions { token: Some(TOKEN.into()), ..options(url) }).await.unwrap();
    until(&mesh, Link::Up).await;
    mesh
}

pub(super) fn options(url: String) -> NatsOptions {
    NatsOptions { url, credentials: None, token: None, name: "test".into() }
}

pub(super) async fn connect(server: &NatsServer) -> Mesh {
    let mesh = Mesh::nats(options(server.url())).await.unwrap();
    until(&mesh, Link::Up).await;
    mesh
}

pub(super) async fn until(mesh: &Mesh, link: Link) {
    let mut watched = mesh.link();
    in_time(watched.wait_for(|it| *it == link)).await.unwrap();
}

pub(super) async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.expect("it did not happen in time")
}

pub(super) async fn say(mesh: &Mesh, subject: &str, payload: &str) {
    let subject: Subject = subject.parse().unwrap();
    mesh.publish(&subject, Headers::new(), bytes(payload)).await.unwrap();
}

pub(super) async fn next(heard: &mut Subscription) -> Message {
    in_time(async {
        loop {
            let message = heard.next().await.expect("the subscription has ended");
            if !is_of_the_mesh(&message) {
                return message;
            }
        }
    })
    .await
}

/// All that has arrived.
pub(super) fn arrived(heard: &mut Subscription) -> Vec<Message> {
    // Unconstrained: else tokio answers "pending" when a task has read much without a pause.
    let read = || tokio::task::unconstrained(heard.next()).now_or_never().flatten();
    std::iter::from_fn(read).filter(|it| !is_of_the_mesh(it)).collect()
}

/// A flush of somebody's, which a subscriber of `>` sees.
fn is_of_the_mesh(message: &Message) -> bool {
    message.subject.as_str().starts_with("_INBOX.")
}

pub(super) async fn deliver(deliveries: &mut Deliveries) -> Delivery {
    in_time(deliveries.next()).await.expect("the mesh is closed").unwrap()
}

pub(super) fn text(message: &Message) -> String {
    String::from_utf8(message.payload.to_vec()).unwrap()
}

pub(super) fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

pub(super) fn stream() -> StreamConfig {
    StreamConfig {
        name: "EVENTS".into(),
        subjects: vec!["events.>".parse().unwrap()],
        max_age: Duration::from_hours(1),
        dedup_window: Duration::from_mins(2),
    }
}

pub(super) fn consumer(name: &str) -> ConsumerConfig {
    ConsumerConfig {
        name: name.into(),
        filter: "events.>".parse().unwrap(),
        ack_wait: Duration::from_secs(1),
        max_deliver: 0,
        max_in_flight: 100,
    }
}
