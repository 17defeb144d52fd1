//! The loop of a run: begins the next user whenever another is done.

use std::sync::Arc;

use chrono::{SecondsFormat, Utc};
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::Instant;

use super::batch::Batch;
use super::inbox::{Given, Listed};
use super::met::Met;
use super::options::{Handles, RunOptions};
use super::order::Order;
use super::progress::millis;
use super::stop::Streak;
use super::subject::{Ended, Halt, Names, Operations, Subject};
use super::totals::Totals;
use crate::error::{Effect, Error, Result};
use crate::model::{FleetFailure, FleetOutcome, FleetResult, FleetSummary};
use crate::service::{Priority, Service, Timing};
use crate::user::UserRef;

/// Gets all results, a few at once, in the order in which they are to be delivered.
pub type Deliver = Box<dyn Fn(&[FleetResult]) + Send + Sync>;

pub struct Fleet {
    service: Arc<Service>,
    options: RunOptions,
    handles: Handles,
    met: Met,
    deliver: Deliver,
}

/// What was done about a user, and the error if it failed.
struct Processed {
    result: FleetResult,
    error: Option<Error>,
}

impl Fleet {
    pub fn new(
        service: Arc<Service>,
        options: RunOptions,
        handles: Handles,
        deliver: Deliver,
    ) -> Result<Self> {
        Ok(Self {
            met: Met::new(options.job.is_of_connection())?,
            service,
            options,
            handles,
            deliver,
        })
    }

    /// Ends when the list does, or when the run was stopped and what had begun is done.
    pub async fn run(self) -> FleetSummary {
        let waits = self.handles.progress.waits.clone();
        waits.observing(self.process_all()).await
    }

    async fn process_all(self) -> FleetSummary {
        let started = Instant::now();
        let mut record = Record::new(&self);
        let mut running = FuturesUnordered::new();
        let mut is_at_end = false;
        loop {
            let may_begin = !is_at_end && running.len() < self.options.concurrency();
            if !may_begin && running.is_empty() {
                break;
            }
            tokio::select! {
                biased;
                Some(processed) = running.next(), if !running.is_empty() => record.add(processed),
                listed = self.next(), if may_begin => match listed {
                    Some(listed) => running.push(Box::pin(self.process(listed))),
                    None => is_at_end = true,
                },
                () = record.ready.has_waited() => record.ready.deliver(),
            }
            if running.is_empty() {
                record.ready.deliver();
            }
        }
        drop(running);
        record.finish(started)
    }

    /// `None` at the end of the list, and when the run is stopped.
    async fn next(&self) -> Option<Listed> {
        tokio::select! {
            biased;
            () = self.handles.stop.stopped() => None,
            listed = self.handles.inbox.next() => listed,
        }
    }

    /// `None` if the run was stopped before anything was changed.
    async fn process(&self, listed: Listed) -> Option<Processed> {
        let index = listed.index;
        match listed.given {
            Given::Skipped => Some(self.skipped(index, Names::default(), "skip")),
            Given::User(Err(error)) => {
                let mut result = self.unfinished(index, Names::default(), true);
                result.failure = Some(failure(&error, Vec::new()));
                let error = Some(error);
                Some(Processed { result, error })
            }
            Given::User(Ok(user)) if !self.met.is_new(&user) => {
                Some(self.skipped(index, Names::of(&user), "duplicate"))
            }
            Given::User(Ok(user)) => self.process_user(index, user).await,
        }
    }

    async fn process_user(&self, index: u64, user: UserRef) -> Option<Processed> {
        let timing = Timing {
            timeout: Some(self.options.timeout()),
            priority: Priority::Bulk,
        };
        let operations = Operations::of_actor(self.options.actor.clone());
        let mut subject = Subject {
            service: &self.service,
            call: self.service.call(self.options.method, timing),
            is_dry_run: self.options.is_dry_run,
            operations: &operations,
            met: &self.met,
            names: Names::of(&user),
            user,
        };
        let ended = self.until_stopped(&mut subject, &operations).await?;
        Some(processed(index, subject, ended))
    }

