//! A git repository behind the smart protocol over HTTP, by the program `git upload-pack`.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

#[derive(Clone)]
struct Served {
    folder: PathBuf,
    /// The only header of that name that is let in.
    authorization: Option<Arc<str>>,
}

/// Serves the repository in `folder` until the test ends, to whoever sends `authorization`; gives
/// the URL.
pub async fn serve_git(folder: &Path, authorization: Option<&str>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let served =
        Served { folder: folder.to_path_buf(), authorization: authorization.map(Arc::from) };
    let router = Router::new()
        .route("/atlas.git/info/refs", get(advertise))
        .route("/atlas.git/git-upload-pack", post(upload_pack))
        .layer(from_fn_with_state(served.clone(), authorize))
        .with_state(served);
    TaskTracker::new().spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/atlas.git")
}

async fn authorize(State(served): State<Served>, request: Request, next: Next) -> Response {
    let sent = request.headers().get(AUTHORIZATION).and_then(|it| it.to_str().ok());
    if served.authorization.is_some() && sent != served.authorization.as_deref() {
        return (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Basic")]).into_response();
    }
    next.run(request).await
}

async fn advertise(State(served): State<Served>, headers: HeaderMap) -> impl IntoResponse {
    let refs = answer(&served.folder, &headers, &["--http-backend-info-refs"], &[]).await;
    // The first version greets; the second does not, as every server since shows.
    let is_second = headers.get("git-protocol").is_some_and(|it| it == "version=2");
    let greeting = if is_second { &b""[..] } else { b"001e# service=git-upload-pack\n0000" };
    let kind = "application/x-git-upload-pack-advertisement";
    ([(CONTENT_TYPE, kind)], [greeting, &refs].concat())
}

async fn upload_pack(
    State(served): State<Served>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let pack = answer(&served.folder, &headers, &[], &body).await;
    ([(CONTENT_TYPE, "application/x-git-upload-pack-result")], pack)
}

async fn answer(folder: &Path, headers: &HeaderMap, more: &[&str], body: &[u8]) -> Vec<u8> {
    let mut command = tokio::process::Command::new("git");
    command.args(["upload-pack", "--stateless-rpc"]).args(more).arg(folder);
    if let Some(protocol) = headers.get("git-protocol") {
        command.env("GIT_PROTOCOL", protocol.to_str().expect("a protocol"));
    }
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = pipes.spawn().expect("the program git");
    let mut input = running.stdin.take().expect("a pipe");
    input.write_all(body).await.expect("git reads");
    drop(input);
    running.wait_with_output().await.expect("git ends").stdout
}
