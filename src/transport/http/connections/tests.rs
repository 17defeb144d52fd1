//! Who gets a permit, in which order.

use std::sync::Arc;

use futures_util::FutureExt;

use super::permit_queue::{INITIAL_CONCURRENCY, MAX_OVERTAKEN};
use super::{ConnectionPermit, Connections, Protocol};
use crate::transport::pacing::queue::QueueClass;

type Wait = std::pin::Pin<Box<dyn Future<Output = ConnectionPermit>>>;

/// Joins the queue at once, so that waiters are in the order of the calls.
fn acquire(connections: &Arc<Connections>, max: usize, class: QueueClass) -> Wait {
    let connections = connections.clone();
    let mut wait: Wait = Box::pin(async move { connections.acquire(max, class).await });
    assert!(wait.as_mut().now_or_never().is_none());
    wait
}

fn at_once(connections: &Arc<Connections>, max: usize) -> ConnectionPermit {
    let entered = connections
        .acquire(max, QueueClass::Interactive)
        .now_or_never();
    entered.expect("room")
}

#[tokio::test]
async fn interactive_requests_go_first_and_bulk_requests_at_every_eighth_turn() {
    let connections = Connections::of_origin("http://127.0.0.1:1");
    let held = at_once(&connections, 1);
    let mut bulk = acquire(&connections, 1, QueueClass::Bulk);
    let mut urgent: Vec<Wait> = (0..8)
        .map(|_| acquire(&connections, 1, QueueClass::Interactive))
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
async fn dropped_waiters_hold_nobody_up() {
    let connections = Connections::of_origin("http://127.0.0.1:2");
    let held = at_once(&connections, 1);
    let gone: Vec<Wait> = (0..10_000)
        .map(|_| acquire(&connections, 1, QueueClass::Interactive))
        .collect();
    let last = acquire(&connections, 1, QueueClass::Bulk);
    drop(gone);
    drop(held);
    drop(last.await);
    drop(at_once(&connections, 1));
}

#[tokio::test]
async fn concurrency_is_low_until_the_protocol_is_known_and_streams_share_connections() {
    let connections = Connections::of_origin("https://127.0.0.1:3");
    let held: Vec<ConnectionPermit> = (0..INITIAL_CONCURRENCY)
        .map(|_| at_once(&connections, 64))
        .collect();
    let waiting = acquire(&connections, 64, QueueClass::Interactive);
    connections.set_protocol(Protocol::Http2);
    let one = waiting.await;
    let more: Vec<ConnectionPermit> = (0..1000).map(|_| at_once(&connections, 64)).collect();
    connections.set_protocol(Protocol::Http1);
    let waiting = acquire(&connections, 64, QueueClass::Interactive);
    drop((held, one, more));
    drop(waiting.await);
}

#[test]
fn what_is_known_about_an_origin_is_dropped_with_its_last_user() {
    let origin = "https://127.0.0.1:4";
    Connections::of_origin(origin).set_protocol(Protocol::Http2);
    assert_eq!(Connections::of_origin(origin).protocol(), None);
}

#[tokio::test]
async fn started_operations_go_before_everything_else() {
    let connections = Connections::of_origin("http://127.0.0.1:5");
    let held = at_once(&connections, 1);
    let others: Vec<Wait> = [QueueClass::Bulk, QueueClass::Interactive]
        .into_iter()
        .cycle()
        .take(100)
        .map(|class| acquire(&connections, 1, class))
        .collect();
    let started: Vec<Wait> = (0..20)
        .map(|_| acquire(&connections, 1, QueueClass::Started))
        .collect();
    drop(held);
    for wait in started {
        drop(wait.await);
    }
    drop(others);
}

#[tokio::test]
async fn requests_of_a_service_with_more_connections_pass_those_that_do_not_fit() {
    let connections = Connections::of_origin("http://127.0.0.1:6");
    let small = at_once(&connections, 1);
    let mut waiting = acquire(&connections, 1, QueueClass::Interactive);
    // The small service is held up by its own request, however long that takes.
    for _ in 0..=MAX_OVERTAKEN * 2 {
        drop(at_once(&connections, 2));
    }
    let large = at_once(&connections, 2);
    let behind = acquire(&connections, 2, QueueClass::Interactive);
    drop(large);
    drop(behind.await);
    assert!(waiting.as_mut().now_or_never().is_none());
    drop(small);
    drop(waiting.await);
}

#[tokio::test]
async fn requests_of_a_service_with_few_connections_are_not_passed_indefinitely() {
    for class in [
        QueueClass::Started,
        QueueClass::Interactive,
        QueueClass::Bulk,
    ] {
        let connections = Connections::of_origin("http://127.0.0.1:7");
        let mut large = at_once(&connections, 2);
        let mut small = acquire(&connections, 1, class);
        let mut passed = 0;
        while passed < 10_000
            && let Some(next) = connections
                .acquire(2, QueueClass::Interactive)
                .now_or_never()
        {
            large = next;
            passed += 1;
        }
        assert!(
            (MAX_OVERTAKEN..=10 * MAX_OVERTAKEN).contains(&passed),
            "{passed}"
        );
        assert!(small.as_mut().now_or_never().is_none());
        drop(large);
        drop(small.await);
    }
}

#[tokio::test]
async fn room_kept_for_a_waiter_is_available_when_it_is_dropped() {
    let connections = Connections::of_origin("http://127.0.0.1:8");
    let _large = at_once(&connections, 2);
    let small = acquire(&connections, 1, QueueClass::Interactive);
    for _ in 0..MAX_OVERTAKEN {
        drop(at_once(&connections, 2));
    }
    let waiting = acquire(&connections, 2, QueueClass::Interactive);
    drop(small);
    drop(waiting.await);
}
