//! `knowledge search`: a question, and the places that answer it.

use std::fmt::Write;
use std::path::Path;

use anstyle::{Effects, Style};
use clap::Args;
use wire::Slug;
use wire::knowledge::{
    Explanation, Hit, Leg, SearchAnswer, SearchFilters, SearchMode, SearchRequest, Step,
};

use super::snippet::snippet;
use super::{Target, refused};
use crate::failure::{Exit, Result};
use crate::moment::Moment;
use crate::printer::{Output, Printer};
use crate::table::plain;

/// Ask a project's knowledge base, in plain words, and print the places that answer.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge search 'how are keys rotated' --project atlas
  commandcenter knowledge search parse_http_url --project atlas --mode keyword --explain")]
pub(super) struct Search {
    /// What is asked; may hold "a phrase", -without and path:docs/**
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
    /// One of hybrid, vector, keyword, graph: graph is hybrid and what is connected
    #[arg(long, short, value_name = "MODE", default_value_t)]
    mode: SearchMode,
    /// At most this many, 1 to 100
    #[arg(long, short, value_name = "NUMBER", default_value_t = 10)]
    limit: usize,
    /// Only in this collection
    #[arg(long, short, value_name = "NAME")]
    collection: Option<Slug>,
    /// Only this kind, as markdown, text, html, pdf, docx, source, json, yaml, toml, notebook
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Only this folder or file, or what matches a pattern as 'docs/**/*.md'
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// Only what has this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// Only what changed since: a time, or a distance as 30d
    #[arg(long, value_name = "TIME")]
    since: Option<Moment>,
    /// Share of meaning in hybrid, 0 to 1 [default: the collection's, or 0.7]
    #[arg(long, value_name = "SHARE")]
    weight: Option<f32>,
    /// How much a hit has to differ from those above it, 0 to 1
    #[arg(long, value_name = "SHARE")]
    diversify: Option<f32>,
    /// Say of each hit why it stands where it stands
    #[arg(long)]
    explain: bool,
}

impl Search {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let printer = &target.context.printer;
        let request = self.request();
        let search = async |it: &client::Knowledge| it.search(&request).await.map_err(refused);
        let answer = target.ask(search).await?;
        match printer.output {
            Output::Table => print(printer, &answer)?,
            Output::Ndjson => answer.hits.iter().try_for_each(|hit| printer.value(hit))?,
            Output::Json | Output::Yaml => printer.value(&answer)?,
        }
        Ok(Exit::Ok)
    }

    fn request(self) -> SearchRequest {
        SearchRequest {
            query: self.text.join(" "),
            mode: self.mode,
            limit: Some(self.limit),
            cursor: None,
            filters: SearchFilters {
                collection: self.collection.map(|it| it.to_string()),
                kind: self.kind,
                path: self.path,
                tag: self.tag,
                since: self.since.map(Moment::past),
            },
            weight: self.weight,
            diversify: self.diversify,
            explain: self.explain,
        }
    }
}

fn print(printer: &Printer, answer: &SearchAnswer) -> Result<()> {
    if let Some(notice) = &answer.notice {
        printer.note(plain(notice))?;
    } else if answer.hits.is_empty() {
        printer.note("nothing answers that")?;
    }
    if answer.hits.is_empty() {
        return Ok(());
    }
    let blocks: Vec<String> = answer.hits.iter().map(|hit| block(printer, hit)).collect();
    printer.text(&blocks.join("\n\n"))
}

/// The place, the lines that match, and why.
fn block(printer: &Printer, hit: &Hit) -> String {
    let dim = Style::new().effects(Effects::DIMMED);
    let snippet = snippet(&hit.text, &hit.highlights);
    let place = place(printer, hit, snippet.skipped);
    let mut text = format!("{place}  {dim}{:.2}", hit.score);
    if !hit.heading.is_empty() {
        append(&mut text, format_args!("  {}", plain(&hit.heading)));
    }
    append(&mut text, format_args!("{dim:#}"));
    for line in snippet.lines {
        append(&mut text, format_args!("\n    {line}"));
    }
    if let Some(explanation) = &hit.explain {
        append(&mut text, format_args!("\n    {dim}{}{dim:#}", why(explanation)));
    }
    text
}

/// `path:line` of what is shown, and a way there on a terminal when the file lies below this
/// folder.
fn place(printer: &Printer, hit: &Hit, skipped: u32) -> String {
    let [first, last] = hit.lines;
    let line = first.saturating_add(skipped).min(last);
    let bold = Style::new().bold();
    let words = format!("{bold}{}:{line}{bold:#}", plain(&hit.path));
    match url::Url::from_file_path(std::path::absolute(&hit.path).unwrap_or_default()) {
        Ok(url) if printer.is_terminal && Path::new(&hit.path).is_file() => {
            format!("\u{1b}]8;;{url}\u{1b}\\{words}\u{1b}]8;;\u{1b}\\")
        }
        _ => words,
    }
}

/// `why: keyword 3rd 12.31 × 0.30 · vector 1st 0.82 × 0.70`, and the way through the graph.
fn why(explanation: &Explanation) -> String {
    let mut legs = vec![("keyword", explanation.keyword), ("vector", explanation.vector)];
    if explanation.graph.is_some() {
        legs.push(("graph", explanation.graph));
    }
    let words: Vec<String> = legs
        .into_iter()
        .map(|(name, leg)| match leg {
            None => format!("not by {name}"),
            Some(Leg { rank, raw, normalised, weight }) => {
                format!("{name} {} ({raw:.2}) {normalised:.2} × {weight:.2}", ordinal(rank))
            }
        })
        .collect();
    let trail: Vec<String> = explanation.trail.iter().map(step).collect();
    let way =
        if trail.is_empty() { String::new() } else { format!("\n    way: {}", trail.concat()) };
    format!("why: {}{way}", words.join(" · "))
}

/// `rate`, then ` ←calls price`.
fn step(step: &Step) -> String {
    let name = plain(&step.name);
    match (step.by, step.reversed) {
        (None, _) => name.into(),
        (Some(kind), false) => format!(" →{kind} {name}"),
        (Some(kind), true) => format!(" ←{kind} {name}"),
    }
}

/// `1st`, `2nd`, `13th`.
fn ordinal(rank: usize) -> String {
    let ending = match (rank % 10, rank % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{rank}{ending}")
}

fn append(text: &mut String, more: std::fmt::Arguments<'_>) {
    // A String takes whatever is written.
    text.write_fmt(more).ok();
}

#[cfg(test)]
mod tests {
    use wire::graph::EdgeKind;

    use super::*;

    #[test]
    fn ranks_are_spoken() {
        let ranks = [1, 2, 3, 4, 11, 12, 13, 21, 111].map(ordinal);
        assert_eq!(ranks, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "111th"]);
    }

    #[test]
    fn the_reason_names_the_legs_and_the_way() {
        let leg = Leg { rank: 3, raw: 12.306, normalised: 0.5, weight: 0.3 };
        let mut explanation =
            Explanation { keyword: Some(leg), vector: None, graph: None, trail: Vec::new() };
        assert_eq!(why(&explanation), "why: keyword 3rd (12.31) 0.50 × 0.30 · not by vector");
        let step = |name: &str, by, reversed| Step {
            name: name.to_owned(),
            path: String::new(),
            by,
            reversed,
        };
        let calls = Some(EdgeKind::Calls);
        explanation.trail = vec![step("rate", None, false), step("price", calls, true)];
        assert!(why(&explanation).ends_with("\n    way: rate ←calls price"));
    }
}
