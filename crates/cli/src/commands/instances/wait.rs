//! `--wait`: until what was asked has come to pass.

use std::time::{Duration, Instant};

use client::Client;
use wire::instances::{Instance, InstanceState, Wanted};

use crate::context::Context;
use crate::failure::{Exit, Failure, Result};
use crate::printer::Output;

const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Longer than the health gate, and than a stop by force.
const PATIENCE: Duration = Duration::from_mins(1);

/// What nobody asks whether it is ready has to run this long: a program that ends at once is not up.
const PROVES: Duration = Duration::from_secs(2);

/// Says on the way how it goes. Fails when the instance does. Of work that ends, waits for the end.
pub(super) async fn until_settled(context: &Context, client: &Client, asked: Instance) -> Result {
    let start = Instant::now();
    let mut now = asked;
    let mut said = None;
    let mut up_since = None;
    loop {
        let words = words(&now);
        if said.as_ref() != Some(&words) && context.printer.output == Output::Table {
            context.printer.note(&words)?;
        }
        said = Some(words);
        let is_up = matches!(now.state, InstanceState::Running | InstanceState::Degraded);
        up_since = if is_up { up_since.or_else(|| Some(Instant::now())) } else { None };
        if now.state == InstanceState::Failed {
            return Err(failure(&now));
        }
        if is_settled(&now, up_since) {
            break;
        }
        if !is_up && start.elapsed() > PATIENCE {
            let message = format!("{} is still {}", now.name, now.state);
            return Err(Failure::new(Exit::CheckFailed, message));
        }
        tokio::time::sleep(LOOK_EVERY).await;
        now = client.instance(now.id).await?;
    }
    let place = now.url.as_ref().filter(|_| now.state == InstanceState::Running);
    let words = place.map_or_else(|| now.state.to_string(), Clone::clone);
    context.printer.words_or(&words, &now)?;
    Ok(Exit::Ok)
}

fn is_settled(it: &Instance, up_since: Option<Instant>) -> bool {
    match it.state {
        InstanceState::Running | InstanceState::Degraded => {
            let has_proved = up_since.is_some_and(|since| since.elapsed() >= PROVES);
            !it.one_shot && (it.port.is_some() || has_proved)
        }
        InstanceState::Completed | InstanceState::Stopped => true,
        InstanceState::Created => it.wanted == Wanted::Stopped,
        InstanceState::Starting
        | InstanceState::Stopping
        | InstanceState::Failed
        | InstanceState::Unknown => false,
    }
}

fn words(it: &Instance) -> String {
    let reason = it.reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
    format!("{} is {}{reason}", it.name, it.state)
}

fn failure(it: &Instance) -> Failure {
    let reason = it.reason.as_deref().unwrap_or("it failed");
    let hint = format!("`commandcenter instances logs {}` shows what it said", it.name);
    Failure::new(Exit::CheckFailed, reason).within(&it.name).hint(hint)
}
