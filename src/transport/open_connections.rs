//! How many connections to an origin are open. The HTTP client does not report when one closes, so this
//! counts the most that can be: what was opened, less what is known to have closed.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// After so long other pools are asked for room. A connection of the own pool comes back sooner.
const PATIENCE: Duration = Duration::from_millis(25);
/// A request that has waited for so long, while no connection came back into its pool, will not get one,
/// even on a machine that has no processor to spare.
const SETTLED: Duration = Duration::from_millis(250);
/// The other end may learn so late that a connection was closed.
const CLOSING: Duration = Duration::from_millis(100);

/// What becomes of a connection after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Kept,
    /// By this end.
    Closed,
    ClosedByServer,
}

#[derive(Debug, Default)]
pub struct OpenConnections {
    counts: Mutex<Counts>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Counts {
    pools: HashMap<u64, Pool>,
    /// When those that were closed no longer count.
    closing: Vec<Instant>,
    /// The last number given to a pool.
    numbers: u64,
}

#[derive(Debug, Default)]
struct Pool {
    /// Open or being opened, at most.
    open: usize,
    /// Used by a request or being opened.
    busy: usize,
    /// When a request was last done with a connection: it is in the pool, or on its way there.
    returned_at: Option<Instant>,
}

impl OpenConnections {
    pub fn add_pool(&self) -> u64 {
        let mut counts = self.counts();
        counts.numbers += 1;
        let number = counts.numbers;
        counts.pools.insert(number, Pool::default());
        number
    }

    /// All connections of the pool close.
    pub fn remove_pool(&self, pool: u64) {
        let mut counts = self.counts();
        let open = counts.pools.remove(&pool).map_or(0, |pool| pool.open);
        counts.close(open);
        drop(counts);
        self.changed.notify_waiters();
    }

    /// A request takes an open connection of its pool.
    pub fn taken(&self, pool: u64) {
        self.counts().pool(pool).busy += 1;
    }

    /// A request that was not sent has no connection after all.
    pub fn not_taken(&self, pool: u64) {
        let mut counts = self.counts();
        let pool = counts.pool(pool);
        pool.busy = pool.busy.saturating_sub(1);
    }

    /// A request is done with its connection.
    pub fn given_back(&self, pool: u64, fate: Fate) {
        let mut counts = self.counts();
        let found = counts.pool(pool);
        found.busy = found.busy.saturating_sub(1);
        if fate == Fate::Kept {
            found.returned_at = Some(Instant::now());
        } else if found.open > 0 {
            found.open -= 1;
            let count = usize::from(fate == Fate::Closed);
            counts.close(count);
        }
        drop(counts);
        self.changed.notify_waiters();
    }

    /// Waits until one more connection may be opened where `max` may be open, and counts it. `make_room`
    /// is called when that takes long: connections that nobody uses may belong to another pool.
    pub async fn open(&self, pool: u64, max: usize, make_room: impl Fn()) {
        let since = Instant::now();
        let mut look_again = since + PATIENCE;
        loop {
            let changed = self.changed.notified();
            if self.try_open(pool, max) {
                return;
            }
            // Whoever closes or gives back a connection notifies, but a count can be too high.
            let _ = timeout_at(look_again, changed).await;
            if Instant::now() >= look_again {
                look_again += PATIENCE;
                if since.elapsed() >= SETTLED {
                    self.counts().forget_idle(pool);
                }
                make_room();
            }
        }
    }

    /// Whether the pool has connections that nobody uses.
    pub fn has_idle(&self, pool: u64) -> bool {
        let counts = self.counts();
        counts
            .pools
            .get(&pool)
            .is_some_and(|pool| pool.open > pool.busy)
    }

    fn try_open(&self, pool: u64, max: usize) -> bool {
        let mut counts = self.counts();
        let now = Instant::now();
        counts.closing.retain(|until| *until > now);
        let open: usize = counts.pools.values().map(|pool| pool.open).sum();
        if open + counts.closing.len() >= max {
            return false;
        }
        let pool = counts.pool(pool);
        pool.open += 1;
        pool.busy += 1;
        true
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn pool(&mut self, number: u64) -> &mut Pool {
        self.pools.entry(number).or_default()
    }

    fn close(&mut self, count: usize) {
        let until = Instant::now() + CLOSING;
        self.closing.extend(std::iter::repeat_n(until, count));
    }

    /// Somebody waits to open a connection of this pool, which would have handed out an idle one at
    /// once: it has none.
    fn forget_idle(&mut self, pool: u64) {
        let pool = self.pool(pool);
        if pool.returned_at.is_none_or(|at| at.elapsed() >= SETTLED) {
            pool.open = pool.open.min(pool.busy);
        }
    }
}
