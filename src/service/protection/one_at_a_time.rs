//! Lets one call of the process at a time change something of a user that depends on all of it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::{Mutex as Queue, OwnedMutexGuard};
use tokio::time::timeout_at;

use crate::error::Result;
use crate::transport::call::Call;
use crate::transport::pipeline::timed_out;
use crate::transport::request::Route;

/// Hold this while the change is made.
pub(super) struct Turn {
    _permit: OwnedMutexGuard<()>,
}

/// By tenant and user, as long as a call waits or has its turn.
static QUEUES: LazyLock<Mutex<HashMap<String, Weak<Queue<()>>>>> = LazyLock::new(Mutex::default);

impl Turn {
    /// Waits until the deadline of the call.
    pub async fn of(tenant: &str, owner: &str, call: Call, route: &'static Route) -> Result<Self> {
        let queue = queue(format!("{tenant} {owner}"));
        let permit = timeout_at(call.deadline(), queue.lock_owned()).await;
        let permit = permit.map_err(|_| timed_out(route, 0))?;
        Ok(Self { _permit: permit })
    }
}

fn queue(key: String) -> Arc<Queue<()>> {
    let mut queues = queues();
    if let Some(queue) = queues.get(&key).and_then(Weak::upgrade) {
        return queue;
    }
    queues.retain(|_, queue| queue.strong_count() > 0);
    let queue = Arc::new(Queue::new(()));
    queues.insert(key, Arc::downgrade(&queue));
    queue
}

fn queues() -> MutexGuard<'static, HashMap<String, Weak<Queue<()>>>> {
    // An entry is inserted or removed as a whole.
    QUEUES.lock().unwrap_or_else(PoisonError::into_inner)
}
