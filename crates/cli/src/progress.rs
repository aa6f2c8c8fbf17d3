//! One line on stderr while long work goes on, for whoever watches.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Counts `things` with their rate. Shows nothing when stderr is not a terminal, nor when stdout
/// is one: there the results themselves are the progress.
pub(crate) fn counter(things: &'static str) -> ProgressBar {
    if std::io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {human_pos} {msg}  {per_sec}  {elapsed}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_message(things);
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
