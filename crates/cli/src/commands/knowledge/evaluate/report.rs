//! Means with their intervals, for people and for programs.

use std::collections::BTreeMap;

use retrieval::evaluate::{Summary, summarise};
use serde::Serialize;
use wire::knowledge::QueryMeasures;

use super::measure::{ByMode, ByWeight};
use crate::failure::Result;
use crate::printer::{Output, Printer, Row};
use crate::table::{Cell, Column, Tone};

/// The weight where nothing was fitted, in percent.
const USUAL_WEIGHT: u8 = 70;

#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub collection: String,
    #[serde(flatten)]
    pub all: Measures,
    /// Of the answers that keyword search does not find.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beyond_words: Option<Measures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit: Option<Fit>,
}

/// What some questions are worth, mode by mode.
#[derive(Debug, Serialize)]
pub(super) struct Measures {
    queries: usize,
    modes: BTreeMap<&'static str, Measured>,
}

/// Means over the queries, each 0 to 1.
#[derive(Debug, Serialize)]
pub(super) struct Measured {
    #[serde(rename = "ndcg@10")]
    ndcg: f64,
    #[serde(rename = "recall@100")]
    recall: f64,
    mrr: f64,
    intervals: Intervals,
}

/// What holds each mean in 95 of 100 resamplings of the queries.
#[derive(Debug, Serialize)]
struct Intervals {
    #[serde(rename = "ndcg@10")]
    ndcg: [f64; 2],
    #[serde(rename = "recall@100")]
    recall: [f64; 2],
    mrr: [f64; 2],
}

/// What each weight is worth, and the best of them.
#[derive(Debug, Serialize)]
pub(super) struct Fit {
    pub percent_weight: u8,
    curve: Vec<Point>,
}

#[derive(Debug, Serialize)]
struct Point {
    percent_weight: u8,
    #[serde(rename = "ndcg@10")]
    ndcg: f64,
    interval: [f64; 2],
    #[serde(skip)]
    is_best: bool,
}

/// A mode as a line of the table.
#[derive(Serialize)]
struct Line<'a> {
    mode: &'static str,
    measured: &'a Measured,
}

impl Report {
    pub(super) fn print(&self, printer: &Printer) -> Result<()> {
        if printer.output != Output::Table {
            return printer.value(self);
        }
        if let Some(fit) = &self.fit {
            printer.list(&fit.curve, "")?;
            printer.text("")?;
        }
        self.all.print(printer)?;
        let Some(beyond) = &self.beyond_words else { return Ok(()) };
        printer.text(&format!(
            "\nAnswers that keyword search does not find, to {} of {} questions:",
            beyond.queries, self.all.queries
        ))?;
        beyond.print(printer)
    }
}

impl Measures {
    pub(super) fn of(queries: usize, found: &ByMode) -> Self {
        let modes = found.iter().map(|(mode, queries)| (*mode, Measured::of(queries)));
        Self { queries, modes: modes.collect() }
    }

    fn print(&self, printer: &Printer) -> Result<()> {
        let lines: Vec<Line<'_>> =
            self.modes.iter().map(|(mode, measured)| Line { mode, measured }).collect();
        printer.list(&lines, "no mode could be run")
    }
}

impl Measured {
    fn of(queries: &[QueryMeasures]) -> Self {
        let over =
            |of: fn(&QueryMeasures) -> f64| summarise(&queries.iter().map(of).collect::<Vec<_>>());
        let (ndcg, recall, mrr) =
            (over(|it| it.ndcg), over(|it| it.recall), over(|it| it.reciprocal_rank));
        let intervals = Intervals { ndcg: ends(ndcg), recall: ends(recall), mrr: ends(mrr) };
        let [ndcg, recall, mrr] = [ndcg, recall, mrr].map(|it| unsigned(it.mean));
        Self { ndcg, recall, mrr, intervals }
    }
}

