//! The Management API token: fetched once for all waiting calls, and kept until shortly before it expires.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use tokio::time::{Instant, timeout_at};

use crate::auth0::oauth;
use crate::config::{Secret, TokenSupplier};
use crate::credentials::access_token::AccessToken;
use crate::credentials::client_credentials::ClientCredentials;
use crate::credentials::own_token::own_token;
use crate::credentials::refused_credentials::Credential;
use crate::credentials::shared_token::SharedToken;
use crate::error::{ApiCategory, Error, Result};
use crate::transport::call::Call;
use crate::transport::pipeline::{Channel, timed_out};

/// Tokens are metered: while Auth0 refuses even fresh ones, no more are requested.
const REFUSAL_PAUSE: Duration = Duration::from_secs(30);
/// A refused token may be replaced by one that another process fetched, which may be just as stale, and then by
/// one of our own.
const MAX_RENEWALS: u32 = 2;

/// Where tokens come from.
#[derive(Debug)]
pub enum TokenOrigin {
    Credentials {
        credentials: ClientCredentials,
        shared: Option<SharedToken>,
    },
    /// The caller's own, for as long as the service exists.
    Fixed(Secret),
    Supplied(Arc<dyn TokenSupplier>),
}

/// Cheap to clone: all clones share one token.
#[derive(Debug, Clone)]
pub struct TokenSource(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    channel: Arc<Channel>,
    origin: Origin,
    fetch_timeout: Duration,
    state: Mutex<State>,
    fresh_refused_at: Mutex<Option<Instant>>,
}

/// Tokens that Auth0 issues to the application.
#[derive(Debug)]
struct Grant {
    credentials: ClientCredentials,
    credential: Credential,
    shared: Option<SharedToken>,
}

impl Grant {
    async fn fetch(&self, channel: &Channel, call: Call) -> Result<AccessToken> {
        let request = self.credentials.request(channel, call);
        match &self.shared {
            Some(shared) => self.credential.attempt(shared.get_or(request, call)).await,
            None => self.credential.attempt(request).await,
        }
    }
}

#[derive(Debug)]
enum Origin {
    Granted(Box<Grant>),
    Fixed(Secret),
    Supplied {
        supplier: Arc<dyn TokenSupplier>,
        /// Auth0 has refused the last token.
        is_rejected: AtomicBool,
    },
}

impl Origin {
    fn of(origin: TokenOrigin, channel: &Channel) -> Self {
        match origin {
            TokenOrigin::Credentials {
                credentials,
                shared,
            } => Self::Granted(Box::new(Grant {
                credential: Credential::new(credentials.id_at(&channel.origin)),
                credentials,
                shared,
            })),
            TokenOrigin::Fixed(token) => Self::Fixed(token),
            TokenOrigin::Supplied(supplier) => Self::Supplied {
                supplier,
                is_rejected: AtomicBool::new(false),
            },
        }
    }

    /// Renewing a token that Auth0 has refused.
    fn rejected(&self, token: &AccessToken, is_second: bool) {
        match self {
            Self::Granted(grant) => {
                if let Some(shared) = &grant.shared {
                    shared.refused(token, is_second);
                }
            }
            Self::Supplied { is_rejected, .. } => is_rejected.store(true, Ordering::Relaxed),
            Self::Fixed(_) => {}
        }
    }
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
    pub fn new(channel: Arc<Channel>, origin: TokenOrigin, fetch_timeout: Duration) -> Self {
        Self(Arc::new(Inner {
            origin: Origin::of(origin, &channel),
            channel,
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
            .unwrap_or_else(|_| Err(self.timed_out()))
    }

    fn timed_out(&self) -> Error {
        let route = &oauth::TOKEN.route;
        match self.0.origin {
            Origin::Supplied { .. } => route.error(
                ApiCategory::Timeout,
                0,
                "The function in accessToken returned no token before the deadline of the call. Make \
                 it faster, or pass a longer timeoutMs.",
            ),
            _ => timed_out(route, 1),
        }
    }

    /// Drops a token that Auth0 refused, unless there is a newer one already. `before` is how many tokens it has
    /// refused to the same call so far. Returns whether another one is worth requesting: not if a fresh one was
    /// refused, now or a moment ago.
    pub fn refused(&self, token: &Arc<AccessToken>, before: u32) -> bool {
        let may_renew = match self.0.origin {
            Origin::Fixed(_) => return false,
            Origin::Granted(_) if !self.may_renew(token, before) => return false,
            Origin::Granted(_) => true,
            // Tokens of the caller's own are not metered, so other calls may ask for them at once.
            Origin::Supplied { .. } => before == 0,
        };
        let mut state = self.state();
        if matches!(&*state, State::Ready(current) if Arc::ptr_eq(current, token)) {
            *state = State::Empty;
            self.0.origin.rejected(token, before > 0);
        }
        may_renew
    }

    fn may_renew(&self, token: &AccessToken, before: u32) -> bool {
        if before > 0 && !token.is_shared {
            *self.fresh_refused_at() = Some(Instant::now());
        }
        let refused_at = *self.fresh_refused_at();
        before < MAX_RENEWALS && refused_at.is_none_or(|at| at.elapsed() >= REFUSAL_PAUSE)
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
            let outcome = source.fetch(call).await.map(Arc::new);
            *source.state() = match &outcome {
                Ok(token) => State::Ready(token.clone()),
                Err(_) => State::Empty,
            };
            outcome
        };
        fetching.boxed().shared()
    }

    async fn fetch(&self, call: Call) -> Result<AccessToken> {
        match &self.0.origin {
            Origin::Granted(grant) => grant.fetch(&self.0.channel, call).await,
            Origin::Fixed(token) => Ok(own_token(token.clone())),
            Origin::Supplied {
                supplier,
                is_rejected,
            } => {
                // Calls that keep coming must not wait for a function that never settles: it is called again.
                let token = supplier.token(is_rejected.load(Ordering::Relaxed));
                let token = timeout_at(call.deadline(), token).await;
                let token = token.map_err(|_| self.timed_out())??;
                is_rejected.store(false, Ordering::Relaxed);
                Ok(own_token(token))
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is replaced as a whole, so a panic elsewhere cannot leave it half-written.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
