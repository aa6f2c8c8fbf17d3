//! The job of a request: done when what was asked has come to pass. The watcher of the instance's
//! machine brings it about, this tells people when.

use std::time::Duration;

use anyhow::bail;
use serde::{Deserialize, Serialize};
use wire::ManagedInstanceId;
use wire::instances::{InstanceState, Wanted};

use super::store::{self, Managed};
use crate::ground::app::App;
use crate::ground::jobs::Job;

/// Longer than this no worker waits; the job comes back.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(500);

#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    pub instance: ManagedInstanceId,
    pub wanted: Wanted,
    pub run: i64,
}

/// Where a request is.
enum Progress {
    Done,
    Failed(String),
    UnderWay,
}

impl Job for Settle {
    const NAME: &'static str = "instances.settle";

    async fn run(&self, app: &App) -> anyhow::Result<()> {
        let scope = app.service_scope("instances");
        let patience = app.clock.monotonic() + PATIENCE;
        let mut committed = app.feed.follow();
        loop {
            committed.mark_unchanged();
            let mut tx = app.db.read(&scope).await?;
            let found = store::find(&mut tx, self.instance).await?;
            drop(tx);
            match found.map_or(Progress::Done, |it| self.progress(&it)) {
                Progress::Done => return Ok(()),
                Progress::Failed(why) => bail!("{why}"),
                Progress::UnderWay => {}
            }
            if app.clock.monotonic() >= patience {
                bail!("not yet: its machine is slow, or the hub there does not run");
            }
            tokio::select! {
                () = app.clock.sleep(LOOK_EVERY) => {}
                Ok(()) = committed.changed() => {}
            }
        }
    }
}

impl Settle {
    fn progress(&self, it: &Managed) -> Progress {
        // Something else was asked since.
        if it.wanted != self.wanted || it.run != self.run {
            return Progress::Done;
        }
        match (it.state, it.wanted) {
            (InstanceState::Failed, Wanted::Running) => {
                Progress::Failed(it.shown().reason.unwrap_or_default())
            }
            (InstanceState::Starting | InstanceState::Stopping | InstanceState::Unknown, _) => {
                Progress::UnderWay
            }
            (InstanceState::Created, Wanted::Running) => Progress::UnderWay,
            (
                InstanceState::Created
                | InstanceState::Running
                | InstanceState::Degraded
                | InstanceState::Stopped
                | InstanceState::Completed
                | InstanceState::Failed,
                _,
            ) => Progress::Done,
        }
    }
}
