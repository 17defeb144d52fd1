//! Where processes share state: the URL of a Redis server and the prefix of its keys.

use percent_encoding::percent_decode_str;
use url::Url;

use super::Secret;
use super::fields::Fields;
use crate::error::Result;

const DEFAULT_PREFIX: &str = "auth0-user-security";
const MAX_PREFIX_CHARS: usize = 100;
const MAX_DATABASE_DIGITS: usize = 9;
const URL_HINT: &str = "Pass a URL such as \"redis://localhost:6379\" or \
                        \"rediss://user:password@redis.example.com:6380/0\"";
const PREFIX_HINT: &str = "Pass up to 100 printable ASCII characters without spaces";

#[derive(Debug, Clone)]
pub struct SharedStateSettings {
    /// May contain a password.
    pub redis_url: Secret,
    pub prefix: String,
}

pub(super) fn shared_state(fields: &mut Fields) -> Result<Option<SharedStateSettings>> {
    let example = "{ redisUrl: \"redis://localhost:6379\" }";
    let Some(mut fields) = fields.object("sharedState", example)? else {
        return Ok(None);
    };
    let redis_url = Secret::new(fields.required_text("redisUrl", URL_HINT)?);
    if let Err(problem) = check(&redis_url) {
        return Err(fields.invalid("redisUrl", problem, URL_HINT));
    }
    let prefix = fields
        .text("prefix")?
        .unwrap_or_else(|| DEFAULT_PREFIX.to_owned());
    let is_key_part = prefix.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_key_part || prefix.len() > MAX_PREFIX_CHARS {
        return Err(fields.invalid("prefix", "is not a valid key prefix", PREFIX_HINT));
    }
    fields.finish()?;
    Ok(Some(SharedStateSettings { redis_url, prefix }))
}

/// No problem quotes the URL, which may contain a password.
fn check(url: &Secret) -> Result<(), &'static str> {
    let url = Url::parse(url.expose()).map_err(|_| "is not a URL")?;
    if !matches!(url.scheme(), "redis" | "rediss") {
        return Err("is neither a redis:// nor a rediss:// URL");
    }
    // The last two are addresses to listen on, not to connect to.
    if matches!(url.host_str(), None | Some("" | "0.0.0.0" | "[::]")) {
        return Err("has no host");
    }
    // They could disable the verification of the server or select another protocol.
    if url.query().is_some() || url.fragment().is_some() {
        return Err("contains a query or a fragment");
    }
    let database = url.path().trim_start_matches('/');
    let is_number = database.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || database.len() > MAX_DATABASE_DIGITS {
        return Err("has a database that is not a number");
    }
    for part in [url.username(), url.password().unwrap_or_default()] {
        if percent_decode_str(part).decode_utf8().is_err() {
            return Err("contains a user or password that is not valid UTF-8");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(url: &str) -> Result<Option<SharedStateSettings>> {
        let values = json!({ "sharedState": { "redisUrl": url } });
        let values = values.as_object().cloned().unwrap();
        shared_state(&mut Fields::new("", values))
    }

    #[test]
    fn urls_with_and_without_tls_credentials_and_database_are_accepted() {
        for url in [
            "redis://localhost",
            "redis://127.0.0.1:6379",
            "redis://[::1]:6379/",
            "redis://:p%40ss@redis.example.com/3",
            "rediss://user:pass@redis.example.com:6380/0",
        ] {
            let settings = read(url).expect(url).expect("settings");
            assert_eq!(settings.redis_url.expose(), url);
            assert_eq!(settings.prefix, DEFAULT_PREFIX);
        }
    }

    #[test]
    fn other_urls_are_refused_without_quoting_them() {
        for url in [
            "canary",
            "localhost:6379",
            "http://:canary@localhost",
            "redis+unix:///canary",
            "unix:///canary",
            "redis://",
            "redis:canary",
            "redis:///canary",
            "redis://:canary@",
            "redis://:canary@0.0.0.0",
            "redis://:canary@[::]:6379",
            "redis://:canary@localhost:99999",
            "redis://:canary@localhost/zero",
            "redis://:canary@localhost/0/1",
            "redis://:canary@localhost/-1",
            "redis://:canary@localhost/12345678901",
            "redis://:canary@localhost?protocol=resp3",
            "rediss://:canary@localhost#insecure",
            "redis://:canary%ff@localhost",
            " redis://:canary@local host",
        ] {
            let error = read(url).expect_err(url);
            assert!(
                error.message.starts_with("sharedState.redisUrl "),
                "{error}"
            );
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
    }
}
