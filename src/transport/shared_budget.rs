//! The rate limits of a tenant as all processes that share a Redis see them: the same model as
//! within a process, kept there, in Redis's own time.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::{from_str, to_string};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::limit::Limit;
use super::mark::Mark;
use super::pace::Quota;
use super::rate_limit::Bucket;
use crate::shared_state::SharedState;

/// What was learned is forgotten after this time without a request.
const LIFE: Duration = Duration::from_secs(600);

/// First requests of so many processes are allowed for: each sends two before it knows a limit.
const UNCOUNTED: u64 = 8;

/// The time for one look or note, turns within the process included: longer than a Redis that is well
/// takes, and short beside a call.
const TIME_LIMIT: Duration = Duration::from_millis(300);

/// A seal in base64url.
const SEAL_CHARS: usize = 43;
/// A bucket from further in the future was written by another clock, in milliseconds.
const CLOCK_STEP: f64 = 60_000.0;

/// Wherever Redis cannot be used, a process goes by what it knows itself. What lies there is sealed,
/// so that nobody without the key can make calls wait.
#[derive(Debug)]
pub struct SharedBudget {
    state: SharedState,
    tenant: String,
    key: hmac::Key,
}

/// A request that was counted in the shared bucket.
#[derive(Debug, Clone, Copy)]
pub struct SharedTurn {
    limit: Limit,
    mark: Mark,
}

/// Ask again after so many milliseconds at the latest; or, when there will be no room before the
/// deadline, how long that takes.
#[derive(Debug, Clone, Copy)]
pub struct NotYet {
    pub millis: f64,
    pub hopeless: Option<f64>,
}

impl SharedBudget {
    /// `key` is shared by the processes, and by nobody else.
    pub fn new(state: SharedState, origin: &str, key: &[u8; 32]) -> Self {
        Self {
            state,
            tenant: origin.to_owned(),
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
        }
    }

    /// The turn of one request, or why not yet; nothing when Redis cannot be used.
    pub async fn take(&self, limit: Limit, time_left: f64) -> Option<Result<SharedTurn, NotYet>> {
        let take = |bucket: &mut Bucket, now| {
            let hopeless = bucket.hopeless(0, time_left, now);
            bucket
                .take(now)
                .map_err(|millis| NotYet { millis, hopeless })
        };
        let taken = timeout(TIME_LIMIT, self.update(limit, LIFE, take)).await;
        let taken = taken.ok().flatten()?;
        Some(taken.map(|mark| SharedTurn { limit, mark }))
    }

    /// Notes what an answer told. With a pause the request was refused with 429.
    pub fn answered(
        self: &Arc<Self>,
        turn: Option<SharedTurn>,
        limit: Limit,
        quota: Option<Quota>,
        pause: Option<Duration>,
    ) {
        // An answer can show another limit than the one that was assumed.
        let counted = turn.filter(|turn| turn.limit == limit);
        let life = LIFE + pause.unwrap_or_default();
        self.note(limit, life, move |bucket, now| {
            let mark = counted.map_or_else(|| uncounted(bucket, now), |turn| turn.mark);
            match pause {
                Some(pause) => bucket.refused(quota, pause, now),
                None => bucket.answered(mark, quota, now),
            }
        });
    }

    /// Notes that a request ended without an answer.
    pub fn lost(self: &Arc<Self>, turn: SharedTurn) {
        self.note(turn.limit, LIFE, move |bucket, now| {
            bucket.lost(turn.mark, now);
        });
    }

    /// Nobody waits for a note. One that is lost is made good by later answers.
    fn note(
        self: &Arc<Self>,
        limit: Limit,
        life: Duration,
        change: impl FnMut(&mut Bucket, f64) + Send + 'static,
    ) {
        let budget = self.clone();
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                let _ = timeout(TIME_LIMIT, budget.update(limit, life, change)).await;
            });
        }
    }

    async fn update<T>(
        &self,
        limit: Limit,
        life: Duration,
        mut change: impl FnMut(&mut Bucket, f64) -> T,
    ) -> Option<T> {
        let limit = format!("{} {:?} {}", self.tenant, limit.api, limit.size);
        let name = format!("limit:{}", self.seal(&limit));
        let update = self.state.update(&name, life, |stored, now| {
            // Whatever else lies there is replaced.
            let mut bucket = stored
                .and_then(|stored| self.open(&name, stored))
                .filter(|bucket| bucket.is_known_at(now + CLOCK_STEP))
                .unwrap_or_default();
            let result = change(&mut bucket, now);
            let text = to_string(&bucket).unwrap_or_default();
            let seal = self.seal(&format!("{name} {text}"));
            (result, seal + &text)
        });
        // Boxed, because it is large and rarely there.
        Box::pin(update).await.ok()
    }

    fn seal(&self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, text.as_bytes()))
    }

    fn open(&self, name: &str, stored: &str) -> Option<Bucket> {
        let (seal, text) = stored.split_at_checked(SEAL_CHARS)?;
        let seal = URL_SAFE_NO_PAD.decode(seal).ok()?;
        let sealed = format!("{name} {text}");
        hmac::verify(&self.key, sealed.as_bytes(), &seal).ok()?;
        from_str(text).ok()
    }
}

/// A request that went while its process did not know the limit, and others may have done the same. Where
/// the limit is known already, its answer is older than that, and must not pass for the newest.
fn uncounted(bucket: &mut Bucket, now: f64) -> Mark {
    let is_known = bucket.is_known();
    let mark = bucket.send(now);
    if is_known {
        return Mark { number: 0, ..mark };
    }
    Mark {
        unseen: UNCOUNTED,
        ..mark
    }
}
