//! An access token that the caller has. If it is a JWT, it says until when it is valid and which scopes it has.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use serde::Deserialize;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::auth0::lenient;
use crate::config::Secret;
use crate::credentials::access_token::{AccessToken, MAX_LIFETIME, RENEW_BEFORE, scopes_in};

/// For tokens that do not say when they expire.
const ASSUMED: Duration = Duration::from_secs(60);

/// Not verified: Auth0 does that, and a wrong claim costs no more than a request.
#[derive(Deserialize)]
struct Claims {
    /// Seconds since 1970.
    #[serde(default, deserialize_with = "lenient::seconds")]
    exp: Option<u64>,
    #[serde(default, deserialize_with = "lenient::text")]
    scope: Option<String>,
}

pub(super) fn own_token(secret: Secret) -> AccessToken {
    let claims = claims(secret.expose());
    let expiry = claims.as_ref().and_then(|claims| claims.exp);
    let now = u64::try_from(Utc::now().timestamp()).unwrap_or_default();
    let scopes = claims.as_ref().and_then(|claims| claims.scope.as_deref());
    AccessToken {
        scopes: scopes.map(scopes_in),
        renew_at: Instant::now() + usable_for(expiry, now),
        is_shared: false,
        secret,
    }
}

fn usable_for(expiry: Option<u64>, now: u64) -> Duration {
    let Some(expiry) = expiry else {
        return ASSUMED;
    };
    let left = Duration::from_secs(expiry.saturating_sub(now));
    left.min(MAX_LIFETIME).saturating_sub(RENEW_BEFORE)
}

fn claims(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let payload = Zeroizing::new(URL_SAFE_NO_PAD.decode(payload).ok()?);
    serde_json::from_slice(&payload).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> AccessToken {
        let payload = URL_SAFE_NO_PAD.encode(claims);
        own_token(Secret::new(format!("header.{payload}.signature")))
    }

    #[test]
    fn a_token_is_used_until_a_minute_before_its_end() {
        for (expiry, seconds) in [
            (Some(1_000 + 600), 540),
            (Some(1_000 + 61), 1),
            (Some(1_000 + 60), 0),
            (Some(1_000), 0),
            (Some(1), 0),
            (Some(u64::MAX), 30 * 86_400 - 60),
            (None, 60),
        ] {
            assert_eq!(usable_for(expiry, 1_000).as_secs(), seconds, "{expiry:?}");
        }
    }

    #[test]
    fn a_jwt_has_the_scopes_that_it_names() {
        let scoped = token(r#"{"exp":99999999999,"scope":"read:users read:sessions"}"#);
        assert_eq!(scoped.grants("read:sessions"), Some(true));
        assert_eq!(scoped.grants("delete:sessions"), Some(false));
        assert!(scoped.renew_at > Instant::now() + Duration::from_secs(3_600));
    }

    #[test]
    fn of_any_other_token_nothing_is_known() {
        let others = [
            "opaque",
            "a.b.c",
            "a..c",
            "..",
            "e30.e30.e30.e30",
            "e30.W10.e30",
        ];
        let others = others.map(|text| own_token(Secret::new(text.to_owned())));
        let malformed = [r#"{"exp":"soon","scope":7}"#, "{}", "[]", "null"].map(token);
        for token in others.iter().chain(&malformed) {
            assert_eq!(token.grants("read:users"), None);
            assert!(token.renew_at <= Instant::now() + ASSUMED);
        }
    }
}
