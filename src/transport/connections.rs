//! Whose request may use a connection to an origin. One count for all services of a process, so that
//! neither many services nor a closed one add up to more connections than one is allowed.

mod waits;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::oneshot;

use self::waits::{Granted, Waits};
use super::line::Queue;
use super::open_connections::OpenConnections;

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
    waits: Mutex<Waits<Permit>>,
    pub open: OpenConnections,
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
            waits: Mutex::new(Waits::new(is_plain.then_some(Protocol::Http1))),
            open: OpenConnections::default(),
        });
        origins.insert(origin.to_owned(), Arc::downgrade(&connections));
        connections
    }

    /// Waits until a request may go that may use one of `max` connections.
    pub async fn enter(self: &Arc<Self>, max: usize, queue: Queue) -> Permit {
        if self.waits().goes_at_once(max) {
            return self.permit(max);
        }
        let (sender, permit) = oneshot::channel();
        self.waits().add(queue, max, sender);
        self.admit();
        let mut place = Place {
            connections: self,
            permit,
        };
        if let Ok(permit) = place.permit.try_recv() {
            return permit;
        }
        // A sender is dropped only with the whole queue, or when nobody waits.
        (&mut place.permit).await.unwrap_or(Permit(None))
    }

    /// A response showed the protocol of the origin.
    pub fn learned(self: &Arc<Self>, protocol: Protocol) {
        let before = self.waits().protocol.replace(protocol);
        if before != Some(protocol) {
            self.admit();
        }
    }

    pub fn protocol(&self) -> Option<Protocol> {
        self.waits().protocol
    }

    /// Lets in whoever there is room for.
    fn admit(self: &Arc<Self>) {
        loop {
            let Some(Granted { max, permit }) = self.waits().next() else {
                return;
            };
            // Who no longer waits gives the permit back.
            if let Err(mut permit) = permit.send(self.permit(max)) {
                permit.0 = None;
                self.waits().ended(max);
            }
        }
    }

    fn permit(self: &Arc<Self>, max: usize) -> Permit {
        let connections = self.clone();
        Permit(Some(Using { connections, max }))
    }

    fn waits(&self) -> MutexGuard<'_, Waits<Permit>> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody waits behind somebody who has stopped waiting.
struct Place<'a> {
    connections: &'a Arc<Connections>,
    permit: oneshot::Receiver<Permit>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.permit.close();
        self.connections.admit();
    }
}

/// A request under way, until it is dropped.
#[derive(Debug)]
pub struct Permit(Option<Using>);

#[derive(Debug)]
struct Using {
    connections: Arc<Connections>,
    /// The `maxConnections` of its service.
    max: usize,
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(Using { connections, max }) = self.0.take() {
            connections.waits().ended(max);
            connections.admit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::waits::{MOST_OVERTAKEN, UNTIL_KNOWN};
    use super::*;
    use futures_util::FutureExt;

    type Wait = std::pin::Pin<Box<dyn Future<Output = Permit>>>;

    /// Waits in the order of the calls.
    fn enter(connections: &Arc<Connections>, max: usize, queue: Queue) -> Wait {
        let connections = connections.clone();
        let mut wait: Wait = Box::pin(async move { connections.enter(max, queue).await });
        assert!(wait.as_mut().now_or_never().is_none());
        wait
    }

    fn at_once(connections: &Arc<Connections>, max: usize) -> Permit {
        let entered = connections.enter(max, Queue::Interactive).now_or_never();
        entered.expect("room")
    }

    #[tokio::test]
    async fn interactive_requests_go_first_and_bulk_requests_at_every_eighth_turn() {
        let connections = Connections::of_origin("http://127.0.0.1:1");
        let held = at_once(&connections, 1);
        let mut bulk = enter(&connections, 1, Queue::Bulk);
        let mut urgent: Vec<Wait> = (0..8)
            .map(|_| enter(&connections, 1, Queue::Interactive))
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
            .map(|_| enter(&connections, 1, Queue::Interactive))
            .collect();
        let last = enter(&connections, 1, Queue::Bulk);
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
        let waits = enter(&connections, 64, Queue::Interactive);
        connections.learned(Protocol::Http2);
        let one = waits.await;
        let more: Vec<Permit> = (0..1000).map(|_| at_once(&connections, 64)).collect();
        connections.learned(Protocol::Http1);
        let waits = enter(&connections, 64, Queue::Interactive);
        drop((held, one, more));
        drop(waits.await);
    }

    #[test]
    fn what_is_learned_of_an_origin_goes_with_its_last_user() {
        let origin = "https://127.0.0.1:4";
        Connections::of_origin(origin).learned(Protocol::Http2);
        assert_eq!(Connections::of_origin(origin).protocol(), None);
    }

    #[tokio::test]
    async fn begun_work_goes_before_everything_else() {
        let connections = Connections::of_origin("http://127.0.0.1:5");
        let held = at_once(&connections, 1);
        let others: Vec<Wait> = [Queue::Bulk, Queue::Interactive]
            .into_iter()
            .cycle()
            .take(100)
            .map(|queue| enter(&connections, 1, queue))
            .collect();
        let begun: Vec<Wait> = (0..20)
            .map(|_| enter(&connections, 1, Queue::Begun))
            .collect();
        drop(held);
        for wait in begun {
            drop(wait.await);
        }
        drop(others);
    }

    #[tokio::test]
    async fn requests_of_a_service_with_more_connections_pass_those_that_do_not_fit() {
        let connections = Connections::of_origin("http://127.0.0.1:6");
        let small = at_once(&connections, 1);
        let mut waits = enter(&connections, 1, Queue::Interactive);
        // The small service is in its own way, for however long.
        for _ in 0..=MOST_OVERTAKEN * 2 {
            drop(at_once(&connections, 2));
        }
        let large = at_once(&connections, 2);
        let behind = enter(&connections, 2, Queue::Interactive);
        drop(large);
        drop(behind.await);
        assert!(waits.as_mut().now_or_never().is_none());
        drop(small);
        drop(waits.await);
    }

    #[tokio::test]
    async fn requests_of_a_service_with_few_connections_are_not_passed_for_ever() {
        for queue in [Queue::Begun, Queue::Interactive, Queue::Bulk] {
            let connections = Connections::of_origin("http://127.0.0.1:7");
            let mut large = at_once(&connections, 2);
            let mut small = enter(&connections, 1, queue);
            let mut passed = 0;
            while passed < 10_000
                && let Some(next) = connections.enter(2, Queue::Interactive).now_or_never()
            {
                large = next;
                passed += 1;
            }
            assert!(
                (MOST_OVERTAKEN..=10 * MOST_OVERTAKEN).contains(&passed),
                "{passed}"
            );
            assert!(small.as_mut().now_or_never().is_none());
            drop(large);
            drop(small.await);
        }
    }

    #[tokio::test]
    async fn whoever_stops_waiting_keeps_nobody_waiting_for_their_room() {
        let connections = Connections::of_origin("http://127.0.0.1:8");
        let _large = at_once(&connections, 2);
        let small = enter(&connections, 1, Queue::Interactive);
        for _ in 0..MOST_OVERTAKEN {
            drop(at_once(&connections, 2));
        }
        let waits = enter(&connections, 2, Queue::Interactive);
        drop(small);
        drop(waits.await);
    }
}
