//! The HTTP API, from the OpenAPI description; the scopes from the signatures of the handlers.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::source::{Sources, between};
use super::{cell, written_from};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

pub(super) fn page(openapi: &Value, sources: &Sources) -> String {
    let scopes = scopes(sources);
    let mut page = String::from("# HTTP\n\n");
    page.push_str(&written_from("/openapi.json and the handlers"));
    page.push_str(
        "Every service serves its own part with `/openapi.json` (OpenAPI 3.1) and `/docs`, a page to try it. \
         A scope is what a key needs, see [keys and scopes](../guide/keys.md). `/health` answers as `/readyz`.\n\n\
         | method | path | scope |\n| --- | --- | --- |\n",
    );
    let mut details = String::new();
    for (tag, operations) in operations(openapi) {
        writeln!(details, "\n## {tag}").ok();
        for Operation { method, path, value } in operations {
            let scope = scopes.get(&(method.to_uppercase(), path.to_owned()));
            let scope = scope.map_or_else(|| "-".to_owned(), |scope| format!("`{scope}`"));
            let upper = method.to_uppercase();
            writeln!(page, "| {upper} | `{path}` | {scope} |").ok();
            details.push_str(&operation(&upper, path, value));
        }
    }
    page.push_str(&details);
    page.push_str("\n## Types\n");
    let schemas = openapi.pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        page.push_str(&type_section(name, schema));
    }
    page
}

struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    value: &'a Value,
}

/// By tag.
fn operations(openapi: &Value) -> BTreeMap<&str, Vec<Operation<'_>>> {
    let mut tags: BTreeMap<&str, Vec<Operation<'_>>> = BTreeMap::new();
    for (path, methods) in
        openapi.pointer("/paths").and_then(Value::as_object).into_iter().flatten()
    {
        for method in METHODS {
            let Some(value) = methods.get(method) else { continue };
            let tag = value.pointer("/tags/0").and_then(Value::as_str).unwrap_or("other");
            tags.entry(tag).or_default().push(Operation { method, path, value });
        }
    }
    tags
}

fn operation(method: &str, path: &str, value: &Value) -> String {
    let words = |key: &str| value.get(key).and_then(Value::as_str).map(cell);
    let mut text = format!("\n### `{method} {path}`\n\n");
    let said = [words("summary"), words("description")];
    writeln!(text, "{}", said.into_iter().flatten().collect::<Vec<_>>().join(" ")).ok();
    let parameters: Vec<&Value> =
        value.get("parameters").and_then(Value::as_array).into_iter().flatten().collect();
    if !parameters.is_empty() {
        text.push_str("\n| parameter | in | type | |\n| --- | --- | --- | --- |\n");
    }
    for parameter in parameters {
        let word = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
        let kind = parameter.get("schema").map(type_name).unwrap_or_default();
        let what = cell(word("description"));
        writeln!(text, "| `{}` | {} | {kind} | {what} |", word("name"), word("in")).ok();
    }
    if let Some(body) = value.pointer("/requestBody/content") {
        writeln!(text, "\nBody: {}.", contents(body)).ok();
    }
    let responses = value.get("responses").and_then(Value::as_object);
    let answers = responses.into_iter().flatten().map(|(status, response)| {
        let content = response.get("content").map(contents);
        content.map_or_else(|| format!("`{status}`"), |content| format!("`{status}` {content}"))
    });
    writeln!(text, "\nAnswers: {}.", answers.collect::<Vec<_>>().join(" · ")).ok();
    text
}

/// What a body holds: the type, and the media type where it is not JSON.
fn contents(content: &Value) -> String {
    let kinds = content.as_object().into_iter().flatten().map(|(media, it)| {
        let name = it.get("schema").map(type_name).unwrap_or_default();
        if media == "application/json" { name } else { format!("{name} as `{media}`") }
    });
    kinds.collect::<Vec<_>>().join(", ")
}

