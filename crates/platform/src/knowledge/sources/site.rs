//! The pages of a site: breadth first from the first one, within its host and its folder, slowly,
//! and only where `robots.txt` lets us.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use reqwest::StatusCode;
use url::Url;

use super::fetch::{Answer, Fetched, Fetcher, PRODUCT, Redirects, is_same_site};
use super::robots::{self, Robots};
use super::{Coverage, Found, Item, Look, links};

const MOST_PAGES: usize = 1_000;
const LARGEST: usize = 16 << 20;
const LONGEST_URL: usize = 1_024;
const SHORTEST_PAUSE: Duration = Duration::from_millis(250);
/// A site that wants long pauses is read in part.
const LONGEST_LOOK: Duration = Duration::from_hours(1);

const PAGES: [&str; 2] = ["text/html", "application/xhtml+xml"];
const OTHERS: [&str; 4] = ["text/markdown", "text/x-markdown", "text/plain", "application/pdf"];

pub(super) async fn look(look: Look) -> anyhow::Result<Coverage> {
    let start: Url = look.location.parse()?;
    let fetcher = Fetcher::new(&look.app)?;
    let robots = read_robots(&fetcher, &start).await?;
    let pause = robots.crawl_delay.unwrap_or_default().max(SHORTEST_PAUSE);
    let in_time = usize::try_from(LONGEST_LOOK.as_millis() / pause.as_millis()).unwrap_or(1);
    let mut crawl = Crawl {
        folder: folder_of(&start),
        seen: HashSet::from([start.clone()]),
        waiting: VecDeque::from([(start.clone(), 0)]),
        start,
        robots,
        fetcher,
        look,
    };
    let mut coverage = Coverage::Whole;
    for asked in 0..MOST_PAGES.min(in_time.max(1)) {
        let Some((url, depth)) = crawl.waiting.pop_front() else { return Ok(coverage) };
        crawl.look.app.clock.sleep(pause).await;
        match crawl.visit(&url, depth).await {
            Ok(()) => {}
            Err(error) if asked == 0 => return Err(error),
            Err(error) => {
                tracing::debug!(%url, error = format!("{error:#}"), "cannot read a page");
                // Where it would have led is not known.
                coverage = Coverage::Part;
                crawl.look.send(Found::Failed(url.into())).await?;
            }
        }
    }
    if !crawl.waiting.is_empty() {
        coverage = Coverage::Part;
    }
    Ok(coverage)
}

/// A site without one lets everybody in; one whose `robots.txt` cannot be had, nobody.
async fn read_robots(fetcher: &Fetcher, start: &Url) -> anyhow::Result<Robots> {
    let url = start.join("/robots.txt")?;
    let Fetched::Answer(answer) = fetcher.get(&url, Redirects::WithinHost).await? else {
        return Ok(Robots::default());
    };
    let status = answer.status();
    if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS {
        return Ok(Robots::default());
    }
    ensure!(status.is_success(), "{url} answers {status}, so nothing may be asked for");
    let body =
        answer.body(robots::LARGEST).await?.with_context(|| format!("{url} is too large"))?;
    Ok(Robots::parse(&String::from_utf8_lossy(&body), PRODUCT))
}

/// The path that all pages begin with: `/docs/` of `/docs`, `/docs/` and `/docs/index.html`.
fn folder_of(url: &Url) -> String {
    let path = url.path();
    let (folder, name) = path.rsplit_once('/').unwrap_or_default();
    if name.is_empty() || name.contains('.') { format!("{folder}/") } else { format!("{path}/") }
}

struct Crawl {
    look: Look,
    fetcher: Fetcher,
    robots: Robots,
    start: Url,
    folder: String,
    /// Found, to be asked for or asked already.
    seen: HashSet<Url>,
    /// With the links between the first page and them.
    waiting: VecDeque<(Url, u32)>,
}

impl Crawl {
    async fn visit(&mut self, url: &Url, depth: u32) -> anyhow::Result<()> {
        let is_first = *url == self.start;
        ensure!(!is_first || self.may_ask(url), "{url} is closed to us by robots.txt");
        let answer = match self.fetcher.get(url, Redirects::WithinHost).await? {
            Fetched::Answer(answer) => answer,
            Fetched::Elsewhere(to) if is_first => bail!("{url} redirects to another host, {to}"),
            Fetched::Elsewhere(_) => return Ok(()),
        };
        if is_first {
            self.start = answer.url.clone();
            self.folder = folder_of(&self.start);
        }
        if answer.url != *url {
            let is_known = !self.seen.insert(answer.url.clone());
            let is_foreign = !self.is_within(&answer.url) || !self.may_ask(&answer.url);
            if !is_first && (is_known || is_foreign) {
                return Ok(());
            }
        }
        let status = answer.status();
        let may_change =
            matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
        if !is_first && status.is_client_error() && !may_change {
            let is_gone = matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE);
            return if is_gone {
                Ok(())
            } else {
                self.look.send(Found::Failed(url.to_string())).await
            };
        }
        ensure!(status.is_success(), "{url} answers {status}");
        self.take(answer, depth).await
    }

    async fn take(&mut self, answer: Answer, depth: u32) -> anyhow::Result<()> {
        let kind = answer.content_type();
        let is_page = PAGES.contains(&kind.as_str());
        if !is_page && !OTHERS.contains(&kind.as_str()) {
            return Ok(());
        }
        let url = answer.url.clone();
        let Some(content) = answer.body(LARGEST.min(self.look.largest())).await? else {
            return self.look.send(Found::Failed(url.into())).await;
        };
        if is_page {
            let page = links::read(&url, &String::from_utf8_lossy(&content));
            if depth < self.look.depth {
                self.follow(page.links, depth + 1);
            }
            if page.is_hidden {
                return Ok(());
            }
        }
        let item = Item { path: url.into(), content, modified_at: None };
        self.look.send(Found::Document(item)).await.context("the look is over")
    }

    fn follow(&mut self, links: Vec<Url>, depth: u32) {
        for link in links {
            let is_wanted = link.as_str().len() <= LONGEST_URL
                && self.is_within(&link)
                && self.seen.len() < MOST_PAGES * 10
                && !self.seen.contains(&link)
                && self.may_ask(&link);
            if is_wanted {
                self.seen.insert(link.clone());
                self.waiting.push_back((link, depth));
            }
        }
    }

    fn is_within(&self, url: &Url) -> bool {
        let is_there = url.path().starts_with(&self.folder)
            || self.folder.strip_suffix('/').is_some_and(|folder| folder == url.path());
        is_same_site(&self.start, url) && is_there
    }

    fn may_ask(&self, url: &Url) -> bool {
        match url.query() {
            Some(query) => self.robots.allows(&format!("{}?{query}", url.path())),
            None => self.robots.allows(url.path()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_page_is_what_all_pages_begin_with() {
        let folder = |path: &str| folder_of(&format!("https://example.org{path}").parse().unwrap());
        assert_eq!(folder(""), "/");
        assert_eq!(folder("/docs"), "/docs/");
        assert_eq!(folder("/docs/"), "/docs/");
        assert_eq!(folder("/docs/index.html"), "/docs/");
        assert_eq!(folder("/index.html?x=/y"), "/");
    }
}
