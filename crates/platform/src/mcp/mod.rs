//! The knowledge base as tools of the Model Context Protocol, at `/mcp`.
//!
//! There are no sessions: every message stands for itself, so that any replica answers it, nothing
//! has to be kept or cleaned up, and a key that was revoked is refused with the next message.

mod ask;
mod results;
mod server;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use self::server::Server;
use crate::ground::app::App;

/// A document that is added comes in one message.
const LARGEST_MESSAGE: usize = 8 << 20;

/// A page of another origin that leads a browser here is refused, whatever name it gave to this
/// machine. Pages of this machine itself may ask.
const ORIGINS: [&str; 6] = [
    "http://localhost:*",
    "http://127.0.0.1:*",
    "http://[::1]:*",
    "https://localhost:*",
    "https://127.0.0.1:*",
    "https://[::1]:*",
];

/// Stands behind authentication, which leaves the principal in the request's extensions.
pub(crate) fn routes(app: App) -> Router {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(LARGEST_MESSAGE)
        // Every request proves who it is, whatever it calls this machine.
        .disable_allowed_hosts()
        .with_allowed_origins(ORIGINS)
        .with_cancellation_token(app.stopping.child_token());
    let sessions = Arc::new(NeverSessionManager::default());
    let service =
        StreamableHttpService::new(move || Ok(Server::new(app.clone())), sessions, config);
    Router::new().route_service("/mcp", service)
}
