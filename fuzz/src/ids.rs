//! Any id stays a single segment of its path, and an accepted redirect URL cannot be read in two ways.

use auth0_user_security::auth0::endpoint::Request;
use auth0_user_security::auth0::response::FromResponse;
use auth0_user_security::auth0::session_page::PageReader;
use auth0_user_security::auth0::users::Identity;
use auth0_user_security::auth0::{
    consents, factors, refresh_tokens, sessions, tickets, user_blocks, users,
};
use auth0_user_security::error::Result;
use auth0_user_security::redirect_url::AllowedOrigins;
use auth0_user_security::transport::request::RawRequest;
use auth0_user_security::user::{JsText, UserRef, possible_resource_id};
use percent_encoding::percent_decode_str;
use url::Url;

const ALLOWED: &str = "https://app.example.com";
const ROOM: PageReader = PageReader { rows: 1, bytes: 1 };

/// The input contains two ids and a provider, one per line; the first line is also used as a redirect URL.
pub fn check(data: &[u8]) {
    let input = super::text(data);
    let mut lines = input.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (first, second, provider) = (line(), line(), line());
    redirect(first);
    validated(first);
    unvalidated(first, second, provider);
}

fn validated(text: &str) {
    let given = || JsText::Valid(text.to_owned());
    let UserRef::Id { id: user, .. } = UserRef::from_id(given(), None) else {
        return assert_eq!(possible_resource_id(given()), None);
    };
    assert!((1..=300).contains(&user.chars().count()));
    assert!(!user.chars().any(char::is_control));
    assert_eq!(possible_resource_id(given()).as_ref(), Some(&user));
    for request in [
        raw(sessions::list(&user, None, ROOM)),
        raw(sessions::list(&user, Some(text), ROOM)),
        raw(sessions::delete_all(&user)),
        raw(sessions::read(&user)),
        raw(sessions::revoke(&user)),
        raw(refresh_tokens::delete_all(&user)),
        raw(refresh_tokens::delete(&user)),
        raw(users::read(&user)),
        raw(users::set_blocked(&user, true)),
        raw(factors::list(&user, 0)),
        raw(factors::forget_browsers(&user)),
        raw(user_blocks::list(&user)),
        raw(user_blocks::delete_all(&user)),
        raw(consents::delete_device(&user)),
    ] {
        stays_in_its_template(&request, &[&user]);
    }
}

fn raw<T: FromResponse>(request: Result<Request<T>>) -> RawRequest {
    request.expect("a valid id").raw
}

/// Ids from Auth0 enter paths without validation, so encoding alone must keep them in place.
fn unvalidated(user: &str, id: &str, provider: &str) {
    let identity = Identity {
        provider: provider.to_owned(),
        user_id: id.to_owned(),
        connection: None,
        is_social: false,
        profile: None,
    };
    if let Ok(request) = users::unlink(user, &identity) {
        stays_in_its_template(&request.raw, &[user, provider, id]);
    }
    let by_email = users::by_email(user).expect("no id in its path");
    stays_in_its_template(&by_email.raw, &[]);
    let ticket = tickets::ticket(&tickets::PASSWORD_CHANGE, serde_json::Value::Null, None);
    stays_in_its_template(&ticket.expect("no id either").raw, &[]);
    let grants = consents::delete_grants(user).expect("no id in its path");
    stays_in_its_template(&grants.raw, &[]);
    if let Ok(request) = factors::delete(user, id) {
        stays_in_its_template(&request.raw, &[user, id]);
    }
}

fn stays_in_its_template(request: &RawRequest, ids: &[&str]) {
    let url = Url::parse(&format!("https://t.example{}", request.target)).expect("a URL");
    assert_eq!(url.host_str(), Some("t.example"));
    assert_eq!(
        Some(url.path()),
        request.target.split('?').next(),
        "nothing collapses"
    );
    assert_eq!(url.fragment(), None);
    let found: Vec<&str> = url.path().split('/').collect();
    let template: Vec<&str> = request.route.template.split('/').collect();
    assert_eq!(found.len(), template.len(), "{}", url.path());
    let mut ids = ids.iter();
    for (found, wanted) in found.iter().zip(template) {
        if wanted.starts_with('{') {
            let id = percent_decode_str(found).decode_utf8().expect("UTF-8");
            assert_eq!(Some(&id.as_ref()), ids.next());
        } else {
            assert_eq!(*found, wanted);
        }
    }
    assert_eq!(ids.next(), None);
}

fn redirect(input: &str) {
    let allowed = AllowedOrigins::parse(Some(vec![ALLOWED.to_owned()])).expect("an origin");
    let Ok(given) = AllowedOrigins::default().check("redirectUrl", input) else {
        return assert!(allowed.check("redirectUrl", input).is_err());
    };
    assert_eq!(given, input);
    let url = Url::parse(input).expect("an absolute URL");
    assert_eq!((url.username(), url.password()), ("", None));
    assert_eq!(url.fragment(), None);
    assert!(input.bytes().all(|byte| byte.is_ascii_graphic()));
    if allowed.check("redirectUrl", input).is_ok() {
        assert_eq!(url.origin().ascii_serialization(), ALLOWED);
    }
    match url.scheme() {
        "https" => reads_as_its_host(input, &url),
        "http" => {
            assert!(matches!(
                url.host_str(),
                Some("localhost" | "127.0.0.1" | "[::1]")
            ));
            reads_as_its_host(input, &url);
        }
        scheme => assert!(scheme.contains('.'), "{scheme} is a private-use scheme"),
    }
}

/// The host that a person or another parser reads is the one that a browser connects to.
fn reads_as_its_host(input: &str, url: &Url) {
    let (_, rest) = input.split_once("://").expect("an authority");
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = url.host_str().expect("a host");
    let port = authority.get(host.len()..).expect("at least the host");
    assert!(
        authority[..host.len()].eq_ignore_ascii_case(host),
        "{authority} is {host}"
    );
    assert!(
        port.is_empty() || port.starts_with(':'),
        "{authority} is {host}"
    );
}
