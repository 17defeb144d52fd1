//! What running operations may still send: room that no other work may take.

use std::collections::HashMap;

/// Below this number nobody looks for promises whose time has passed.
const FEW: usize = 64;

/// Requests that an operation still has to send, and by when.
#[derive(Debug, Clone, Copy)]
pub struct Promise {
    pub operation: u128,
    /// The endpoint of the request that opened the operation.
    pub template: &'static str,
    pub deadline: f64,
    pub left: u32,
}

#[derive(Debug, Default)]
pub struct Promises {
    by_operation: HashMap<u128, Promise>,
    /// Promises that were left when those whose time had passed were last removed.
    kept: usize,
}

impl Promises {
    /// What is promised to the operation, if it is running.
    pub fn left(&self, operation: u128) -> Option<u32> {
        let promise = self.by_operation.get(&operation)?;
        Some(promise.left)
    }

    /// An operation that opens twice keeps the larger promise.
    pub fn make(&mut self, promise: Promise, now: f64) {
        self.remove_expired(now);
        let running = self.by_operation.entry(promise.operation);
        let running = running.or_insert(promise);
        running.left = running.left.max(promise.left);
    }

    /// One of the requests promised to the operation has gone.
    pub fn use_one(&mut self, operation: u128) {
        if let Some(promise) = self.by_operation.get_mut(&operation) {
            promise.left = promise.left.saturating_sub(1);
        }
    }

    /// The operation sends nothing more. Gives the endpoint of what was still promised.
    pub fn release(&mut self, operation: u128) -> Option<&'static str> {
        let promise = self.by_operation.remove(&operation)?;
        (promise.left > 0).then_some(promise.template)
    }

    /// What is promised on the endpoints that `is_here` names.
    pub fn of(&self, is_here: impl Fn(&str) -> bool, now: f64) -> impl Iterator<Item = Promise> {
        let all = self.by_operation.values().copied();
        all.filter(move |promise| {
            promise.left > 0 && promise.deadline > now && is_here(promise.template)
        })
    }

    /// Whoever opens an operation without a guard has it forgotten after its deadline.
    fn remove_expired(&mut self, now: f64) {
        if self.by_operation.len() > FEW.max(self.kept * 2) {
            self.by_operation
                .retain(|_, promise| promise.deadline > now);
            self.kept = self.by_operation.len();
        }
    }
}