fn type_section(name: &str, schema: &Value) -> String {
    let mut text = format!("\n### {name}\n");
    if let Some(words) = schema.get("description").and_then(Value::as_str) {
        writeln!(text, "\n{}", cell(words)).ok();
    }
    match schema.get("properties").and_then(Value::as_object) {
        Some(properties) => text.push_str(&fields(schema, properties)),
        None => {
            writeln!(text, "\n{}.", type_name(schema)).ok();
        }
    }
    text
}

fn fields(schema: &Value, properties: &Map<String, Value>) -> String {
    let required: Vec<&Value> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().collect();
    let mut text = String::from("\n| field | type | |\n| --- | --- | --- |\n");
    for (name, property) in properties {
        let optional = if required.iter().any(|it| *it == name) { "" } else { "?" };
        let words = property.get("description").and_then(Value::as_str).unwrap_or_default();
        writeln!(text, "| `{name}`{optional} | {} | {} |", type_name(property), cell(words)).ok();
    }
    text
}

/// A type in words, with links to the ones that have a name.
fn type_name(schema: &Value) -> String {
    let word = |key: &str| schema.get(key).and_then(Value::as_str);
    if let Some(name) = word("$ref").and_then(|path| path.rsplit('/').next()) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        if let Some(options) = schema.get(key).and_then(Value::as_array) {
            return options.iter().map(option_name).collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let words = values.iter().filter_map(Value::as_str).map(|it| format!("`{it}`"));
        return words.collect::<Vec<_>>().join(", ");
    }
    match schema.get("type") {
        Some(Value::Array(kinds)) => {
            let kinds = kinds.iter().filter_map(Value::as_str);
            kinds.map(|kind| plain(kind, schema)).collect::<Vec<_>>().join(" or ")
        }
        Some(Value::String(kind)) => plain(kind, schema),
        _ => "anything".to_owned(),
    }
}

/// The values of an enumeration come one by one where each has words of its own.
fn option_name(option: &Value) -> String {
    let name = type_name(option);
    match option.get("description").and_then(Value::as_str) {
        Some(words) if option.get("enum").is_some() => format!("{name} ({})", cell(words)),
        _ => name,
    }
}

fn plain(kind: &str, schema: &Value) -> String {
    match kind {
        "array" => format!("list of {}", schema.get("items").map(type_name).unwrap_or_default()),
        "object" => match schema.get("additionalProperties").filter(|it| it.is_object()) {
            Some(values) => format!("object of {}", type_name(values)),
            None => "object".to_owned(),
        },
        "string" => match schema.get("format").and_then(Value::as_str) {
            Some(format) => format!("string ({format})"),
            None => "string".to_owned(),
        },
        kind => kind.to_owned(),
    }
}

/// What a key needs, by method and path: `Caller<FedRead>` in the handler's signature.
fn scopes(sources: &Sources) -> HashMap<(String, String), String> {
    let mut scopes = HashMap::new();
    for text in sources.rust() {
        for handler in text.split("#[utoipa::path(").skip(1) {
            let signature = handler.split(" {\n").next().unwrap_or_default();
            let method = signature.split(',').next().unwrap_or_default().to_uppercase();
            let path = between(signature, "path = \"", "\"");
            let scope = between(signature, "Caller<", ">");
            if let (Some(path), Some(scope)) = (path, scope) {
                scopes.insert((method, path.to_owned()), permission(scope));
            }
        }
    }
    scopes
}

/// `FedRead` is `fed:read`.
fn permission(name: &str) -> String {
    let mut permission = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !permission.is_empty() {
            permission.push(':');
        }
        permission.extend(letter.to_lowercase());
    }
    permission
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_type_reads_as_words() {
        let slug = json!({ "$ref": "#/components/schemas/Slug" });
        assert_eq!(type_name(&slug), "[Slug](#slug)");
        assert_eq!(type_name(&json!({ "type": "array", "items": slug })), "list of [Slug](#slug)");
        assert_eq!(type_name(&json!({ "type": ["string", "null"] })), "string or null");
        assert_eq!(type_name(&json!({ "enum": ["ok"], "type": "string" })), "`ok`");
    }

    #[test]
    fn a_permission_is_spelled_as_on_the_wire() {
        assert_eq!(permission("FedRead"), "fed:read");
    }
}
