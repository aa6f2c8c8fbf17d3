//! How the connections are made: timeouts, TLS, the key's header.

use std::sync::{Arc, Once};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::redirect;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::error::{Error, Result};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Between two reads. The server sends a comment on an idle stream every 15 s, so a stream that
/// is silent for longer than this is dead, however open its socket looks.
const READ_TIMEOUT: Duration = Duration::from_mins(1);

pub(crate) fn http(base: &Url, key: Option<SecretString>) -> Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("commandcenter/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .redirect(redirect::Policy::none())
        .default_headers(headers(key)?);
    let builder = if is_loopback(base) { builder.no_proxy() } else { builder };
    with_tls(builder, base)?.build().map_err(Error::Setup)
}

/// Plain HTTP gets an empty trust store: it must work on a machine without certificates, and
/// reading the system's costs more than a local request does.
fn with_tls(builder: reqwest::ClientBuilder, base: &Url) -> Result<reqwest::ClientBuilder> {
    match base.scheme() {
        "https" => {
            install_cryptography();
            Ok(builder)
        }
        "http" => Ok(builder.tls_backend_preconfigured(trusting_nobody()?)),
        _ => Err(Error::Address(base.to_string())),
    }
}

fn trusting_nobody() -> Result<rustls::ClientConfig> {
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .map_err(Error::Tls)?;
    let nobody = rustls::RootCertStore::empty();
    Ok(config.with_root_certificates(nobody).with_no_client_auth())
}

/// Makes ring the process's cryptography, unless another part of the process has chosen already:
/// reqwest takes it from there.
fn install_cryptography() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            rustls::crypto::ring::default_provider().install_default().ok();
        }
    });
}

fn headers(key: Option<SecretString>) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    if let Some(key) = key {
        let mut value =
            HeaderValue::from_str(key.expose_secret()).map_err(|_| Error::UnreadableKey)?;
        value.set_sensitive(true);
        headers.insert("x-api-key", value);
    }
    Ok(headers)
}

fn is_loopback(base: &Url) -> bool {
    match base.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::Client;

    use super::*;

    #[test]
    fn the_key_is_in_no_text() {
        let key = SecretString::from("cck_1_secret");
        let client = Client::new("http://127.0.0.1:1".parse().unwrap(), Some(key)).unwrap();
        assert!(!format!("{client:?} {:?}", client.http).contains("secret"));

        let broken = SecretString::from("secret\n");
        let error = Client::new("http://127.0.0.1:1".parse().unwrap(), Some(broken)).unwrap_err();
        assert!(!format!("{error:?} {error}").contains("secret"));
    }

    #[test]
    fn an_address_is_http_or_https() {
        for (address, good) in [
            ("http://a:1", true),
            ("https://a", true),
            ("ftp://a", false),
            ("nats://a:4222", false),
        ] {
            assert_eq!(Client::new(address.parse().unwrap(), None).is_ok(), good, "{address}");
        }
    }
}
