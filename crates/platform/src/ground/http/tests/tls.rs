//! Keys do not cross a network in the clear.

use crate::config::Config;
use crate::ground::http::serve;
use crate::testing::TestApp;

/// A certificate of our own for 127.0.0.1, as PEM: the certificate and its key.
fn self_signed() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}

#[tokio::test]
async fn with_a_certificate_https_is_served_over_both_versions() {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = self_signed();
    let (cert_file, key_file) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&cert_file, &cert).unwrap();
    std::fs::write(&key_file, &key).unwrap();

    let app = TestApp::start().await;
    let mut config: Config = app.config();
    config.http.tls = Some((cert_file, key_file.clone()));
    let running = app.start_replica_with(config.clone()).await.unwrap();
    let address = running.started().addresses[0].1;
    let root = reqwest::Certificate::from_pem(cert.as_bytes()).unwrap();
    for (only_http1, version) in [(false, "HTTP/2.0"), (true, "HTTP/1.1")] {
        let builder = reqwest::Client::builder().tls_certs_only([root.clone()]);
        let builder = if only_http1 { builder.http1_only() } else { builder };
        let client = builder.build().unwrap();
        let answer = client.get(format!("https://{address}/livez")).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), format!("{:?}", answer.version()).as_str()),
            (200, version)
        );
        let keyed = client.get(format!("https://{address}/api/v1/keys"));
        assert_eq!(keyed.header("x-api-key", app.key()).send().await.unwrap().status(), 200);
    }
    // A stranger's certificate is not trusted, and the clear is not spoken.
    assert!(reqwest::Client::new().get(format!("https://{address}/livez")).send().await.is_err());
    assert!(reqwest::get(format!("http://{address}/livez")).await.is_err());
    running.stop().await;

    // A key of another certificate refuses the start.
    std::fs::write(&key_file, self_signed().1).unwrap();
    let refused = app.start_replica_with(config).await.err().expect("a refusal");
    assert!(format!("{refused:#}").contains("do not belong together"), "{refused:#}");
    app.end().await;
}

#[tokio::test]
async fn without_tls_multiplexing_is_spoken_when_asked_for() {
    let app = TestApp::start().await;
    let client = reqwest::Client::builder().http2_prior_knowledge().build().unwrap();
    let url = format!("http://{}/api/v1/keys", app.address);
    let answer = client.get(url).header("x-api-key", app.key()).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.version()), (200, reqwest::Version::HTTP_2));
    app.end().await;
}

#[tokio::test]
async fn nothing_is_served_beyond_loopback_in_the_clear() {
    let app = TestApp::start().await;
    let mut config = app.config();
    config.federation.listen = ([0, 0, 0, 0], 0).into();
    let refused = app.start_replica_with(config.clone()).await.err().expect("a refusal");
    let text = format!("{refused:#}");
    assert!(text.contains("0.0.0.0:0 is reachable from outside"), "{text}");
    assert!(text.contains("tls_cert_file") && text.contains("--behind-proxy"), "{text}");

    config.http.behind_proxy = true;
    assert!(serve::bind(&config, ([0, 0, 0, 0], 0).into()).await.is_ok());
    let running = app.start_replica_with(config).await.unwrap();
    running.stop().await;
    app.end().await;
}
