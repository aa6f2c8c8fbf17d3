//! The first way in: a key in a file, and a link that works once.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use reqwest::Method;
use secrecy::ExposeSecret;

use crate::access::sign_in::SignIn;
use crate::service::Service;
use crate::testing::{Answer, Stack, TestApp};

async fn hub() -> TestApp {
    TestApp::of(&[Service::Hub, Service::Federation, Service::Worker], &[]).await
}

async fn link(app: &TestApp) -> String {
    SignIn::new(app.app()).link().await.unwrap().expose_secret().to_owned()
}

async fn press(app: &TestApp, token: &str) -> Answer {
    send_form(app, format!("token={token}")).await
}

async fn send_form(app: &TestApp, form: String) -> Answer {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let url = format!("http://{}/sign-in", app.address);
    let request = client.build().unwrap().post(url).body(form);
    let kind = "application/x-www-form-urlencoded";
    app.send(request.header("content-type", kind)).await
}

async fn get_with(app: &TestApp, cookie: &str, path: &str) -> u16 {
    app.send(app.anonymous(Method::GET, path).header("cookie", cookie)).await.status
}

#[tokio::test]
async fn a_link_works_once_and_opens_a_session() {
    let app = hub().await;
    let token = link(&app).await;
    // Looking at the page, as mail scanners and previews do, changes nothing.
    for _ in 0..3 {
        let path = format!("/sign-in?token={token}");
        let page = app.send(app.anonymous(Method::GET, &path)).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.header("set-cookie"), "");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
    }
    let opened = press(&app, &token).await;
    assert_eq!((opened.status, opened.header("location")), (303, "/"));
    let cookie = opened.header("set-cookie").to_owned();
    assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"), "{cookie}");
    assert!(!cookie.contains(&token));
    let session = cookie.split(';').next().unwrap();
    assert_eq!(get_with(&app, session, "/api/fed/projects").await, 200);
    assert_eq!(get_with(&app, &format!("a=b; {session}; c=d"), "/api/v1/keys").await, 200);
    assert_eq!(get_with(&app, &session[..session.len() - 1], "/api/v1/keys").await, 401);

    let again = press(&app, &token).await;
    assert_eq!((again.status, again.header("set-cookie")), (403, ""));
    assert_eq!(press(&app, "").await.problem(), (422, vec!["key".to_owned()]));
    app.end().await;
}

#[tokio::test]
async fn a_link_and_a_session_expire() {
    let app = hub().await;
    let (late, used) = (link(&app).await, link(&app).await);
    let opened = press(&app, &used).await;
    let session = opened.header("set-cookie").split(';').next().unwrap().to_owned();
    app.clock.advance(Duration::from_mins(15));
    assert_eq!(press(&app, &late).await.status, 403);
    assert_eq!(get_with(&app, &session, "/api/v1/keys").await, 200);
    app.clock.advance(Duration::from_hours(7 * 24));
    assert_eq!(get_with(&app, &session, "/api/v1/keys").await, 401);
    app.end().await;
}

#[tokio::test]
async fn a_session_opened_with_a_key_may_what_the_key_may_and_ends_with_it() {
    let app = hub().await;
    let (id, secret) = app.new_key(&["fed:read"]).await;
    let opened = send_form(&app, format!("key={secret}")).await;
    assert_eq!((opened.status, opened.header("location")), (303, "/"));
    let session = opened.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_eq!(get_with(&app, &session, "/api/v1/projects").await, 200);
    assert_eq!(get_with(&app, &session, "/api/v1/keys").await, 403);
    let request = app.anonymous(Method::GET, "/api/v1/me").header("cookie", &session);
    let me = app.send(request).await.json();
    assert_eq!(me["principal"]["kind"], "session");
    assert_eq!(me["permissions"], serde_json::json!(["fed:read"]));

    app.send(app.request(Method::DELETE, &format!("/api/v1/keys/{id}"))).await;
    assert_eq!(get_with(&app, &session, "/api/v1/projects").await, 403);
    let again = send_form(&app, format!("key={secret}")).await;
    assert_eq!((again.problem().0, again.header("set-cookie")), (403, ""));
    assert_eq!(send_form(&app, "key=cck_no".to_owned()).await.problem().0, 403);
    app.end().await;
}

#[tokio::test]
async fn who_signs_out_is_out() {
    let app = hub().await;
    let opened = press(&app, &link(&app).await).await;
    let session = opened.header("set-cookie").split(';').next().unwrap().to_owned();
    let out = |site| {
        let request = app.anonymous(Method::POST, "/sign-out").header("cookie", &session);
        app.send(request.header("sec-fetch-site", site))
    };
    out("cross-site").await;
    assert_eq!(get_with(&app, &session, "/api/v1/me").await, 200);
    out("same-origin").await;
    assert_eq!(get_with(&app, &session, "/api/v1/me").await, 401);
    app.end().await;
}

#[tokio::test]
async fn another_site_cannot_sign_anyone_in() {
    let app = hub().await;
    let token = link(&app).await;
    let request = app.anonymous(Method::POST, "/sign-in").body(format!("token={token}"));
    let answer = app.send(request.header("sec-fetch-site", "cross-site")).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (403, ""));
    assert_eq!(press(&app, &token).await.status, 303);
    app.end().await;
}

#[tokio::test]
async fn the_first_start_prints_a_link_on_the_embedded_stack_alone() {
    let app = hub().await;
    let url = app.started().sign_in_url.clone();
    match Stack::chosen() {
        Stack::Distributed => assert_eq!(url, None),
        Stack::Embedded => {
            let url = url.unwrap();
            let start = format!("http://{}/sign-in?token=", app.address);
            let token = url.strip_prefix(&start).unwrap();
            assert_eq!(press(&app, token).await.status, 303);
        }
    }
    app.end().await;
}

#[tokio::test]
async fn the_administrators_key_is_the_owners_alone_and_kept() {
    let mut app = TestApp::start().await;
    let path = app.folder.path().join("admin.key");
    if Stack::chosen() == Stack::Distributed {
        // Many processes on many machines: whoever runs them makes the keys.
        assert!(!path.exists());
        return app.end().await;
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(text.lines().count(), 1);
    assert!(text.starts_with("cck_") && text.ends_with('\n'));
    assert_eq!(app.get_as(text.trim(), "/api/v1/audit").await.status, 200);

    app.stop().await;
    app.start_again().await;
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    assert_eq!(app.get_as(text.trim(), "/api/v1/audit").await.status, 200);
    assert_eq!(app.get("/api/v1/keys").await.json().as_array().unwrap().len(), 1);

    // One that no longer works is replaced.
    app.stop().await;
    std::fs::write(&path, "cck_gone\n").unwrap();
    app.start_again().await;
    let fresh = std::fs::read_to_string(&path).unwrap();
    assert_ne!(fresh, text);
    assert_eq!(app.get_as(fresh.trim(), "/api/v1/audit").await.status, 200);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    app.end().await;
}
