//! Results on their way to JavaScript: several at once, because each delivery wakes its thread.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Sleep, sleep};

/// JavaScript has about a millisecond's work with this many.
const LARGEST: usize = 32;
/// A result waits this long for others.
const LONGEST_WAIT: Duration = Duration::from_millis(2);

pub struct Batch<'a, T> {
    deliver: &'a (dyn Fn(&[T]) + Send + Sync),
    limit: usize,
    results: Vec<T>,
    /// Runs out when the first of the results has waited long enough.
    wait: Option<Pin<Box<Sleep>>>,
}

impl<'a, T> Batch<'a, T> {
    /// What waits here is no reason to process fewer users at once: it is at most a quarter of them.
    pub fn new(concurrency: usize, deliver: &'a (dyn Fn(&[T]) + Send + Sync)) -> Self {
        Self {
            deliver,
            limit: (concurrency / 4).clamp(1, LARGEST),
            results: Vec::new(),
            wait: None,
        }
    }

    /// Adds a result, and delivers all if there are enough.
    pub fn add(&mut self, result: T) {
        if self.wait.is_none() {
            self.wait = Some(Box::pin(sleep(LONGEST_WAIT)));
        }
        self.results.push(result);
        if self.results.len() >= self.limit {
            self.deliver();
        }
    }

    /// Waits until the results have waited long enough; forever if there are none.
    pub async fn has_waited(&mut self) {
        match &mut self.wait {
            Some(wait) => poll_fn(|context| wait.as_mut().poll(context)).await,
            None => pending().await,
        }
    }

    pub fn deliver(&mut self) {
        self.wait = None;
        if !self.results.is_empty() {
            (self.deliver)(&self.results);
            self.results.clear();
        }
    }
}

impl<T> Drop for Batch<'_, T> {
    /// What was done is reported, whatever ends the run.
    fn drop(&mut self) {
        self.deliver();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::time::Instant;

    use super::*;

    /// What is delivered when these letters are added, and at the end.
    fn deliveries(concurrency: usize, letters: &str) -> Vec<String> {
        let delivered = Mutex::new(Vec::new());
        let deliver = |letters: &[char]| delivered.lock().unwrap().push(letters.iter().collect());
        let mut batch = Batch::new(concurrency, &deliver);
        for letter in letters.chars() {
            batch.add(letter);
        }
        drop(batch);
        delivered.into_inner().unwrap()
    }

    #[tokio::test]
    async fn results_are_delivered_together_and_none_is_left() {
        assert_eq!(deliveries(8, "abcde"), ["ab", "cd", "e"]);
        assert_eq!(deliveries(1, "ab"), ["a", "b"]);
        assert_eq!(deliveries(8, ""), Vec::<String>::new());
    }

    #[tokio::test]
    async fn no_delivery_is_larger_than_a_turn() {
        let sizes: Vec<usize> = deliveries(1_000, &"x".repeat(100))
            .iter()
            .map(String::len)
            .collect();
        assert_eq!(sizes, [32, 32, 32, 4]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_result_does_not_wait_long() {
        let started = Instant::now();
        let mut batch = Batch::new(1_000, &|_: &[char]| {});
        batch.add('a');
        batch.has_waited().await;
        assert!(started.elapsed() < Duration::from_millis(5));
    }
}
