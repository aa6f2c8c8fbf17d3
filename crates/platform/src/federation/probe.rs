//! Tries `GET {hub_url}/readyz` of projects that beat.

use std::time::Duration;

use futures::StreamExt;
use wire::ProjectId;
use wire::federation::Status;

use super::Federation;

const PATIENCE: Duration = Duration::from_secs(2);
const AT_ONCE: usize = 32;

pub(super) async fn run(federation: Federation) {
    let app = federation.0.app.clone();
    // Redirects could lead anywhere; a hub that answers with one is not ready.
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build();
    let Ok(client) = client else {
        return tracing::error!("cannot make an HTTP client; hubs are not probed");
    };
    loop {
        app.clock.sleep(app.config.federation.probe_interval).await;
        let due = federation.due_for_a_probe();
        futures::stream::iter(due)
            .for_each_concurrent(AT_ONCE, |(id, url)| probe(&federation, &client, id, url))
            .await;
    }
}

async fn probe(federation: &Federation, client: &reqwest::Client, id: ProjectId, url: String) {
    let url = format!("{}/readyz", url.trim_end_matches('/'));
    let answer = client.get(url).send().await;
    let is_ready = answer.is_ok_and(|answer| answer.status().is_success());
    federation.probed(id, is_ready);
}

impl Federation {
    /// Those that beat; a silent one has a worse reason already.
    fn due_for_a_probe(&self) -> Vec<(ProjectId, String)> {
        let board = self.board();
        let beats = |status| matches!(status, Status::Online | Status::Degraded);
        board
            .entries()
            .filter(|entry| beats(entry.standing.status))
            .map(|entry| (entry.project.id, entry.project.hub_url.clone()))
            .collect()
    }

    pub(super) fn probed(&self, id: ProjectId, is_ready: bool) {
        let now = self.now();
        let mut board = self.board();
        board.probed(id, is_ready, now);
        self.count_by_status(&board);
        drop(board);
        self.board_changed();
    }
}
