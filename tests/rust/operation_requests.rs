//! Operations of several requests through the channel, over HTTP: which are sent, and which are rejected.

use std::time::Duration;

use auth0_user_security::auth0::endpoint::Request;
use auth0_user_security::auth0::response::Acceptance;
use auth0_user_security::auth0::{refresh_tokens, sessions};
use auth0_user_security::config::Config;
use auth0_user_security::error::{Error, ErrorKind};
use auth0_user_security::transport::call::Call;
use auth0_user_security::transport::http::Http;
use auth0_user_security::transport::pacing::pacer::Pacer;
use auth0_user_security::transport::pacing::queue::Priority;
use auth0_user_security::transport::pipeline::{Channel, Exchange};
use futures_util::future::{join, join_all};
use serde_json::json;

use crate::support::server::{Recorded, Reply, Server, config};

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(100);
const FOUR_REMAIN: &str = "x-ratelimit-limit: 10\r\nx-ratelimit-remaining: 4\r\n\
                           x-ratelimit-reset: 99999999999\r\n";

fn channel(config: &Config) -> Channel {
    let origin = config.domain.origin();
    Channel {
        origin: origin.to_owned(),
        http: Http::new(config, origin),
        pacer: Pacer::of_tenant(origin),
        budget: None,
        retry: config.retry,
        attempt_timeout: LONG,
        logger: Recorded::default().logger(),
    }
}

/// A server that always says that four of ten requests remain.
fn server() -> Server {
    Server::start(|_| Reply::Raw(202, FOUR_REMAIN, String::new()))
}

async fn send(
    channel: &Channel,
    request: Request<Acceptance>,
    call: Call,
) -> Result<Exchange, Error> {
    channel.exchange(&request.raw, None, call).await
}

fn end_sessions() -> Request<Acceptance> {
    sessions::delete_all("auth0|1").unwrap()
}

/// Lets the pacer learn the limit.
async fn learn(channel: &Channel) {
    let call = Call::after(LONG);
    send(channel, end_sessions(), call).await.unwrap();
}

#[tokio::test]
async fn an_operation_without_room_is_rejected_unsent_and_fits_when_another_has_ended() {
    let server = server();
    let channel = channel(&config(&server.domain, &json!({})));
    learn(&channel).await;
    let one = Call::after(LONG);
    let guard = channel.operation(one);
    send(&channel, end_sessions(), one.opening(2))
        .await
        .unwrap();

    let sent = server.asked().len();
    let two = Call::after(SHORT);
    let refused = send(&channel, end_sessions(), two.opening(2)).await;
    let error = refused.unwrap_err();
    let ErrorKind::Api(failure) = &error.kind else {
        panic!("{error:?}");
    };
    assert_eq!((error.code(), failure.attempts), ("ERR_RATE_LIMIT", 0));
    assert!(failure.retry_after_ms >= Some(1000), "{failure:?}");
    assert!(!error.message.contains(" 0."), "{error}");
    assert_eq!(server.asked().len(), sent);

    drop(guard);
    let three = Call::after(LONG);
    send(&channel, end_sessions(), three.opening(2))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_follow_up_is_sent_although_all_that_remains_is_reserved() {
    let server = server();
    let channel = channel(&config(&server.domain, &json!({})));
    learn(&channel).await;
    let call = Call::after(LONG);
    let _guard = channel.operation(call);
    send(&channel, end_sessions(), call.opening(3))
        .await
        .unwrap();
    let other = send(&channel, end_sessions(), Call::after(SHORT).opening(1)).await;
    assert_eq!(other.unwrap_err().code(), "ERR_RATE_LIMIT");
    for _ in 0..3 {
        let revoke = refresh_tokens::delete_all("auth0|1").unwrap();
        let call = call.with_priority(Priority::Bulk).follow_up();
        send(&channel, revoke, call).await.unwrap();
    }
}

#[tokio::test]
async fn an_operation_whose_opening_failed_reserves_nothing_once_its_guard_is_dropped() {
    let mut requests = 0;
    let server = Server::start(move |_| {
        requests += 1;
        if requests == 2 {
            return Reply::Hangup;
        }
        Reply::Raw(202, FOUR_REMAIN, String::new())
    });
    let extra = json!({ "retry": { "maxAttempts": 1 } });
    let channel = channel(&config(&server.domain, &extra));
    learn(&channel).await;
    let call = Call::after(LONG);
    let guard = channel.operation(call);
    let failed = send(&channel, end_sessions(), call.opening(2)).await;
    assert_eq!(failed.unwrap_err().code(), "ERR_NETWORK");
    drop(guard);
    let other = Call::after(LONG);
    send(&channel, end_sessions(), other.opening(2))
        .await
        .unwrap();
}

#[tokio::test]
async fn an_opening_that_is_retried_keeps_its_reservation() {
    let mut requests = 0;
    let server = Server::start(move |_| {
        requests += 1;
        if requests == 2 {
            return Reply::Raw(503, "", String::new());
        }
        Reply::Raw(202, FOUR_REMAIN, String::new())
    });
    let channel = channel(&config(&server.domain, &json!({})));
    learn(&channel).await;
    let call = Call::after(LONG);
    let _guard = channel.operation(call);
    // Four remain: there is no room to reserve this twice.
    let exchange = send(&channel, end_sessions(), call.opening(3))
        .await
        .unwrap();
    assert_eq!((exchange.response.status, exchange.attempts), (202, 2));
    let other = send(&channel, end_sessions(), Call::after(SHORT).opening(1)).await;
    assert_eq!(other.unwrap_err().code(), "ERR_RATE_LIMIT");
}

#[tokio::test]
async fn requests_of_started_operations_do_not_wait_for_a_connection_behind_others() {
    let follow_ups = [Call::follow_up, Call::unplanned];
    for follow_up in follow_ups {
        let server = Server::start(|_| Reply::Raw(202, "", String::new()));
        let channel = channel(&config(&server.domain, &json!({ "maxConnections": 1 })));
        learn(&channel).await;
        let others = (0..50).map(|_| send(&channel, end_sessions(), Call::after(LONG)));
        let revoke = refresh_tokens::delete_all("auth0|1").unwrap();
        let begun = send(&channel, revoke, follow_up(Call::after(LONG)));
        let (others, begun) = join(join_all(others), begun).await;
        assert!(begun.is_ok() && others.iter().all(Result::is_ok));
        let asked = server.asked();
        let place = asked
            .iter()
            .position(|line| line.contains("refresh-tokens"));
        assert!(place.unwrap() <= 2, "{asked:?}");
    }
}
