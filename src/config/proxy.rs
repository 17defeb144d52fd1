//! `proxy`: how requests leave the caller's network.

use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;
use zeroize::Zeroizing;

use super::fields::Fields;
use super::{Domain, Secret, stray};
use crate::error::{Error, Result};

const HINT: &str = "Pass a URL such as \"http://user:password@proxy.example.com:8080\", or false \
                    for no proxy";

#[derive(Debug, Clone)]
pub enum Proxy {
    /// What `HTTPS_PROXY` and `NO_PROXY` say.
    Environment,
    None,
    Url(ProxyUrl),
}

#[derive(Debug, Clone)]
pub struct ProxyUrl {
    /// Scheme, host and port.
    pub origin: String,
    /// The value of `Proxy-Authorization`.
    pub authorization: Option<Secret>,
}

impl ProxyUrl {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "is not a URL")?;
        let parsed = Self::read(&url);
        // The URL contains a copy of the password, which is wiped as well.
        drop(Secret::new(url.into()));
        parsed
    }

    fn read(url: &Url) -> Result<Self, &'static str> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err("is neither an http:// nor an https:// URL");
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err("contains more than a host, a port and credentials");
        }
        let is_anonymous = url.username().is_empty() && url.password().is_none();
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            authorization: (!is_anonymous).then(|| basic(url)),
        })
    }
}

/// HTTP's Basic scheme.
fn basic(url: &Url) -> Secret {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let (user, password) = (url.username(), url.password().unwrap_or_default());
    let mut pair = Zeroizing::new(Vec::with_capacity(user.len() + 1 + password.len()));
    pair.extend(percent_decode_str(user));
    pair.push(b':');
    pair.extend(percent_decode_str(password));
    let encoded = Zeroizing::new(STANDARD.encode(&*pair));
    Secret::new(["Basic ", encoded.as_str()].concat())
}

/// `domains` are those that will be reached through the proxy.
/// A proxy would resolve the name of a test tenant itself, so its addresses could not be checked.
pub(super) fn proxy(
    fields: &mut Fields,
    domains: &[&Domain],
    is_test_tenant: bool,
) -> Result<Proxy> {
    let invalid = |problem| Error::configuration("proxy", problem, HINT);
    let text = match fields.take("proxy") {
        None if is_test_tenant => return Ok(Proxy::None),
        None => return Ok(Proxy::Environment),
        Some(Value::Bool(false)) => return Ok(Proxy::None),
        Some(Value::String(text)) => Secret::new(text),
        Some(_) => return Err(invalid("is neither a URL nor false")),
    };
    if is_test_tenant {
        return Err(Error::configuration(
            "proxy",
            "is set beside insecureTestTenant, which is reached directly",
            "Leave one of them out",
        ));
    }
    stray::check(text.expose()).map_err(|(problem, fix)| {
        Error::configuration("proxy", problem, format!("{fix}. {HINT}"))
    })?;
    let url = ProxyUrl::parse(text.expose()).map_err(invalid)?;
    if domains
        .iter()
        .any(|domain| domain.origin().starts_with("http://"))
    {
        return Err(Error::configuration(
            "proxy",
            "would see the secret and the tokens, because the domain is an http:// URL",
            "Leave the proxy out, or use https://",
        ));
    }
    Ok(Proxy::Url(url))
}
