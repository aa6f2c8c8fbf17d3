//! What was measured: a table for the terminal, JSON for later.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;
use wire::Timestamp;

use crate::machine::Machine;

#[derive(Serialize)]
pub(crate) struct Report {
    bench: &'static str,
    at: Timestamp,
    machine: Machine,
    rows: Vec<Row>,
    /// What one has to know to read the rows.
    notes: Vec<String>,
}

/// One figure of ours, beside what it is compared with.
#[derive(Serialize)]
pub(crate) struct Row {
    what: String,
    unit: Unit,
    ours: Samples,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Baseline>,
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<Goal>,
    /// Of both medians; in the file for who reads it without this program, as is the next.
    ratio: Option<f64>,
    is_reached: Option<bool>,
}

#[derive(Serialize)]
struct Baseline {
    what: String,
    samples: Samples,
}

/// One figure, measured several times; the median counts.
#[derive(Clone, Serialize)]
pub(crate) struct Samples {
    median: f64,
    values: Vec<f64>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    PerSecond,
    Microseconds,
    Milliseconds,
    Megabytes,
    Percent,
    Count,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
    /// Ours over the baseline.
    RatioAtLeast(f64),
    RatioAtMost(f64),
}

impl Report {
    pub(crate) fn new(bench: &'static str) -> Result<Self> {
        let machine = Machine::read()?;
        let at = crate::machine::now();
        Ok(Self { bench, at, machine, rows: Vec::new(), notes: Vec::new() })
    }

    pub(crate) fn push(&mut self, row: Row) {
        let (ratio, is_reached) = (row.ratio(), row.is_reached());
        self.rows.push(Row { ratio, is_reached, ..row });
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// A file of its own for each run, so that runs can be compared.
    pub(crate) fn save(&self, folder: &Path) -> Result<PathBuf> {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let seconds = self.at.to_string();
        let seconds = seconds.split(['.', 'Z']).next().unwrap_or_default().replace(':', "");
        let path = folder.join(format!("{}-{seconds}.json", self.bench));
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        std::fs::write(&path, json).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

impl Row {
    pub(crate) fn new(what: impl Into<String>, unit: Unit, ours: impl Into<Samples>) -> Self {
        Self {
            what: what.into(),
            unit,
            ours: ours.into(),
            baseline: None,
            goal: None,
            ratio: None,
            is_reached: None,
        }
    }

    #[must_use]
    pub(crate) fn beside(mut self, what: &str, samples: impl Into<Samples>) -> Self {
        self.baseline = Some(Baseline { what: what.to_owned(), samples: samples.into() });
        self
    }

    #[must_use]
    pub(crate) fn goal(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self
    }

    fn ratio(&self) -> Option<f64> {
        let baseline = self.baseline.as_ref()?.samples.median;
        (baseline > 0.0).then(|| self.ours.median / baseline)
    }

    fn is_reached(&self) -> Option<bool> {
        Some(match self.goal? {
            Goal::AtLeast(least) => self.ours.median >= least,
            Goal::AtMost(most) => self.ours.median <= most,
            Goal::RatioAtLeast(least) => self.ratio()? >= least,
            Goal::RatioAtMost(most) => self.ratio()? <= most,
        })
    }

    fn cells(&self) -> [String; 7] {
        let unit = self.unit;
        let goal = self.goal.map(|goal| match goal {
            Goal::AtLeast(least) => format!("≥ {}", unit.show(least)),
            Goal::AtMost(most) => format!("≤ {}", unit.show(most)),
            Goal::RatioAtLeast(least) => format!("≥ {least:.2} ×"),
            Goal::RatioAtMost(most) => format!("≤ {most:.2} ×"),
        });
        let reached = self.is_reached().map(|reached| if reached { "yes" } else { "no" });
        let baseline = self.baseline.as_ref();
        [
            self.what.clone(),
            unit.show(self.ours.median),
            baseline.map(|it| it.what.clone()).unwrap_or_default(),
            baseline.map(|it| unit.show(it.samples.median)).unwrap_or_default(),
            self.ratio().map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            goal.unwrap_or_default(),
            reached.unwrap_or_default().to_owned(),
        ]
    }
}

impl From<Vec<f64>> for Samples {
    fn from(values: Vec<f64>) -> Self {
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
        Self { median, values }
    }
}

impl Samples {
    pub(crate) fn of<T>(items: &[T], figure: impl Fn(&T) -> f64) -> Self {
        items.iter().map(figure).collect::<Vec<f64>>().into()
    }

    pub(crate) fn largest(&self) -> f64 {
        self.values.iter().copied().fold(0.0, f64::max)
    }
}

impl From<f64> for Samples {
    fn from(value: f64) -> Self {
        vec![value].into()
    }
}

impl Unit {
    fn show(self, value: f64) -> String {
        let number = if value >= 1_000.0 {
            grouped(value)
        } else if value >= 100.0 || value.fract() == 0.0 {
            format!("{value:.0}")
        } else {
            format!("{value:.1}")
        };
        let unit = match self {
            Self::PerSecond => "/s",
            Self::Microseconds => " µs",
            Self::Milliseconds => " ms",
            Self::Megabytes => " MB",
            Self::Percent => " %",
            Self::Count => "",
        };
        format!("{number}{unit}")
    }
}

/// `71000` as `71,000`.
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

const HEAD: [&str; 7] = ["", "ours", "baseline", "", "ratio", "goal", "reached"];
/// Figures end in one column; words begin in one.
const IS_FIGURE: [bool; 7] = [false, true, false, true, true, false, false];

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = vec![HEAD.map(str::to_owned)];
        lines.extend(self.rows.iter().map(Row::cells));
        let width = |column: usize| {
            let cells = lines.iter().filter_map(|line| line.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
        };
        writeln!(f, "{} · {}", self.bench, self.machine)?;
        for line in &lines {
            let mut text = String::new();
            for (column, (cell, is_figure)) in line.iter().zip(IS_FIGURE).enumerate() {
                let width = width(column);
                let cell =
                    if is_figure { format!("{cell:>width$}") } else { format!("{cell:<width$}") };
                text.push_str("  ");
                text.push_str(&cell);
            }
            writeln!(f, "{}", text.trim_end())?;
        }
        for note in &self.notes {
            writeln!(f, "  {note}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(row: &Row) -> Option<bool> {
        row.is_reached()
    }

    #[test]
    fn the_median_is_compared_with_the_goal() {
        let row = |goal| Row::new("", Unit::Count, vec![1.0, 9.0, 5.0]).beside("", 8.0).goal(goal);
        assert_eq!(reached(&row(Goal::AtLeast(5.0))), Some(true));
        assert_eq!(reached(&row(Goal::AtMost(4.9))), Some(false));
        assert_eq!(reached(&row(Goal::RatioAtLeast(0.6))), Some(true));
        assert_eq!(reached(&row(Goal::RatioAtLeast(0.7))), Some(false));
    }

    #[test]
    fn a_row_without_a_goal_reaches_nothing() {
        assert_eq!(reached(&Row::new("", Unit::Count, 1.0)), None);
    }

    #[test]
    fn figures_are_short_enough_to_compare() {
        let cases = [
            (71_000.4, "71,000/s"),
            (1_234_567.0, "1,234,567/s"),
            (431.5, "432/s"),
            (3.127, "3.1/s"),
            (5.0, "5/s"),
        ];
        for (value, shown) in cases {
            assert_eq!(Unit::PerSecond.show(value), shown);
        }
    }
}
