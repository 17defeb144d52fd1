//! Where a browser may be sent after Auth0: absolute URLs that every parser reads the same way.

use url::Url;

use crate::error::{Error, Result};

/// The `allowedRedirectOrigins` of the configuration; if not set, every origin is allowed.
#[derive(Debug, Clone, Default)]
pub struct AllowedOrigins(Option<Vec<String>>);

impl AllowedOrigins {
    /// Each entry is an origin, such as `https://app.example.com`.
    pub fn parse(origins: Option<Vec<String>>) -> Result<Self> {
        let Some(origins) = origins else {
            return Ok(Self(None));
        };
        let origins: Result<Vec<String>> = origins.iter().map(|entry| own_origin(entry)).collect();
        Ok(Self(Some(origins?)))
    }

    /// A URL to which an authorization code is sent. Unchanged, because Auth0 compares redirect URLs byte by byte.
    pub fn check<'a>(&self, name: &str, input: &'a str) -> Result<&'a str> {
        self.check_parsed(name, safe_url(input))?;
        Ok(input)
    }

    /// A URL that a person is led to, and nothing is sent to: what Auth0 accepts, unless it runs or shows content of
    /// its own.
    pub fn check_result(&self, name: &str, input: &str) -> Result<()> {
        self.check_parsed(name, result_url(input))
    }

    fn check_parsed(&self, name: &str, parsed: Result<Url, &'static str>) -> Result<()> {
        let refuse = |problem: &str| Err(Error::argument_value(format!("{name} {problem}")));
        match (parsed, &self.0) {
            (Err(problem), _) => refuse(problem),
            (Ok(url), Some(allowed)) if !allowed.contains(&origin_of(&url)) => {
                refuse("is not at one of allowedRedirectOrigins.")
            }
            _ => Ok(()),
        }
    }
}

/// Longer than any link that Auth0 creates.
const MAX_LINK_CHARS: usize = 8_192;

/// Checks that a link from a response leads to one of these origins and nowhere else. The
/// problem does not quote the link, which may grant access.
pub fn check_link(link: &str, origins: &[&str]) -> Result<(), &'static str> {
    if link.is_empty() {
        return Err("is empty");
    }
    if link.len() > MAX_LINK_CHARS {
        return Err("is longer than 8,192 characters");
    }
    if !has_plain_characters(link) {
        return Err("contains a character that must be percent-encoded");
    }
    let url = Url::parse(link).map_err(|_| "is not an absolute URL")?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err("is not an https URL");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("contains user information (@)");
    }
    if !names_its_host(link, &url) {
        return Err("does not spell its host plainly");
    }
    let is_own = |origin: &&str| Url::parse(origin).is_ok_and(|own| own.origin() == url.origin());
    if origins.iter().any(is_own) {
        return Ok(());
    }
    Err("is neither on the tenant's domain nor on its custom domain")
}

/// A parser drops or replaces all other characters, so they are detected before it runs.
fn has_plain_characters(input: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '\\' | '<' | '>' | '"' | '`');
    input.chars().all(is_plain)
}

/// Auth0 and proxies reject request lines of more than about 8,000 characters, and percent-encoding can triple the
/// length of a URL.
const MAX_URL_CHARS: usize = 2_048;

fn safe_url(input: &str) -> Result<Url, &'static str> {
    let url = plain_url(input)?;
    if url.fragment().is_some() {
        return Err("contains a fragment (#).");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err("uses http://, which is accepted for loopback hosts only."),
        // RFC 8252: private-use schemes are reverse domain names, which no browser scheme is.
        scheme if scheme.contains('.') => Ok(url),
        _ => Err("must use https, or a private-use scheme such as com.example.app."),
    }
}

fn result_url(input: &str) -> Result<Url, &'static str> {
    let url = plain_url(input)?;
    match url.scheme() {
        "javascript" | "data" | "vbscript" | "file" | "blob" => Err(
            "uses a scheme that runs or shows content of its own. Pass an https URL, or one of your app.",
        ),
        _ => Ok(url),
    }
}

/// An absolute URL that every parser reads in the same way.
fn plain_url(input: &str) -> Result<Url, &'static str> {
    if input.len() > MAX_URL_CHARS {
        return Err(
            "has more than 2,048 characters. Keep what your application needs to remember in its own \
             session, and pass a short URL.",
        );
    }
    if !has_plain_characters(input) {
        return Err("contains a character that must be percent-encoded.");
    }
    let url = Url::parse(input).map_err(|_| "is not an absolute URL.")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("contains user information (@).");
    }
    if url.host_str().is_some_and(|host| host.contains('*')) {
        return Err("has a wildcard (*) as its host.");
    }
    if matches!(url.scheme(), "https" | "http") && !names_its_host(input, &url) {
        return Err("is not an absolute URL with a plainly spelled host.");
    }
    Ok(url)
}

