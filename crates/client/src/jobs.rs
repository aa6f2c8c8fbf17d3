//! Background work.

use serde::Serialize;
use wire::JobId;
use wire::jobs::{Job, JobState};

use crate::Client;
use crate::error::Result;
use crate::pages::Items;

#[derive(Serialize)]
struct JobQuery {
    state: Option<JobState>,
}

impl Client {
    /// The jobs in `state`, or all of them.
    pub fn jobs(&self, state: Option<JobState>) -> Items<Job> {
        self.list(&["api", "v1", "jobs"], &JobQuery { state })
    }

    /// Queues a job that gave up once more.
    pub async fn retry_job(&self, id: JobId) -> Result<Job> {
        self.post(&["api", "v1", "jobs", &id.to_string(), "retry"], &serde_json::json!({})).await
    }
}
