//! Dropped calls and services leave nothing behind.

use std::sync::Arc;
use std::time::Duration;

use auth0_user_security::service::Timing;
use auth0_user_security::user::UserRef;
use serde_json::json;
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::support::server::{Reply, Server, token};

const LONG: Duration = Duration::from_secs(20);

fn user() -> UserRef {
    UserRef::known("auth0|1")
}

/// Waits until only the tasks from before are running.
async fn tasks_end(before: usize) {
    let quiet = async {
        while Handle::current().metrics().num_alive_tasks() > before {
            tokio::task::yield_now().await;
        }
    };
    let left = || Handle::current().metrics().num_alive_tasks() - before;
    timeout(LONG, quiet)
        .await
        .unwrap_or_else(|_| panic!("{} tasks are left", left()));
}

#[tokio::test]
async fn a_dropped_service_leaves_no_task() {
    let before = Handle::current().metrics().num_alive_tasks();
    let mut requests = 0;
    let server = Server::start(move |line| {
        requests += 1;
        match requests % 3 {
            _ if line.starts_with("POST /oauth/token") => token(),
            0 => Reply::Hangup,
            1 => Reply::Json(503, json!({})),
            _ => Reply::Json(200, json!({ "sessions": [] })),
        }
    });
    let (service, _) = server.service(&json!({}));
    for _ in 0..30 {
        let call = service.call("test", Timing::default());
        let _ = service.find_user_sessions(&user(), None, call).await;
    }
    drop(service);
    tasks_end(before).await;
}

#[tokio::test]
async fn dropped_calls_leave_no_task() {
    let before = Handle::current().metrics().num_alive_tasks();
    let server = Server::start(|line| {
        if line.starts_with("POST /oauth/token") {
            token()
        } else {
            Reply::Silence
        }
    });
    let (service, _) = server.service(&json!({}));
    let service = Arc::new(service);
    for _ in 0..5 {
        let service = service.clone();
        let calls: Vec<_> = (0..50)
            .map(|_| {
                let service = service.clone();
                tokio::spawn(async move {
                    let call = service.call("test", Timing::default());
                    service
                        .find_user_sessions(&user(), None, call)
                        .await
                        .map(drop)
                })
            })
            .collect();
        let asked = server.asked().len();
        while server.asked().len() < asked + 2 {
            tokio::task::yield_now().await;
        }
        for call in calls {
            call.abort();
            let _ = call.await;
        }
    }
    drop(service);
    tasks_end(before).await;
}
