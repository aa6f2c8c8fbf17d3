//! Feeds and sites.

use serde_json::{Value, json};

use super::pages::Pages;
use super::{Source, paths, start, text};

fn rss(items: &[(&str, &str, &str)]) -> String {
    let item = |(title, link, text): &(&str, &str, &str)| {
        format!(
            "<item><title>{title}</title><link>{link}</link><description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
        )
    };
    let items: String = items.iter().map(item).collect();
    format!("<rss version=\"2.0\"><channel><title>News</title>{items}</channel></rss>")
}

const FIRST: (&str, &str, &str) = ("First", "https://example.org/1", "the beginning");
const SECOND: (&str, &str, &str) = ("Second", "https://example.org/2", "the middle");

#[tokio::test]
async fn each_entry_of_a_feed_is_a_document() {
    let app = start().await;
    let pages = Pages::serve().await;
    pages.put("/feed.xml", "application/rss+xml", &rss(&[FIRST, SECOND]));
    pages.redirect("/feed", "/feed.xml");
    let source = Source::add(&app, "feed", &pages.at("/feed"), json!({ "prune": true })).await;
    assert_eq!(source.result().await, "2 new");
    assert_eq!(paths(&app).await, [FIRST.1, SECOND.1]);
    let first = text(&app, FIRST.1).await;
    assert!(first.contains("the beginning") && first.contains(FIRST.1), "{first}");
    assert_eq!(source.run().await, "nothing new");

    for broken in ["<rss><channel><item>", "", "no feed at all"] {
        pages.put("/feed.xml", "application/rss+xml", broken);
        let result = source.run().await;
        assert!(result.starts_with("it is no RSS, Atom or JSON feed"), "{result}");
    }
    pages.break_down("/feed.xml");
    assert!(source.run().await.contains("answers 500"));
    assert_eq!(paths(&app).await, [FIRST.1, SECOND.1]);

    let changed = ("Second", SECOND.1, "the end");
    let third = ("Third", "https://example.org/3", "after it");
    pages.put("/feed.xml", "application/rss+xml", &rss(&[changed, third]));
    assert_eq!(source.run().await, "1 new, 1 changed, 1 gone");
    app.end().await;
}

#[tokio::test]
async fn atom_and_json_are_feeds_too() {
    let app = start().await;
    let pages = Pages::serve().await;
    let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><id>urn:a</id>
        <updated>2026-01-01T00:00:00Z</updated><entry><id>urn:entry:1</id><title>One</title>
        <updated>2026-01-01T00:00:00Z</updated><content type="html">&lt;b&gt;atom&lt;/b&gt;</content>
        </entry></feed>"#;
    pages.put("/atom", "application/atom+xml", atom);
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1", "title": "J",
        "items": [{ "id": "1", "url": "https://example.org/j", "content_text": "json" }],
    });
    pages.put("/json", "application/feed+json", &feed.to_string());
    for path in ["/atom", "/json"] {
        let source = Source::add(&app, "feed", &pages.at(path), json!({})).await;
        assert_eq!(source.result().await, "1 new");
    }
    assert_eq!(paths(&app).await, ["https://example.org/j", "urn:entry:1"]);
    assert!(text(&app, "urn:entry:1").await.contains("atom"));
    app.end().await;
}

/// A site of five pages in three steps, and what is not of it.
async fn site() -> Pages {
    let pages = Pages::serve().await;
    pages.html(
        "/docs/",
        "<a href='a'>a</a> <a href='b.txt'>b</a> <a href='/other'>outside</a>
         <a href='closed/x'>closed</a> <a href='gone'>gone</a> <a href='out'>out</a>
         <a href='https://example.org/docs/'>far</a> <a href='image'>image</a>",
    );
    pages.html("/docs/a", "One step. <a href='c#part'>c</a> <a href='/docs/'>back</a>");
    pages.put("/docs/b.txt", "text/plain", "Plain text.");
    pages.html("/docs/c", "Two steps. <a href='d'>d</a>");
    pages.html("/docs/d", "Three steps.");
    pages.html("/docs/closed/x", "Not for us.");
    pages.html("/other", "Outside.");
    pages.put("/docs/image", "image/png", "no text");
    pages.redirect("/docs/out", "http://localhost:1/docs/");
    pages.put("/robots.txt", "text/plain", "User-agent: *\nDisallow: /docs/closed/\n");
    pages
}

