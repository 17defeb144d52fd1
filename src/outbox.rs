//! Results on their way to JavaScript, which receives them a few at a time: it makes objects of them, and hundreds at
//! once would block it until all are made.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The capacity of one turn of the event loop, in results without a list: about a millisecond.
const TURN: u32 = 32;

/// Results that JavaScript has not received yet.
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
}

/// What JavaScript receives at once.
#[derive(Debug, PartialEq, Eq)]
pub struct Batch {
    /// An array of the results.
    pub json: String,
    pub count: u32,
    /// How much of this turn is used up.
    pub used: u32,
}

impl Batch {
    /// Then the next results have to wait for the next turn.
    pub fn is_turn_full(&self) -> bool {
        self.used >= TURN
    }
}

impl Outbox {
    /// Adds a result as JSON, and how much work it is for JavaScript. Returns whether JavaScript has to be called.
    pub fn put(&self, json: String, weight: u32) -> bool {
        let weight = weight.clamp(1, TURN);
        let mut contents = self.contents();
        contents.ready.push_back(Ready { json, weight });
        !std::mem::replace(&mut contents.is_expected, true)
    }

    /// Takes the results for which a turn has room that is used up this far.
    pub fn take(&self, used: u32) -> Batch {
        let mut contents = self.contents();
        let mut batch = Batch {
            json: String::new(),
            count: 0,
            used,
        };
        let mut length = 2;
        for Ready { json, weight } in &contents.ready {
            if batch.is_turn_full() {
                break;
            }
            batch.count += 1;
            batch.used += weight;
            length += json.len() + 1;
        }
        batch.json.reserve(length);
        batch.json.push('[');
        for number in 0..batch.count {
            if number > 0 {
                batch.json.push(',');
            }
            if let Some(result) = contents.ready.pop_front() {
                batch.json.push_str(&result.json);
            }
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
            (batch.json.as_str(), batch.count),
            ("[[1,true],[2,null]]", 2)
        );
        assert!(outbox.put("[3,true]".to_owned(), 1));
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
        assert_eq!(outbox.take(TURN - 1).count, 1);
        outbox.put("1".to_owned(), u32::MAX);
        assert_eq!(outbox.take(0).used, TURN);
    }
}
