//! One connection to Redis, opened when it is first needed and reopened after it was closed.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Cmd, ErrorKind, FromRedisValue, IntoConnectionInfo, RedisError,
};
use tokio::sync::OnceCell;
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout};

use super::reply_limit::Limited;
use super::socket;
use crate::config::Secret;

/// A nearby Redis responds within a few milliseconds; one that takes longer than this for a command
/// would slow down the calls that it is meant to help.
const COMMAND_LIMIT: Duration = Duration::from_millis(250);
/// Several round trips, with TLS, and reading the system's root certificates.
const CONNECT_LIMIT: Duration = Duration::from_millis(500);
/// Firewalls and servers drop idle connections, some of them silently: an older one is not used.
const IDLE_LIMIT: Duration = Duration::from_secs(30);

/// Why a command failed. The server's own words are left out: they may repeat the password that it was
/// sent.
pub type Problem = &'static str;

pub const TOO_SLOW: Problem = "did not respond in time";
const UNREACHABLE: Problem = "could not be reached";
const NOT_REDIS: Problem = "sent a reply that is not valid Redis protocol";
const TOO_LARGE: Problem = "sent a reply that is too large";
const REFUSED_LOGIN: Problem = "rejected the user or the password of the URL";

type Cell = Arc<OnceCell<Link>>;

/// On drop, ends the task that drives the connection.
struct Link {
    connection: MultiplexedConnection,
    driver: AbortHandle,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

pub struct Connection {
    url: Secret,
    slot: Mutex<Slot>,
}

struct Slot {
    cell: Cell,
    used_at: Instant,
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Connection([redacted])")
    }
}

impl Connection {
    pub fn new(url: Secret) -> Self {
        let slot = Slot {
            cell: Arc::default(),
            used_at: Instant::now(),
        };
        Self {
            url,
            slot: Mutex::new(slot),
        }
    }

    /// Commands share the connection and do not wait for each other.
    pub async fn query<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Problem> {
        let cell = self.cell();
        let connecting = cell.get_or_try_init(|| self.connect());
        let connected = timeout(CONNECT_LIMIT, connecting).await;
        let mut connection = connected.map_err(|_| TOO_SLOW)??.connection.clone();
        let reply = timeout(COMMAND_LIMIT, command.query_async(&mut connection)).await;
        reply
            .map_err(|_| TOO_SLOW)?
            .map_err(|error| problem(&error))
    }

    /// The next command opens a new connection; those in progress complete on the old one.
    pub fn close(&self) {
        self.slot().cell = Arc::default();
    }

    fn cell(&self) -> Cell {
        let mut slot = self.slot();
        if slot.used_at.elapsed() > IDLE_LIMIT {
            slot.cell = Arc::default();
        }
        slot.used_at = Instant::now();
        slot.cell.clone()
    }

    /// Uses a stream of our own, which limits the size of replies. Timeouts are enforced by the callers, where they
    /// include the wait for a connection that another one is opening.
    async fn connect(&self) -> Result<Link, Problem> {
        let info = self.url.expose().into_connection_info();
        let info = info.map_err(|error| problem(&error))?;
        let stream = socket::open(&info.addr).await.map_err(|_| UNREACHABLE)?;
        let config = AsyncConnectionConfig::new();
        let made =
            MultiplexedConnection::new_with_config(&info.redis, Limited::new(stream), config);
        let (connection, driver) = made.await.map_err(|error| problem(&error))?;
        Ok(Link {
            connection,
            driver: tokio::spawn(driver).abort_handle(),
        })
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn problem(error: &RedisError) -> Problem {
    match error.kind() {
        ErrorKind::AuthenticationFailed => REFUSED_LOGIN,
        _ if error.code() == Some("NOAUTH") => REFUSED_LOGIN,
        ErrorKind::IoError => match io_kind(error) {
            Some(io::ErrorKind::FileTooLarge) => TOO_LARGE,
            Some(io::ErrorKind::InvalidData) => NOT_REDIS,
            _ => UNREACHABLE,
        },
        _ if error.code().is_some() => "rejected a command",
        _ => NOT_REDIS,
    }
}

fn io_kind(error: &RedisError) -> Option<io::ErrorKind> {
    let source = error.source()?.downcast_ref::<io::Error>();
    source.map(io::Error::kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_was_idle_for_long_is_not_used_again() {
        let connection = Connection::new(Secret::new("redis://localhost".to_owned()));
        let first = connection.cell();
        for _ in 0..3 {
            tokio::time::advance(IDLE_LIMIT).await;
            assert!(Arc::ptr_eq(&first, &connection.cell()), "in use");
        }
        tokio::time::advance(IDLE_LIMIT + Duration::from_millis(1)).await;
        assert!(!Arc::ptr_eq(&first, &connection.cell()));
    }
}
