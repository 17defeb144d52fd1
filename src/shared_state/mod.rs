//! State that processes share through Redis. Whatever is wrong with Redis, a caller is told at most
//! that it is unavailable, and goes on with what its own process knows.

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

/// Plenty for processes that also do something else. One that competes in vain with others that
/// do not is better off with a state of its own than with waiting.
const UPDATE_ATTEMPTS: usize = 64;

/// For what a person waits for who has just signed in.
const SET_NEW_LIMIT: Duration = Duration::from_millis(250);

/// Redis is down, slow or refuses, which has been logged; or too many change the same value.
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

/// What is stored under a key, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub value: Vec<u8>,
    pub life: Duration,
}

/// What `get_or_claim` found.
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

    /// Ends the connection. A later use opens a new one.
    pub fn close(&self) {
        self.0.connection.close();
    }

    pub async fn put(&self, key: &str, value: &[u8], life: Duration) -> Shared<()> {
        self.ask(&commands::put(&self.key(key), value, life)).await
    }

    /// The value; or where there is none, the claim to it, unless somebody else has that. A value
    /// without an end counts as absent: nothing here writes one.
    pub async fn get_or_claim(
        &self,
        key: &str,
        claim: &str,
        owner: &[u8],
        life: Duration,
    ) -> Shared<GetOrClaim> {
        let (key, claim) = (self.key(key), self.key(claim));
        let command = commands::get_or_claim(&key, &claim, owner, life);
        let (value, life, is_claimed): commands::GetOrClaim = self.ask(&command).await?;
        let life = Duration::from_millis(life);
        Ok(match value {
            Some(value) => GetOrClaim::Stored(Stored { value, life }),
            None if is_claimed => GetOrClaim::Claimed,
            None => GetOrClaim::Taken,
        })
    }

    /// Sets a value that nobody else can set again before its life ends. Says whether it was set now. Asks for no
    /// longer than a quarter of a second, a connection included.
    pub async fn set_new(&self, key: &str, value: &[u8], life: Duration) -> Shared<bool> {
        let command = commands::set_new(&self.key(key), value, life);
        timeout(SET_NEW_LIMIT, self.ask(&command))
            .await
            .unwrap_or_else(|_| Err(self.failed(TOO_SLOW)))
    }

    /// Deletes the value if it is this one. Says whether it was.
    pub async fn delete_if(&self, key: &str, value: &[u8]) -> Shared<bool> {
        self.ask(&commands::delete_if(&self.key(key), value)).await
    }

    /// Reads, changes and writes one small text as if nobody else did at the same time. `change`
    /// gets the current text, if any, and Redis's own time in milliseconds since 1970; it returns a
    /// result and the new text with its life, or none to leave the value as it is. It runs again
    /// whenever another process came in between.
    pub async fn update<T>(
        &self,
        key: &str,
        mut change: impl FnMut(Option<&str>, f64) -> (T, Option<(String, Duration)>),
    ) -> Shared<T> {
        let key = self.key(key);
        let _turn = self.0.turn.lock().await;
        let mut reading: Reading = self.ask(&commands::read(&key)).await?;
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
            match self.ask(&swap).await? {
                None => return Ok(result),
                Some(other) => reading = other,
            }
        }
        Err(Unavailable)
    }

    fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.0.prefix)
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Shared<T> {
        let Inner {
            connection,
            breaker,
            logger,
            ..
        } = &*self.0;
        if !breaker.lets_through() {
            return Err(Unavailable);
        }
        match connection.query(command).await {
            Ok(answer) => {
                if breaker.succeeded() {
                    logger.info("Redis is back: state is shared again.", &Value::Null);
                }
                Ok(answer)
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
