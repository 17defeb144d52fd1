//! What JavaScript listens to, by number: log lines, audit events, and requests for access tokens. All of it travels with
//! the results, so that it arrives before the result of its call; `null` is the last.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use tokio::sync::oneshot::{self, Sender};

use crate::config::{Secret, TokenSupplier, is_sendable};
use crate::error::{Cause, Error, Result};
use crate::logging::{LogLine, Sink};
use crate::outbox::Outbox;

tokio::task_local! {
    /// The number of the call that a task works for.
    static CALL: i64;
}

/// What the work says belongs to the call with this number: JavaScript listens to it in the context of that call.
pub fn of_call<F: Future>(number: i64, work: F) -> impl Future<Output = F::Output> {
    CALL.scope(number, work)
}

fn call() -> Option<i64> {
    CALL.try_with(|number| *number).ok()
}

/// The numbers of the functions for log lines and audit events.
pub struct Listeners {
    pub outbox: Arc<Outbox>,
    pub log: i64,
    pub audit: i64,
}

impl Sink for Listeners {
    fn line(&self, line: LogLine) {
        let line = json!([line.level.as_str(), line.message, line.details]);
        self.outbox.post(self.log, &line, call());
    }

    fn audit(&self, event: Map<String, Value>) {
        let event = Value::Object(event);
        self.outbox.post_audit_event(self.audit, &event, call());
    }
}

impl Drop for Listeners {
    /// JavaScript need not keep the functions any longer.
    fn drop(&mut self) {
        self.outbox.post(self.log, &Value::Null, None);
        self.outbox.post(self.audit, &Value::Null, None);
    }
}

/// The number of the caller's function that returns access tokens.
pub struct TokenListener {
    pub outbox: Arc<Outbox>,
    pub number: i64,
}

/// Requests that JavaScript has not responded to, of all services.
static WAITING: LazyLock<Mutex<HashMap<i64, Sender<Result<Secret>>>>> =
    LazyLock::new(Mutex::default);
static LAST_REQUEST: AtomicI64 = AtomicI64::new(0);

impl TokenSupplier for TokenListener {
    fn token(&self, is_rejected: bool) -> BoxFuture<'static, Result<Secret>> {
        let (sender, receiver) = oneshot::channel();
        let id = LAST_REQUEST.fetch_add(1, Ordering::Relaxed) + 1;
        waiting().insert(id, sender);
        let request = Request(id);
        let asked = json!({ "id": id, "rejected": is_rejected });
        // Not of this call alone: others wait for the same token.
        self.outbox.post(self.number, &asked, None);
        let supplied = async move {
            let supplied = receiver.await;
            drop(request);
            // Nothing removes a sender without a reply.
            supplied.unwrap_or_else(|_| Err(Error::internal("No access token was supplied.")))
        };
        supplied.boxed()
    }
}

impl fmt::Debug for TokenListener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TokenListener({})", self.number)
    }
}

impl Drop for TokenListener {
    fn drop(&mut self) {
        self.outbox.post(self.number, &Value::Null, None);
    }
}

/// A request that is forgotten when nobody waits for it any longer.
struct Request(i64);

impl Drop for Request {
    fn drop(&mut self) {
        waiting().remove(&self.0);
    }
}

/// What the function returned for a request: a string, or else what it threw, by the number under which JavaScript has it.
pub fn supply(id: i64, token: Option<String>, thrown: Option<i64>) {
    let token = token.map(Secret::new);
    // The call may have ended in the meantime.
    if let Some(sender) = waiting().remove(&id) {
        let _ = sender.send(checked(token, thrown));
    }
}

fn checked(token: Option<Secret>, thrown: Option<i64>) -> Result<Secret> {
    if let Some(thrown) = thrown {
        let hint = "The error that the function threw is the `cause`";
        let failed = Error::configuration("accessToken", "returned no token", hint);
        return Err(failed.with_cause(Cause::Thrown(thrown)));
    }
    token.filter(is_sendable).ok_or_else(|| {
        Error::configuration(
            "accessToken",
            "returned a value that is not an access token",
            "Return a string, or a promise of one, of 1 to 16,384 visible ASCII characters without \
             spaces",
        )
    })
}

fn waiting() -> MutexGuard<'static, HashMap<i64, Sender<Result<Secret>>>> {
    // An entry is inserted or removed as a whole.
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener() -> TokenListener {
        TokenListener {
            outbox: Arc::new(Outbox::new(Arc::new(|| {}))),
            number: 7,
        }
    }

    /// The id of the only request in the outbox.
    fn asked(listener: &TokenListener) -> (i64, bool) {
        let batch: Value = serde_json::from_str(&listener.outbox.take(0).json).unwrap();
        assert_eq!(batch[0][0], 7);
        let asked = &batch[0][1];
        (asked["id"].as_i64().unwrap(), asked["rejected"] == true)
    }

    #[tokio::test]
    async fn a_request_gets_the_token_that_is_supplied_for_it() {
        let listener = listener();
        for is_rejected in [false, true] {
            let token = listener.token(is_rejected);
            let (id, rejected) = asked(&listener);
            assert_eq!(rejected, is_rejected);
            // No request has this id.
            supply(0, Some("another".to_owned()), None);
            supply(id, Some("token".to_owned()), None);
            supply(id, Some("late".to_owned()), None);
            assert_eq!(token.await.unwrap().expose(), "token");
        }
    }

    #[tokio::test]
    async fn what_is_no_token_is_an_error_about_the_setting() {
        for (token, thrown) in [
            (None, None),
            (Some(String::new()), None),
            (Some("a b".to_owned()), None),
            (Some("a\r\nx: y".to_owned()), None),
            (Some("ü".to_owned()), None),
            (Some("x".repeat(16_385)), None),
            (None, Some(3)),
        ] {
            let listener = listener();
            let supplied = listener.token(false);
            supply(asked(&listener).0, token, thrown);
            let error = supplied.await.unwrap_err();
            assert_eq!(error.code(), "ERR_CONFIGURATION");
            let is_thrown = matches!(error.cause(), Some(Cause::Thrown(3)));
            assert_eq!(is_thrown, thrown.is_some());
        }
    }

    #[tokio::test]
    async fn a_request_that_nobody_waits_for_is_forgotten() {
        let listener = listener();
        let token = listener.token(false);
        let (id, _) = asked(&listener);
        assert!(waiting().contains_key(&id));
        drop(token);
        assert!(!waiting().contains_key(&id));
    }
}
