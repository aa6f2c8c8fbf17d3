//! Removing what nobody needs any more. Only what carries our label, of this machine.

use std::collections::HashMap;

use bollard::models::ContainerSummaryStateEnum as State;
use bollard::query_parameters::{ListNetworksOptionsBuilder, RemoveContainerOptionsBuilder};
use wire::ManagedInstanceId;

use super::engine::{is_conflict, is_missing, words};
use super::{Docker, HOST, INSTANCE};

impl Docker {
    /// Removes ended containers whose instance is not among `known`, and networks that nothing is in.
    /// What runs is left for `adopt`, and volumes to people: the database may be an older one.
    pub(in crate::instances) async fn prune(
        &self,
        known: &[ManagedInstanceId],
    ) -> anyhow::Result<()> {
        let engine = self.engine.get().await?;
        let label = format!("{HOST}={}", self.host);
        let is_known = |labels: Option<&HashMap<String, String>>| {
            let id = labels.and_then(|labels| labels.get(INSTANCE));
            let id = id.and_then(|id| id.parse().ok());
            id.is_none_or(|id| known.contains(&id))
        };
        for container in self.containers(&label).await? {
            let has_ended =
                matches!(container.state, Some(State::EXITED | State::DEAD | State::CREATED));
            let is_left = has_ended && !is_known(container.labels.as_ref());
            if let Some(id) = container.id.filter(|_| is_left) {
                let options = RemoveContainerOptionsBuilder::default().v(true).build();
                engine.remove_container(&id, Some(options)).await.map_err(words)?;
            }
        }
        self.remove_unused_networks().await
    }

    pub(super) async fn remove_unused_networks(&self) -> anyhow::Result<()> {
        let engine = self.engine.get().await?;
        let label = format!("{HOST}={}", self.host);
        let filters = HashMap::from([("label", vec![label.as_str()])]);
        let options = ListNetworksOptionsBuilder::default().filters(&filters).build();
        for network in engine.list_networks(Some(options)).await.map_err(words)? {
            let Some(id) = network.id else { continue };
            // One that something is in refuses to go.
            match engine.remove_network(&id).await {
                Err(error) if !is_conflict(&error) && !is_missing(&error) => {
                    return Err(words(error));
                }
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Whether a volume of that name is there and ours.
    pub(super) async fn is_own_volume(&self, name: &str) -> anyhow::Result<bool> {
        let engine = self.engine.get().await?;
        match engine.inspect_volume(name).await {
            Ok(volume) => Ok(volume.labels.get(HOST) == Some(&self.host)),
            Err(error) if is_missing(&error) => Ok(false),
            Err(error) => Err(words(error)),
        }
    }
}
