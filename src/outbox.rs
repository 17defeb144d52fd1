//! Results, log lines and audit events on their way to JavaScript, in the order in which they were put here. It receives
//! them a few at a time: it makes objects of them, and hundreds at once would block it until all are made.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The capacity of one turn of the event loop, in results without a list: about a millisecond.
const TURN: u32 = 32;

/// What JavaScript has not received yet.
#[derive(Debug, Default)]
pub struct Outbox(Mutex<Contents>);

#[derive(Debug, Default)]
struct Contents {
    ready: VecDeque<Ready>,
    /// Whether JavaScript is going to look into the outbox without being called again.
    is_expected: bool,
}

#[derive(Debug)]
struct Ready {
    json: String,
    weight: u32,
    is_result: bool,
}

/// What JavaScript receives at once.
#[derive(Debug, PartialEq, Eq)]
pub struct Batch {
    /// An array.
    pub json: String,
    /// How many of them are results of calls.
    pub results: u32,
    /// How much of this turn is used up.
    pub used: u32,
}

impl Batch {
    fn add(&mut self, ready: &Ready) {
        if self.json.len() > 1 {
            self.json.push(',');
        }
        self.json.push_str(&ready.json);
        self.results += u32::from(ready.is_result);
        self.used += ready.weight;
    }

    /// Then the rest has to wait for the next turn.
    pub fn is_turn_full(&self) -> bool {
        self.used >= TURN
    }
}

impl Outbox {
    /// Adds a result as JSON, and how much work it is for JavaScript. Returns whether JavaScript has to be called.
    pub fn put(&self, json: String, weight: u32) -> bool {
        self.add(Ready {
            json,
            weight: weight.clamp(1, TURN),
            is_result: true,
        })
    }

    /// The same for a log line or an event.
    pub fn post(&self, json: String) -> bool {
        self.add(Ready {
            json,
            weight: 1,
            is_result: false,
        })
    }

    fn add(&self, ready: Ready) -> bool {
        let mut contents = self.contents();
        contents.ready.push_back(ready);
        !std::mem::replace(&mut contents.is_expected, true)
    }

    /// Takes as much as fits into a turn that is used up this far.
    pub fn take(&self, used: u32) -> Batch {
        let mut contents = self.contents();
        let mut batch = Batch {
            json: "[".to_owned(),
            results: 0,
            used,
        };
        while !batch.is_turn_full()
            && let Some(ready) = contents.ready.pop_front()
        {
            batch.add(&ready);
        }
        batch.json.push(']');
        // In the next turn it looks again.
        contents.is_expected = batch.is_turn_full();
        batch
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn javascript_is_called_once_for_all_that_is_ready() {
        let outbox = Outbox::default();
        assert!(outbox.put("[1,true]".to_owned(), 1));
        assert!(!outbox.put("[2,null]".to_owned(), 1));
        let batch = outbox.take(0);
        assert_eq!(
            (batch.json.as_str(), batch.results),
            ("[[1,true],[2,null]]", 2)
        );
        assert!(outbox.put("[3,true]".to_owned(), 1));
    }

    #[test]
    fn lines_keep_their_place_among_results_and_are_not_counted_as_such() {
        let outbox = Outbox::default();
        outbox.post("[9,null]".to_owned());
        outbox.put("[1,true]".to_owned(), 1);
        let batch = outbox.take(0);
        assert_eq!(
            (batch.json.as_str(), batch.results),
            ("[[9,null],[1,true]]", 1)
        );
    }

    #[test]
    fn a_full_turn_leaves_the_rest_for_the_next_without_another_call() {
        let outbox = Outbox::default();
        for _ in 0..3 {
            outbox.put("0".to_owned(), TURN / 2);
        }
        let full = outbox.take(0);
        assert_eq!((full.json.as_str(), full.used), ("[0,0]", TURN));
        assert!(!outbox.put("1".to_owned(), 1));
        assert_eq!(outbox.take(TURN).json, "[]");
        assert_eq!(outbox.take(0).json, "[0,1]");
    }

    #[test]
    fn a_result_that_is_more_than_a_turn_takes_a_whole_one() {
        let outbox = Outbox::default();
        outbox.put("0".to_owned(), 10 * TURN);
        assert_eq!(outbox.take(TURN - 1).results, 1);
        outbox.put("1".to_owned(), u32::MAX);
        assert_eq!(outbox.take(0).used, TURN);
    }
}
