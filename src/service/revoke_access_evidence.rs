//! What a process has observed `revoke-access` to do in each tenant, and whose access it is revoking now.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use crate::auth0::refresh_tokens::RefreshToken;
use crate::error::{ApiCategory, Error};

/// What a process has observed the request to do in one tenant.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    session: AtomicBool,
    session_bound_token: AtomicBool,
    session_less_token: AtomicBool,
    /// Something was still there at the end of a trial.
    is_refuted: AtomicBool,
    /// The users whose access this process is revoking. The flag says that more than one call is doing so.
    under_way: Mutex<HashMap<String, Arc<AtomicBool>>>,
}

static TENANTS: LazyLock<Mutex<HashMap<String, Weak<Evidence>>>> = LazyLock::new(Mutex::default);

impl Evidence {
    /// The evidence for the tenant with this origin, kept as long as any service uses it.
    pub(super) fn of_tenant(origin: &str) -> Arc<Self> {
        let mut tenants = TENANTS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(evidence) = tenants.get(origin).and_then(Weak::upgrade) {
            return evidence;
        }
        tenants.retain(|_, evidence| evidence.strong_count() > 0);
        let evidence = Arc::new(Self::default());
        tenants.insert(origin.to_owned(), Arc::downgrade(&evidence));
        evidence
    }

    /// The next service of the tenant begins without any.
    pub(super) fn forget_tenant(origin: &str) {
        let mut tenants = TENANTS.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.remove(origin);
    }

    pub fn is_complete(&self) -> bool {
        let seen = [
            &self.session,
            &self.session_bound_token,
            &self.session_less_token,
        ];
        !self.is_refuted() && seen.iter().all(|kind| kind.load(Ordering::Relaxed))
    }

    pub fn is_refuted(&self) -> bool {
        self.is_refuted.load(Ordering::Relaxed)
    }

    /// Everything that was listed is gone.
    pub fn record(&self, has_sessions: bool, tokens: &[RefreshToken]) {
        let is_bound = |token: &RefreshToken| token.session_id.is_some();
        let seen = [
            (&self.session, has_sessions),
            (&self.session_bound_token, tokens.iter().any(is_bound)),
            (
                &self.session_less_token,
                tokens.iter().any(|token| !is_bound(token)),
            ),
        ];
        for (kind, _) in seen.into_iter().filter(|(_, is_seen)| *is_seen) {
            kind.store(true, Ordering::Relaxed);
        }
    }

    pub fn refute(&self) {
        self.is_refuted.store(true, Ordering::Relaxed);
    }

    /// Records that a wait still saw what was revoked at its deadline.
    pub(super) fn refute_on_timeout(&self, error: &Error) {
        if is_wait_timeout(error) {
            self.refute();
        }
    }

    /// Hold this while a call revokes the user's access: what ends meanwhile may be the work of another call.
    pub(super) fn begin(self: &Arc<Self>, owner: &str) -> UnderWay {
        let mut users = self.users();
        let is_shared = match users.entry(owner.to_owned()) {
            Entry::Occupied(other) => {
                other.get().store(true, Ordering::Relaxed);
                other.get().clone()
            }
            Entry::Vacant(place) => place.insert(Arc::default()).clone(),
        };
        UnderWay {
            evidence: self.clone(),
            owner: owner.to_owned(),
            is_shared,
        }
    }

    fn users(&self) -> MutexGuard<'_, HashMap<String, Arc<AtomicBool>>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn is_wait_timeout(error: &Error) -> bool {
    error
        .api()
        .is_some_and(|failure| failure.category == ApiCategory::Timeout && failure.attempts == 0)
}

pub(super) struct UnderWay {
    evidence: Arc<Evidence>,
    owner: String,
    is_shared: Arc<AtomicBool>,
}

impl UnderWay {
    pub fn is_alone(&self) -> bool {
        !self.is_shared.load(Ordering::Relaxed)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut users = self.evidence.users();
        // One of these is in the map, the other belongs to this guard.
        if Arc::strong_count(&self.is_shared) == 2 {
            users.remove(&self.owner);
        }
    }
}
