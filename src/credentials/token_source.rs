//! The Management API token: fetched once for all waiting calls, and kept until shortly before it expires.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use serde_json::json;
use tokio::time::{Instant, timeout_at};

use crate::auth0::client_authentication::OAuthClient;
use crate::auth0::issued_token::issued_token;
use crate::auth0::oauth;
use crate::config::ClientAuthentication;
use crate::credentials::access_token::{AccessToken, MAX_LIFETIME};
use crate::credentials::derived_key::derive_name;
use crate::credentials::refused_credentials::Credential;
use crate::credentials::shared_token::SharedToken;
use crate::error::Result;
use crate::transport::call::Call;
use crate::transport::pipeline::{Channel, timed_out};

/// A token is renewed this long before it expires, so that it cannot expire in transit.
const RENEW_BEFORE: Duration = Duration::from_secs(60);
/// Assumed when Auth0 does not say; its documented default is a day.
const ASSUMED_LIFETIME: Duration = Duration::from_secs(3600);
/// Tokens are metered: while Auth0 refuses even fresh ones, no more are requested.
const REFUSAL_PAUSE: Duration = Duration::from_secs(30);
/// A refused token may be replaced by one that another process fetched, which may be just as stale, and then by
/// one of our own.
const MAX_RENEWALS: u32 = 2;

/// The inputs of the client credentials grant.
#[derive(Debug)]
pub struct ClientCredentials {
    pub client_id: String,
    pub authentication: ClientAuthentication,
    pub audience: String,
}

impl ClientCredentials {
    /// A different value of another setting that Auth0 may refuse makes it a different credential.
    fn id_at(&self, origin: &str) -> [u8; 32] {
        let (algorithm, key_id) = match &self.authentication {
            ClientAuthentication::Secret(_) => ("", None),
            ClientAuthentication::PrivateKey(key) => (key.algorithm().name(), key.key_id()),
        };
        let asked = [
            origin,
            &self.client_id,
            &self.audience,
            algorithm,
            key_id.unwrap_or_default(),
        ];
        derive_name(&self.authentication, "refused-credential/v1", &asked)
    }
}

/// Cheap to clone: all clones share one token.
#[derive(Debug, Clone)]
pub struct TokenSource(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    channel: Arc<Channel>,
    credentials: ClientCredentials,
    credential: Credential,
    shared: Option<SharedToken>,
    fetch_timeout: Duration,
    state: Mutex<State>,
    fresh_refused_at: Mutex<Option<Instant>>,
}

type Fetching = BoxFuture<'static, Result<Arc<AccessToken>>>;

#[derive(Debug)]
enum State {
    Empty,
    /// Weak: the request runs as long as any call waits for it.
    Fetching(WeakShared<Fetching>),
    Ready(Arc<AccessToken>),
}

impl TokenSource {
    pub fn new(
        channel: Arc<Channel>,
        credentials: ClientCredentials,
        shared: Option<SharedToken>,
        fetch_timeout: Duration,
    ) -> Self {
        Self(Arc::new(Inner {
            credential: Credential::new(credentials.id_at(&channel.origin)),
            channel,
            credentials,
            shared,
            fetch_timeout,
            state: Mutex::new(State::Empty),
            fresh_refused_at: Mutex::new(None),
        }))
    }

    /// The current token, or the one that is being fetched for all waiting calls.
    pub async fn token(&self, call: Call) -> Result<Arc<AccessToken>> {
        let fetch = {
            let mut state = self.state();
            match &*state {
                State::Ready(token) if Instant::now() < token.renew_at => return Ok(token.clone()),
                State::Fetching(fetch) => fetch.upgrade(),
                _ => None,
            }
            .unwrap_or_else(|| {
                let fetch = self.fetch_for_all(call);
                *state = fetch.downgrade().map_or(State::Empty, State::Fetching);
                fetch
            })
        };
        // Boxed, because few calls wait for a token.
        Box::pin(timeout_at(call.deadline(), fetch))
            .await
            .unwrap_or_else(|_| Err(timed_out(&oauth::TOKEN.route, 1)))
    }

