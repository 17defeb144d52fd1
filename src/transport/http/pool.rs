//! The client of one service and origin, with the connections that it keeps open.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::SendError;
use super::client::{Client, Settings};
use super::opening::Share;
use crate::transport::connections::Connections;

/// Its client is made at the first request, because reading the system's root certificates takes
/// too long for a constructor.
#[derive(Debug)]
pub(super) struct Pool {
    since: Instant,
    client: OnceCell<PooledClient>,
}

pub(super) struct PooledClient {
    pub http: Client,
    pub share: Arc<Share>,
}

impl fmt::Debug for PooledClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.http.fmt(formatter)
    }
}

impl Pool {
    fn begin() -> Arc<Self> {
        Arc::new(Self {
            since: Instant::now(),
            client: OnceCell::new(),
        })
    }

    pub async fn client(
        &self,
        settings: &Settings,
        origin: &str,
    ) -> Result<&PooledClient, SendError> {
        self.client
            .get_or_try_init(|| build(settings, origin))
            .await
    }

    /// Whether it keeps connections to the same origin open that nobody uses.
    fn is_idle_beside(&self, share: &Share) -> bool {
        self.client.get().is_some_and(|client| {
            let is_same_origin = Arc::ptr_eq(&client.share.connections, &share.connections);
            let number = client.share.number;
            is_same_origin && number != share.number && share.connections.open.has_idle(number)
        })
    }
}

async fn build(settings: &Settings, origin: &str) -> Result<PooledClient, SendError> {
    let max = settings.max_connections;
    let share = Share::new(Connections::of_origin(origin), max, CurrentPool::make_room);
    let share = Arc::new(share);
    let (settings, origin, its_share) = (settings.clone(), origin.to_owned(), share.clone());
    let built = tokio::task::spawn_blocking(move || settings.build(&origin, its_share));
    let http = built
        .await
        .map_err(|_| SendError::not_sent("the HTTP client could not be made"))??;
    Ok(PooledClient { http, share })
}

/// The pool that the next request uses.
#[derive(Debug)]
pub(super) struct CurrentPool(Mutex<Arc<Pool>>);

/// Those of all services of the process, by their addresses.
static POOLS: LazyLock<Mutex<HashMap<usize, Weak<CurrentPool>>>> = LazyLock::new(Mutex::default);

fn pools() -> MutexGuard<'static, HashMap<usize, Weak<CurrentPool>>> {
    POOLS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl CurrentPool {
    pub fn begin() -> Arc<Self> {
        let pool = Arc::new(Self(Mutex::new(Pool::begin())));
        pools().insert(Arc::as_ptr(&pool).addr(), Arc::downgrade(&pool));
        pool
    }

    /// After `renew_after` connections serve the requests that they have, and new ones take their place.
    pub fn get(&self, renew_after: Duration) -> Arc<Pool> {
        self.renew(|pool| pool.since.elapsed() >= renew_after);
        self.pool().clone()
    }

    /// Connections that nobody uses close now, the others with their requests.
    pub fn renew(&self, is_over: impl Fn(&Pool) -> bool) {
        let mut pool = self.pool();
        if is_over(&pool) {
            let old = std::mem::replace(&mut *pool, Pool::begin());
            // Closing takes other locks.
            drop(pool);
            drop(old);
        }
    }

    /// Other services keep connections to the same origin that they do not use.
    fn make_room(share: &Share) {
        let all: Vec<_> = pools().values().filter_map(Weak::upgrade).collect();
        for pool in all {
            pool.renew(|pool| pool.is_idle_beside(share));
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
