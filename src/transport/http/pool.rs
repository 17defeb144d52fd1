//! The client of one service, with the connections that it keeps open.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::SendError;
use super::client::{ClientSettings, OriginClient};
use super::connections::Connections;
use super::connector::PoolShare;

/// The client is built at the first request, because reading the system's root certificates takes too
/// long for a constructor.
#[derive(Debug)]
pub(super) struct Pool {
    since: Instant,
    client: OnceCell<PooledClient>,
}

pub(super) struct PooledClient {
    pub http: OriginClient,
    pub share: Arc<PoolShare>,
}

impl fmt::Debug for PooledClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.http.fmt(formatter)
    }
}

impl Pool {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            since: Instant::now(),
            client: OnceCell::new(),
        })
    }

    pub async fn client(
        &self,
        settings: &ClientSettings,
        origin: &str,
    ) -> Result<&PooledClient, SendError> {
        self.client
            .get_or_try_init(|| build(settings, origin))
            .await
    }

    /// Whether this is another pool with idle connections to the same origin.
    fn has_idle_beside(&self, share: &PoolShare) -> bool {
        self.client.get().is_some_and(|client| {
            let is_same_origin = Arc::ptr_eq(&client.share.connections, &share.connections);
            let number = client.share.number;
            is_same_origin && number != share.number && share.connections.open.has_idle(number)
        })
    }
}

async fn build(settings: &ClientSettings, origin: &str) -> Result<PooledClient, SendError> {
    let max = settings.max_connections;
    let share = PoolShare::new(Connections::of_origin(origin), max, CurrentPool::make_room);
    let share = Arc::new(share);
    let (settings, origin, its_share) = (settings.clone(), origin.to_owned(), share.clone());
    let built = tokio::task::spawn_blocking(move || settings.build(&origin, its_share));
    let http = built
        .await
        .map_err(|_| SendError::not_sent("the HTTP client could not be built"))??;
    Ok(PooledClient { http, share })
}

/// The pool that the next request will use.
#[derive(Debug)]
pub(super) struct CurrentPool(Mutex<Arc<Pool>>);

/// The current pools of all services of the process, by address.
static POOLS: LazyLock<Mutex<HashMap<usize, Weak<CurrentPool>>>> = LazyLock::new(Mutex::default);

fn pools() -> MutexGuard<'static, HashMap<usize, Weak<CurrentPool>>> {
    POOLS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl CurrentPool {
    pub fn new() -> Arc<Self> {
        let pool = Arc::new(Self(Mutex::new(Pool::new())));
        pools().insert(Arc::as_ptr(&pool).addr(), Arc::downgrade(&pool));
        pool
    }

    /// Replaces the pool if it is older than `renew_after`.
    pub fn get(&self, renew_after: Duration) -> Arc<Pool> {
        self.renew(|pool| pool.since.elapsed() >= renew_after);
        self.pool().clone()
    }

    /// Replaces the pool if `is_over`. Its idle connections close now, the others when their requests end.
    pub fn renew(&self, is_over: impl Fn(&Pool) -> bool) {
        let mut pool = self.pool();
        if is_over(&pool) {
            let old = std::mem::replace(&mut *pool, Pool::new());
            // Dropping the pool takes other locks.
            drop(pool);
            drop(old);
        }
    }

    /// Closes idle connections that other services keep open to the same origin.
    fn make_room(share: &PoolShare) {
        let all: Vec<_> = pools().values().filter_map(Weak::upgrade).collect();
        for pool in all {
            pool.renew(|pool| pool.has_idle_beside(share));
        }
    }

    fn pool(&self) -> MutexGuard<'_, Arc<Pool>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for CurrentPool {
    fn drop(&mut self) {
        pools().remove(&std::ptr::from_ref(self).addr());
    }
}
