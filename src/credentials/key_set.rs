//! The tenant's signing keys: cached for a while and fetched again for an unknown key id, with a limit so that forged
//! key ids cannot cause a request each.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use tokio::time::{Instant, timeout_at};

use crate::auth0::login;
use crate::auth0::signing_keys::RsaKey;
use crate::credentials::authentication_api::AuthenticationApi;
use crate::credentials::id_token::invalid;
use crate::error::{Error, LinkingReason, Result};
use crate::transport::call::Call;
use crate::transport::pipeline::timed_out;

const LIFETIME: Duration = Duration::from_secs(600);
const REFETCH_PAUSE: Duration = Duration::from_secs(30);

/// Cheap to clone: all clones share the keys.
#[derive(Debug, Clone)]
pub struct KeySet(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    api: AuthenticationApi,
    fetch_timeout: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    fetched: Option<Arc<Fetched>>,
    /// Weak: the request runs as long as any call waits for it.
    fetching: Option<WeakShared<Fetching>>,
    /// When an unknown key id last caused a fetch, regardless of its outcome.
    refetched_at: Option<Instant>,
}

#[derive(Debug)]
struct Fetched {
    keys: Vec<RsaKey>,
    at: Instant,
}

type Fetching = BoxFuture<'static, Result<Arc<Fetched>>>;

impl Fetched {
    /// The keys with the id. Without an id, a single key is the only unambiguous one.
    fn named(&self, key_id: Option<&str>) -> Vec<RsaKey> {
        let is_single = self.keys.len() == 1;
        let is_named = |key: &&RsaKey| match key_id {
            Some(key_id) => key.kid.as_deref() == Some(key_id),
            None => is_single,
        };
        self.keys.iter().filter(is_named).cloned().collect()
    }
}

impl KeySet {
    /// `fetch_timeout` is for requests that other calls may wait for longer than the one that began them.
    pub fn new(api: AuthenticationApi, fetch_timeout: Duration) -> Self {
        Self(Arc::new(Inner {
            api,
            fetch_timeout,
            state: Mutex::default(),
        }))
    }

    /// Makes sure that there are keys before a code is spent on a token that needs them.
    pub async fn prepare(&self, call: Call) -> Result<()> {
        if self.current(call).await?.keys.is_empty() {
            return Err(Error::linking(
                LinkingReason::IdTokenInvalid,
                "The tenant publishes no key that an ID token can be verified with (RSA, for RS256). \
                 The code was not sent.",
            ));
        }
        Ok(())
    }

    /// The keys with the id that a token gives, at least one.
    pub async fn named(&self, key_id: Option<&str>, call: Call) -> Result<Vec<RsaKey>> {
        let known = self.current(call).await?.named(key_id);
        if !known.is_empty() {
            return Ok(known);
        }
        let Some(refetch) = self.refetch(call) else {
            return Err(invalid("names an unknown key"));
        };
        let found = wait(refetch, call).await?.named(key_id);
        if found.is_empty() {
            return Err(invalid("names an unknown key"));
        }
        Ok(found)
    }

    /// Waits only if there are no keys, or only outdated ones: a fetch that an unknown key id caused delays no other
    /// call.
    async fn current(&self, call: Call) -> Result<Arc<Fetched>> {
        let fetch = {
            let mut state = self.state();
            if let Some(fetched) = &state.fetched
                && fetched.at.elapsed() < LIFETIME
            {
                return Ok(fetched.clone());
            }
            self.fetch_for_all(&mut state, call)
        };
        wait(fetch, call).await
    }

    /// `None` if the last fetch for an unknown key id has ended too recently.
    fn refetch(&self, call: Call) -> Option<Shared<Fetching>> {
        let mut state = self.state();
        if let Some(fetch) = under_way(&state) {
            return Some(fetch);
        }
        let is_recent = |at: Instant| at.elapsed() < REFETCH_PAUSE;
        if state.refetched_at.is_some_and(is_recent) {
            return None;
        }
        state.refetched_at = Some(Instant::now());
        Some(self.fetch_for_all(&mut state, call))
    }

    fn fetch_for_all(&self, state: &mut State, call: Call) -> Shared<Fetching> {
        if let Some(fetch) = under_way(state) {
            return fetch;
        }
        let set = self.clone();
        let call = Call::after(self.0.fetch_timeout.max(call.time_left())).named(call.operation());
        let fetching = async move {
            let outcome = set.fetch(call).await;
            let mut state = set.state();
            state.fetching = None;
            // A set without a usable key must not be cached or replace one that has some.
            if let Ok(fetched) = &outcome
                && !fetched.keys.is_empty()
            {
                state.fetched = Some(fetched.clone());
            }
            outcome
        };
        let fetch = fetching.boxed().shared();
        state.fetching = fetch.downgrade();
        fetch
    }

    async fn fetch(&self, call: Call) -> Result<Arc<Fetched>> {
        let response = self.0.api.send(login::keys()?, call).await?;
        Ok(Arc::new(Fetched {
            keys: response.keys,
            at: Instant::now(),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each field is replaced as a whole, so a panic elsewhere cannot leave it half-written.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn under_way(state: &State) -> Option<Shared<Fetching>> {
    state.fetching.as_ref().and_then(WeakShared::upgrade)
}

async fn wait(fetch: Shared<Fetching>, call: Call) -> Result<Arc<Fetched>> {
    timeout_at(call.deadline(), fetch)
        .await
        .unwrap_or_else(|_| Err(timed_out(&login::KEYS.route, 1)))
}
