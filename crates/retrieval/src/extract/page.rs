use htmd::HtmlToMarkdown;

use super::ExtractError;

/// What a page holds besides its text.
const NOT_TEXT: &[&str] = &[
    "aside", "button", "footer", "form", "head", "iframe", "nav", "noscript", "script", "style",
    "svg", "template",
];

/// The title of a web page and its text as Markdown.
pub(super) fn read(html: &str) -> Result<(Option<String>, String), ExtractError> {
    let damaged = |error| ExtractError::damaged("HTML", error);
    let text = HtmlToMarkdown::builder()
        .skip_tags(NOT_TEXT.to_vec())
        .build()
        .convert(html)
        .map_err(damaged)?;
    let title = match title_element(html) {
        Some(title) => Some(htmd::convert(title).map_err(damaged)?.trim().to_owned())
            .filter(|title| !title.is_empty()),
        None => markdown_title(&text),
    };
    Ok((title, text))
}

/// The inside of the first `<title>`.
fn title_element(html: &str) -> Option<&str> {
    let lower = html.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let start = open + lower.get(open..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find("</title")?;
    html.get(start..end)
}

/// The title of a Markdown text: that of its front matter, else its first heading of level 1.
pub(super) fn markdown_title(text: &str) -> Option<String> {
    front_matter_title(text).or_else(|| first_heading(text))
}

fn front_matter_title(text: &str) -> Option<String> {
    let mut lines = text.lines();
    let fence = lines.next().filter(|line| matches!(line.trim_end(), "---" | "+++"))?;
    let title = lines.take_while(|line| line.trim_end() != fence.trim_end()).find_map(|line| {
        let value = line.strip_prefix("title")?.trim_start().strip_prefix([':', '='])?;
        Some(value.trim().trim_matches(['"', '\'']).to_owned())
    })?;
    Some(title).filter(|title| !title.is_empty())
}

fn first_heading(text: &str) -> Option<String> {
    let mut in_fence = false;
    for line in text.lines() {
        in_fence ^= line.starts_with("```") || line.starts_with("~~~");
        if let Some(heading) = line.strip_prefix("# ").filter(|_| !in_fence) {
            return Some(heading.trim_end_matches('#').trim().to_owned())
                .filter(|title| !title.is_empty());
        }
    }
    None
}
