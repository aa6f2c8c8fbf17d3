//! Instances as rows and as a sheet.

use wire::instances::{Handle, Instance, InstanceState};

use crate::moment::{self, absolute, relative};
use crate::printer::{Printer, Row, Sheet};
use crate::table::{Cell, Column, Tone};

impl Row for Instance {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("state"),
        Column::Flexible("name"),
        Column::Flexible("project"),
        Column::Fixed("driver"),
        Column::Fixed("port"),
        Column::Fixed("since"),
        Column::Flexible("reason"),
    ];

    fn cells(&self, printer: &Printer) -> Vec<Cell> {
        let port = self.port.map_or_else(|| "-".to_owned(), |port| port.to_string());
        vec![
            state(printer, self.state),
            Cell::new(&self.name),
            Cell::muted(&self.project),
            Cell::muted(self.driver.as_str()),
            Cell::new(port),
            Cell::new(relative(self.since, moment::now())),
            Cell::new(self.reason.as_deref().unwrap_or_default()),
        ]
    }
}

impl Sheet for Instance {
    fn fields(&self, printer: &Printer) -> Vec<(&'static str, Cell)> {
        let text = |text: Option<String>| Cell::new(text.unwrap_or_else(|| "-".to_owned()));
        let handle = self.handle.as_ref().map(|handle| match handle {
            Handle::Process { pid } => format!("process {pid}"),
            Handle::Container { container, .. } => format!("container {container}"),
        });
        let environment: Vec<String> =
            self.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
        vec![
            ("name", Cell::new(&self.name)),
            ("id", Cell::muted(self.id.to_string())),
            ("project", Cell::new(&self.project)),
            ("state", state(printer, self.state)),
            ("since", Cell::new(absolute(self.since))),
            ("reason", text(self.reason.clone())),
            ("wanted", Cell::new(self.wanted.as_str())),
            ("health", Cell::new(self.health.as_str())),
            ("address", text(self.url.clone())),
            ("runs as", text(handle)),
            ("driver", Cell::new(self.driver.as_str())),
            ("image", text(self.image.clone())),
            ("command", text(self.command.as_ref().map(|command| command.join(" ")))),
            ("environment", text(Some(environment.join(" ")).filter(|it| !it.is_empty()))),
            ("restart", Cell::new(self.restart.as_str())),
            ("restarts", Cell::new(self.restarts.to_string())),
            ("exit code", text(self.exit_code.map(|code| code.to_string()))),
            ("started", text(self.started_at.map(absolute))),
            ("job", text(self.job.map(|job| job.to_string()))),
        ]
    }
}

fn state(printer: &Printer, state: InstanceState) -> Cell {
    let (icon, tone) = match state {
        InstanceState::Running => ('●', Tone::Good),
        InstanceState::Completed => ('✓', Tone::Good),
        InstanceState::Starting | InstanceState::Stopping => ('◌', Tone::Plain),
        InstanceState::Degraded => ('◐', Tone::Warning),
        InstanceState::Failed => ('✕', Tone::Bad),
        InstanceState::Created | InstanceState::Stopped => ('○', Tone::Muted),
        InstanceState::Unknown => ('?', Tone::Warning),
    };
    printer.marked(icon, state.as_str(), tone)
}
