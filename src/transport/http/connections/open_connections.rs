//! Counts the open connections to an origin. The HTTP client does not report when one closes, so this is
//! an upper bound: what was opened, less what is known to have closed.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// After this long, other pools are asked to make room. A connection of the same pool returns sooner.
const PATIENCE: Duration = Duration::from_millis(25);
/// If no connection has returned to the pool of a waiting request for this long, it has none that is
/// idle, even if the machine is overloaded.
const SETTLED: Duration = Duration::from_millis(250);
/// How long it may take the other end to notice that a connection was closed.
const CLOSING: Duration = Duration::from_millis(100);

/// What happens to a connection after a request.
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
    pools: HashMap<u64, PoolCount>,
    /// When connections that were closed stop counting.
    closing: Vec<Instant>,
    /// The number of the newest pool.
    last_number: u64,
}

#[derive(Debug, Default)]
struct PoolCount {
    /// Connections open or being opened, at most.
    open: usize,
    /// Connections used by a request or being opened.
    busy: usize,
    /// When a request last finished with a connection, which then returns to the pool.
    returned_at: Option<Instant>,
}

impl OpenConnections {
    pub fn add_pool(&self) -> u64 {
        let mut counts = self.counts();
        counts.last_number += 1;
        let number = counts.last_number;
        counts.pools.insert(number, PoolCount::default());
        number
    }

    /// All connections of the pool are being closed.
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

    /// A request that was not sent turned out to have no connection.
    pub fn not_taken(&self, pool: u64) {
        let mut counts = self.counts();
        let pool = counts.pool(pool);
        pool.busy = pool.busy.saturating_sub(1);
    }

    /// A request has finished with its connection.
    pub fn returned(&self, pool: u64, fate: Fate) {
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

    /// Waits until fewer than `max` connections are open, and counts one more. `make_room` is called when
    /// that takes long, because idle connections may belong to other pools.
    pub async fn open(&self, pool: u64, max: usize, make_room: impl Fn()) {
        let since = Instant::now();
        let mut check_again = since + PATIENCE;
        loop {
            let changed = self.changed.notified();
            if self.try_open(pool, max) {
                return;
            }
            // Closing or returning a connection notifies, but the count can also be too high.
            let _ = timeout_at(check_again, changed).await;
            if Instant::now() >= check_again {
                check_again += PATIENCE;
                if since.elapsed() >= SETTLED {
                    self.counts().forget_idle(pool);
                }
                make_room();
            }
        }
    }

    /// Whether the pool has idle connections.
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
    fn pool(&mut self, number: u64) -> &mut PoolCount {
        self.pools.entry(number).or_default()
    }

    fn close(&mut self, count: usize) {
        let until = Instant::now() + CLOSING;
        self.closing.extend(std::iter::repeat_n(until, count));
    }

    /// A request is waiting to open a connection. The pool would have given it an idle one at once, so it
    /// has none.
    fn forget_idle(&mut self, pool: u64) {
        let pool = self.pool(pool);
        if pool.returned_at.is_none_or(|at| at.elapsed() >= SETTLED) {
            pool.open = pool.open.min(pool.busy);
        }
    }
}
