//! Puts off calls until the thread that serves requests has nothing else to do. Responses arrive in bursts; without this,
//! each of them would wake the JavaScript thread, which would wake this one with its next request.

use std::cell::RefCell;
use std::sync::Arc;

pub type Call = Arc<dyn Fn() + Send + Sync>;

thread_local! {
    /// What was put off; `None` on all other threads, which say nothing before they go idle.
    static CALLS: RefCell<Option<Vec<Call>>> = const { RefCell::new(None) };
}

/// This thread will call `end` whenever it goes idle.
pub fn begin() {
    CALLS.set(Some(Vec::new()));
}

/// Makes the calls that were put off.
pub fn end() {
    let calls = CALLS.with_borrow_mut(|calls| calls.as_mut().map(std::mem::take));
    for call in calls.into_iter().flatten() {
        call();
    }
}

/// Puts a call off until the burst ends. Returns whether this thread has bursts.
pub(super) fn at_end(call: &Call) -> bool {
    CALLS.with_borrow_mut(|calls| {
        let calls = calls.as_mut();
        calls.map(|calls| calls.push(call.clone())).is_some()
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn calls_are_put_off_only_on_a_thread_that_says_when_it_is_idle() {
        let made = Arc::new(AtomicU32::new(0));
        let counter = made.clone();
        let call: Call = Arc::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        assert!(!at_end(&call));
        let (its_call, its_made) = (call.clone(), made.clone());
        let worker = thread::spawn(move || {
            begin();
            assert!(at_end(&its_call));
            assert_eq!(its_made.load(Ordering::Relaxed), 0);
            end();
            end();
        });
        worker.join().expect("the thread");
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }
}
