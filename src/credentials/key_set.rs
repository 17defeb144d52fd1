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
    /// When an unknown key id last caused a fetch.
    unknown_at: Option<Instant>,
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
        let mut unknown_at = None;
        if let Some(current) = &*cached {
            let is_young = current.fetched_at.elapsed() < LIFETIME;
            match current.find(key_id) {
                Some(key) if is_young => return Ok(key),
                None if is_young => {
                    let is_flood = |at: Instant| at.elapsed() < REFETCH_PAUSE;
                    if current.unknown_at.is_some_and(is_flood) {
                        return Err(invalid("names an unknown key"));
                    }
                    unknown_at = Some(Instant::now());
                }
                _ => {}
            }
        }
        let fresh = Cached {
            unknown_at,
            ..self.fetch(call).await?
        };
        let found = fresh.find(key_id);
        *cached = Some(fresh);
        found.ok_or_else(|| invalid("names an unknown key"))
    }

    async fn fetch(&self, call: Call) -> Result<Cached> {
        let exchange = self.channel.exchange(&login::keys()?, None, call).await?;
        let answer: KeySetAnswer = answer::json(&login::KEYS, &exchange, None)?;
        Ok(Cached {
            keys: answer.rsa_keys(),
            fetched_at: Instant::now(),
            unknown_at: None,
        })
    }
}
