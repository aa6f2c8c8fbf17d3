//! The links of a web page.

use std::cell::RefCell;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};
use url::Url;

const MOST_LINKS: usize = 10_000;

/// What a page says of itself and where it leads.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Without fragments, as they stand in the page.
    pub links: Vec<Url>,
    /// It asks not to be kept.
    pub is_hidden: bool,
}

/// Reads the page that was found at `url`. Only its tags are looked at, no tree is built: however
/// deep a page nests, this does not.
pub(super) fn read(url: &Url, html: &str) -> Page {
    let sink = Sink(RefCell::new(Reading::at(url)));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(html.into());
    // It stops early only where the sink asks it to, and ours never does.
    drop(tokenizer.feed(&input));
    tokenizer.end();
    tokenizer.sink.0.into_inner().page
}

struct Reading {
    base: Url,
    has_base: bool,
    follows: bool,
    page: Page,
}

impl Reading {
    fn at(url: &Url) -> Self {
        Self { base: url.clone(), has_base: false, follows: true, page: Page::default() }
    }

    fn tag(&mut self, tag: &Tag) {
        match &*tag.name {
            "a" | "area" => self.link(tag),
            "base" if !self.has_base => {
                let base = attribute(tag, "href").and_then(|href| self.base.join(&href).ok());
                if let Some(base) = base {
                    self.base = base;
                    self.has_base = true;
                }
            }
            "meta" => self.meta(tag),
            _ => {}
        }
    }

    fn link(&mut self, tag: &Tag) {
        let rel = attribute(tag, "rel").unwrap_or_default().to_ascii_lowercase();
        let is_followed = self.follows && !rel.split_ascii_whitespace().any(|it| it == "nofollow");
        if !is_followed || self.page.links.len() >= MOST_LINKS {
            return;
        }
        let Some(Ok(mut link)) = attribute(tag, "href").map(|href| self.base.join(&href)) else {
            return;
        };
        link.set_fragment(None);
        self.page.links.push(link);
    }

    fn meta(&mut self, tag: &Tag) {
        let name = attribute(tag, "name").unwrap_or_default();
        if !name.eq_ignore_ascii_case("robots") {
            return;
        }
        let content = attribute(tag, "content").unwrap_or_default().to_ascii_lowercase();
        let says = |word| content.split(',').any(|it| it.trim() == "none" || it.trim() == word);
        self.page.is_hidden |= says("noindex");
        self.follows &= !says("nofollow");
    }
}

fn attribute(tag: &Tag, name: &str) -> Option<String> {
    let found = tag.attrs.iter().find(|attribute| &*attribute.name.local == name)?;
    Some(found.value.to_string())
}

struct Sink(RefCell<Reading>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let TagToken(tag) = token else { return TokenSinkResult::Continue };
        if tag.kind != StartTag {
            return TokenSinkResult::Continue;
        }
        self.0.borrow_mut().tag(&tag);
        // What stands in these is no markup.
        match &*tag.name {
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
                TokenSinkResult::RawData(RawKind::Rawtext)
            }
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            _ => TokenSinkResult::Continue,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn links(html: &str) -> Vec<String> {
        let url = "https://example.org/docs/start".parse().unwrap();
        read(&url, html).links.into_iter().map(String::from).collect()
    }

    #[test]
    fn links_are_resolved_and_what_is_no_link_is_none() {
        let html = r#"<a href="a">a</a><A HREF='/b?x=1&amp;y=2#there'>b</A><a>none</a>
            <a rel="external NoFollow" href="c">c</a><script>"<a href='d'>"</script>
            <!-- <a href="e"> --><a href="http://[bad">f</a><a href="mailto:x@y">g</a>"#;
        assert_eq!(
            links(html),
            ["https://example.org/docs/a", "https://example.org/b?x=1&y=2", "mailto:x@y"]
        );
    }

    #[test]
    fn a_base_moves_the_links() {
        assert_eq!(links("<base href='/other/'><a href=x>"), ["https://example.org/other/x"]);
    }

    #[test]
    fn a_page_may_ask_not_to_be_kept_or_followed() {
        let url = "https://example.org/".parse().unwrap();
        let page = read(&url, "<meta name=robots content='noindex, follow'><a href=x>");
        assert!(page.is_hidden);
        assert_eq!(page.links.len(), 1);
        let page = read(&url, "<meta name=ROBOTS content=none><a href=x>");
        assert!(page.is_hidden && page.links.is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_read(html in ".*") {
            links(&html);
        }

        #[test]
        fn any_markup_is_read(html in "(<a href=['\"]?x|<base|</|>|<script>|<!--|-->|&amp;|=|')*") {
            links(&html);
        }
    }
}
