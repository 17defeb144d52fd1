//! Results, log lines and audit events on their way to JavaScript, in the order in which they were put here. It receives
//! them a few at a time: it makes objects of them, and hundreds at once would block it until all are made.

pub mod burst;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// The capacity of one turn of the event loop, in results without a list: about a millisecond.
const TURN: u32 = 32;
/// JavaScript is called with this many results although more may follow at once.
const LONGEST_BURST: usize = 32;

/// What JavaScript has not received yet.
pub struct Outbox {
    contents: Mutex<Contents>,
    /// Makes JavaScript take what is there.
    call: burst::Call,
}

impl fmt::Debug for Outbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.contents().fmt(formatter)
    }
}

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
    /// `call` makes JavaScript take what is there, on its own thread.
    pub fn new(call: burst::Call) -> Self {
        Self {
            contents: Mutex::default(),
            call,
        }
    }

    /// Adds the result of a call as JSON, and how much work it is for JavaScript.
    pub fn put(&self, json: String, weight: u32) {
        self.add(Ready {
            json,
            weight: weight.clamp(1, TURN),
            is_result: true,
        });
    }

    /// Adds a value for the listener with this number.
    pub fn post(&self, number: i64, value: &Value) {
        self.add(Ready {
            json: format!("[{number},{value}]"),
            weight: 1,
            is_result: false,
        });
    }

    fn add(&self, ready: Ready) {
        let mut contents = self.contents();
        contents.ready.push_back(ready);
        let is_long = contents.ready.len() == LONGEST_BURST;
        let is_first = !std::mem::replace(&mut contents.is_expected, true);
        drop(contents);
        if is_first {
            burst::at_end(&self.call);
        } else if is_long {
            self.call();
        }
    }

    pub fn call(&self) {
        (self.call)();
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
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use serde_json::json;

    use super::*;

    /// An outbox, and how often it has called.
    fn outbox() -> (Outbox, Arc<AtomicU32>) {
        let calls = Arc::new(AtomicU32::new(0));
        let counter = calls.clone();
        let call = move || {
            counter.fetch_add(1, Ordering::Relaxed);
        };
        (Outbox::new(Arc::new(call)), calls)
    }

    fn put(outbox: &Outbox, json: &str) {
        outbox.put(json.to_owned(), 1);
    }

    #[test]
    fn javascript_is_called_once_for_all_that_is_ready() {
        let (outbox, calls) = outbox();
        put(&outbox, "[1,true]");
        put(&outbox, "[2,null]");
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        let batch = outbox.take(0);
        assert_eq!(batch.json, "[[1,true],[2,null]]");
        assert_eq!(batch.results, 2);
        put(&outbox, "[3,true]");
        assert_eq!(calls.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn lines_keep_their_place_among_results_and_are_not_counted_as_such() {
        let (outbox, _) = outbox();
        outbox.post(9, &json!(null));
        put(&outbox, "[1,true]");
        let batch = outbox.take(0);
        assert_eq!(batch.json, "[[9,null],[1,true]]");
        assert_eq!(batch.results, 1);
    }

    #[test]
    fn a_full_turn_leaves_the_rest_for_the_next_without_another_call() {
        let (outbox, calls) = outbox();
        for _ in 0..3 {
            outbox.put("0".to_owned(), TURN / 2);
        }
        let full = outbox.take(0);
        assert_eq!((full.json.as_str(), full.used), ("[0,0]", TURN));
        put(&outbox, "1");
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        assert_eq!(outbox.take(TURN).json, "[]");
        assert_eq!(outbox.take(0).json, "[0,1]");
    }

    #[test]
    fn a_result_that_is_more_than_a_turn_takes_a_whole_one() {
        let (outbox, _) = outbox();
        outbox.put("0".to_owned(), 10 * TURN);
        assert_eq!(outbox.take(TURN - 1).results, 1);
        outbox.put("1".to_owned(), u32::MAX);
        assert_eq!(outbox.take(0).used, TURN);
    }
}
