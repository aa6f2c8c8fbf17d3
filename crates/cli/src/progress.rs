//! One line on stderr while long work goes on, for whoever watches.

use std::fmt::Write;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::moment::rough;

const TICK: Duration = Duration::from_millis(120);

/// Counts `things` with their rate. Shows nothing when stderr is not a terminal, nor when stdout
/// is one: there the results themselves are the progress.
pub(crate) fn counter(things: &'static str) -> ProgressBar {
    if std::io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    dressed(bar, "{spinner} {human_pos} {msg}  {per_sec}  {elapsed}", things)
}

/// A bar of `total` things with rate and time left. Shows nothing when stderr is not a terminal.
pub(crate) fn bar(total: u64, things: &'static str) -> ProgressBar {
    let template = "{bar:30} {human_pos} of {human_len} {msg}  {pace}";
    dressed(ProgressBar::new(total), template, things)
}

/// Bytes as they come, until `expect` says how many there will be.
pub(crate) fn transfer() -> ProgressBar {
    dressed(ProgressBar::new_spinner(), "{spinner} {bytes}  {bytes_per_sec}", "")
}

/// From now on `bar` shows how much of `total` bytes is left.
pub(crate) fn expect(bar: &ProgressBar, total: u64) {
    if bar.length() == Some(total) {
        return;
    }
    bar.set_length(total);
    dress(bar, "{bar:30} {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left");
}

fn dressed(bar: ProgressBar, template: &str, things: &'static str) -> ProgressBar {
    dress(&bar, template);
    bar.set_message(things);
    bar.enable_steady_tick(TICK);
    bar
}

fn dress(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.with_key("pace", pace).progress_chars("━━ "));
    }
}

/// `65/s  12 s left`, and nothing before there is something to judge by.
fn pace(state: &ProgressState, to: &mut dyn Write) {
    if state.pos() == 0 {
        return;
    }
    // Where it is written to takes everything.
    write!(to, "{:.0}/s  {} left", state.per_sec(), rough(state.eta())).ok();
}
