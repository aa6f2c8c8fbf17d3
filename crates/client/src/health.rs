//! Is it there, and is it well.

use reqwest::StatusCode;
use wire::health::Readiness;

use crate::Client;
use crate::error::Result;
use crate::request::{json, succeed};

impl Client {
    /// Whether the process answers at all.
    pub async fn live(&self) -> Result<()> {
        self.get_text(&["livez"]).await.map(drop)
    }

    /// Whether it can work, dependency by dependency. Not being ready is an answer, not an error.
    pub async fn readiness(&self) -> Result<Readiness> {
        let url = self.url(&["readyz"]);
        let response = self.answer(&url).await?;
        if response.status() == StatusCode::SERVICE_UNAVAILABLE {
            return json(&url, response).await;
        }
        json(&url, succeed(&url, response).await?).await
    }

    /// The metrics, as OpenMetrics text.
    pub async fn metrics(&self) -> Result<String> {
        self.get_text(&["metrics"]).await
    }

    /// The API's description, OpenAPI 3.1.
    pub async fn openapi(&self) -> Result<serde_json::Value> {
        self.get(&["openapi.json"]).await
    }
}
