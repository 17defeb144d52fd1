//! The tenant's signing keys: kept for a while, fetched anew for an unknown key id, but never as
//! often as forged key ids would like.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

use crate::auth0::answer;
use crate::auth0::login::{self, Key, KeySetAnswer};
use crate::credentials::id_token::invalid;
use crate::error::Result;
use crate::transport::pipeline::{Call, Channel, timed_out};

const LIFETIME: Duration = Duration::from_secs(600);
const REFETCH_PAUSE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub struct KeySet {
    channel: Arc<Channel>,
    cached: Mutex<Option<Cached>>,
}

#[derive(Debug)]
struct Cached {
    keys: Vec<Key>,
    fetched_at: Instant,
}

impl Cached {
    fn find(&self, key_id: Option<&str>) -> Option<Key> {
        let mut matching = self.keys.iter().filter(|key| match key_id {
            Some(key_id) => key.kid.as_deref() == Some(key_id),
            // Without a key id only a single key leaves no doubt.
            None => self.keys.len() == 1,
        });
        matching.next().cloned()
    }
}

impl KeySet {
    pub fn new(channel: Arc<Channel>) -> Self {
        Self {
            channel,
            cached: Mutex::new(None),
        }
    }

    /// The key that a token names. Waiting callers share one fetch.
    pub async fn key(&self, key_id: Option<&str>, call: Call) -> Result<Key> {
        let mut cached = timeout_at(call.instant(), self.cached.lock())
            .await
            .map_err(|_| timed_out(&login::KEYS, 0))?;
        if let Some(current) = &*cached {
            let age = current.fetched_at.elapsed();
            let found = current.find(key_id);
            let is_usable = found.is_some() && age < LIFETIME;
            if is_usable || age < REFETCH_PAUSE {
                return found.ok_or_else(|| invalid("names an unknown key"));
            }
        }
        let fresh = self.fetch(call).await?;
        let found = fresh.find(key_id);
        *cached = Some(fresh);
        found.ok_or_else(|| invalid("names an unknown key"))
    }

    async fn fetch(&self, call: Call) -> Result<Cached> {
        let exchange = self.channel.exchange(&login::keys()?, None, call).await?;
        let answer: KeySetAnswer = answer::json(&login::KEYS, &exchange)?;
        Ok(Cached {
            keys: answer.rsa_keys(),
            fetched_at: Instant::now(),
        })
    }
}
