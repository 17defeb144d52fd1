//! Which requests may use a connection to an origin.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::oneshot;

use super::open_connections::OpenConnections;
use super::permit_queue::{Granted, PermitQueue, Protocol};
use crate::transport::pacing::queue::QueueClass;

#[derive(Debug)]
pub struct Connections {
    queue: Mutex<PermitQueue<ConnectionPermit>>,
    pub open: OpenConnections,
}

impl Connections {
    /// The connections to this origin. They are dropped with their last user.
    pub fn of_origin(origin: &str) -> Arc<Self> {
        static ORIGINS: LazyLock<Mutex<HashMap<String, Weak<Connections>>>> =
            LazyLock::new(Mutex::default);
        let mut origins = ORIGINS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connections) = origins.get(origin).and_then(Weak::upgrade) {
            return connections;
        }
        origins.retain(|_, connections| connections.strong_count() > 0);
        // HTTP/2 is negotiated in the TLS handshake.
        let is_plain = origin.starts_with("http://");
        let connections = Arc::new(Self {
            queue: Mutex::new(PermitQueue::new(is_plain.then_some(Protocol::Http1))),
            open: OpenConnections::default(),
        });
        origins.insert(origin.to_owned(), Arc::downgrade(&connections));
        connections
    }

    /// Permission to use one of `max` connections, if no request has to wait.
    pub fn try_acquire(self: &Arc<Self>, max: usize) -> Option<ConnectionPermit> {
        self.queue().try_begin(max).then(|| self.permit(max))
    }

    /// Waits until a request may use one of `max` connections.
    pub async fn acquire(self: &Arc<Self>, max: usize, class: QueueClass) -> ConnectionPermit {
        if let Some(permit) = self.try_acquire(max) {
            return permit;
        }
        let (sender, receiver) = oneshot::channel();
        self.queue().add(class, max, sender);
        self.grant_permits();
        let mut pending = PendingAcquire {
            connections: self,
            receiver,
        };
        if let Ok(permit) = pending.receiver.try_recv() {
            return permit;
        }
        // The sender is dropped only with the whole queue, or when the receiver is closed.
        let permit = (&mut pending.receiver).await;
        permit.unwrap_or(ConnectionPermit(None))
    }

    /// A response showed the protocol of the origin.
    pub fn set_protocol(self: &Arc<Self>, protocol: Protocol) {
        let before = self.queue().protocol.replace(protocol);
        if before != Some(protocol) {
            self.grant_permits();
        }
    }

    pub fn protocol(&self) -> Option<Protocol> {
        self.queue().protocol
    }

    /// Grants permits for as long as there is room.
    fn grant_permits(self: &Arc<Self>) {
        loop {
            let Some(Granted { max, permit }) = self.queue().next() else {
                return;
            };
            // A waiter that has just been dropped returns its permit.
            if let Err(mut permit) = permit.send(self.permit(max)) {
                permit.0 = None;
                self.queue().ended(max);
            }
        }
    }

    fn permit(self: &Arc<Self>, max: usize) -> ConnectionPermit {
        let connections = self.clone();
        ConnectionPermit(Some(InFlight { connections, max }))
    }

    fn queue(&self) -> MutexGuard<'_, PermitQueue<ConnectionPermit>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// On drop, lets the requests behind a waiter that stopped waiting move up.
struct PendingAcquire<'a> {
    connections: &'a Arc<Connections>,
    receiver: oneshot::Receiver<ConnectionPermit>,
}

impl Drop for PendingAcquire<'_> {
    fn drop(&mut self) {
        self.receiver.close();
        self.connections.grant_permits();
    }
}

/// Permission to use a connection. The request counts as in flight until this is dropped.
#[derive(Debug)]
pub struct ConnectionPermit(Option<InFlight>);

#[derive(Debug)]
struct InFlight {
    connections: Arc<Connections>,
    /// The `maxConnections` of its service.
    max: usize,
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        if let Some(InFlight { connections, max }) = self.0.take() {
            connections.queue().ended(max);
            connections.grant_permits();
        }
    }
}
