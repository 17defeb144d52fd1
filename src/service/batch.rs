//! Many changes of one operation: the first reserves room for all, the others follow a few at a time.

use futures_util::{StreamExt, stream};

use crate::error::{EffectState, Error, Result, Step};
use crate::service::operation::Operation;

/// Changes of one operation that are made concurrently; more would only run into the rate limit.
const CONCURRENCY: usize = 4;
/// Up to this many requests are sent together or not at all under a rate limit that has room for only some of them.
/// More are sent one by one as room becomes available, because waiting for room for all would send none.
const MAX_ALL_OR_NONE: usize = 20;

/// Announces the requests of an operation that has not begun.
pub(super) fn announce(operation: &Operation, requests: usize) {
    let is_all_or_none = requests <= MAX_ALL_OR_NONE;
    let requests = u32::try_from(requests).unwrap_or(u32::MAX);
    operation.takes_requests(if is_all_or_none { requests } else { 0 });
}

/// Makes a change for each item.
pub(super) async fn each<T, R, F>(
    items: Vec<T>,
    operation: &Operation,
    change: impl Fn(T) -> F,
) -> Vec<R>
where
    F: Future<Output = R>,
{
    if !operation.has_begun() {
        announce(operation, items.len());
    }
    let mut items = items.into_iter();
    // The first one reserves room for all, so it is sent before the others.
    let mut outcomes: Vec<_> = stream::iter(items.next()).then(&change).collect().await;
    let rest = stream::iter(items)
        .map(&change)
        .buffer_unordered(CONCURRENCY);
    outcomes.extend(rest.collect::<Vec<_>>().await);
    outcomes
}

/// Records the outcome of each change, and returns how many were made, or the first failure.
pub(super) fn tally(
    outcomes: impl IntoIterator<Item = Result<EffectState>>,
    step: Step,
    operation: &Operation,
) -> Result<u32> {
    let (mut made, mut failed) = (0, None);
    for outcome in outcomes {
        let state = outcome
            .as_ref()
            .map_or_else(Error::state_of_change, |state| *state);
        operation.count(step, state);
        made += u32::from(state == EffectState::Done);
        failed = failed.or(outcome.err());
    }
    failed.map_or(Ok(made), Err)
}
