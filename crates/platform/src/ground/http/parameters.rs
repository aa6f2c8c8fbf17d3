//! Query strings hold what the route documents, in UTF-8, and nothing else.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};
use wire::FieldError;

use crate::ground::error::{Error, Result};

/// The query parameters of every documented route.
#[derive(Clone)]
pub(crate) struct Documented(Arc<HashMap<(String, Method), HashSet<String>>>);

impl Documented {
    pub(crate) fn of(api: &OpenApi) -> Self {
        let mut routes = HashMap::new();
        for (path, item) in &api.paths.paths {
            for (method, operation) in [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PUT, &item.put),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ] {
                if let Some(operation) = operation {
                    routes.insert((path.clone(), method), query_parameters(operation));
                }
            }
        }
        Self(Arc::new(routes))
    }
}

fn query_parameters(operation: &Operation) -> HashSet<String> {
    let parameters =
        operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        });
    let of_query = parameters.filter(|it| it.parameter_in == ParameterIn::Query);
    of_query.map(|it| it.name.clone()).collect()
}

/// Refuses a query string with a parameter that the route does not document.
pub(crate) async fn check(
    State(documented): State<Documented>,
    request: Request,
    next: Next,
) -> Result<Response> {
    if let Some(query) = request.uri().query() {
        let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        let method = match *request.method() {
            Method::HEAD => Method::GET,
            ref method => method.clone(),
        };
        let known = path.and_then(|path| documented.0.get(&(path.to_owned(), method)));
        known.map_or(Ok(()), |known| check_query(query, known))?;
    }
    Ok(next.run(request).await)
}

fn check_query(query: &str, known: &HashSet<String>) -> Result<()> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let errors: Vec<FieldError> = pairs.filter_map(|pair| wrong(pair, known)).collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

fn wrong(pair: &str, known: &HashSet<String>) -> Option<FieldError> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let Some(name) = decode(name).filter(|name| known.contains(name)) else {
        return Some(FieldError::new(name, "is no parameter of this"));
    };
    let is_text = decode(value).is_some_and(|value| !value.contains('\0'));
    (!is_text).then(|| FieldError::new(name, "must be UTF-8 without U+0000"))
}

/// Without percent signs; `None` when that is no UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = escaped.filter(|digits| digits.bytes().all(|it| it.is_ascii_hexdigit()));
        let byte = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let (b'%', Some(byte)) = (first, byte) {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_strictly() {
        assert_eq!(decode("a%2Fb").as_deref(), Some("a/b"));
        assert_eq!(decode("%c3%a9").as_deref(), Some("é"));
        assert_eq!(decode("100%").as_deref(), Some("100%"));
        assert_eq!(decode("%zz").as_deref(), Some("%zz"));
        assert_eq!(decode("%+f").as_deref(), Some("%+f"));
        assert_eq!(decode("%ff"), None);
    }
}