impl Fit {
    /// The weight with the highest mean; of equals the one nearest to the usual one. `None` when
    /// nothing could be measured.
    pub(super) fn of(found: &ByWeight) -> Option<Self> {
        let mut curve: Vec<Point> = found.iter().map(|(percent, of)| point(*percent, of)).collect();
        let far = |it: &Point| it.percent_weight.abs_diff(USUAL_WEIGHT);
        let best = curve
            .iter_mut()
            .max_by(|a, b| a.ndcg.total_cmp(&b.ndcg).then_with(|| far(b).cmp(&far(a))))?;
        best.is_best = true;
        let percent_weight = best.percent_weight;
        Some(Self { percent_weight, curve })
    }
}

fn point(percent_weight: u8, queries: &[QueryMeasures]) -> Point {
    let summary = summarise(&queries.iter().map(|it| it.ndcg).collect::<Vec<_>>());
    let ndcg = unsigned(summary.mean);
    Point { percent_weight, ndcg, interval: ends(summary), is_best: false }
}

fn ends(summary: Summary) -> [f64; 2] {
    [summary.low, summary.high].map(unsigned)
}

/// Zero without a sign, which a sum of nothing has.
fn unsigned(value: f64) -> f64 {
    value + 0.0
}

fn mean(value: f64) -> Cell {
    Cell::new(format!("{value:.4}"))
}

fn interval([low, high]: [f64; 2]) -> Cell {
    Cell::muted(format!("{low:.3} – {high:.3}"))
}

impl Row for Line<'_> {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("mode"),
        Column::Fixed("ndcg@10"),
        Column::Fixed("95 %"),
        Column::Fixed("recall@100"),
        Column::Fixed("95 %"),
        Column::Fixed("mrr"),
        Column::Fixed("95 %"),
    ];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let Measured { ndcg, recall, mrr, intervals } = self.measured;
        vec![
            Cell::new(self.mode),
            mean(*ndcg),
            interval(intervals.ndcg),
            mean(*recall),
            interval(intervals.recall),
            mean(*mrr),
            interval(intervals.mrr),
        ]
    }
}

impl Row for Point {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("weight"),
        Column::Fixed("ndcg@10"),
        Column::Fixed("95 %"),
        Column::Fixed(""),
    ];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let mark = if self.is_best { Cell::toned("best", Tone::Good) } else { Cell::new("") };
        vec![
            Cell::new(format!("{:.2}", f64::from(self.percent_weight) / 100.0)),
            mean(self.ndcg),
            interval(self.interval),
            mark,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(value: f64) -> Vec<QueryMeasures> {
        let missed = Vec::new();
        vec![QueryMeasures { ndcg: value, recall: value, reciprocal_rank: value, missed }; 4]
    }

    #[test]
    fn programs_get_exactly_the_measures_of_each_mode() {
        let found = ByMode::from([("keyword", worth(0.5)), ("hybrid", worth(0.75))]);
        let all = Measures::of(4, &found);
        let collection = "cranfield".to_owned();
        let report = Report { collection, all, beyond_words: None, fit: None };
        insta::assert_snapshot!(serde_json::to_string(&report).unwrap(), @r#"{"collection":"cranfield","queries":4,"modes":{"hybrid":{"ndcg@10":0.75,"recall@100":0.75,"mrr":0.75,"intervals":{"ndcg@10":[0.75,0.75],"recall@100":[0.75,0.75],"mrr":[0.75,0.75]}},"keyword":{"ndcg@10":0.5,"recall@100":0.5,"mrr":0.5,"intervals":{"ndcg@10":[0.5,0.5],"recall@100":[0.5,0.5],"mrr":[0.5,0.5]}}}}"#);
    }

    #[test]
    fn the_best_weight_wins_and_of_equals_the_usual_one() {
        let best = |found: ByWeight| Fit::of(&found).map(|it| it.percent_weight);
        assert_eq!(best([(0, worth(0.1)), (40, worth(0.5)), (100, worth(0.2))].into()), Some(40));
        assert_eq!(best([(0, worth(0.5)), (65, worth(0.5)), (100, worth(0.5))].into()), Some(65));
        assert_eq!(best(ByWeight::new()), None);
    }
}
