//! A feed: RSS, Atom or JSON Feed. Each entry is a document.

use anyhow::{Context, ensure};
use feed_rs::model::{Entry, Feed, Text};
use url::Url;
use wire::Timestamp;

use super::fetch::{Fetched, Fetcher, Redirects};
use super::{Coverage, Found, Item, Look};

const LARGEST: usize = 16 << 20;

pub(super) async fn look(look: Look) -> anyhow::Result<Coverage> {
    let url: Url = look.location.parse()?;
    let fetcher = Fetcher::new(&look.app)?;
    let Fetched::Answer(answer) = fetcher.get(&url, Redirects::Anywhere).await? else {
        anyhow::bail!("{url} leads elsewhere");
    };
    ensure!(answer.status().is_success(), "{url} answers {}", answer.status());
    let base = answer.url.clone();
    let body = answer.body(LARGEST).await?.with_context(|| format!("{url} is too large"))?;
    // A parser that panics over a stranger's bytes costs this look, not the worker.
    let parsed = tokio::task::spawn_blocking(move || parse(&base, &body)).await;
    let feed = parsed.context("the feed cannot be read")??;
    for entry in feed.entries {
        look.send(Found::Document(document(entry))).await?;
    }
    Ok(Coverage::Whole)
}

fn parse(base: &Url, body: &[u8]) -> anyhow::Result<Feed> {
    let parser = feed_rs::parser::Builder::new().base_uri(Some(base.as_str())).build();
    parser.parse(body).context("it is no RSS, Atom or JSON feed")
}

fn document(entry: Entry) -> Item {
    let link = page_of(&entry);
    let modified = entry.updated.or(entry.published);
    let content = web_page(&entry, link.as_deref()).into_bytes();
    Item {
        path: link.unwrap_or(entry.id),
        content,
        modified_at: modified.map(|it| Timestamp::from_micros(it.timestamp_micros())),
    }
}

/// The page an entry is about: the link that says so, or has no relation.
fn page_of(entry: &Entry) -> Option<String> {
    let is_page = |rel: Option<&str>| rel.is_none_or(|rel| rel == "alternate");
    let link = entry.links.iter().find(|link| is_page(link.rel.as_deref()))?;
    let url: Url = link.href.parse().ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

fn web_page(entry: &Entry, link: Option<&str>) -> String {
    let title = entry.title.as_ref().map(|title| title.content.trim()).unwrap_or_default();
    // A title may hold markup; a web page's may not.
    let title = match &entry.title {
        Some(text) if is_markup(text) => strip_tags(title),
        _ => escape(title),
    };
    let heading = match &*title {
        "" => String::new(),
        title => format!("<h1>{title}</h1>\n"),
    };
    let link = link.map(escape).map(|it| format!("<p><a href=\"{it}\">{it}</a></p>\n"));
    let link = link.unwrap_or_default();
    let body = entry.content.as_ref().and_then(|content| {
        let is_text = content.content_type.as_ref() == "text/plain";
        let body = content.body.as_deref()?;
        Some(if is_text { preformatted(body) } else { body.to_owned() })
    });
    let summary = || {
        let summary = entry.summary.as_ref()?;
        let is_markup = is_markup(summary) || summary.content.contains("</");
        Some(if is_markup { summary.content.clone() } else { preformatted(&summary.content) })
    };
    let body = body.or_else(summary).unwrap_or_default();
    let head = format!("<!doctype html>\n<html><head><title>{title}</title></head>");
    format!("{head}<body>\n{heading}{link}{body}\n</body></html>\n")
}

fn is_markup(text: &Text) -> bool {
    matches!(text.content_type.as_ref(), "text/html" | "application/xhtml+xml")
}

/// Its paragraphs are paragraphs.
fn preformatted(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|it| format!("<p>{}</p>\n", escape(it.trim())));
    paragraphs.collect()
}

fn strip_tags(html: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for character in html.chars() {
        match character {
            '<' => is_tag = true,
            '>' => is_tag = false,
            _ if !is_tag => text.push(character),
            _ => {}
        }
    }
    text
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_becomes_a_page_with_its_link() {
        let text = r#"<rss version="2.0"><channel><title>News</title><item>
            <title>Keys &amp; locks</title><link>https://example.org/1</link>
            <description>&lt;p&gt;Rotate &lt;b&gt;them&lt;/b&gt;&lt;/p&gt;</description>
            </item></channel></rss>"#;
        let base = "https://example.org/feed".parse().unwrap();
        let mut feed = parse(&base, text.as_bytes()).unwrap();
        let item = document(feed.entries.remove(0));
        assert_eq!(item.path, "https://example.org/1");
        let page = String::from_utf8(item.content).unwrap();
        assert!(page.contains("<h1>Keys &amp; locks</h1>"), "{page}");
        assert!(page.contains("<a href=\"https://example.org/1\">"), "{page}");
        assert!(page.contains("<p>Rotate <b>them</b></p>"), "{page}");
    }

    #[test]
    fn what_is_no_feed_is_refused() {
        let base = "https://example.org/feed".parse().unwrap();
        for text in ["", "<html></html>", "{}", "<rss><channel><item>", "nonsense"] {
            assert!(parse(&base, text.as_bytes()).is_err(), "{text}");
        }
    }
}
