//! Fleet runs: JavaScript gives users and takes results, both in batches; the run itself is in `fleet`.

use std::ops::Deref;
use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Either, External, Unknown, spawn};
use napi_derive::napi;
use serde_json::Value;

use super::call::decoded;
use super::fleet_options::{FleetMethod, run_options};
use super::service::ServiceHandle;
use super::value::Arguments;
use crate::arguments::{Given as Item, Rejection, listed_user};
use crate::error::Error;
use crate::failure_object::failure;
use crate::fleet::{Fleet, Given, Handles};
use crate::listeners::of_call;
use crate::model::{FleetResult, FleetSummary};
use crate::outbox::Outbox;
use crate::reply::{numbered, unexpected};

/// A run as JavaScript refers to it.
pub type FleetHandle = External<Bound>;

/// Stops the run on drop: nobody can take its results any longer, for example because a worker thread has ended.
pub struct Bound(Handles);

impl Deref for Bound {
    type Target = Handles;

    fn deref(&self) -> &Handles {
        &self.0
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Starts a run, or returns a failure object if the options are invalid. Under the number JavaScript receives arrays of
/// results, then the summary, and `null` at last.
#[allow(
    clippy::needless_pass_by_value,
    reason = "napi passes strings by value; the lint does not fire in a test build"
)]
#[napi(skip_typescript, catch_unwind)]
pub fn start_fleet(
    env: Env,
    service: &ServiceHandle,
    number: i64,
    method: String,
    given: Vec<Unknown>,
    total: Option<i64>,
) -> napi::Result<Either<FleetHandle, Value>> {
    let method = match FleetMethod::with_name(&method) {
        Ok(method) => method,
        Err(error) => return Ok(Either::B(failure("", &error))),
    };
    let total = total.and_then(|total| u64::try_from(total).ok());
    let mut given = Arguments::new(given);
    let options = decoded(run_options(&service.service, method, total, &mut given))?;
    let fleet = options.and_then(|options| {
        let handles = Handles::new(&options);
        let deliver = Box::new(delivery(&service.receiver.outbox, number));
        let fleet = Fleet::new(service.service.clone(), options, handles.clone(), deliver)?;
        Ok((fleet, handles))
    });
    Ok(match fleet {
        Ok((fleet, handles)) => {
            let mut ending = Ending {
                outbox: service.receiver.expect(env),
                number,
                summary: unexpected(number),
            };
            spawn(of_call(number, async move {
                ending.is(&fleet.run().await);
            }));
            Either::A(External::new(Bound(handles)))
        }
        Err(error) => Either::B(failure(method.name(), &error)),
    })
}

fn delivery(outbox: &Arc<Outbox>, number: i64) -> impl Fn(&[FleetResult]) + use<> {
    let outbox = Arc::clone(outbox);
    move |results| {
        let json = numbered(number, results);
        let weight = u32::try_from(results.len()).unwrap_or(u32::MAX);
        outbox.post_json(json.unwrap_or_else(|| unexpected(number)), weight);
    }
}

/// Reports the end of a run on drop, also if it has panicked.
struct Ending {
    outbox: Arc<Outbox>,
    number: i64,
    summary: String,
}

impl Ending {
    fn is(&mut self, summary: &FleetSummary) {
        if let Some(json) = numbered(self.number, summary) {
            self.summary = json;
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.outbox.post_json(std::mem::take(&mut self.summary), 1);
        self.outbox.put(format!("[{},null]", self.number), 1);
    }
}

/// What JavaScript knows of a user: to be left out, or unreadable because a getter threw. Anything else is to be read.
const SKIPPED: u8 = 1;
const UNREADABLE: u8 = 2;

/// Gives the next users of the list, with what is known of each. Returns how many more there is room for. Throws what a
/// getter throws, and then gives none.
#[napi(skip_typescript, catch_unwind)]
pub fn give_users(fleet: &FleetHandle, users: Vec<Unknown>, known: Vec<u8>) -> napi::Result<u32> {
    let first = fleet.inbox.given();
    let users = users.into_iter().zip(known).zip(first..);
    let users = users.map(|((user, known), index)| item(user, known, index));
    let users: Vec<Given> = users.collect::<napi::Result<_>>()?;
    Ok(room(fleet.inbox.give(users)))
}

fn item(user: Unknown, known: u8, index: u64) -> napi::Result<Given> {
    match known {
        SKIPPED => return Ok(Given::Skipped),
        UNREADABLE => {
            let message = format!("users[{index}] could not be read, because it threw an error.");
            return Ok(Given::User(Err(Error::argument_type(message))));
        }
        _ => {}
    }
    match listed_user(&Item::new(format!("users[{index}]"), Some(user))) {
        Ok(user) => Ok(Given::User(Ok(user))),
        Err(Rejection::Failure(error)) => Ok(Given::User(Err(error))),
        Err(Rejection::Thrown(thrown)) => Err(thrown),
    }
}

/// JavaScript has used so many results. Returns how many more users there is room for.
#[napi(skip_typescript, catch_unwind)]
pub fn took_results(fleet: &FleetHandle, results: u32) -> u32 {
    room(fleet.inbox.took(results.into()))
}

fn room(room: u64) -> u32 {
    u32::try_from(room).unwrap_or(u32::MAX)
}

/// The list has no more users.
#[napi(skip_typescript, catch_unwind)]
pub fn end_users(fleet: &FleetHandle) {
    fleet.inbox.complete();
}

#[napi(skip_typescript, catch_unwind)]
pub fn stop_fleet(fleet: &FleetHandle) {
    fleet.stop.cancel();
}

#[napi(skip_typescript, catch_unwind)]
pub fn fleet_progress(fleet: &FleetHandle) -> napi::Result<Value> {
    let progress = serde_json::to_value(fleet.progress.now());
    progress.map_err(|error| napi::Error::from_reason(error.to_string()))
}
