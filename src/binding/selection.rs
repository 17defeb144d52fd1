//! Selections of users, of which JavaScript asks for one group after the other.

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Either, External, Unknown, spawn};
use napi_derive::napi;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::call::decoded;
use super::selector::selector;
use super::service::ServiceHandle;
use super::value::Arguments;
use crate::error::{Error, Result};
use crate::failure_object::failure;
use crate::model::{Completeness, SelectedUser};
use crate::reply::{numbered, unexpected};
use crate::service::{Priority, Timing};

const METHOD: &str = "selectUsers";
/// Groups of users that wait for JavaScript. With more, the selection waits.
const AHEAD: usize = 4;

/// A selection as JavaScript refers to it.
pub type SelectionHandle = External<Arc<Mutex<Arriving>>>;

pub struct Arriving {
    users: mpsc::Receiver<Vec<SelectedUser>>,
    end: Option<oneshot::Receiver<Result<Completeness>>>,
}

/// What JavaScript gets next.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Next {
    Users(Vec<SelectedUser>),
    End(Completeness),
}

/// Starts a selection, or returns a failure object if the selector is invalid.
#[napi(skip_typescript, catch_unwind)]
pub fn start_selection(
    service: &ServiceHandle,
    given: Vec<Unknown>,
) -> napi::Result<Either<SelectionHandle, Value>> {
    let (selector, options) = match decoded(selector(&mut Arguments::new(given)))? {
        Ok(read) => read,
        Err(error) => return Ok(Either::B(failure(METHOD, &error))),
    };
    let timing = Timing {
        timeout: options,
        priority: Priority::Bulk,
    };
    let (sender, users) = mpsc::channel(AHEAD);
    let (ended, end) = oneshot::channel();
    let service = Arc::clone(&service.service);
    spawn(async move {
        let selected = service.select_users(&selector, timing, sender).await;
        // Nobody waits for a selection that was abandoned.
        let _ = ended.send(selected);
    });
    let end = Some(end);
    Ok(Either::A(External::new(Arc::new(Mutex::new(Arriving {
        users,
        end,
    })))))
}

/// Under the number JavaScript receives the next group of users, or the end.
#[napi(skip_typescript, catch_unwind)]
pub fn next_users(env: Env, service: &ServiceHandle, selection: &SelectionHandle, number: i64) {
    let outbox = service.receiver.expect(env);
    let selection = Arc::clone(selection);
    spawn(async move {
        let json = match selection.lock().await.next().await {
            Ok(next) => numbered(number, &next),
            Err(error) => numbered(number, &failure(METHOD, &error)),
        };
        outbox.put(json.unwrap_or_else(|| unexpected(number)), 1);
    });
}

/// JavaScript needs no more users.
#[napi(skip_typescript, catch_unwind)]
pub fn stop_selection(selection: &SelectionHandle) {
    let selection = Arc::clone(selection);
    // After an abort, the group that JavaScript had asked for may still be on its way.
    spawn(async move { selection.lock().await.users.close() });
}

impl Arriving {
    async fn next(&mut self) -> Result<Next> {
        if let Some(users) = self.users.recv().await {
            return Ok(Next::Users(users));
        }
        let lost = || Error::internal("The selection has ended unexpectedly.");
        let end = self.end.take().ok_or_else(lost)?;
        end.await.map_err(|_| lost())?.map(Next::End)
    }
}
