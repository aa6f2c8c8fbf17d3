//! `projects.yaml`, from its JSON Schema.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{cell, written_from};

pub(super) fn page(schema: &Value) -> Result<String> {
    let project = schema.pointer("/$defs/project").context("the schema has no project")?;
    let required: Vec<&str> = project
        .pointer("/required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = project.pointer("/properties").and_then(Value::as_object);
    let mut page = String::from("# projects.yaml\n\n");
    page.push_str(&written_from("/api/fed/projects.schema.json"));
    page.push_str(
        "A mapping with the one key `projects`, a list. Each entry holds:\n\n\
         | key | needed | what it is |\n| --- | --- | --- |\n",
    );
    for (name, property) in properties.context("a project has no properties")? {
        let needed = if required.contains(&name.as_str()) { "yes" } else { "" };
        let what = property.get("description").and_then(Value::as_str);
        let what = what.or_else(|| {
            schema
                .pointer("/$defs/slug/description")
                .and_then(Value::as_str)
                .filter(|_| name == "slug")
        });
        writeln!(page, "| `{name}` | {needed} | {} |", cell(what.unwrap_or_default()))?;
    }
    page.push_str(
        "\n[Projects and beats](../guide/beats.md) says how the file is loaded; \
         `commandcenter federation check FILE` finds everything that is wrong with one. Two equal slugs, \
         and a namespace of another slug, only that check finds.\n\n\
         ## Schema\n\nEvery federation serves it at `/api/fed/projects.schema.json`.\n\n",
    );
    writeln!(page, "```json\n{}\n```", serde_json::to_string_pretty(schema)?)?;
    Ok(page)
}
