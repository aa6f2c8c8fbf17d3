//! At most once: publish, subscribe, request.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;

use super::rig::{Rig, arrived, bytes, in_time, next, say, text};
use crate::{Error, Headers, Link, MAX_PAYLOAD};

const SOON: Duration = Duration::from_secs(10);

pub(super) async fn a_message_reaches_every_matching_subscriber(rig: &Rig) {
    let mut listeners = Vec::new();
    for pattern in ["hub.presence.alpha", "hub.presence.*", "hub.>", ">", "*.presence.*"] {
        listeners.push(rig.listen(pattern).await);
    }
    rig.say("hub.presence.alpha", "here").await;
    for listener in &mut listeners {
        let message = next(listener).await;
        assert_eq!((message.subject.as_str(), &*text(&message)), ("hub.presence.alpha", "here"));
        assert!(message.reply.is_none() && message.headers.is_empty());
    }
}

pub(super) async fn a_message_reaches_nobody_else(rig: &Rig) {
    for pattern in ["hub.presence", "hub.presence.alpha.>", "hub.*", "hub.presence.beta", "*"] {
        let mut heard = rig.listen(pattern).await;
        let mut end = rig.listen("end").await;
        rig.say("hub.presence.alpha", "here").await;
        rig.say("end", "").await;
        next(&mut end).await;
        let got = arrived(&mut heard);
        assert!(got.iter().all(|message| message.subject.as_str() == "end"), "{pattern}");
    }
}

pub(super) async fn a_dropped_subscription_hears_nothing_more(rig: &Rig) {
    let subject = "questions".parse().unwrap();
    drop(rig.listen("questions").await);
    rig.mesh.flush().await.unwrap();
    let asked = rig.other.request(&subject, Headers::new(), Bytes::new(), SOON).await;
    assert!(matches!(asked, Err(Error::NoResponders(_))));
}

pub(super) async fn a_queue_group_gets_each_message_once(rig: &Rig) {
    let mut members = Vec::new();
    for _ in 0..3 {
        members.push(rig.join("work.*", "workers").await);
    }
    let mut outsider = rig.listen("work.*").await;
    for number in 0..300 {
        say(&rig.other, "work.item", &number.to_string()).await;
    }
    let mut seen = BTreeSet::new();
    let mut shares = Vec::new();
    for _ in 0..300 {
        next(&mut outsider).await;
    }
    rig.mesh.flush().await.unwrap();
    for member in &mut members {
        let share = arrived(member);
        shares.push(share.len());
        for message in &share {
            assert!(seen.insert(text(message)), "a message came twice");
        }
    }
    assert_eq!(seen.len(), 300);
    assert!(shares.iter().all(|share| *share > 30), "not shared: {shares:?}");
}

pub(super) async fn a_queue_group_spans_patterns(rig: &Rig) {
    let one = rig.join("work.item", "workers").await;
    let other = rig.join("work.*", "workers").await;
    let mut both = futures::stream::select(one, other);
    let mut end = rig.listen("end").await;
    for number in 0..20 {
        say(&rig.other, "work.item", &number.to_string()).await;
    }
    rig.say("end", "").await;
    next(&mut end).await;
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        seen.insert(text(&in_time(both.next()).await.unwrap()));
    }
    assert_eq!(seen.len(), 20);
    assert!(futures::poll!(both.next()).is_pending());
}

pub(super) async fn a_queue_name_that_is_no_word_is_refused(rig: &Rig) {
    for queue in ["", "two words", "x\r\nPUB y 0"] {
        let refused = rig.mesh.subscribe(&"work".parse().unwrap(), Some(queue)).await;
        assert!(matches!(refused.err(), Some(Error::Refused(_))));
    }
}

