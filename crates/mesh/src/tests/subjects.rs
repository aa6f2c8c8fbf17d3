//! What a subject is, and what a pattern selects: by the rules, and by the server itself.

use std::collections::BTreeSet;

use bytes::Bytes;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::rig::{Rig, arrived, text};
use crate::{Headers, Pattern, Subject};

/// Few tokens, so that they meet often.
fn subject() -> impl Strategy<Value = String> {
    prop::collection::vec("[abc]|é", 1..6).prop_map(|tokens| tokens.join("."))
}

fn pattern() -> impl Strategy<Value = String> {
    let token = prop_oneof![3 => "[abc]|é".prop_map(String::from), 2 => Just("*".to_owned())];
    (prop::collection::vec(token, 0..4), any::<bool>()).prop_map(|(mut tokens, rest)| {
        if rest || tokens.is_empty() {
            tokens.push(">".into());
        }
        tokens.join(".")
    })
}

/// The definition, spelled out.
fn selects(pattern: &[&str], subject: &[&str]) -> bool {
    match (pattern, subject) {
        ([], []) | ([">"], [_, ..]) => true,
        ([first, pattern @ ..], [token, subject @ ..]) => {
            (*first == "*" || first == token) && selects(pattern, subject)
        }
        _ => false,
    }
}

fn split(text: &str) -> Vec<&str> {
    text.split('.').collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_pattern_selects_what_its_definition_says(pattern in pattern(), subject in subject()) {
        let parsed: Pattern = pattern.parse().unwrap();
        prop_assert_eq!(parsed.matches(&subject), selects(&split(&pattern), &split(&subject)));
    }

    #[test]
    fn patterns_that_select_the_same_subject_overlap(
        one in pattern(), other in pattern(), subject in subject()
    ) {
        let (one, other): (Pattern, Pattern) = (one.parse().unwrap(), other.parse().unwrap());
        prop_assert_eq!(one.overlaps(&other), other.overlaps(&one));
        if one.matches(&subject) && other.matches(&subject) {
            prop_assert!(one.overlaps(&other));
        }
    }

    #[test]
    fn whatever_parses_is_safe_on_the_wire(text in any::<String>()) {
        if let Ok(subject) = text.parse::<Subject>() {
            prop_assert!(subject.tokens().all(|token| !token.is_empty()));
            prop_assert!(!text.contains([' ', '\t', '\r', '\n', '\0', '*', '>']));
            prop_assert!(text.len() <= 255);
            prop_assert!(text.parse::<Pattern>().unwrap().matches(&text));
        }
    }
}

#[test]
fn what_is_not_a_subject() {
    let long = "a".repeat(256);
    for text in ["", ".", "a.", ".a", "a..b", "a b", "a\n", "a\u{7f}", "*", "a.>", "a*", &long] {
        assert!(text.parse::<Subject>().is_err(), "{text:?}");
    }
    for text in ["a", "hub.presence.my-project", "$JS.API.INFO", "_INBOX.x.1", "é"] {
        assert_eq!(text.parse::<Subject>().unwrap().as_str(), text);
    }
}

#[test]
fn what_is_not_a_pattern() {
    for text in ["", "a.>.b", "a*", "*a", "a.>b", "**", ">>", "a..>", "> "] {
        assert!(text.parse::<Pattern>().is_err(), "{text:?}");
    }
}

/// The same subjects, published to the same patterns, on both meshes.
#[tokio::test]
async fn the_server_and_both_of_ours_agree_on_who_gets_what() {
    let mut runner = TestRunner::deterministic();
    let mut some = |strategy: BoxedStrategy<String>, count| -> Vec<String> {
        let generated: BTreeSet<String> =
            (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
        generated.into_iter().collect()
    };
    let patterns = some(pattern().boxed(), 1000);
    let subjects = some(subject().boxed(), 1000);
    assert!(patterns.len() > 100 && subjects.len() > 100, "{} {}", patterns.len(), subjects.len());

    let by_definition: Vec<Vec<String>> = patterns
        .iter()
        .map(|pattern| {
            let pattern: Pattern = pattern.parse().unwrap();
            subjects.iter().filter(|it| pattern.matches(it)).cloned().collect()
        })
        .collect();
    let nats = who_got_what(&Rig::nats().await, &patterns, &subjects).await;
    assert_eq!(nats, by_definition);
    assert_eq!(who_got_what(&Rig::local(), &patterns, &subjects).await, by_definition);
}

async fn who_got_what(rig: &Rig, patterns: &[String], subjects: &[String]) -> Vec<Vec<String>> {
    let mut listeners = Vec::new();
    for pattern in patterns {
        listeners.push(rig.listen(pattern).await);
    }
    for subject in subjects {
        let payload = Bytes::copy_from_slice(subject.as_bytes());
        rig.other.publish(&subject.parse().unwrap(), Headers::new(), payload).await.unwrap();
    }
    // The servers' answers come behind all that was sent before them.
    rig.other.flush().await.unwrap();
    rig.mesh.flush().await.unwrap();
    listeners.iter_mut().map(|it| arrived(it).iter().map(text).collect()).collect()
}
