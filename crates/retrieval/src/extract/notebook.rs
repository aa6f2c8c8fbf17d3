use serde::Deserialize;

use super::ExtractError;

#[derive(Deserialize)]
struct Notebook {
    cells: Vec<Cell>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    title: Option<String>,
    language_info: Option<LanguageInfo>,
}

#[derive(Deserialize)]
struct LanguageInfo {
    name: String,
}

#[derive(Deserialize)]
struct Cell {
    cell_type: String,
    source: Source,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Source {
    Text(String),
    Lines(Vec<String>),
}

/// The title of a notebook and its cells as Markdown: code cells as fences, outputs left out.
pub(super) fn read(json: &str) -> Result<(Option<String>, String), ExtractError> {
    let notebook: Notebook =
        serde_json::from_str(json).map_err(|error| ExtractError::damaged("notebook", error))?;
    let language =
        notebook.metadata.language_info.map_or_else(String::new, |language| language.name);
    let mut text = String::new();
    for cell in notebook.cells {
        let source = match cell.source {
            Source::Text(text) => text,
            Source::Lines(lines) => lines.concat(),
        };
        if source.trim().is_empty() {
            continue;
        }
        if cell.cell_type == "code" {
            let fence = fence_for(&source);
            text.extend([&fence, &language, "\n", source.trim_end(), "\n", &fence, "\n\n"]);
        } else {
            text.extend([source.trim_end(), "\n\n"]);
        }
    }
    let title = notebook.metadata.title.or_else(|| super::page::markdown_title(&text));
    Ok((title, text))
}

/// A fence longer than any run of backticks in `code`.
fn fence_for(code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(3.max(longest + 1))
}