#[tokio::test]
async fn a_site_is_read_as_deep_as_asked_and_no_farther() {
    let app = start().await;
    let pages = site().await;
    let source = Source::add(&app, "site", &pages.at("/docs/"), json!({ "prune": true })).await;
    assert_eq!(source.result().await, "4 new");
    let wanted = ["/docs/", "/docs/a", "/docs/b.txt", "/docs/c"].map(|path| pages.at(path));
    assert_eq!(paths(&app).await, wanted);
    let asked = pages.asked();
    let first = ["/robots.txt", "/docs/", "/docs/a", "/docs/b.txt"];
    assert_eq!(asked[..4], first, "{asked:?}");
    for path in ["/docs/closed/x", "/other", "/docs/d"] {
        assert!(!asked.iter().any(|it| it == path), "{path} was asked for");
    }
    assert_eq!(source.run().await, "nothing new");

    pages.html("/docs/c", "Two steps, changed.");
    pages.remove("/docs/b.txt");
    assert_eq!(source.run().await, "1 changed, 1 gone");
    app.end().await;
}

#[tokio::test]
async fn a_site_that_is_seen_in_part_loses_nothing() {
    let app = start().await;
    let pages = site().await;
    let source = Source::add(&app, "site", &pages.at("/docs/"), json!({ "prune": true })).await;
    pages.break_down("/docs/a");
    assert_eq!(source.run().await, "1 failed; not all of it could be seen");
    pages.break_down("/docs/");
    assert!(source.run().await.contains("answers 500"));
    pages.redirect("/docs/", "http://localhost:1/docs/");
    assert!(source.run().await.contains("redirects to another host"));
    pages.break_down("/robots.txt");
    assert!(source.run().await.contains("nothing may be asked for"));
    pages.put("/robots.txt", "text/plain", "User-agent: commandcenter\nDisallow: /\n");
    assert!(source.run().await.contains("closed to us by robots.txt"));
    assert_eq!(paths(&app).await.len(), 4);
    app.end().await;
}

#[tokio::test]
async fn a_page_says_whether_it_is_kept_and_a_depth_of_none_follows_nothing() {
    let app = start().await;
    let pages = Pages::serve().await;
    pages.html("/", "<meta name='robots' content='noindex'><a href='/a'>a</a>");
    pages.html("/a", "A page.");
    let deep = json!({ "collection": "deep", "depth": 1 });
    let source = Source::add(&app, "site", &pages.at("/"), deep).await;
    assert_eq!(source.result().await, "1 new");
    pages.asked();
    let shallow = Source::add(&app, "site", &pages.at("/"), json!({ "depth": 0 })).await;
    assert_eq!(shallow.result().await, "nothing new");
    assert_eq!(pages.asked(), ["/robots.txt", "/"]);
    app.end().await;
}

#[tokio::test]
async fn two_requests_stand_as_far_apart_as_the_site_asks() {
    let app = start().await;
    let pages = Pages::serve().await;
    pages.put("/robots.txt", "text/plain", "User-agent: *\nCrawl-delay: 50\n");
    pages.html("/", "<a href='/a'>a</a>");
    pages.html("/a", "A page.");
    let before = app.clock.now();
    let source = Source::add(&app, "site", &pages.at("/"), json!({})).await;
    assert_eq!(source.result().await, "2 new");
    assert!(app.clock.now().since(before) >= std::time::Duration::from_secs(100));
    assert_ne!(source.show().await["last_run_at"], Value::Null);
    app.end().await;
}
