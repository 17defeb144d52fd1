//! Results on their way to JavaScript: several at once, because each delivery wakes its thread.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Sleep, sleep};

/// JavaScript has about a millisecond's work with this many.
const LARGEST: usize = 32;
/// A result waits this long for others.
const LONGEST_WAIT: Duration = Duration::from_millis(2);

pub struct Batch<T> {
    limit: usize,
    results: Vec<T>,
    /// Runs out when the first of the results has waited long enough.
    wait: Option<Pin<Box<Sleep>>>,
}

impl<T> Batch<T> {
    /// What waits here is no reason to process fewer users at once: it is at most a quarter of them.
    pub fn new(concurrency: usize) -> Self {
        Self {
            limit: (concurrency / 4).clamp(1, LARGEST),
            results: Vec::new(),
            wait: None,
        }
    }

    pub fn add(&mut self, result: T) {
        if self.wait.is_none() {
            self.wait = Some(Box::pin(sleep(LONGEST_WAIT)));
        }
        self.results.push(result);
    }

    pub fn is_full(&self) -> bool {
        self.results.len() >= self.limit
    }

    /// Waits until the results have waited long enough; forever if there are none.
    pub async fn has_waited(&mut self) {
        match &mut self.wait {
            Some(wait) => poll_fn(|context| wait.as_mut().poll(context)).await,
            None => pending().await,
        }
    }

    pub fn take(&mut self) -> Vec<T> {
        self.wait = None;
        std::mem::take(&mut self.results)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_result_waits_for_others_until_there_are_enough() {
        let mut batch = Batch::new(8);
        batch.add('a');
        assert!(!batch.is_full());
        batch.add('b');
        assert!(batch.is_full());
        assert_eq!(batch.take(), ['a', 'b']);
        assert!(!batch.is_full());
    }

    #[tokio::test(start_paused = true)]
    async fn a_result_does_not_wait_long() {
        let mut batch = Batch::new(1_000);
        batch.add('a');
        batch.has_waited().await;
        assert_eq!(batch.take(), ['a']);
    }

    #[tokio::test]
    async fn a_run_that_processes_users_one_by_one_delivers_each_at_once() {
        let mut batch = Batch::new(1);
        batch.add('a');
        assert!(batch.is_full());
    }
}