    async fn until_stopped(
        &self,
        subject: &mut Subject<'_>,
        operations: &Operations,
    ) -> Option<Ended> {
        let mut work = Box::pin(self.options.job.run(subject));
        tokio::select! {
            biased;
            ended = &mut work => return Some(ended),
            () = self.handles.stop.stopped() => {}
        }
        if operations.have_begun() {
            Some(work.await)
        } else {
            None
        }
    }

    fn unfinished(&self, index: u64, names: Names, has_failed: bool) -> FleetResult {
        new_result(index, names, self.options.job.unfinished(has_failed))
    }

    fn skipped(&self, index: u64, names: Names, why: &'static str) -> Processed {
        let mut result = self.unfinished(index, names, false);
        result.skipped = Some(why);
        Processed {
            result,
            error: None,
        }
    }
}

fn processed(index: u64, subject: Subject<'_>, ended: Ended) -> Processed {
    let mut result = new_result(index, subject.names, ended.outcome);
    let error = match ended.halt {
        None => None,
        Some(Halt::Duplicate) => {
            result.skipped = Some("duplicate");
            None
        }
        Some(Halt::Failed(error)) => {
            let error = error.with_correlation_id(subject.call.correlation_id());
            result.failure = Some(failure(&error, subject.operations.effects()));
            Some(error)
        }
    };
    Processed { result, error }
}

fn new_result(index: u64, names: Names, outcome: FleetOutcome) -> FleetResult {
    FleetResult {
        index,
        user_id: names.id,
        user_email: names.email,
        skipped: None,
        failure: None,
        outcome,
        timestamp: Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
    }
}

fn failure(error: &Error, effects: Vec<Effect>) -> FleetFailure {
    FleetFailure {
        error: error.message.to_string(),
        code: error.code(),
        description: error.description().map(str::to_owned),
        correlation_id: error.correlation_id().map(str::to_owned),
        effects,
    }
}

/// What a run has come to so far.
struct Record<'a> {
    fleet: &'a Fleet,
    order: Order<FleetResult>,
    ready: Batch<'a, FleetResult>,
    streak: Streak,
    totals: Totals,
}

impl<'a> Record<'a> {
    fn new(fleet: &'a Fleet) -> Self {
        Self {
            fleet,
            order: Order::new(fleet.options.is_ordered),
            ready: Batch::new(fleet.options.concurrency(), &*fleet.deliver),
            streak: Streak::default(),
            totals: Totals::default(),
        }
    }

    fn add(&mut self, processed: Option<Processed>) {
        let Some(Processed { result, error }) = processed else {
            return;
        };
        self.count(&result, error.as_ref());
        self.totals.add(&result);
        for ready in self.order.arrive(result.index, result) {
            self.ready.add(ready);
        }
    }

    fn count(&mut self, result: &FleetResult, error: Option<&Error>) {
        let handles = &self.fleet.handles;
        handles
            .progress
            .count(|counts| match (result.skipped, error) {
                (Some(why), _) => {
                    counts.skipped += 1;
                    counts.duplicates += u64::from(why == "duplicate");
                }
                (None, Some(_)) => counts.failed += 1,
                (None, None) => counts.succeeded += 1,
            });
        if let Some(error) = error {
            let stopped = self.streak.failure(error, self.fleet.options.stop);
            if let Some(stopped) = stopped {
                handles.stop.stop(stopped);
            }
        } else if result.skipped.is_none() {
            self.streak.success();
        }
    }

    fn finish(mut self, started: Instant) -> FleetSummary {
        for result in self.order.rest() {
            self.ready.add(result);
        }
        drop(self.ready);
        let handles = &self.fleet.handles;
        let progress = handles.progress.now();
        let not_started = handles.inbox.given().saturating_sub(progress.done);
        let is_all = not_started == 0 && handles.inbox.is_complete();
        FleetSummary {
            duplicates: handles.progress.counts().duplicates,
            not_started,
            elapsed_ms: millis(started.elapsed()),
            stopped: handles.stop.reason().filter(|_| !is_all),
            report: self
                .fleet
                .options
                .job
                .is_audit()
                .then(|| self.totals.finish()),
            progress,
        }
    }
}
