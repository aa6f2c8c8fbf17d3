//! One line on stderr while long work goes on, for whoever watches.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Counts `things` with their rate. Shows nothing when stderr is not a terminal.
pub(crate) fn counter(things: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {human_pos} {msg}  {per_sec}  {elapsed}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_message(things);
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
