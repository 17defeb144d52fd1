//! States that were used: each is valid for one code, in this process and, with a shared state, in all processes
//! with the same credentials.

use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::{timeout, timeout_at};

use crate::auth0::login;
use crate::config::ClientAuthentication;
use crate::credentials::derived_key::derive_key;
use crate::credentials::link_state::OpenedState;
use crate::error::{Error, LinkingReason, Result};
use crate::random;
use crate::shared_state::{SharedState, Unavailable};
use crate::transport::call::Call;
use crate::transport::pipeline::rate_limited;

/// Per credentials, about 10 MB. When it is full, nothing is forgotten: further codes are not sent.
const CAPACITY: usize = 100_000;
/// A clock that is set back by up to this much does not make a used state valid again.
const SLACK: TimeDelta = TimeDelta::minutes(1);

/// How long the caller of a failed call additionally waits for Redis.
const RELEASE_LIMIT: Duration = Duration::from_millis(250);

/// The used states of one set of credentials, which outlive every service.
#[derive(Debug)]
pub struct UsedStates {
    credentials: [u8; 32],
    shared: Option<SharedState>,
}

/// The single use of a state.
#[derive(Debug)]
pub struct UseOfState {
    expires_at: DateTime<Utc>,
    once: String,
    owner: String,
}

/// Ordered by expiry, so that expired states come first. `once` is a keyed hash.
#[derive(Debug, Default)]
struct Used(BTreeSet<(DateTime<Utc>, String)>);

#[derive(Debug, PartialEq, Eq)]
enum Use {
    First,
    Repeated,
    /// There is room again at this time.
    Full(DateTime<Utc>),
}

impl UsedStates {
    pub fn new(authentication: &ClientAuthentication, shared: Option<SharedState>) -> Self {
        Self {
            credentials: *derive_key(authentication, "used-states/v1"),
            shared,
        }
    }

    /// Consumes the state. It remains used whatever happens to its code, unless it is released.
    pub async fn consume(&self, state: &OpenedState, call: Call) -> Result<UseOfState> {
        let owner = random_owner()?;
        let now = Utc::now();
        match self.consume_here(state, now) {
            Use::First => {}
            Use::Repeated => return Err(used()),
            Use::Full(until) => return Err(full(until - now)),
        }
        let consumed = UseOfState {
            expires_at: state.expires_at,
            once: state.once.clone(),
            owner,
        };
        let Some(shared) = &self.shared else {
            return Ok(consumed);
        };
        let life = (state.expires_at + SLACK - now).to_std();
        let (name, owner) = (consumed.shared_name(), consumed.owner.as_bytes());
        let asked = shared.set_new(&name, owner, life.unwrap_or_default());
        match timeout_at(call.deadline(), asked).await {
            Ok(Ok(false)) => Err(used()),
            // Without Redis, the set of this process decides.
            Ok(Ok(true) | Err(Unavailable)) | Err(_) => Ok(consumed),
        }
    }

    /// Only for a code that was certainly not processed: makes the state valid for it again. Asks Redis even if it
    /// did not confirm the use, because it may have recorded it nonetheless.
    pub async fn release(&self, consumed: UseOfState) {
        if let Some(shared) = &self.shared {
            let owner = consumed.owner.as_bytes();
            let name = consumed.shared_name();
            let released = shared.delete_if(&name, owner);
            let _ = timeout(RELEASE_LIMIT, released).await;
        }
        let mut all = of_process();
        if let Some(used) = all.get_mut(&self.credentials) {
            used.0.remove(&(consumed.expires_at, consumed.once));
        }
    }

    fn consume_here(&self, state: &OpenedState, now: DateTime<Utc>) -> Use {
        let mut all = of_process();
        all.retain(|_, used| !used.forget_ended(now));
        let used = all.entry(self.credentials).or_default();
        used.insert(state.expires_at, &state.once, CAPACITY)
    }
}

impl UseOfState {
    fn shared_name(&self) -> String {
        format!("used-state:{}", self.once)
    }
}

fn of_process() -> MutexGuard<'static, HashMap<[u8; 32], Used>> {
    static OF_PROCESS: LazyLock<Mutex<HashMap<[u8; 32], Used>>> = LazyLock::new(Mutex::default);
    OF_PROCESS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Distinguishes this use from one that another process recorded.
fn random_owner() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random::bytes::<16>()?))
}

impl Used {
    /// Returns whether the set is empty now.
    fn forget_ended(&mut self, now: DateTime<Utc>) -> bool {
        while let Some((end, _)) = self.0.first()
            && *end + SLACK <= now
        {
            self.0.pop_first();
        }
        self.0.is_empty()
    }

    fn insert(&mut self, expires_at: DateTime<Utc>, once: &str, capacity: usize) -> Use {
        let entry = (expires_at, once.to_owned());
        if self.0.contains(&entry) {
            return Use::Repeated;
        }
        match self.0.first() {
            Some((first, _)) if self.0.len() >= capacity => Use::Full(*first + SLACK),
            _ => {
                self.0.insert(entry);
                Use::First
            }
        }
    }
}

fn used() -> Error {
    Error::linking(
        LinkingReason::StateUsed,
        "The state was already used; it is valid for one code. Start the connection again.",
    )
}

fn full(wait: TimeDelta) -> Error {
    let message = format!(
        "{}: not sent, because this process remembers {CAPACITY} states of account connections that \
         were used in the last ten minutes, and cannot verify that this one was not. Try again \
         later.",
        login::CODE
    );
    rate_limited(
        &login::CODE.route,
        wait.to_std().unwrap_or(Duration::ZERO),
        message,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("a date")
    }

    #[test]
    fn a_state_is_used_once_until_it_has_ended() {
        let mut used = Used::default();
        assert_eq!(used.insert(at(600), "a", 10), Use::First);
        assert_eq!(used.insert(at(600), "b", 10), Use::First);
        assert_eq!(used.insert(at(600), "a", 10), Use::Repeated);
        assert!(
            !used.forget_ended(at(600)),
            "kept until its end and a little longer"
        );
        assert_eq!(used.insert(at(600), "a", 10), Use::Repeated);
        assert!(used.forget_ended(at(660)), "nothing is left");
    }

    #[test]
    fn a_full_set_forgets_nothing_and_takes_nothing_until_one_has_ended() {
        let mut used = Used::default();
        assert_eq!(used.insert(at(600), "a", 2), Use::First);
        assert_eq!(used.insert(at(700), "b", 2), Use::First);
        assert_eq!(used.insert(at(800), "c", 2), Use::Full(at(660)));
        assert_eq!(used.insert(at(600), "a", 2), Use::Repeated);
        used.forget_ended(at(660));
        assert_eq!(used.insert(at(800), "c", 2), Use::First);
        assert_eq!(used.insert(at(700), "b", 2), Use::Repeated);
    }

    #[test]
    fn a_full_set_is_a_rate_limit_that_says_when_to_come_back() {
        let error = full(TimeDelta::seconds(30));
        let failure = error.api().expect("of the API");
        assert_eq!(
            (failure.status, failure.retry_after_ms),
            (Some(429), Some(30_000))
        );
        assert_eq!(failure.attempts, 0);
    }
}
