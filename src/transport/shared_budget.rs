//! The rate limits of a tenant as all processes that share a Redis see them. Requests go under a
//! lease that is renewed ahead of need: no request waits for Redis where its process can decide.

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

use super::lease::{Account, Mark, Permission, Room};
use super::ledger::{Lease, Ledger};
use super::limit::Limit;
use super::pace::Quota;
use super::rate_limit::millis;
use crate::shared_state::SharedState;

/// What was learned is forgotten after this time without a request.
const LIFE: Duration = Duration::from_secs(600);
/// A seal in base64url.
const SEAL_CHARS: usize = 43;
/// A ledger from further in the future was written by another clock, in milliseconds.
const CLOCK_STEP: f64 = 60_000.0;
/// A server may show another limit in each response.
const MAX_LIMITS: usize = 16;

/// Wherever Redis cannot be used, a process goes by what it knows itself. The ledgers there are
/// sealed, so that nobody without the key can make requests wait.
#[derive(Debug)]
pub struct SharedBudget {
    state: SharedState,
    tenant: String,
    key: hmac::Key,
    /// A number of its own among the processes.
    holder: u64,
    epoch: Instant,
    accounts: Mutex<HashMap<Limit, Account>>,
    renewed: Notify,
}

/// A request that was let go under a shared limit.
#[derive(Debug, Clone, Copy)]
pub struct SharedTurn {
    limit: Limit,
    mark: Mark,
}

/// Why a request may not go before its deadline, and when to try again, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct NoRoom(pub f64);

impl SharedBudget {
    /// `key` is shared by the processes, and by nobody else.
    pub fn new(state: SharedState, origin: &str, key: &[u8; 32]) -> Self {
        Self {
            state,
            tenant: origin.to_owned(),
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
            holder: RandomState::new().hash_one(origin),
            epoch: Instant::now(),
            accounts: Mutex::default(),
            renewed: Notify::new(),
        }
    }

    /// Waits until a request may go under the limit. `room` is what the process knows by itself.
    pub async fn take(
        self: &Arc<Self>,
        limit: Limit,
        deadline: Instant,
        room: impl Fn() -> Room,
    ) -> Result<SharedTurn, NoRoom> {
        loop {
            let renewed = self.renewed.notified();
            let time_left = millis(deadline.saturating_duration_since(Instant::now()));
            let room = room();
            let permission = self.change(limit, |account, now| account.ask(room, time_left, now));
            self.renew_if_due(limit);
            match permission {
                Permission::Go(mark) => return Ok(SharedTurn { limit, mark }),
                Permission::Refused(wait) => return Err(NoRoom(wait)),
                Permission::Wait(wait) => {
                    let wait = wait.min(time_left).ceil() / 1000.0;
                    let _ = tokio::time::timeout(Duration::from_secs_f64(wait), renewed).await;
                }
            }
        }
    }

    /// Notes what a response showed. With a pause the request was refused with 429.
    pub fn answered(
        self: &Arc<Self>,
        turn: Option<SharedTurn>,
        limit: Limit,
        quota: Option<Quota>,
        pause: Option<Duration>,
    ) {
        // A response can show another limit than the one that was assumed.
        let counted = turn.filter(|turn| turn.limit == limit);
        self.change(limit, |account, now| {
            if let Some(quota) = quota {
                account.saw(counted.map(|turn| turn.mark), quota, now);
            }
            if let Some(pause) = pause {
                account.refused(millis(pause.min(LIFE)));
            }
        });
        if let Some(turn) = turn {
            self.change(turn.limit, |account, _| account.ended());
        }
        self.renew_if_due(limit);
    }

    /// Notes that a request ended without a response.
    pub fn lost(&self, turn: SharedTurn) {
        self.change(turn.limit, |account, _| account.ended());
    }

    /// Nobody waits for it but those who have no room without it.
    fn renew_if_due(self: &Arc<Self>, limit: Limit) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let is_due = self.change(limit, |account, now| {
            let is_due = account.is_renewal_due(now);
            if is_due {
                account.begin_renewal(now);
            }
            is_due
        });
        if is_due {
            let budget = self.clone();
            runtime.spawn(async move { budget.renew(limit).await });
        }
    }

    async fn renew(self: Arc<Self>, limit: Limit) {
        let outcome = self.update(limit).await;
        self.change(limit, |account, now| match outcome {
            Some((lease, is_written)) => account.renewed(lease, is_written, now),
            None => account.renewal_failed(now),
        });
        self.renewed.notify_waiters();
    }

    /// The lease, and whether it was written down.
    async fn update(&self, limit: Limit) -> Option<(Lease, bool)> {
        let name = format!("{} {:?} {}", self.tenant, limit.api, limit.size);
        let name = format!("limit:{}", self.seal(&name));
        let update = self.state.update(&name, |stored, now| {
            let found = stored
                .and_then(|stored| self.open(&name, stored))
                .filter(|ledger| ledger.at() <= now + CLOCK_STEP)
                .filter(|ledger| {
                    self.change(limit, |account, _| account.is_current(ledger.at(), now))
                });
            // Whatever else is there is replaced.
            let is_new = found.is_none();
            let mut ledger = found.unwrap_or_default();
            let (lease, is_worth_writing) = self.change(limit, |account, here| {
                let lease = ledger.renew(&account.report(here), now);
                (lease, is_new || account.is_worth_writing(lease))
            });
            let changed = is_worth_writing.then(|| {
                let text = to_string(&ledger).unwrap_or_default();
                let seal = self.seal(&format!("{name} {text}"));
                let life = LIFE + Duration::from_secs_f64(lease.closed_for / 1000.0);
                (seal + &text, life)
            });
            ((lease, is_worth_writing), changed)
        });
        // Boxed, because it is large and rarely there.
        Box::pin(update).await.ok()
    }

    fn change<T>(&self, limit: Limit, change: impl FnOnce(&mut Account, f64) -> T) -> T {
        let mut accounts = self.accounts();
        if accounts.len() >= MAX_LIMITS && !accounts.contains_key(&limit) {
            accounts.retain(|_, account| account.is_in_use());
        }
        let account = accounts
            .entry(limit)
            .or_insert_with(|| Account::new(self.holder, limit.size));
        change(account, millis(self.epoch.elapsed()))
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<Limit, Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
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
