//! One look at one instance: what is there, what follows from it, the act, and what is written down.

use std::path::PathBuf;
use std::time::Duration;

use wire::instances::{Driver, InstanceState, LogLine, Wanted};

use super::Instances;
use super::model::{Answer, Asked, EngineHealth, Record, Seen, Sight, Standing, Step, judge, next};
use super::process::{self, Tail};
use super::store::{self, Managed};
use crate::ground::clock::Moment;

/// One that was ready and answered well the last time.
const ASK_EVERY: Duration = Duration::from_secs(5);
const ASK_SOON: Duration = Duration::from_secs(1);
/// Lines of the log that are shown with a failure, and how much of them.
const LAST_LINES: usize = 5;
const LONGEST_LAST_LINES: usize = 1_000;

/// What is known of an instance from look to look. Losing it costs a few questions.
#[derive(Default)]
pub(super) struct Memory {
    run: i64,
    asked: Option<Asked>,
    ask_at: Moment,
}

impl Instances {
    /// Looks, acts and writes down. Answers with how the instance is then.
    pub(super) async fn drive(&self, it: Managed, memory: &mut Memory) -> anyhow::Result<Managed> {
        let now = self.0.app.clock.now();
        let mut sight = self.observe(&it).await;
        let mut after = it.clone();
        match next(&it.record(), &sight, now) {
            Step::Nothing => {}
            Step::Plan { at, streak } => {
                after.restart_at = Some(at);
                after.streak = streak;
            }
            // Written down first; started at the next look, which is soon.
            Step::Again => {
                after.next_run();
                after.started_at = Some(now);
                after.restarts = after.restarts.saturating_add(1);
                self.0.metrics.restarts.inc();
            }
            Step::Start => match self.start_run(&it).await {
                Ok(()) => sight = self.observe(&it).await,
                Err(error) => after.failure = Some(format!("{error:#}")),
            },
            Step::Stop => {
                self.stop_run(&it).await?;
                sight = self.observe(&it).await;
            }
        }
        self.ask(&after, &sight, memory).await;
        after.take(&sight, memory.asked.as_ref());
        if after == it {
            return Ok(it);
        }
        if after.state == InstanceState::Failed && it.state != InstanceState::Failed {
            after.last_lines = self.last_lines(&after).await;
        }
        self.write_down(after, &it).await
    }

    async fn observe(&self, it: &Managed) -> Sight {
        match it.driver {
            Driver::Process => process::observe(&self.folder_of(it.id)),
            Driver::Docker => self.0.docker.observe(it).await,
        }
    }

    async fn start_run(&self, it: &Managed) -> anyhow::Result<()> {
        match it.driver {
            Driver::Process => {
                let folder = self.folder_of(it.id);
                process::mark(&folder, &it.mark())?;
                process::start(&folder, self.process_launch(it).await?).await
            }
            Driver::Docker => self.0.docker.start(it, self.container_launch(it).await?).await,
        }
    }

    async fn stop_run(&self, it: &Managed) -> anyhow::Result<()> {
        match it.driver {
            Driver::Process => process::stop(&self.folder_of(it.id)),
            Driver::Docker => self.0.docker.stop(it).await,
        }
    }

    /// Asks what runs whether it is well, when it is time to.
    async fn ask(&self, it: &Managed, sight: &Sight, memory: &mut Memory) {
        let Seen::Running(engine) = sight.what else {
            *memory = Memory::default();
            return;
        };
        if memory.run != sight.run {
            *memory = Memory { run: sight.run, ..Memory::default() };
        }
        let moment = self.0.app.clock.monotonic();
        if it.wanted == Wanted::Stopped || sight.run != it.run || moment < memory.ask_at {
            return;
        }
        let readyz = match it.port {
            Some(port) => Some(self.0.prober.ask(port).await),
            None => None,
        };
        let asked = Asked::then(memory.asked.as_ref(), Answer::of(engine, readyz));
        let is_well = asked.unwell == 0 && engine != EngineHealth::Unknown;
        memory.ask_at = moment + if is_well { ASK_EVERY } else { ASK_SOON };
        memory.asked = Some(asked);
    }

    /// The end of its log as one line; `None` when it said nothing.
    async fn last_lines(&self, it: &Managed) -> Option<String> {
        let lines = match it.driver {
            Driver::Process => tail(process::log(&self.folder_of(it.id)), LAST_LINES).await,
            Driver::Docker => self.0.docker.tail(it, LAST_LINES).await,
        };
        let texts: Vec<String> = lines.ok()?.into_iter().map(|line| line.text).collect();
        let text = texts.join(" / ");
        let from = text.len().saturating_sub(LONGEST_LAST_LINES);
        let from = (from..=text.len()).find(|at| text.is_char_boundary(*at))?;
        text.get(from..).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Unless somebody asked for something else meanwhile: then the next look decides.
    async fn write_down(&self, mut after: Managed, before: &Managed) -> anyhow::Result<Managed> {
        let app = &self.0.app;
        let now = app.clock.now();
        after.updated_at = now;
        if after.state != before.state {
            after.since = now;
            let (state, reason) = (after.state, after.reason.as_deref().unwrap_or_default());
            tracing::info!(instance = %after.name, %state, reason, "an instance changed");
        }
        let mut tx = app.db.write(&app.service_scope("instances")).await?;
        if store::save(&mut tx, &after).await? {
            after.revision += 1;
            self.announce(&mut tx, &after).await?;
            app.commit(tx).await?;
        } else {
            self.0.asked.notify_one();
        }
        Ok(after)
    }
}

/// The last lines of a log, read aside: files are slow at times.
pub(super) async fn tail(path: PathBuf, count: usize) -> anyhow::Result<Vec<LogLine>> {
    let read = tokio::task::spawn_blocking(move || Tail::open(&path, count));
    Ok(read.await??.1)
}

impl Managed {
    fn record(&self) -> Record {
        Record {
            wanted: self.wanted,
            one_shot: self.spec.one_shot,
            restart: self.spec.restart,
            run: self.run,
            started_at: self.started_at,
            ready: self.ready,
            failure: self.failure.clone(),
            restart_at: self.restart_at,
            streak: self.streak,
        }
    }

    /// Takes over what was seen and what follows from it.
    fn take(&mut self, sight: &Sight, asked: Option<&Asked>) {
        let is_of_this_run = sight.run == self.run;
        if is_of_this_run && let Some(Asked { last, .. }) = asked {
            self.ready |= matches!(last, Answer::Well | Answer::NothingToAsk);
        }
        self.exit_code = match sight.what {
            Seen::Ended { code, .. } if is_of_this_run => code,
            Seen::Unreadable(_) => self.exit_code,
            Seen::Absent | Seen::Made | Seen::Running(_) | Seen::Ended { .. } => None,
        };
        if !matches!(sight.what, Seen::Unreadable(_)) {
            self.handle.clone_from(&sight.handle);
        }
        let Standing { state, health, reason } = judge(&self.record(), sight, asked);
        if state != self.state {
            self.last_lines = None;
        }
        self.state = state;
        self.health = health;
        self.reason = reason;
    }
}
