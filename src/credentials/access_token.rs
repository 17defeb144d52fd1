//! An access token of the Management API, and how long to use it.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::config::Secret;

/// A longer lifetime is reduced to this, no matter who reports it.
pub const MAX_LIFETIME: Duration = Duration::from_secs(30 * 86_400);

/// A token is renewed this long before it expires, so that it cannot expire in transit.
pub const RENEW_BEFORE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct AccessToken {
    pub secret: Secret,
    /// The granted scopes, if Auth0 lists them.
    pub scopes: Option<HashSet<String>>,
    pub renew_at: Instant,
    /// Whether another process fetched it, possibly some time ago.
    pub is_shared: bool,
}

/// The scopes in a list that spaces separate.
pub(super) fn scopes_in(list: &str) -> HashSet<String> {
    list.split_whitespace().map(str::to_owned).collect()
}

impl AccessToken {
    /// Whether the token has the scope; `None` if Auth0 did not list its scopes.
    pub fn grants(&self, scope: &str) -> Option<bool> {
        Some(self.scopes.as_ref()?.contains(scope))
    }

    /// Whether the token has all of the scopes; `None` if Auth0 did not list its scopes.
    pub fn grants_all(&self, scopes: &[&str]) -> Option<bool> {
        let granted = self.scopes.as_ref()?;
        Some(scopes.iter().all(|scope| granted.contains(*scope)))
    }
}
