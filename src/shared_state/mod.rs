//! State that processes share through Redis. Whatever is wrong with Redis, a caller learns at most that it is
//! unavailable, and falls back to what its own process knows.

mod breaker;
mod commands;
mod connection;
mod reply_limit;
mod socket;

use std::sync::Arc;
use std::time::Duration;

use redis::{Cmd, FromRedisValue};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::config::SharedStateSettings;
use crate::logging::Logger;
use breaker::Breaker;
use commands::Reading;
use connection::{Connection, Problem, TOO_SLOW};

/// Plenty for processes that also do other work. One that keeps losing to others is better off falling back to its
/// own state than waiting.
const UPDATE_ATTEMPTS: usize = 64;

/// For requests that a person who has just signed in is waiting for.
const SET_NEW_LIMIT: Duration = Duration::from_millis(250);

/// Redis is down, slow or rejects commands, which has been logged; or too many processes change the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable;

pub type Shared<T> = Result<T, Unavailable>;

/// Cheap to clone: all clones use one connection.
#[derive(Debug, Clone)]
pub struct SharedState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    prefix: String,
    connection: Connection,
    breaker: Breaker,
    logger: Logger,
    /// Updates of one process take turns, so that they compete with other processes only.
    turn: Mutex<()>,
}

/// The value of a key, and how much longer it lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub value: Vec<u8>,
    pub life: Duration,
}

/// The outcome of `get_or_claim`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GetOrClaim {
    Stored(Stored),
    Claimed,
    Taken,
}

impl SharedState {
    /// Opens no connection yet.
    pub fn new(settings: &SharedStateSettings, logger: Logger) -> Self {
        Self(Arc::new(Inner {
            prefix: settings.prefix.clone(),
            connection: Connection::new(settings.redis_url.clone()),
            breaker: Breaker::default(),
            logger,
            turn: Mutex::new(()),
        }))
    }

    /// Closes the connection. A later use opens a new one.
    pub fn close(&self) {
        self.0.connection.close();
    }

    pub async fn put(&self, key: &str, value: &[u8], life: Duration) -> Shared<()> {
        self.execute(&commands::put(&self.key(key), value, life))
            .await
    }

    /// The value or, if there is none, the claim to it, unless another process has claimed it. A value without an
    /// expiry counts as absent: nothing here writes one.
    pub async fn get_or_claim(
        &self,
        key: &str,
        claim: &str,
        owner: &[u8],
        life: Duration,
    ) -> Shared<GetOrClaim> {
        let (key, claim) = (self.key(key), self.key(claim));
        let command = commands::get_or_claim(&key, &claim, owner, life);
        let (value, life, is_claimed): commands::GetOrClaim = self.execute(&command).await?;
        let life = Duration::from_millis(life);
        Ok(match value {
            Some(value) => GetOrClaim::Stored(Stored { value, life }),
            None if is_claimed => GetOrClaim::Claimed,
            None => GetOrClaim::Taken,
        })
    }

    /// Sets a value that cannot be set again before it expires. Returns whether it was set now. Takes at most a
    /// quarter of a second, including opening a connection.
    pub async fn set_new(&self, key: &str, value: &[u8], life: Duration) -> Shared<bool> {
        let command = commands::set_new(&self.key(key), value, life);
        timeout(SET_NEW_LIMIT, self.execute(&command))
            .await
            .unwrap_or_else(|_| Err(self.failed(TOO_SLOW)))
    }

    /// Deletes the value if it equals this one. Returns whether it did.
    pub async fn delete_if(&self, key: &str, value: &[u8]) -> Shared<bool> {
        self.execute(&commands::delete_if(&self.key(key), value))
            .await
    }

    /// Reads, changes and writes one short string atomically. `change` gets the current string, if any, and Redis's
    /// own time in milliseconds since 1970; it returns a result and the new string with its life, or none to leave
    /// the value as it is. It runs again if another process has changed the value in between.
    pub async fn update<T>(
        &self,
        key: &str,
        mut change: impl FnMut(Option<&str>, f64) -> (T, Option<(String, Duration)>),
    ) -> Shared<T> {
        let key = self.key(key);
        let _turn = self.0.turn.lock().await;
        let mut reading: Reading = self.execute(&commands::read(&key)).await?;
        for _ in 0..UPDATE_ATTEMPTS {
            let (current, _, seconds, micros) = reading;
            let text = current
                .as_deref()
                .and_then(|bytes| str::from_utf8(bytes).ok());
            let (result, changed) = change(text, millis(seconds, micros));
            let Some((changed, life)) = changed else {
                return Ok(result);
            };
            let swap = commands::swap(&key, current.as_deref(), changed.as_bytes(), life);
            match self.execute(&swap).await? {
                None => return Ok(result),
                Some(other) => reading = other,
            }
        }
        Err(Unavailable)
    }

    fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.0.prefix)
    }

    async fn execute<T: FromRedisValue>(&self, command: &Cmd) -> Shared<T> {
        let Inner {
            connection,
            breaker,
            logger,
            ..
        } = &*self.0;
        if !breaker.allows() {
            return Err(Unavailable);
        }
        match connection.query(command).await {
            Ok(reply) => {
                if breaker.succeeded() {
                    logger.info("Redis is back: state is shared again.", &Value::Null);
                }
                Ok(reply)
            }
            Err(problem) => Err(self.failed(problem)),
        }
    }

    fn failed(&self, problem: Problem) -> Unavailable {
        self.0.connection.close();
        if self.0.breaker.failed() {
            let message = "Redis (sharedState.redisUrl) is unavailable; falling back to per-process state \
                           until it recovers.";
            self.0.logger.warn(message, &json!({ "problem": problem }));
        }
        Unavailable
    }
}

/// Exact: such a time has far fewer digits than a double.
fn millis(seconds: u64, micros: u32) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a time in seconds is far below 2^53"
    )]
    let seconds = seconds as f64;
    seconds * 1000.0 + f64::from(micros) / 1000.0
}
