//! Results, log lines and audit events on their way to JavaScript, in the order in which they were put here. It receives
//! them a few at a time: it makes objects of them, and hundreds at once would block it until all are made.

mod batch;
pub mod burst;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

pub use batch::Batch;
use batch::{Kind, Ready, TURN};

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
        // What is ready may contain links that are secret.
        write!(formatter, "Outbox({} ready)", self.contents().ready.len())
    }
}

#[derive(Default)]
struct Contents {
    ready: VecDeque<Ready>,
    next_look: NextLook,
}

/// When JavaScript looks into the outbox next.
#[derive(Default, PartialEq, Eq)]
enum NextLook {
    /// When it is called.
    #[default]
    OnCall,
    /// At the end of the burst, when it will be called.
    AfterBurst,
    /// As soon as it can: it has been called, or its next turn begins.
    Soon,
}

fn message(number: i64, value: &Value, call: Option<i64>) -> String {
    match call {
        Some(call) => format!("[{number},{value},{call}]"),
        None => format!("[{number},{value}]"),
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

    /// Adds the result of a call as JSON, and how much work it is for JavaScript apart from parsing.
    pub fn put(&self, json: String, weight: u32) {
        self.add(json, weight, Kind::Result);
    }

    /// Adds a value for the listener with this number, which may be about a call.
    pub fn post(&self, number: i64, value: &Value, call: Option<i64>) {
        self.add(message(number, value, call), 1, Kind::Other);
    }

    /// The same for a value that is JSON already, with the number, and how much work it is for JavaScript.
    pub fn post_json(&self, json: String, weight: u32) {
        self.add(json, weight, Kind::Other);
    }

    /// Adds an audit event for the listener with this number.
    pub fn post_audit_event(&self, number: i64, event: &Value, call: Option<i64>) {
        self.add(message(number, event, call), 1, Kind::AuditEvent);
    }

    fn add(&self, json: String, weight: u32, kind: Kind) {
        let ready = Ready::new(json, weight, kind);
        let mut contents = self.contents();
        contents.ready.push_back(ready);
        match contents.next_look {
            NextLook::OnCall => {
                let is_put_off = burst::at_end(&self.call);
                contents.next_look = if is_put_off {
                    NextLook::AfterBurst
                } else {
                    NextLook::Soon
                };
                drop(contents);
                if !is_put_off {
                    self.call();
                }
            }
            NextLook::AfterBurst if contents.ready.len() >= LONGEST_BURST => {
                contents.next_look = NextLook::Soon;
                drop(contents);
                self.call();
            }
            NextLook::AfterBurst | NextLook::Soon => {}
        }
    }

    pub fn call(&self) {
        (self.call)();
    }

    /// Takes as much as fits into a turn that is used up this far.
    pub fn take(&self, mut used: u32) -> Batch {
        let mut taken = Vec::new();
        let mut contents = self.contents();
        while used < TURN
            && let Some(ready) = contents.ready.pop_front()
        {
            used += ready.weight;
            taken.push(ready);
        }
        contents.next_look = if used < TURN {
            NextLook::OnCall
        } else {
            NextLook::Soon
        };
        drop(contents);
        Batch::of(&taken, used)
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

    use super::batch::BYTES;
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
        outbox.post(9, &json!(null), None);
        put(&outbox, "[1,true]");
        let batch = outbox.take(0);
        assert_eq!(batch.json, "[[9,null],[1,true]]");
        assert_eq!(batch.results, 1);
    }

    #[test]
    fn audit_events_come_apart() {
        let (outbox, calls) = outbox();
        outbox.post_audit_event(9, &json!("event"), Some(1));
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        put(&outbox, "[1,true]");
        let batch = outbox.take(0);
        assert_eq!(batch.audit_events, "[[9,\"event\",1]]");
        assert_eq!((batch.json.as_str(), batch.results), ("[[1,true]]", 1));
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
    fn a_full_turn_is_not_called_again_however_much_is_added() {
        let (outbox, calls) = outbox();
        outbox.put("0".to_owned(), TURN);
        assert!(outbox.take(0).is_turn_full());
        for _ in 0..2 * LONGEST_BURST {
            put(&outbox, "1");
        }
        assert_eq!(calls.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_long_text_takes_as_much_of_a_turn_as_parsing_it() {
        let (outbox, _) = outbox();
        put(&outbox, &"0".repeat(3 * BYTES));
        assert_eq!(outbox.take(0).used, 3);
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
