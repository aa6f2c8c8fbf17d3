//! `federation history`: how a project was.

use clap::Args;
use client::Client;
use wire::Slug;
use wire::federation::{DayUptime, Transition};

use super::no_such_project;
use crate::context::Context;
use crate::failure::{Exit, Result};
use crate::moment::{absolute, rough};
use crate::printer::{Output, Printer, Row};
use crate::table::{Cell, Column};

/// Show a project's uptime per day and each change of its status with the reason.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter federation history atlas
  commandcenter federation history atlas --days 30 --limit 10 --output json")]
pub(crate) struct Show {
    /// Slug of the project
    slug: Slug,
    /// Days of uptime, today included
    #[arg(long, value_name = "NUMBER", default_value_t = 7)]
    days: u32,
    /// Changes of status, the newest first
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    limit: u32,
}

impl Show {
    pub(super) async fn run(self, context: &Context) -> Result {
        let ask = async |client: &Client| {
            let history = client.history(&self.slug, Some(self.days), Some(self.limit)).await;
            history.map_err(no_such_project)
        };
        let history = context.with_client(ask).await?;
        let printer = &context.printer;
        if printer.output != Output::Table {
            printer.value(&history)?;
            return Ok(Exit::Ok);
        }
        printer.list(&history.uptime, "no uptime is known yet")?;
        if !history.uptime.is_empty() && !history.transitions.is_empty() {
            printer.text("")?;
        }
        printer.list(&history.transitions, "its status has not changed yet")?;
        Ok(Exit::Ok)
    }
}

impl Row for DayUptime {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("day"),
        Column::Fixed("uptime"),
        Column::Fixed("online"),
        Column::Fixed("degraded"),
        Column::Fixed("offline"),
        Column::Fixed("unknown"),
    ];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let time = |seconds: f64| {
            let duration = std::time::Duration::try_from_secs_f64(seconds).unwrap_or_default();
            if duration.as_secs() == 0 { Cell::muted("-") } else { Cell::new(rough(duration)) }
        };
        vec![
            Cell::new(&self.day),
            self.uptime.map_or_else(|| Cell::muted("-"), |it| Cell::new(percent(it))),
            time(self.online_seconds),
            time(self.degraded_seconds),
            time(self.offline_seconds),
            time(self.unknown_seconds),
        ]
    }
}

/// Cut, not rounded: a day with an outage never reads 100 %.
fn percent(part: f64) -> String {
    format!("{:.2} %", (part * 10_000.0).floor() / 100.0)
}

impl Row for Transition {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("at (UTC)"),
        Column::Fixed("from"),
        Column::Fixed("to"),
        Column::Flexible("reason"),
    ];

    fn cells(&self, printer: &Printer) -> Vec<Cell> {
        let reasons: Vec<_> = self.reasons.iter().map(|it| it.words()).collect();
        vec![
            Cell::new(absolute(self.at)),
            Cell::muted(self.from.as_str()),
            printer.status(self.to),
            Cell::new(reasons.join("; ")),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_with_an_outage_never_reads_full() {
        assert_eq!(percent(1.0), "100.00 %");
        assert_eq!(percent(0.999_99), "99.99 %");
        assert_eq!(percent(0.0), "0.00 %");
    }
}
