//! `/metrics` is OpenMetrics: read by a strict parser of our own.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::service::Service;
use crate::testing::TestApp;

#[derive(Default)]
struct Family {
    kind: String,
    has_help: bool,
}

/// Reads an exposition whole; what a scraper would refuse is an error that names the line.
#[derive(Default)]
struct Exposition {
    families: HashMap<String, Family>,
    series: HashSet<String>,
    current: String,
}

impl Exposition {
    fn read(text: &str) -> Result<Self, String> {
        let Some(body) = text.strip_suffix("# EOF\n") else {
            return Err("does not end in `# EOF`".to_owned());
        };
        let mut read = Self::default();
        for line in body.lines() {
            read.line(line).map_err(|error| format!("{error}: {line}"))?;
        }
        for (name, family) in &read.families {
            if !family.has_help || family.kind.is_empty() {
                return Err(format!("{name} has no HELP or no TYPE"));
            }
        }
        Ok(read)
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        if line.is_empty() {
            return Err("an empty line".to_owned());
        }
        let Some(comment) = line.strip_prefix("# ") else { return self.sample(line) };
        let (word, rest) = comment.split_once(' ').ok_or("a comment")?;
        let (name, value) = rest.split_once(' ').ok_or("no value")?;
        if name != self.current {
            if self.families.contains_key(name) {
                return Err("the lines of a family do not stand together".to_owned());
            }
            name.clone_into(&mut self.current);
        }
        let family = self.families.entry(name.to_owned()).or_default();
        match word {
            "HELP" if !family.has_help && !value.trim().is_empty() => family.has_help = true,
            "TYPE" if family.kind.is_empty() => value.clone_into(&mut family.kind),
            "UNIT" if name.ends_with(&format!("_{value}")) => {}
            _ => return Err("a second or unknown comment".to_owned()),
        }
        Ok(())
    }

    fn sample(&mut self, line: &str) -> Result<(), String> {
        let (series, value) = line.rsplit_once(' ').ok_or("no value")?;
        let value: f64 = value.parse().map_err(|_| "the value is no number")?;
        let (name, labels) = match series.split_once('{') {
            Some((name, labels)) => (name, labels.strip_suffix('}').ok_or("open labels")?),
            None => (series, ""),
        };
        let names = label_names(labels)?;
        let unique: HashSet<&String> = names.iter().collect();
        if unique.len() != names.len() {
            return Err("a label twice".to_owned());
        }
        let kind = &self.families.get(&self.current).ok_or("no family")?.kind;
        let suffix = name.strip_prefix(self.current.as_str()).ok_or("of another family")?;
        let is_allowed = match kind.as_str() {
            "counter" => ["_total", "_created"].contains(&suffix) && value >= 0.0,
            "gauge" | "unknown" => suffix.is_empty(),
            "histogram" => match suffix {
                "_bucket" => names.iter().any(|name| name == "le"),
                "_count" | "_sum" | "_created" => true,
                _ => false,
            },
            "info" => suffix == "_info" && (value - 1.0).abs() < f64::EPSILON,
            _ => false,
        };
        if !is_allowed {
            return Err(format!("not of a {kind}"));
        }
        if !self.series.insert(series.to_owned()) {
            return Err("the series stands there twice".to_owned());
        }
        Ok(())
    }
}

/// The names in `a="b",c="d"`.
fn label_names(mut labels: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    while !labels.is_empty() {
        let (name, rest) = labels.split_once("=\"").ok_or("a label without a value")?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if name.is_empty() || !name.bytes().all(is_name) {
            return Err(format!("{name:?} is no label"));
        }
        names.push(name.to_owned());
        let mut escaped = false;
        let end = rest.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let rest = &rest[end.ok_or("an open value")? + 1..];
        labels = rest.strip_prefix(',').unwrap_or(rest);
        if !rest.is_empty() && labels.len() == rest.len() {
            return Err("labels without a comma".to_owned());
        }
    }
    Ok(names)
}

#[test]
fn the_parser_is_strict() {
    let good = "# HELP a b.\n# TYPE a counter\na_total{x=\"1\",y=\"\\\"}\"} 5\n# EOF\n";
    assert!(Exposition::read(good).is_ok());
    for bad in [
        "# HELP a b.\n# TYPE a counter\na_total 5\n",
        "# TYPE a counter\na_total 5\n# EOF\n",
        "# HELP a b.\n# TYPE a counter\na 5\n# EOF\n",
        "# HELP a b.\n# TYPE a gauge\na 5\na 6\n# EOF\n",
        "# HELP a b.\n# TYPE a gauge\nb 5\n# EOF\n",
        "# HELP a b.\n# TYPE a gauge\na five\n# EOF\n",
        "# HELP a b.\n# TYPE a gauge\na{x=\"1\" 5\n# EOF\n",
        "# HELP a b.\n# TYPE a gauge\n# HELP c d.\n# TYPE c gauge\n# HELP a b.\n# EOF\n",
    ] {
        assert!(Exposition::read(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn what_is_exposed_reads_as_open_metrics() {
    let services = [Service::Federation, Service::Hub, Service::Instance, Service::Worker];
    let app = TestApp::of(&services, &[("instance.projects", "[\"atlas\"]")]).await;
    app.register("borealis").await;
    app.beat("borealis", json!({ "version": "\"quoted\" \\ and\nbroken" })).await;
    app.until_status("borealis", "online").await;
    app.publish("hub.presence.stranger", b"{\"project_slug\":\"stranger\"}").await;
    app.get("/nowhere/\"quoted\"").await;
    app.send(app.anonymous(reqwest::Method::GET, "/api/v1/keys")).await;

    let answer = app.get("/metrics").await;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(answer.header("content-type"), kind);
    let read = Exposition::read(&answer.text).unwrap();
    for name in [
        "build",
        "auth_failures",
        "http_request_duration_seconds",
        "jobs_given_up",
        "federation_heartbeat_messages",
        "federation_project_catalog_total",
        "federation_nats_connection_status",
    ] {
        assert!(read.families.contains_key(name), "{name}: {}", answer.text);
    }
    assert!(!answer.text.contains("nowhere"));
    app.end().await;
}
