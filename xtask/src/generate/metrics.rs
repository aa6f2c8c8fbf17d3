//! What is counted, read where it is registered: a server shows no family that has nothing in it.

use std::fmt::Write as _;

use anyhow::{Context, Result};

use super::source::{Sources, between};
use super::{cell, written_from};

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Metric {
    name: String,
    kind: &'static str,
    labels: Vec<String>,
    help: String,
}

pub(super) fn page(sources: &Sources) -> Result<String> {
    let mut metrics = Vec::new();
    for text in sources.rust() {
        metrics.extend(registered(text)?);
    }
    metrics.sort();
    let mut page = String::from("# Metrics\n\n");
    page.push_str(&written_from("the registrations in crates/platform"));
    page.push_str(
        "Each service answers `GET /metrics` in the OpenMetrics text format. Names are as they stand \
         there: a counter ends in `_total`, an info in `_info`, and a histogram has `_bucket`, `_sum` \
         and `_count`. A metric with labels appears with its first value. \
         [Health and metrics](../operate/health.md) says which to watch.\n\n\
         | metric | type | labels | what it counts |\n| --- | --- | --- | --- |\n",
    );
    for Metric { name, kind, labels, help } in &metrics {
        let labels: Vec<String> = labels.iter().map(|it| format!("`{it}`")).collect();
        let (labels, help) = (labels.join(", "), cell(help));
        writeln!(page, "| `{name}` | {kind} | {labels} | {help} |")?;
    }
    Ok(page)
}

fn registered(text: &str) -> Result<Vec<Metric>> {
    text.split("registry.register(").skip(1).map(|call| metric(text, call)).collect()
}

/// `call` begins behind the parenthesis of the registration in `text`.
fn metric(text: &str, call: &str) -> Result<Metric> {
    let name = between(call, "\"", "\"").context("a metric without a name")?;
    let explain = || format!("cannot read the registration of {name}");
    let (_, rest) = call.split_once(',').with_context(explain)?;
    let (help, value) = rest.trim_start().split_once(',').with_context(explain)?;
    let (help, value) = match help.strip_prefix('"') {
        Some(_) => quoted(rest).with_context(explain)?,
        None => (between(text, &format!("let {help} = \""), "\"").with_context(explain)?, value),
    };
    let (kind, labels) = kind_and_labels(text, value.trim_start()).with_context(explain)?;
    let suffix = match kind {
        "counter" => "_total",
        "info" => "_info",
        _ => "",
    };
    Ok(Metric { name: format!("{name}{suffix}"), kind, labels, help: help.to_owned() })
}

/// The string literal `text` begins with, and what stands behind it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let (literal, rest) = text.split_once('"')?.1.split_once('"')?;
    Some((literal, rest.strip_prefix(',')?))
}

/// By the type of the field or variable that is registered.
fn kind_and_labels(text: &str, value: &str) -> Option<(&'static str, Vec<String>)> {
    if value.starts_with("Info::new(") {
        let label = between(value, "(\"", "\"")?;
        return Some(("info", vec![label.to_owned()]));
    }
    let field = value.split_once(".clone()")?.0.trim_start_matches("self.");
    let (_, of_field) = text.split_once(&format!("{field}: "))?;
    let type_name = of_field.lines().next()?;
    let kind =
        ["Counter", "Gauge", "Histogram"].into_iter().find(|kind| type_name.contains(kind))?;
    let kind = match kind {
        "Counter" => "counter",
        "Gauge" => "gauge",
        _ => "histogram",
    };
    let labels = between(type_name, "Family<", ",").map(|name| fields(text, name));
    Some((kind, labels.unwrap_or_default()))
}

/// The names of the fields of a struct.
fn fields(text: &str, name: &str) -> Vec<String> {
    let body = between(text, &format!("struct {name} {{"), "\n}").unwrap_or_default();
    let is_field = |line: &&str| !line.starts_with("//") && line.contains(": ");
    let field =
        |line: &str| line.split(": ").next().map(|it| it.trim_start_matches("pub ").to_owned());
    body.lines().map(str::trim).filter(is_field).filter_map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
struct Labels {
    /// Why: not.
    reason: &'static str,
}
struct Metrics {
    refused: Family<Labels, Counter>,
    waiting: Gauge<i64, AtomicI64>,
}
fn register() {
    registry.register(
        "refused",
        "Refused, by reason",
        self.refused.clone(),
    );
    let help = "Waiting";
    registry.register("waiting", help, waiting.clone());
    registry.register("build", "The version", Info::new([("version", "1")]));
}
"#;

    #[test]
    fn a_registration_says_name_kind_labels_and_help() {
        let metric = |name: &str, kind, labels: &[&str], help: &str| Metric {
            name: name.to_owned(),
            kind,
            labels: labels.iter().map(|it| (*it).to_owned()).collect(),
            help: help.to_owned(),
        };
        assert_eq!(
            registered(SOURCE).unwrap(),
            [
                metric("refused_total", "counter", &["reason"], "Refused, by reason"),
                metric("waiting", "gauge", &[], "Waiting"),
                metric("build_info", "info", &["version"], "The version"),
            ]
        );
    }
}
