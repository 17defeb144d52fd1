//! Which tenants have open services. With the last one, what the process has learned about a tenant is forgotten, so that
//! it affects no service that begins afresh: a test, for example, or one for a tenant that was repaired.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::service::revoke_access_evidence::Evidence;
use crate::transport::pacing::pacer::Pacer;

/// How many there are, by the origin of the tenant.
static OPEN: LazyLock<Mutex<HashMap<String, usize>>> = LazyLock::new(Mutex::default);

/// A service that has not been closed. Create it before anything that the services of a tenant share.
#[derive(Debug)]
pub(super) struct OpenService {
    tenant: String,
    is_open: AtomicBool,
}

impl OpenService {
    pub fn of(tenant: &str) -> Self {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        *open.entry(tenant.to_owned()).or_default() += 1;
        Self {
            tenant: tenant.to_owned(),
            is_open: AtomicBool::new(true),
        }
    }

    pub fn close(&self) {
        if !self.is_open.swap(false, Ordering::Relaxed) {
            return;
        }
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let left = open.get(&self.tenant).map_or(0, |count| count - 1);
        if left > 0 {
            open.insert(self.tenant.clone(), left);
            return;
        }
        open.remove(&self.tenant);
        // Under the lock, so that no service that is being created gets half of what is forgotten.
        Pacer::forget_tenant(&self.tenant);
        Evidence::forget_tenant(&self.tenant);
    }
}

impl Drop for OpenService {
    fn drop(&mut self) {
        self.close();
    }
}
