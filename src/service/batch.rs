//! Many changes of one operation: the first reserves room for all, the others follow a few at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt, stream};

use crate::error::{EffectState, Error, Result, Step};
use crate::service::operation::Operation;

/// Changes of one operation that are made concurrently; more would only run into the rate limit.
const CONCURRENCY: usize = 4;
/// Up to this many changes are made together or not at all under a rate limit that has room for only some of them.
/// More are made one by one as room becomes available, because waiting for room for all would make none.
const MAX_ALL_OR_NONE: u32 = 20;

/// Makes a change for each item.
pub(super) async fn each<T, R, F>(
    items: Vec<T>,
    operation: &Operation,
    change: impl Fn(T) -> F,
) -> Vec<R>
where
    F: Future<Output = R>,
{
    let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
    operation.takes_requests(if count <= MAX_ALL_OR_NONE { count } else { 0 });
    let mut items = items.into_iter();
    // The first one reserves room for all, so it is sent before the others.
    let mut outcomes: Vec<_> = stream::iter(items.next()).then(&change).collect().await;
    let rest = stream::iter(items)
        .map(&change)
        .buffer_unordered(CONCURRENCY);
    outcomes.extend(rest.collect::<Vec<_>>().await);
    outcomes
}

/// Makes one change, unless the caller leaves before its first request is sent: then it is `NotDone`. `change` passes
/// on the flag that is set when the request is sent.
pub(super) async fn unless_left<F>(
    operation: &Operation,
    change: impl FnOnce(Arc<AtomicBool>) -> F,
) -> Result<EffectState>
where
    F: Future<Output = Result<()>>,
{
    let sent = Arc::new(AtomicBool::new(false));
    let mut changed = Box::pin(change(sent.clone()));
    tokio::select! {
        biased;
        () = operation.aborted() => {}
        outcome = &mut changed => return outcome.map(|()| EffectState::Done),
    }
    if !sent.load(Ordering::Acquire) {
        return Ok(EffectState::NotDone);
    }
    changed.await.map(|()| EffectState::Done)
}

/// Records the outcome of each change, and returns how many of those that count were made, or the first failure.
pub(super) fn tally(
    outcomes: Vec<(bool, Result<EffectState>)>,
    step: Step,
    operation: &Operation,
) -> Result<u32> {
    let (mut made, mut failed) = (0, None);
    for (counts, outcome) in outcomes {
        let state = outcome
            .as_ref()
            .map_or_else(Error::state_of_change, |state| *state);
        operation.count(step, state);
        made += u32::from(counts && state == EffectState::Done);
        failed = failed.or(outcome.err());
    }
    failed.map_or(Ok(made), Err)
}
