//! Whom a run has met, by every name.

use std::sync::{Mutex, PoisonError};

use crate::error::Result;
use crate::seen::Seen;
use crate::user::UserRef;

pub struct Met {
    seen: Mutex<Seen>,
    is_by_connection: bool,
}

impl Met {
    /// By connection, a user with a password in each of several is met once for each.
    pub fn new(is_by_connection: bool) -> Result<Self> {
        Ok(Self {
            seen: Mutex::new(Seen::new()?),
            is_by_connection,
        })
    }

    pub fn is_new(&self, user: &UserRef) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match user {
            UserRef::Id { id, .. } if !self.is_by_connection => seen.is_new(&UserRef::known(id)),
            _ => seen.is_new(user),
        }
    }
}