pub(super) async fn headers_arrive(rig: &Rig) {
    let mut heard = rig.listen("traced").await;
    let mut headers = Headers::new();
    headers.insert(Headers::TRACEPARENT, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    headers.append("X-Hop", "one");
    headers.append("X-Hop", "two");
    rig.other.publish(&"traced".parse().unwrap(), headers, bytes("x")).await.unwrap();

    let got = next(&mut heard).await.headers;
    let trace = got.get("TraceParent").unwrap();
    assert_eq!(trace, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let hops: Vec<_> = got.iter().filter(|(name, _)| *name == "X-Hop").map(|it| it.1).collect();
    assert_eq!(hops, ["one", "two"]);
    assert_eq!(got.get("absent"), None);

    let mut changed = got.clone();
    changed.insert("x-hop", "three");
    assert_eq!(changed.get("X-Hop"), Some("three"));
    assert_eq!(changed.iter().count(), 2);
}

pub(super) async fn a_hostile_header_is_made_harmless(rig: &Rig) {
    let mut heard = rig.listen("traced").await;
    let mut headers = Headers::new();
    headers.insert("a: b\r\nc", "d\r\nevil: e\0f");
    rig.other.publish(&"traced".parse().unwrap(), headers, bytes("x")).await.unwrap();
    let got = next(&mut heard).await.headers;
    assert_eq!(got.iter().collect::<Vec<_>>(), [("a--b--c", "d  evil: e f")]);
}

pub(super) async fn messages_of_one_publisher_keep_their_order(rig: &Rig) {
    let mut heard = rig.listen("count.>").await;
    for number in 0..1000 {
        say(&rig.other, "count.up", &number.to_string()).await;
    }
    let expected: Vec<_> = (0..1000).map(|number: u32| number.to_string()).collect();
    assert_eq!(rig.hear(&mut heard, "count.end").await, expected);
}

pub(super) async fn a_request_is_answered(rig: &Rig) {
    let mut asked = rig.listen("questions").await;
    let (mesh, subject) = (rig.mesh.clone(), "questions".parse().unwrap());
    let answering = async move {
        let question = next(&mut asked).await;
        let answer = bytes(&format!("{}!", text(&question)));
        mesh.publish(&question.reply.unwrap(), Headers::new(), answer).await.unwrap();
    };
    let asking = rig.other.request(&subject, Headers::new(), bytes("you"), SOON);
    let ((), answer) = tokio::join!(answering, asking);
    assert_eq!(text(&answer.unwrap()), "you!");
}

pub(super) async fn a_request_without_a_responder_fails_at_once(rig: &Rig) {
    let subject = "nobody.there".parse().unwrap();
    let asked = rig.other.request(&subject, Headers::new(), Bytes::new(), Duration::from_hours(1));
    assert!(matches!(in_time(asked).await, Err(Error::NoResponders(it)) if it == "nobody.there"));
}

pub(super) async fn a_request_nobody_answers_times_out(rig: &Rig) {
    let _silent = rig.listen("silence").await;
    let (subject, short) = ("silence".parse().unwrap(), Duration::from_millis(50));
    let asked = rig.other.request(&subject, Headers::new(), Bytes::new(), short).await;
    assert!(matches!(asked, Err(Error::Timeout)));
}

pub(super) async fn requests_under_way_do_not_mix_up_their_answers(rig: &Rig) {
    let mut asked = rig.listen("echo").await;
    let (mesh, subject) = (rig.mesh.clone(), "echo".parse().unwrap());
    let answering = async move {
        let mut questions = Vec::new();
        for _ in 0..50 {
            questions.push(next(&mut asked).await);
        }
        for question in questions.into_iter().rev() {
            let reply = question.reply.unwrap();
            mesh.publish(&reply, Headers::new(), question.payload).await.unwrap();
        }
    };
    let asking = futures::future::join_all((0..50).map(|number| {
        let (mesh, subject) = (&rig.other, &subject);
        async move {
            let number = number.to_string();
            let answer = mesh.request(subject, Headers::new(), bytes(&number), SOON).await;
            assert_eq!(text(&answer.unwrap()), number);
        }
    }));
    tokio::join!(answering, asking);
}

pub(super) async fn a_message_that_is_too_large_is_refused(rig: &Rig) {
    let (subject, payload) = ("large".parse().unwrap(), Bytes::from(vec![0; MAX_PAYLOAD + 1]));
    let sent = rig.mesh.publish(&subject, Headers::new(), payload.clone()).await;
    assert!(matches!(sent, Err(Error::TooLarge)));
    let asked = rig.mesh.request(&subject, Headers::new(), payload, SOON).await;
    assert!(matches!(asked, Err(Error::TooLarge)));

    let mut heard = rig.listen("large").await;
    let largest = Bytes::from(vec![0; MAX_PAYLOAD]);
    rig.mesh.publish(&subject, Headers::new(), largest).await.unwrap();
    assert_eq!(next(&mut heard).await.payload.len(), MAX_PAYLOAD);
}

pub(super) async fn a_closed_mesh_says_so_and_ends_its_subscriptions(rig: &Rig) {
    let mut heard = rig.listen("words").await;
    say(&rig.mesh, "words", "last").await;
    in_time(rig.mesh.close()).await;
    assert_eq!(text(&next(&mut heard).await), "last");
    assert!(in_time(heard.next()).await.is_none());

    let subject = "words".parse().unwrap();
    let sent = rig.mesh.publish(&subject, Headers::new(), Bytes::new()).await;
    assert!(matches!(sent, Err(Error::Closed)));
    assert!(matches!(rig.mesh.subscribe(&(&subject).into(), None).await, Err(Error::Closed)));
    in_time(rig.mesh.close()).await;
}

pub(super) async fn the_link_is_up(rig: &Rig) {
    assert_eq!(*rig.mesh.link().borrow(), Link::Up);
    assert_eq!((rig.mesh.reconnects(), rig.mesh.lost()), (0, 0));
}
