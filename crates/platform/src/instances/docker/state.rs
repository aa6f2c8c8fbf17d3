//! What the engine says of a container, in our words.

use bollard::models::{
    ContainerInspectResponse, ContainerState, ContainerStateStatusEnum as Status, Health,
    HealthStatusEnum,
};
use wire::instances::Handle;

use super::RUN;
use crate::instances::model::{EngineHealth, Seen, Sight};

pub(super) fn sight(container: &ContainerInspectResponse) -> Sight {
    let labels = container.config.as_ref().and_then(|config| config.labels.as_ref());
    let run = labels.and_then(|labels| labels.get(RUN)).and_then(|run| run.parse().ok());
    let name = container.name.as_deref().unwrap_or_default().trim_start_matches('/');
    let handle = Handle::Container {
        container: name.to_owned(),
        container_id: container.id.clone().unwrap_or_default(),
    };
    let what = container.state.as_ref().map_or_else(
        || Seen::Unreadable("the engine does not say how the container is".to_owned()),
        seen,
    );
    let handle = matches!(what, Seen::Running(_)).then_some(handle);
    Sight { run: run.unwrap_or_default(), what, handle }
}

fn seen(state: &ContainerState) -> Seen {
    // Whether it runs is one question; what its status is called has changed before.
    if state.running == Some(true) {
        return Seen::Running(health(state.health.as_ref()));
    }
    match state.status {
        Some(Status::CREATED) => Seen::Made,
        Some(Status::EXITED | Status::DEAD) => ended(state),
        Some(Status::RUNNING | Status::PAUSED | Status::STOPPING) => {
            Seen::Running(health(state.health.as_ref()))
        }
        Some(Status::RESTARTING) => Seen::Running(EngineHealth::Starting),
        Some(Status::REMOVING) => Seen::Unreadable("it is being removed".to_owned()),
        Some(Status::EMPTY) | None => {
            Seen::Unreadable("the engine does not say whether it runs".to_owned())
        }
    }
}

fn ended(state: &ContainerState) -> Seen {
    let code = state.exit_code.and_then(|code| i32::try_from(code).ok());
    let words = match (state.oom_killed, code) {
        (Some(true), _) => "ran out of memory and was ended".to_owned(),
        (_, Some(code @ 129..=159)) => format!("was ended by signal {}", code - 128),
        (_, Some(code)) => format!("exited with code {code}"),
        (_, None) => "ended, and the engine does not say how".to_owned(),
    };
    Seen::Ended { code, words }
}

fn health(health: Option<&Health>) -> EngineHealth {
    match health.map(|health| health.status) {
        None | Some(Some(HealthStatusEnum::NONE)) => EngineHealth::None,
        Some(Some(HealthStatusEnum::STARTING)) => EngineHealth::Starting,
        Some(Some(HealthStatusEnum::HEALTHY)) => EngineHealth::Healthy,
        Some(Some(HealthStatusEnum::UNHEALTHY)) => EngineHealth::Unhealthy,
        Some(None | Some(HealthStatusEnum::EMPTY)) => EngineHealth::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(state: Value) -> Seen {
        seen(&serde_json::from_value(state).unwrap())
    }

    fn ended_with(code: i32, words: &str) -> Seen {
        Seen::Ended { code: Some(code), words: words.to_owned() }
    }

    #[test]
    fn every_state_of_the_engine_has_its_meaning() {
        let running = |health: Value| {
            of(json!({ "Status": "running", "Running": true, "Health": { "Status": health } }))
        };
        for (seen, expected) in [
            (of(json!({ "Status": "created", "Running": false, "ExitCode": 0 })), Seen::Made),
            (
                of(json!({ "Status": "running", "Running": true })),
                Seen::Running(EngineHealth::None),
            ),
            (running(json!("none")), Seen::Running(EngineHealth::None)),
            (running(json!("starting")), Seen::Running(EngineHealth::Starting)),
            (running(json!("healthy")), Seen::Running(EngineHealth::Healthy)),
            (running(json!("unhealthy")), Seen::Running(EngineHealth::Unhealthy)),
            (running(json!("")), Seen::Running(EngineHealth::Unknown)),
            (running(Value::Null), Seen::Running(EngineHealth::Unknown)),
            (
                of(json!({ "Status": "exited", "Running": false, "ExitCode": 0 })),
                ended_with(0, "exited with code 0"),
            ),
            (
                of(json!({ "Status": "exited", "ExitCode": 137 })),
                ended_with(137, "was ended by signal 9"),
            ),
            (
                of(json!({ "Status": "exited", "ExitCode": 137, "OOMKilled": true })),
                ended_with(137, "ran out of memory and was ended"),
            ),
        ] {
            assert_eq!(seen, expected);
        }
    }

    #[test]
    fn what_runs_is_not_exited_whatever_its_status_is_called() {
        let health = json!({ "Status": "healthy" });
        let seen = of(json!({ "Status": "exited", "Running": true, "Health": health }));
        assert_eq!(seen, Seen::Running(EngineHealth::Healthy));
        assert!(matches!(of(json!({})), Seen::Unreadable(_)));
    }
}
