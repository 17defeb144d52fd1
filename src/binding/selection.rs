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
use crate::error::{Error, ErrorKind, Result};
use crate::failure_object::failure;
use crate::model::{Completeness, SelectedUser};
use crate::reply::{numbered, unexpected};
use crate::service::{Priority, Timing};

const METHOD: &str = "selectUsers";
/// Groups of users that wait for JavaScript. With more, the selection waits.
const AHEAD: usize = 4;

/// A selection as JavaScript refers to it.
pub type SelectionHandle = External<Bound>;

/// Ends the selection on drop, also while it waits for Auth0: nobody can take its users any longer.
pub struct Bound {
    arriving: Arc<Mutex<Arriving>>,
    /// None once it has ended early.
    running: Option<oneshot::Sender<()>>,
}

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
    let (running, stopped) = oneshot::channel();
    let service = Arc::clone(&service.service);
    spawn(async move {
        tokio::select! {
            // Nobody waits for a selection that was abandoned.
            selected = service.select_users(&selector, timing, sender) => drop(ended.send(selected)),
            _ = stopped => {}
        }
    });
    let arriving = Arriving {
        users,
        end: Some(end),
    };
    Ok(Either::A(External::new(Bound {
        arriving: Arc::new(Mutex::new(arriving)),
        running: Some(running),
    })))
}

/// Under the number JavaScript receives the next group of users, or the end.
#[napi(skip_typescript, catch_unwind)]
pub fn next_users(env: Env, service: &ServiceHandle, selection: &SelectionHandle, number: i64) {
    let outbox = service.receiver.expect(env);
    let selection = Arc::clone(&selection.arriving);
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
pub fn stop_selection(selection: &mut SelectionHandle) {
    selection.running = None;
}

impl Arriving {
    async fn next(&mut self) -> Result<Next> {
        if let Some(users) = self.users.recv().await {
            return Ok(Next::Users(users));
        }
        let stopped = || Error::new(ErrorKind::Cancelled, "The selection was stopped.");
        let end = self.end.take().ok_or_else(stopped)?;
        end.await.map_err(|_| stopped())?.map(Next::End)
    }
}
