//! The shared rate limits of a tenant: takes turns under a lease, and renews it in the background.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::{from_str, to_string};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::leased_budget::{LeasedBudget, LocalView, Permission, SharedSequence};
use super::ledger::Ledger;
use super::report::Lease;
use crate::shared_state::SharedState;
use crate::transport::pacing::bucket::millis;
use crate::transport::pacing::limit::Limit;
use crate::transport::pacing::rate_limit_headers::Quota;

/// A ledger is forgotten after this time without a request.
const LEDGER_LIFE: Duration = Duration::from_secs(600);
/// The length of a seal in base64url.
const SEAL_CHARS: usize = 43;
/// A ledger from further in the future than this, in milliseconds, was written by another clock.
const CLOCK_STEP: f64 = 60_000.0;
/// A server may show a different limit in every response.
const MAX_LIMITS: usize = 16;

/// While Redis is unavailable, each process relies on what it knows itself. Ledgers are sealed, so
/// no one without the key can hold up requests.
#[derive(Debug)]
pub struct SharedBudget {
    state: SharedState,
    tenant: String,
    key: hmac::Key,
    /// Distinguishes this process from the others.
    process: u64,
    epoch: Instant,
    leases: Mutex<HashMap<Limit, LeasedBudget>>,
    renewed: Notify,
}

/// A request that may be sent under a shared limit.
#[derive(Debug, Clone, Copy)]
pub struct SharedTurn {
    limit: Limit,
    sequence: SharedSequence,
}

/// The request cannot be sent before its deadline; there may be room after this many milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct BudgetExhausted(pub f64);

impl SharedBudget {
    /// `key` is known to the processes that share the limit, and to no one else.
    pub fn new(state: SharedState, origin: &str, key: &[u8; 32]) -> Self {
        Self {
            state,
            tenant: origin.to_owned(),
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
            process: RandomState::new().hash_one(origin),
            epoch: Instant::now(),
            leases: Mutex::default(),
            renewed: Notify::new(),
        }
    }

    /// Waits until a request may be sent under the limit. `local` is what the process itself knows.
    pub async fn take(
        self: &Arc<Self>,
        limit: Limit,
        deadline: Instant,
        local: impl Fn() -> LocalView,
    ) -> Result<SharedTurn, BudgetExhausted> {
        loop {
            let renewed = self.renewed.notified();
            let time_left = millis(deadline.saturating_duration_since(Instant::now()));
            let local = local();
            let permission = self.with_lease(limit, |lease, now| lease.ask(local, time_left, now));
            self.renew_if_due(limit);
            match permission {
                Permission::Send(sequence) => return Ok(SharedTurn { limit, sequence }),
                Permission::Refused(wait) => return Err(BudgetExhausted(wait)),
                Permission::Wait(wait) => {
                    let wait = wait.min(time_left).ceil() / 1000.0;
                    let _ = tokio::time::timeout(Duration::from_secs_f64(wait), renewed).await;
                }
            }
        }
    }

    /// The process's share of the refill, in requests per millisecond, as of the last renewal.
    pub fn share_of(&self, limit: Limit) -> Option<f64> {
        let now = millis(self.epoch.elapsed());
        self.leases().get(&limit)?.share(now)
    }

    /// Records what a response showed. With a pause, it was a 429.
    pub fn responded(
        self: &Arc<Self>,
        turn: Option<SharedTurn>,
        limit: Limit,
        quota: Option<Quota>,
        pause: Option<Duration>,
    ) {
        // A response may show a different limit than the one that was assumed.
        let counted = turn.filter(|turn| turn.limit == limit);
        self.with_lease(limit, |lease, now| {
            if let Some(quota) = quota {
                lease.observe(counted.map(|turn| turn.sequence), quota, now);
            }
            if let Some(pause) = pause {
                lease.rejected(millis(pause.min(LEDGER_LIFE)));
            }
        });
        if let Some(turn) = turn {
            self.with_lease(turn.limit, |lease, _| lease.ended());
        }
        self.renew_if_due(limit);
    }

    /// Records that a request ended without a response.
    pub fn lost(&self, turn: SharedTurn) {
        self.with_lease(turn.limit, |lease, _| lease.ended());
    }

    /// Renews in the background: only requests that have no room without the renewal wait for it.
    fn renew_if_due(self: &Arc<Self>, limit: Limit) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let is_due = self.with_lease(limit, |lease, now| {
            let is_due = lease.is_renewal_due(now);
            if is_due {
                lease.begin_renewal(now);
            }
            is_due
        });
        if is_due {
            let budget = self.clone();
            runtime.spawn(async move { budget.renew(limit).await });
        }
    }

    async fn renew(self: Arc<Self>, limit: Limit) {
        let outcome = self.update_ledger(limit).await;
        self.with_lease(limit, |lease, now| match outcome {
            Some((granted, is_written)) => lease.renewed(granted, is_written, now),
            None => lease.renewal_failed(now),
        });
        self.renewed.notify_waiters();
    }

    /// Returns the granted lease, and whether the ledger was written.
    async fn update_ledger(&self, limit: Limit) -> Option<(Lease, bool)> {
        let name = format!("{} {:?} {}", self.tenant, limit.api, limit.size);
        let name = format!("limit:{}", self.seal(&name));
        let update = self.state.update(&name, |stored, now| {
            let found = stored
                .and_then(|stored| self.open(&name, stored))
                .filter(|ledger| ledger.at() <= now + CLOCK_STEP)
                .filter(|ledger| {
                    self.with_lease(limit, |lease, _| lease.is_current(ledger.at(), now))
                });
            // Anything else stored there is replaced.
            let is_new = found.is_none();
            let mut ledger = found.unwrap_or_default();
            let (granted, is_worth_writing) = self.with_lease(limit, |lease, here| {
                let granted = ledger.renew(&lease.report(here), now);
                (granted, is_new || lease.is_worth_writing(granted))
            });
            let changed = is_worth_writing.then(|| {
                let text = to_string(&ledger).unwrap_or_default();
                let seal = self.seal(&format!("{name} {text}"));
                let life = LEDGER_LIFE + Duration::from_secs_f64(granted.closed_for / 1000.0);
                (seal + &text, life)
            });
            ((granted, is_worth_writing), changed)
        });
        // Boxed, because it is large and rarely in use.
        Box::pin(update).await.ok()
    }

    fn with_lease<T>(&self, limit: Limit, change: impl FnOnce(&mut LeasedBudget, f64) -> T) -> T {
        let mut leases = self.leases();
        if leases.len() >= MAX_LIMITS && !leases.contains_key(&limit) {
            leases.retain(|_, lease| lease.is_in_use());
        }
        let lease = leases
            .entry(limit)
            .or_insert_with(|| LeasedBudget::new(self.process, limit.size));
        change(lease, millis(self.epoch.elapsed()))
    }

    fn leases(&self) -> MutexGuard<'_, HashMap<Limit, LeasedBudget>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seal(&self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, text.as_bytes()))
    }

    fn open(&self, name: &str, stored: &str) -> Option<Ledger> {
        let (seal, text) = stored.split_at_checked(SEAL_CHARS)?;
        let seal = URL_SAFE_NO_PAD.decode(seal).ok()?;
        let sealed = format!("{name} {text}");
        hmac::verify(&self.key, sealed.as_bytes(), &seal).ok()?;
        from_str(text).ok()
    }
}
