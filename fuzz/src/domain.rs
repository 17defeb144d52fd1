//! The HTTP client connects to exactly the host of an accepted domain.

use auth0_user_security::config::Domain;
use url::{Host, Url};

pub fn check(data: &[u8]) {
    let input = super::text(data);
    match Domain::parse("domain", &input) {
        Ok(domain) => is_exactly_this_host(&input, &domain),
        Err(error) => assert!(error.message.starts_with("domain "), "{error}"),
    }
}

fn is_exactly_this_host(input: &str, domain: &Domain) {
    let url = Url::parse(&format!("{}/path", domain.origin())).expect("the client parses it too");
    assert_eq!(url.path(), "/path");
    assert_eq!((url.query(), url.fragment()), (None, None));
    assert_eq!((url.username(), url.password()), ("", None));
    let host = url.host_str().expect("a host");
    let (named, port) = match domain.host().rsplit_once(':') {
        Some((named, port)) if !port.ends_with(']') => (named, port.parse().ok()),
        _ => (domain.host(), url.port_or_known_default()),
    };
    assert_eq!(host, named);
    assert_eq!(url.port_or_known_default(), port);
    assert!(
        input.to_ascii_lowercase().contains(named),
        "{named} is part of the input"
    );
    if matches!(host, "localhost" | "127.0.0.1" | "[::1]") {
        return;
    }
    assert_eq!((url.scheme(), url.port()), ("https", None));
    assert!(
        matches!(url.host(), Some(Host::Domain(_))),
        "{host} is a name"
    );
}
