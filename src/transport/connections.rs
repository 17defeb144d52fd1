//! Whose request may use a connection to an origin. One count for all services of a process, so that
//! neither many services nor a closed one add up to more connections than one is allowed.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::oneshot;

use super::line::Priority;
use super::open_connections::OpenConnections;

/// Until the first response shows which protocol the origin speaks.
const UNTIL_KNOWN: usize = 8;
/// Streams are cheap, but a server bounds them too: commonly to 100 for each connection.
const STREAMS_PER_CONNECTION: usize = 100;
/// One in so many goes to a bulk request, whatever else waits.
const BULK_SHARE: u64 = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Each request has a connection to itself.
    Http1,
    /// Requests share connections.
    Http2,
}

/// The connections of this process to one origin.
#[derive(Debug)]
pub struct Connections {
    queue: Mutex<Queue>,
    pub open: OpenConnections,
}

#[derive(Debug)]
struct Queue {
    protocol: Option<Protocol>,
    in_flight: usize,
    /// By priority.
    waiting: [VecDeque<Waiter>; 2],
    granted: u64,
}

#[derive(Debug)]
struct Waiter {
    /// The `maxConnections` of its service.
    max: usize,
    permit: oneshot::Sender<Permit>,
}

impl Connections {
    /// Those to this origin, for as long as anybody has one.
    pub fn of_origin(origin: &str) -> Arc<Self> {
        static ORIGINS: LazyLock<Mutex<HashMap<String, Weak<Connections>>>> =
            LazyLock::new(Mutex::default);
        let mut origins = ORIGINS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connections) = origins.get(origin).and_then(Weak::upgrade) {
            return connections;
        }
        origins.retain(|_, connections| connections.strong_count() > 0);
        // HTTP/2 is agreed on in the TLS handshake.
        let is_plain = origin.starts_with("http://");
        let connections = Arc::new(Self {
            queue: Mutex::new(Queue {
                protocol: is_plain.then_some(Protocol::Http1),
                in_flight: 0,
                waiting: Default::default(),
                granted: 0,
            }),
            open: OpenConnections::default(),
        });
        origins.insert(origin.to_owned(), Arc::downgrade(&connections));
        connections
    }

    /// Waits until a request may go that may use one of `max` connections.
    pub async fn enter(self: &Arc<Self>, max: usize, priority: Priority) -> Permit {
        let permit = {
            let mut queue = self.queue();
            let is_first = queue.waiting.iter().all(VecDeque::is_empty);
            if is_first && queue.has_room(max) {
                queue.in_flight += 1;
                return Permit(Some(self.clone()));
            }
            let (sender, receiver) = oneshot::channel();
            let permit = sender;
            queue.waiting[priority as usize].push_back(Waiter { max, permit });
            receiver
        };
        // A sender is dropped only with the whole queue.
        permit.await.unwrap_or(Permit(None))
    }

    /// A response showed the protocol of the origin.
    pub fn learned(self: &Arc<Self>, protocol: Protocol) {
        let before = self.queue().protocol.replace(protocol);
        if before != Some(protocol) {
            self.admit();
        }
    }

    pub fn protocol(&self) -> Option<Protocol> {
        self.queue().protocol
    }

    /// Lets in whoever there is room for.
    fn admit(self: &Arc<Self>) {
        loop {
            let Some(waiter) = self.queue().next() else {
                return;
            };
            // Who no longer waits gives the permit back.
            if let Err(mut permit) = waiter.permit.send(Permit(Some(self.clone()))) {
                permit.0 = None;
                self.queue().in_flight -= 1;
            }
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn has_room(&self, max: usize) -> bool {
        let most = match self.protocol {
            None => max.min(UNTIL_KNOWN),
            Some(Protocol::Http1) => max,
            Some(Protocol::Http2) => max * STREAMS_PER_CONNECTION,
        };
        self.in_flight < most
    }

    /// The next one who may go, counted as under way.
    fn next(&mut self) -> Option<Waiter> {
        let [interactive, bulk] = [Priority::Interactive, Priority::Bulk].map(|it| it as usize);
        let is_turn_of_bulk = self.granted % BULK_SHARE == BULK_SHARE - 1;
        let order = if is_turn_of_bulk {
            [bulk, interactive]
        } else {
            [interactive, bulk]
        };
        let class = order
            .into_iter()
            .find(|class| !self.waiting[*class].is_empty())?;
        let max = self.waiting[class].front()?.max;
        if !self.has_room(max) {
            return None;
        }
        self.in_flight += 1;
        self.granted += 1;
        self.waiting[class].pop_front()
    }
}

/// A request under way, until it is dropped.
#[derive(Debug)]
pub struct Permit(Option<Arc<Connections>>);

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(connections) = self.0.take() {
            connections.queue().in_flight -= 1;
            connections.admit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    type Wait = std::pin::Pin<Box<dyn Future<Output = Permit>>>;

    /// Waits in the order of the calls.
    fn enter(connections: &Arc<Connections>, max: usize, priority: Priority) -> Wait {
        let connections = connections.clone();
        let mut wait: Wait = Box::pin(async move { connections.enter(max, priority).await });
        assert!(wait.as_mut().now_or_never().is_none());
        wait
    }

    fn at_once(connections: &Arc<Connections>, max: usize) -> Permit {
        let entered = connections.enter(max, Priority::Interactive).now_or_never();
        entered.expect("room")
    }

    #[tokio::test]
    async fn interactive_requests_go_first_and_bulk_requests_at_every_eighth_turn() {
        let connections = Connections::of_origin("http://127.0.0.1:1");
        let held = at_once(&connections, 1);
        let mut bulk = enter(&connections, 1, Priority::Bulk);
        let mut urgent: Vec<Wait> = (0..8)
            .map(|_| enter(&connections, 1, Priority::Interactive))
            .collect();
        drop(held);
        for wait in urgent.drain(..7) {
            assert!(bulk.as_mut().now_or_never().is_none());
            drop(wait.await);
        }
        drop(bulk.await);
        drop(urgent.remove(0).await);
    }

    #[tokio::test]
    async fn whoever_stops_waiting_holds_nobody_up() {
        let connections = Connections::of_origin("http://127.0.0.1:2");
        let held = at_once(&connections, 1);
        let gone: Vec<Wait> = (0..10_000)
            .map(|_| enter(&connections, 1, Priority::Interactive))
            .collect();
        let last = enter(&connections, 1, Priority::Bulk);
        drop(gone);
        drop(held);
        drop(last.await);
        drop(at_once(&connections, 1));
    }

    #[tokio::test]
    async fn few_go_until_the_protocol_is_known_and_streams_share_connections() {
        let connections = Connections::of_origin("https://127.0.0.1:3");
        let held: Vec<Permit> = (0..UNTIL_KNOWN)
            .map(|_| at_once(&connections, 64))
            .collect();
        let waits = enter(&connections, 64, Priority::Interactive);
        connections.learned(Protocol::Http2);
        let one = waits.await;
        let more: Vec<Permit> = (0..1000).map(|_| at_once(&connections, 64)).collect();
        connections.learned(Protocol::Http1);
        let waits = enter(&connections, 64, Priority::Interactive);
        drop((held, one, more));
        drop(waits.await);
    }

    #[test]
    fn what_is_learned_of_an_origin_goes_with_its_last_user() {
        let origin = "https://127.0.0.1:4";
        Connections::of_origin(origin).learned(Protocol::Http2);
        assert_eq!(Connections::of_origin(origin).protocol(), None);
    }
}
