//! What every operation of the API's description has in common.

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{License, OpenApi, RefOr};

const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";

/// Names the product and its key, makes the ids of operations unique, and says of every problem
/// that it is one.
pub(crate) fn finish(mut api: OpenApi) -> OpenApi {
    "CommandCenter".clone_into(&mut api.info.title);
    env!("CARGO_PKG_VERSION").clone_into(&mut api.info.version);
    api.info.description =
        Some("Errors are RFC 9457 problems. Lists go on at `Link: rel=\"next\"`.".to_owned());
    api.info.contact = None;
    api.info.license = Some(License::new(env!("CARGO_PKG_LICENSE")));
    let key = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key")));
    api.components.get_or_insert_default().add_security_scheme("key", key);
    api.security = Some(vec![SecurityRequirement::new("key", Vec::<String>::new())]);
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(operation_id(method, path));
            name_problems(operation);
        }
    }
    api
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    let all = [("get", get), ("post", post), ("put", put), ("patch", patch), ("delete", delete)];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// `GET /api/fed/projects/{slug}` is `get_fed_projects_slug`.
fn operation_id(method: &str, path: &str) -> String {
    let parts = path.split('/').map(|part| part.trim_matches(['{', '}']));
    let parts = parts.filter(|part| !matches!(*part, "" | "api" | "v1"));
    let words = std::iter::once(method).chain(parts).collect::<Vec<_>>().join("_");
    words.replace(['-', '.'], "_")
}

fn name_problems(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        if status.starts_with('4')
            && let Some(content) = response.content.shift_remove(JSON)
        {
            response.content.insert(PROBLEM.to_owned(), content);
        }
    }
}