/// The parser accepts `https:/host` and `https:///host`, and takes `0x7f.1` for `127.0.0.1`; other parsers
/// read them differently.
fn names_its_host(input: &str, url: &Url) -> bool {
    let rest = input[url.scheme().len()..].strip_prefix("://");
    rest.zip(url.host_str()).is_some_and(|(rest, host)| {
        let (named, after) = rest.split_at_checked(host.len()).unwrap_or_default();
        let ends = after.is_empty() || after.starts_with([':', '/', '?', '#']);
        named.eq_ignore_ascii_case(host) && ends
    })
}

fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// Scheme, host and port; a private-use scheme is an origin of its own.
fn origin_of(url: &Url) -> String {
    match url.scheme() {
        "https" | "http" => url.origin().ascii_serialization(),
        scheme => format!("{scheme}:"),
    }
}

fn own_origin(entry: &str) -> Result<String> {
    let invalid = |problem: &str| {
        Error::configuration(
            "allowedRedirectOrigins",
            problem.trim_end_matches('.'),
            "Each entry is an origin such as \"https://app.example.com\"",
        )
    };
    // Wider than for callbacks, which have a check of their own.
    let url = result_url(entry).map_err(invalid)?;
    let is_bare =
        matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    if is_bare {
        Ok(origin_of(&url))
    } else {
        Err(invalid("contains an entry with a path or a query"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_redirects_pass_as_they_stand() {
        let any = AllowedOrigins::default();
        for url in [
            "https://app.example.com/callback",
            "https://app.example.com:8443/callback?x=1&audience=y",
            "http://localhost:3000/callback",
            "http://127.0.0.1:3000",
            "http://[::1]:3000/",
            "com.example.app:/callback",
        ] {
            assert_eq!(any.check("redirectUrl", url).expect(url), url);
        }
    }

    #[test]
    fn whatever_can_be_read_in_two_ways_is_refused() {
        let any = AllowedOrigins::default();
        for url in [
            "",
            "//evil.com",
            "/\\evil.com",
            "/callback",
            "https:/evil.com",
            "https:evil.com",
            "https://*.example.com/",
            "https:evil.com/?x=://",
            "https:/evil.com/?://",
            "https:///evil.com/",
            "https://?x",
            "http:localhost/?://",
            "http://0x7f.1/",
            "http://127.1/",
            "http://[0:0:0:0:0:0:0:1]/",
            "https://%61pp.example.com/",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "myapp://callback",
            "http://app.example.com/",
            "https://user@evil.com/",
            "https://a.com\\@evil.com/",
            "https://a.com/\r\nx: y",
            "https://a.com/\tb",
            " https://a.com",
            "https://a.com/#x",
            "https://",
            "https://exämple.com/",
            "blob:https://a.com/x",
        ] {
            assert!(any.check("redirectUrl", url).is_err(), "{url:?}");
        }
    }

    #[test]
    fn links_lead_to_the_own_origins_only() {
        let own = ["https://t.auth0.com", "http://localhost:80"];
        for link in [
            "https://t.auth0.com/u/reset?ticket=x#",
            "https://T.auth0.com:443/",
            "http://localhost/x",
        ] {
            assert_eq!(check_link(link, &own), Ok(()), "{link}");
        }
        for link in [
            "http://t.auth0.com/",
            "https://localhost/",
            "https://t.auth0.com.evil.com/",
            "https:t.auth0.com/",
            "https://t.auth0.com@evil.com/",
        ] {
            assert!(check_link(link, &own).is_err(), "{link}");
        }
        let with_user = check_link("https://user@t.auth0.com/", &own);
        assert_eq!(with_user, Err("contains user information (@)"));
    }

    #[test]
    fn an_allow_list_compares_whole_origins() {
        let list = vec![
            "https://app.example.com".to_owned(),
            "com.example.app:/".to_owned(),
        ];
        let allowed = AllowedOrigins::parse(Some(list)).expect("origins");
        assert!(
            allowed
                .check("x", "https://app.example.com/any?x=1")
                .is_ok()
        );
        assert!(
            allowed
                .check("x", "https://APP.example.com:443/any")
                .is_ok()
        );
        assert!(allowed.check("x", "com.example.app:/callback").is_ok());
        for url in [
            "https://app.example.com.evil.com/",
            "https://app.example.com:444/",
            "http://localhost/",
            "https://example.com/",
            "com.example.other:/callback",
        ] {
            assert!(allowed.check("x", url).is_err(), "{url}");
        }
        let with_path = Some(vec!["https://a.com/path".to_owned()]);
        assert!(AllowedOrigins::parse(with_path).is_err());
    }
}
