//! The health gate, against a server that answers as it is told.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::rig::{Rig, ports, shell};

/// Answers every request with the status it was given last.
async fn answering(port: u16) -> Arc<Mutex<u16>> {
    let status = Arc::new(Mutex::new(200));
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let given = Arc::clone(&status);
    #[expect(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 1024];
            if socket.read(&mut request).await.is_err() {
                continue;
            }
            let status = *given.lock().unwrap();
            let answer =
                format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
            socket.write_all(answer.as_bytes()).await.ok();
        }
    });
    status
}

#[tokio::test]
async fn a_slow_starter_fails_clearly_and_is_well_when_it_comes_up() {
    let rig = Rig::start().await;
    let port: u16 = ports()[0].1.parse().unwrap();
    let command = shell("echo still busy; sleep 120");
    let made = rig.create(json!({ "command": command, "port": port })).await;
    let is_waiting = async |_: &_| {
        let now = rig.read(&made).await;
        let reason = now["reason"].as_str().unwrap_or_default();
        now["health"] == "starting" && reason.contains("nothing listens on its port")
    };
    rig.app.eventually("it is not ready yet", is_waiting).await;
    assert_eq!(rig.read(&made).await["state"], "starting");

    let failed = rig.until(&made, "failed").await;
    let reason = failed["reason"].as_str().unwrap();
    assert!(
        reason.contains("was not ready after 10 tries") && reason.contains("still busy"),
        "{reason}"
    );
    assert_eq!(failed["health"], "unhealthy");
    let is_told = async |_: &_| rig.app.get("/api/v1/jobs").await.text.contains("was not ready");
    rig.app.eventually("the job says so", is_told).await;

    let status = answering(port).await;
    let running = rig.until(&made, "running").await;
    assert_eq!((&running["health"], &running["handle"]), (&json!("healthy"), &failed["handle"]));
    assert!(running.get("reason").is_none(), "{running}");

    *status.lock().unwrap() = 503;
    let degraded = rig.until(&made, "degraded").await;
    assert_eq!(degraded["reason"], "/readyz answers 503");
    assert_eq!(degraded["health"], "unhealthy");
    *status.lock().unwrap() = 200;
    rig.until(&made, "running").await;
    rig.ask(&made, "stop").await;
    rig.until(&made, "stopped").await;
    rig.end().await;
}
