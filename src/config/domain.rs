//! Where requests are sent: a bare host name, parsed so strictly that it cannot contain anything else.

use url::Host;

use super::host::{is_ip_literal, is_label};
use super::test_tenant;
use crate::error::{Error, Result, SettingProblem};

const HINT: &str = "Pass a bare host name, such as \"tenant.eu.auth0.com\"";

/// A tenant's host, or a loopback address with a port for tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    origin: String,
}

impl Domain {
    /// `field` is the setting named in errors.
    pub fn parse(field: &'static str, input: &str) -> Result<Self> {
        parse_origin(input)
            .map(|origin| Self { origin })
            .map_err(|(problem, hint)| Error::configuration(field, problem, hint))
    }

    /// A tenant for tests, which may also have any name, a port, and no TLS.
    pub(super) fn of_test_tenant(field: &'static str, input: &str) -> Result<Self> {
        let (scheme, rest) = divide(input);
        if let Ok(origin) = parse_origin(input) {
            return Ok(Self { origin });
        }
        let authority = test_tenant::authority(rest.strip_suffix('/').unwrap_or(rest));
        authority
            .map(|authority| Self {
                origin: format!("{scheme}://{authority}"),
            })
            .map_err(|(problem, hint)| Error::configuration(field, problem, hint))
    }

    /// Host and port.
    pub fn host(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, host)| host)
    }

    /// Whether it is this machine, by one of its usual names.
    pub(super) fn is_loopback(&self) -> bool {
        loopback(self.host()).is_some()
    }

    /// Scheme, host and port, without a trailing slash.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

fn parse_origin(input: &str) -> Result<String, SettingProblem> {
    let (scheme, rest) = divide(input);
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    if let Some(host_and_port) = loopback(authority) {
        return Ok(format!("{scheme}://{host_and_port}"));
    }
    if scheme == "http" {
        return Err((
            "uses http://, which is accepted for loopback hosts only, or with insecureTestTenant in tests",
            HINT,
        ));
    }
    host_name(authority).map(|host| format!("https://{host}"))
}

/// The scheme, and what follows it.
fn divide(input: &str) -> (&'static str, &str) {
    match (
        strip_scheme(input, "https://"),
        strip_scheme(input, "http://"),
    ) {
        (Some(rest), _) => ("https", rest),
        (_, Some(rest)) => ("http", rest),
        _ => ("https", input),
    }
}

fn strip_scheme<'a>(input: &'a str, scheme: &str) -> Option<&'a str> {
    let head = input.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme)
        .then(|| &input[scheme.len()..])
}

/// `localhost`, `127.0.0.1` and `[::1]` with an optional port, in exactly this spelling.
fn loopback(authority: &str) -> Option<String> {
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let Some(rest) = authority.strip_prefix(host) else {
            continue;
        };
        if rest.is_empty() {
            return Some(host.to_owned());
        }
        let port = rest.strip_prefix(':').filter(|digits| {
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        })?;
        let port: u16 = port.parse().ok()?;
        return Some(format!("{host}:{port}"));
    }
    None
}

fn host_name(authority: &str) -> Result<String, SettingProblem> {
    let first_wrong = authority
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')));
    match first_wrong {
        Some('@') => return Err(("contains user information (@)", HINT)),
        Some('/' | '\\') => return Err(("contains a path", HINT)),
        Some('?') => return Err(("contains a query (?)", HINT)),
        Some('#') => return Err(("contains a fragment (#)", HINT)),
        Some(':') => {
            return Err((
                "contains a port, which is accepted for loopback hosts only",
                HINT,
            ));
        }
        Some(_) => {
            return Err((
                "contains a character that is not allowed in a host name",
                HINT,
            ));
        }
        None => {}
    }
    if is_ip_literal(authority) {
        return Err(("is an IP address that is not loopback", HINT));
    }
    let labels: Vec<&str> = authority.split('.').collect();
    if labels.len() < 2 {
        return Err(("is not a full host name", HINT));
    }
    if authority.len() > 253 || !labels.iter().all(|label| is_label(label)) {
        return Err(("is not a valid host name", HINT));
    }
    let host = authority.to_ascii_lowercase();
    // Invalid punycode would otherwise fail later, at every request.
    match Host::parse(&host) {
        Ok(Host::Domain(read)) if read == host => Ok(host),
        _ => Err(("is not a valid host name", HINT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_and_loopback_addresses_are_accepted() {
        for (input, origin) in [
            ("tenant.eu.auth0.com", "https://tenant.eu.auth0.com"),
            (
                "https://tenant.eu.auth0.com/",
                "https://tenant.eu.auth0.com",
            ),
            ("HTTPS://Login.Example.COM", "https://login.example.com"),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000"),
            ("127.0.0.1:4000", "https://127.0.0.1:4000"),
            ("http://localhost:80/", "http://localhost:80"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(
                Domain::parse("domain", input).expect(input).origin(),
                origin
            );
        }
    }

    const REFUSED: &[&str] = &[
        "",
        " ",
        "tenant",
        "evil.com/#",
        "evil.com#.auth0.com",
        "t.auth0.com@evil.com",
        "user:pw@t.auth0.com",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "127.1",
        "10.0.0.1",
        "169.254.169.254",
        "[::ffff:127.0.0.1]",
        "[fe80::1]",
        "t.auth0\t.com",
        "t.auth0.com\n",
        "t.auth0.com:443",
        "t.auth0.com/path",
        "t.auth0.com?x",
        "t.auth0.com//",
        "//t.auth0.com",
        "http://t.auth0.com",
        "https://https://t.auth0.com",
        "ftp://t.auth0.com",
        "-a.auth0.com",
        "a..auth0.com",
        ".auth0.com",
        "auth0.com.",
        "t.auth0.com\\@evil.com",
        "t.auth0.com%2f",
        "tenänt.auth0.com",
        "xn--a.auth0.com",
        "xn--.com",
        "localhost.evil.com:80",
        "127.0.0.1@evil.com",
        "127.0.0.1:99999",
        "127.0.0.1:",
        "127.0.0.1:80:80",
        "http://127.0.0.1:80/x",
        "localhost:+80",
    ];

    #[test]
    fn whatever_could_change_the_host_is_refused() {
        for &input in REFUSED {
            let error = Domain::parse("domain", input).expect_err(input);
            assert!(error.message.starts_with("domain "), "{input:?}: {error}");
        }
    }
}