    /// Drops a token that Auth0 refused, unless there is a newer one already. `before` is how many tokens it has
    /// refused to the same call so far. Returns whether another one is worth requesting: not if a fresh one was
    /// refused, now or a moment ago.
    pub fn refused(&self, token: &Arc<AccessToken>, before: u32) -> bool {
        if before > 0 && !token.is_shared {
            *self.fresh_refused_at() = Some(Instant::now());
        }
        let refused_at = *self.fresh_refused_at();
        if before >= MAX_RENEWALS || refused_at.is_some_and(|at| at.elapsed() < REFUSAL_PAUSE) {
            return false;
        }
        let mut state = self.state();
        if matches!(&*state, State::Ready(current) if Arc::ptr_eq(current, token)) {
            *state = State::Empty;
            if let Some(shared) = &self.0.shared {
                shared.refused(token, before > 0);
            }
        }
        true
    }

    fn fresh_refused_at(&self) -> MutexGuard<'_, Option<Instant>> {
        let refused_at = &self.0.fresh_refused_at;
        refused_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All waiting calls drive the request: if one gives up, the others do not fail, and when the last one gives up,
    /// the request ends.
    fn fetch_for_all(&self, call: Call) -> Shared<Fetching> {
        let source = self.clone();
        // Other calls may wait for it longer than the one that began it.
        let call = Call::after(self.0.fetch_timeout.max(call.time_left())).named(call.operation());
        let fetching = async move {
            let fetch = source.0.credential.attempt(source.fetch(call));
            let outcome = fetch.await.map(Arc::new);
            *source.state() = match &outcome {
                Ok(token) => State::Ready(token.clone()),
                Err(_) => State::Empty,
            };
            outcome
        };
        fetching.boxed().shared()
    }

    async fn fetch(&self, call: Call) -> Result<AccessToken> {
        let request = self.request(call);
        match &self.0.shared {
            Some(shared) => shared.get_or(request, call).await,
            None => request.await,
        }
    }

    async fn request(&self, call: Call) -> Result<AccessToken> {
        let credentials = &self.0.credentials;
        let client = OAuthClient {
            id: &credentials.client_id,
            authentication: Some(&credentials.authentication),
            issuer: &format!("{}/", self.0.channel.origin),
        };
        let request = oauth::client_credentials(client, &credentials.audience)?;
        let exchange = self.0.channel.exchange(&request.raw, None, call).await?;
        if !matches!(exchange.response.status, 200..=299) {
            let authentication = &credentials.authentication;
            return Err(oauth::refusal(
                &exchange,
                authentication,
                &credentials.audience,
            ));
        }
        let issued = issued_token(request.decode(&exchange, None)?)?;
        let usable_for = usable_for(issued.expires_in);
        self.0.channel.logger.debug("got an access token", || {
            call.details(json!({ "usableForSeconds": usable_for.as_secs() }))
        });
        Ok(AccessToken {
            secret: issued.access_token,
            scopes: issued
                .scope
                .map(|scopes| scopes.split_whitespace().map(str::to_owned).collect()),
            renew_at: Instant::now() + usable_for,
            is_shared: false,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is replaced as a whole, so a panic elsewhere cannot leave it half-written.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn usable_for(expires_in: Option<u64>) -> Duration {
    let lifetime = expires_in
        .map_or(ASSUMED_LIFETIME, Duration::from_secs)
        .min(MAX_LIFETIME);
    // Even a very short-lived token must serve the calls that are waiting for it.
    lifetime.saturating_sub(RENEW_BEFORE.min(lifetime / 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_a_minute_before_its_end_and_a_short_one_still_serves() {
        for (reported, seconds) in [
            (Some(86_400), 86_340),
            (Some(600), 540),
            (Some(30), 27),
            (Some(1), 0),
            (Some(0), 0),
            (None, 3_540),
            (Some(u64::MAX), 30 * 86_400 - 60),
        ] {
            assert_eq!(usable_for(reported).as_secs(), seconds, "{reported:?}");
        }
    }
}
