use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::{Config, Errors, Overrides};

fn load(environment: &[(&str, &str)], set: &[(&str, &str)]) -> Result<Config, Errors> {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    let overrides = Overrides { file: None, set: set.iter().map(owned).collect() };
    Config::load_with(&overrides, &environment.iter().map(owned).collect())
}

fn load_file(text: &str) -> Result<Config, Errors> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("commandcenter.toml");
    std::fs::write(&path, text).unwrap();
    Config::load_with(&Overrides { file: Some(path), set: vec![] }, &BTreeMap::new())
}

fn keys(result: Result<Config, Errors>) -> Vec<String> {
    result.unwrap_err().as_slice().iter().map(|error| error.key.clone()).collect()
}

#[test]
fn the_default_is_complete() {
    let config = load(&[("HOME", "/home/ada")], &[]).unwrap();
    assert_eq!(config.data.to_str(), Some("/home/ada/.local/share/commandcenter"));
    assert_eq!(config.federation.offline_after, Duration::from_secs(90));
}

#[test]
fn a_flag_wins_over_the_environment() {
    let environment = [("COMMANDCENTER_FEDERATION__LISTEN", "127.0.0.1:1")];
    let config = load(&environment, &[("federation.listen", "127.0.0.1:2")]).unwrap();
    assert_eq!(config.federation.listen.port(), 2);
}

#[test]
fn a_setting_without_a_section_has_a_name_in_the_environment_too() {
    let environment = [("COMMANDCENTER_TENANT", "acme"), ("COMMANDCENTER_SERVER", "http://x")];
    assert_eq!(load(&environment, &[]).unwrap().tenant.as_str(), "acme");
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let text =
        "[federation]\noffline_after = \"0s\"\nlisten = 5\nlitsen = \"x\"\n[mesh]\ntoken = true\n";
    assert_eq!(
        keys(load_file(text)),
        ["federation.listen", "federation.litsen", "mesh.token", "federation.offline_after"]
    );
}

#[test]
fn a_threshold_of_zero_or_below_is_refused() {
    for value in ["0s", "-5s", "0ms", "soon"] {
        let errors = keys(load(&[], &[("federation.degraded_after", value)]));
        assert_eq!(errors, ["federation.degraded_after"], "{value}");
    }
}

#[test]
fn a_mesh_with_servers_of_its_own_listens_nowhere_else() {
    let set = [("mesh.url", "nats://127.0.0.1:4222"), ("mesh.listen", "127.0.0.1:4223")];
    assert_eq!(keys(load(&[], &set)), ["mesh.listen"]);
    assert!(load(&[], &[]).unwrap().mesh.listen.is_none());
}

#[test]
fn a_file_that_is_not_toml_names_the_line() {
    let error = load_file("data = \"x\"\nnonsense").unwrap_err().to_string();
    assert!(error.contains("line 2"), "{error}");
}

#[test]
fn seed_keys_come_as_json_or_separated_by_commas() {
    for text in [r#"["a","b"]"#, "a, b"] {
        let config = load(&[("FEDERATION_API_KEYS", text)], &[]).unwrap();
        let keys = config.access.seed_keys.iter().map(ExposeSecret::expose_secret);
        assert_eq!(keys.collect::<Vec<_>>(), ["a", "b"]);
    }
}

#[test]
fn a_secret_is_never_printed() {
    let config = load(&[("DATABASE_URL", "postgres://u:hunter2@h/d")], &[]).unwrap();
    assert!(!config.print().contains("hunter2"));
    assert!(!format!("{config:?}").contains("hunter2"));
    assert!(config.print().contains("url = \"[redacted]\" # environment DATABASE_URL"));
}
