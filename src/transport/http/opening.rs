//! Opens a connection when one may be opened, and only for as long as the request that asked for it has
//! none. The HTTP client on its own opens one for every request that finds none idle.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

use crate::transport::connections::{Connections, Protocol};
use crate::transport::open_connections::Fate;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Opening<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

tokio::task_local! {
    /// Set while the request waits for a response, and so for a connection.
    pub(super) static USE: Arc<Use>;
}

/// A pool's part in the connections of the process to its origin.
pub(super) struct Share {
    pub connections: Arc<Connections>,
    pub number: u64,
    max: usize,
    make_room: Box<dyn Fn(&Share) + Send + Sync>,
}

impl Share {
    pub fn new(
        connections: Arc<Connections>,
        max: usize,
        make_room: impl Fn(&Share) + Send + Sync + 'static,
    ) -> Self {
        Self {
            number: connections.open.add_pool(),
            connections,
            max,
            make_room: Box::new(make_room),
        }
    }

    async fn open(self: &Arc<Self>) -> Opened {
        let open = &self.connections.open;
        open.open(self.number, self.max, || (self.make_room)(self))
            .await;
        Opened {
            share: self.clone(),
            fate: Some(Fate::Closed),
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.connections.open.remove_pool(self.number);
    }
}

/// A connection that is being opened; unless it is, one less is open.
struct Opened {
    share: Arc<Share>,
    /// None when a request uses it.
    fate: Option<Fate>,
}

impl Drop for Opened {
    fn drop(&mut self) {
        if let Some(fate) = self.fate {
            self.share
                .connections
                .open
                .given_back(self.share.number, fate);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The request has a connection, which is what it begins with when one is idle.
    Connected,
    Waiting,
    Over,
}

/// What one request has of its pool.
pub(super) struct Use {
    share: Arc<Share>,
    state: Mutex<State>,
}

impl Use {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No connection was idle.
    fn waits(&self) {
        let mut state = self.state();
        if *state == State::Connected {
            *state = State::Waiting;
            self.share.connections.open.not_taken(self.share.number);
        }
    }

    /// One came back before the new one was open.
    fn connected(&self) {
        let mut state = self.state();
        if *state == State::Waiting {
            *state = State::Connected;
            self.share.connections.open.taken(self.share.number);
        }
    }

    /// The new one is open, for this request or for the pool.
    fn opened(&self, mut opened: Opened) {
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

/// A request from its beginning to the end of its response.
pub(super) struct Exchange {
    pub usage: Arc<Use>,
    /// Closed unless the response came to its end.
    pub fate: Fate,
}

impl Exchange {
    pub fn begin(share: Arc<Share>) -> Self {
        share.connections.open.taken(share.number);
        let usage = Use {
            share,
            state: Mutex::new(State::Connected),
        };
        Self {
            usage: Arc::new(usage),
            fate: Fate::Closed,
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let Use { share, state } = &*self.usage;
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut *state, State::Over) == State::Connected {
            let fate = match share.connections.protocol() {
                Some(Protocol::Http2) => Fate::Kept,
                _ => self.fate,
            };
            share.connections.open.given_back(share.number, fate);
        }
    }
}

/// Puts every connection of a client under the count of its pool.
#[derive(Clone)]
pub(super) struct CountedLayer(pub Arc<Share>);

impl<S> Layer<S> for CountedLayer {
    type Service = Counted<S>;

    fn layer(&self, connector: S) -> Counted<S> {
        let share = self.0.clone();
        Counted { share, connector }
    }
}

#[derive(Clone)]
pub(super) struct Counted<S> {
    share: Arc<Share>,
    connector: S,
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
        // The one that is ready goes, the fresh one stays.
        let mut connector = std::mem::replace(&mut self.connector, connector);
        let user = USE.try_with(Arc::clone).ok();
        let has_begun = Arc::new(AtomicBool::new(false));
        let (share, its_user, begins) = (self.share.clone(), user.clone(), has_begun.clone());
        let opening = async move {
            if let Some(user) = &its_user {
                user.waits();
            }
            let opened = share.open().await;
            begins.store(true, Ordering::Relaxed);
            let connection = connector.call(target).await?;
            if let Some(user) = &its_user {
                user.opened(opened);
            }
            Ok(connection)
        };
        WhileNeeded {
            user,
            has_begun,
            opening: Some(Box::pin(opening)),
        }
    }
}

/// The client hands the opening over to a task of its own when its request has got another connection.
/// There is no `USE` there. What has begun by then goes on, for the pool.
pub(super) struct WhileNeeded<T> {
    user: Option<Arc<Use>>,
    has_begun: Arc<AtomicBool>,
    opening: Option<Opening<T>>,
}

impl<T> Future for WhileNeeded<T> {
    type Output = Result<T, BoxError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let has_user = USE.try_with(|_| ()).is_ok();
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
