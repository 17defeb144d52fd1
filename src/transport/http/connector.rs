//! Opens connections only while fewer than `maxConnections` are open, and only while the request that
//! asked for one still needs it. By itself, the HTTP client opens one for every request that finds none
//! idle.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::timeout;
use tower_service::Service;

use super::connections::{Connections, Fate, Protocol};

pub(super) type BoxError = Box<dyn std::error::Error + Send + Sync>;
pub(super) type Opening<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

tokio::task_local! {
    /// Set while a request waits for the head of its response, and so for a connection.
    pub(super) static CONNECTION_USE: Arc<ConnectionUse>;
}

/// One pool's share of the connections of this process to its origin.
pub(super) struct PoolShare {
    pub connections: Arc<Connections>,
    pub number: u64,
    max: usize,
    make_room: Box<dyn Fn(&PoolShare) + Send + Sync>,
}

impl PoolShare {
    pub fn new(
        connections: Arc<Connections>,
        max: usize,
        make_room: impl Fn(&PoolShare) + Send + Sync + 'static,
    ) -> Self {
        Self {
            number: connections.open.add_pool(),
            connections,
            max,
            make_room: Box::new(make_room),
        }
    }

    async fn open(self: &Arc<Self>) -> OpenSlot {
        let open = &self.connections.open;
        open.open(self.number, self.max, || (self.make_room)(self))
            .await;
        OpenSlot {
            share: self.clone(),
            fate: Some(Fate::Closed),
        }
    }
}

impl Drop for PoolShare {
    fn drop(&mut self) {
        self.connections.open.remove_pool(self.number);
    }
}

/// A connection that is counted as open. On drop it is returned, with what became of it.
struct OpenSlot {
    share: Arc<PoolShare>,
    /// None if a request has taken it over.
    fate: Option<Fate>,
}

impl Drop for OpenSlot {
    fn drop(&mut self) {
        if let Some(fate) = self.fate {
            self.share
                .connections
                .open
                .returned(self.share.number, fate);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The request has a connection. It starts out this way, as if one were idle.
    Connected,
    Waiting,
    Over,
}

/// One request's use of its pool.
pub(super) struct ConnectionUse {
    share: Arc<PoolShare>,
    state: Mutex<State>,
}

impl ConnectionUse {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No connection is idle.
    fn wait(&self) {
        let mut state = self.state();
        if *state == State::Connected {
            *state = State::Waiting;
            self.share.connections.open.not_taken(self.share.number);
        }
    }

    /// An idle connection became available before the new one was open.
    fn connected(&self) {
        let mut state = self.state();
        if *state == State::Waiting {
            *state = State::Connected;
            self.share.connections.open.taken(self.share.number);
        }
    }

    /// The new connection is open: for this request or, if that no longer needs it, for the pool.
    fn opened(&self, mut opened: OpenSlot) {
        let mut state = self.state();
        opened.fate = match *state {
            State::Waiting => None,
            State::Connected | State::Over => Some(Fate::Kept),
        };
        if *state == State::Waiting {
            *state = State::Connected;
        }
    }
}

/// Held from the start of a request to the end of its response.
pub(super) struct UseGuard {
    pub usage: Arc<ConnectionUse>,
    /// `Closed` unless the response was read to its end.
    pub fate: Fate,
}

impl UseGuard {
    pub fn begin(share: Arc<PoolShare>) -> Self {
        share.connections.open.taken(share.number);
        let usage = ConnectionUse {
            share,
            state: Mutex::new(State::Connected),
        };
        Self {
            usage: Arc::new(usage),
            fate: Fate::Closed,
        }
    }
}

impl Drop for UseGuard {
    fn drop(&mut self) {
        let ConnectionUse { share, state } = &*self.usage;
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut *state, State::Over) == State::Connected {
            let fate = match share.connections.protocol() {
                Some(Protocol::Http2) => Fate::Kept,
                _ => self.fate,
            };
            share.connections.open.returned(share.number, fate);
        }
    }
}

/// No connection was open in time.
#[derive(Debug, thiserror::Error)]
#[error("the time limit was exceeded")]
pub(super) struct ConnectTimedOut;

/// Counts every connection that a client opens, and limits the time that it takes.
#[derive(Clone)]
pub(super) struct Counted<S> {
    share: Arc<PoolShare>,
    connector: S,
    time_limit: Duration,
}

impl<S> Counted<S> {
    pub fn new(share: Arc<PoolShare>, connector: S, time_limit: Duration) -> Self {
        Self {
            share,
            connector,
            time_limit,
        }
    }
}

impl<S, R> Service<R> for Counted<S>
where
    S: Service<R, Error = BoxError> + Clone + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    R: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = WhileNeeded<S::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, target: R) -> WhileNeeded<S::Response> {
        let connector = self.connector.clone();
        // The connector that was polled ready is used; the fresh clone stays.
        let mut connector = std::mem::replace(&mut self.connector, connector);
        let user = CONNECTION_USE.try_with(Arc::clone).ok();
        let has_begun = Arc::new(AtomicBool::new(false));
        let (share, its_user, begins) = (self.share.clone(), user.clone(), has_begun.clone());
        let opening = async move {
            if let Some(user) = &its_user {
                user.wait();
            }
            let opened = share.open().await;
            begins.store(true, Ordering::Relaxed);
            let connection = connector.call(target).await?;
            if let Some(user) = &its_user {
                user.opened(opened);
            }
            Ok(connection)
        };
        let opening = timeout(self.time_limit, opening);
        WhileNeeded {
            user,
            has_begun,
            opening: Some(Box::pin(async {
                opening.await.map_err(|_| ConnectTimedOut)?
            })),
        }
    }
}

/// When the request gets another connection first, the client moves this future to a background task,
/// where there is no `CONNECTION_USE`. A connection that is being opened by then is completed for the pool;
/// otherwise it is given up.
pub(super) struct WhileNeeded<T> {
    user: Option<Arc<ConnectionUse>>,
    has_begun: Arc<AtomicBool>,
    opening: Option<Opening<T>>,
}

impl<T> Future for WhileNeeded<T> {
    type Output = Result<T, BoxError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let has_user = CONNECTION_USE.try_with(|_| ()).is_ok();
        if let (Some(user), false) = (&self.user, has_user) {
            user.connected();
        }
        let is_needed = has_user || self.has_begun.load(Ordering::Relaxed);
        if is_needed && let Some(opening) = &mut self.opening {
            return opening.as_mut().poll(context);
        }
        self.opening = None;
        Poll::Ready(Err("another connection came first".into()))
    }
}
