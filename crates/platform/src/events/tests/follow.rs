//! The live stream: it goes on where a client stopped, with nothing lost and nothing doubled.

use std::time::Duration;

use super::{append, logged};
use crate::testing::TestApp;

const PATH: &str = "/api/v1/events/stream?subject=cc.default.atlas.test.>";

#[tokio::test]
async fn a_client_that_comes_back_gets_what_it_missed_and_nothing_twice() {
    let app = TestApp::start().await;
    let mut seen = vec![];
    let mut last = "0".to_owned();
    let write = async {
        for _ in 0..50 {
            append(&app, 1).await;
            tokio::task::yield_now().await;
        }
    };
    let read = async {
        while seen.len() < 50 {
            let mut live = app.follow(PATH, Some(&last)).await;
            // The connection is lost again and again.
            for _ in 0..7.min(50 - seen.len()) {
                let event = live.next().await.unwrap();
                last.clone_from(&event.id);
                seen.push(event.data["sequence"].as_i64().unwrap());
            }
        }
    };
    tokio::join!(write, read);
    let log = logged(&app).await;
    let expected: Vec<i64> =
        log.iter().filter(|it| it.kind == "test.happened").map(|it| it.sequence).collect();
    assert_eq!(seen, expected);
    app.end().await;
}

#[tokio::test]
async fn a_client_goes_on_at_a_server_that_started_again() {
    let mut app = TestApp::start().await;
    let mut live = app.follow(PATH, None).await;
    append(&app, 2).await;
    let first = live.next().await.unwrap();
    app.stop().await;
    // One that was sent may still come; the stream ends, it does not hang.
    while live.next().await.is_some() {}
    app.start_again().await;
    append(&app, 1).await;
    let mut live = app.follow(PATH, Some(&first.id)).await;
    let (second, third) = (live.next().await.unwrap(), live.next().await.unwrap());
    let number = |text: &str| text.parse::<i64>().unwrap();
    assert!(number(&first.id) < number(&second.id) && number(&second.id) < number(&third.id));
    assert_eq!((second.kind.as_str(), third.kind.as_str()), ("test.happened", "test.happened"));
    app.end().await;
}

#[tokio::test]
async fn without_a_place_to_go_on_the_stream_begins_now() {
    let app = TestApp::start().await;
    append(&app, 3).await;
    let mut live = app.follow(PATH, None).await;
    append(&app, 1).await;
    let event = live.next().await.unwrap();
    assert_eq!(event.id, logged(&app).await.last().unwrap().sequence.to_string());
    for wrong in ["x", "-1", "1.5", ""] {
        let request = app.request(reqwest::Method::GET, PATH).header("last-event-id", wrong);
        let refused = app.send(request).await;
        assert_eq!(refused.problem(), (422, vec!["Last-Event-ID".to_owned()]), "{wrong}");
    }
    app.end().await;
}

#[tokio::test]
async fn a_follower_hears_what_another_replica_writes() {
    let app = TestApp::start().await;
    let other = app.start_replica().await;
    let address = other.started().addresses[0].1;
    let url = format!("http://{address}{PATH}");
    let request = reqwest::Client::new().get(url).header("x-api-key", app.key());
    let mut live = crate::testing::Live::open(request).await;
    let before = app.clock.now();
    append(&app, 3).await;
    for _ in 0..3 {
        assert_eq!(live.next().await.unwrap().kind, "test.happened");
    }
    // The mesh woke it: no time had to pass.
    assert_eq!(app.clock.now(), before);
    tokio::time::timeout(Duration::from_secs(10), other.stop()).await.unwrap();
    app.end().await;
}
