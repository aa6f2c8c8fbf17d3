//! Lists, page after page.

use std::collections::VecDeque;

use futures::Stream;
use futures::stream::{self, BoxStream, StreamExt};
use reqwest::Response;
use reqwest::header::LINK;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::Client;
use crate::error::Result;
use crate::request::{json, with_query};

/// A list, fetched a page at a time as it is consumed. Ends at the first error.
pub type Items<T> = BoxStream<'static, Result<T>>;

impl Client {
    /// Everything in a list, fetched a page at a time as it is consumed.
    pub(crate) fn list<T: DeserializeOwned + Send + 'static>(
        &self,
        segments: &[&str],
        query: &impl Serialize,
    ) -> Items<T> {
        match with_query(self.url(segments), query) {
            Ok(url) => self.clone().pages(url).boxed(),
            Err(error) => stream::iter([Err(error)]).boxed(),
        }
    }

    pub(crate) fn pages<T: DeserializeOwned + Send + 'static>(
        self,
        first: Url,
    ) -> impl Stream<Item = Result<T>> {
        let start = (self, VecDeque::new(), Some(first));
        stream::try_unfold(start, |(client, mut page, mut next)| async move {
            loop {
                if let Some(item) = page.pop_front() {
                    return Ok(Some((item, (client, page, next))));
                }
                let Some(url) = next else { return Ok(None) };
                let response = client.read(&url).await?;
                next = next_page(&url, &response);
                page = json::<VecDeque<T>>(&url, response).await?;
            }
        })
    }
}

/// The page after this one. Only the query is taken from the link: host and path stay those the
/// client was made for, so a proxy cannot mislead it, nor another host get the key.
pub(crate) fn next_page(url: &Url, response: &Response) -> Option<Url> {
    let link = response
        .headers()
        .get_all(LINK)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .find_map(next_link)?;
    let mut next = url.clone();
    next.set_query(url.join(link).ok()?.query());
    (next != *url).then_some(next)
}

/// The target of `rel="next"` in a `Link` header (RFC 8288).
fn next_link(header: &str) -> Option<&str> {
    header.split('<').skip(1).find_map(|entry| {
        let (target, parameters) = entry.split_once('>')?;
        let is_next = parameters.split([';', ',']).any(|parameter| {
            let Some((name, value)) = parameter.split_once('=') else { return false };
            name.trim().eq_ignore_ascii_case("rel")
                && value.trim().trim_matches('"').eq_ignore_ascii_case("next")
        });
        is_next.then_some(target)
    })
}

#[cfg(test)]
mod tests {
    use futures::TryStreamExt;

    use super::*;
    use crate::testing::{Answer, Server};

    #[test]
    fn the_next_link_is_found_among_others() {
        for (header, next) in [
            (r#"</p?cursor=2>; rel="next""#, Some("/p?cursor=2")),
            (
                r#"<https://a/p?cursor=1,5>; rel="prev", </p?cursor=9>; rel=next"#,
                Some("/p?cursor=9"),
            ),
            (r#"</p>; rel="first""#, None),
            ("", None),
        ] {
            assert_eq!(next_link(header), next, "{header}");
        }
    }

    #[tokio::test]
    async fn pages_are_followed_to_the_end() {
        let server = Server::start(vec![
            Answer::ok("[1,2]").header("link", r#"<http://elsewhere/x?cursor=b>; rel="next""#),
            Answer::ok("[3]"),
        ])
        .await;
        let query = serde_json::json!({ "limit": 2 });
        let all: Vec<u8> = server.client().list::<u8>(&["p"], &query).try_collect().await.unwrap();

        assert_eq!(all, [1, 2, 3]);
        assert_eq!(server.first_lines(), ["GET /p?limit=2 HTTP/1.1", "GET /p?cursor=b HTTP/1.1"]);
    }

    #[tokio::test]
    async fn a_link_to_the_same_page_is_the_end() {
        let server =
            Server::start(vec![Answer::ok("[1]").header("link", r#"</p>; rel="next""#)]).await;
        let all: Vec<u8> = server.client().list::<u8>(&["p"], &()).try_collect().await.unwrap();
        assert_eq!(all, [1]);
    }
}
