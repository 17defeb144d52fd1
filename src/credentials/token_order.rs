//! Tracks the newest token that this process knows of, so that an attacker who can write to Redis cannot restore
//! an older one.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use chrono::Utc;
use tokio::time::Instant;

use crate::credentials::access_token::MAX_LIFETIME;

/// By the name of the record: its highest number so far, and when that was seen.
type Newest = Mutex<HashMap<String, (u64, Instant)>>;

/// Numbers the records of one name. Numbers follow the clock but never decrease, so the clocks of processes do not
/// have to agree: each process counts on from the highest number that it has seen.
#[derive(Debug)]
pub struct TokenOrder {
    name: String,
    newest: Arc<Newest>,
}

impl TokenOrder {
    pub fn new(name: String) -> Self {
        static OF_PROCESS: LazyLock<Arc<Newest>> = LazyLock::new(Arc::default);
        Self {
            name,
            newest: OF_PROCESS.clone(),
        }
    }

    /// The number of a token that was just fetched.
    pub fn next(&self) -> u64 {
        let clock = u64::try_from(Utc::now().timestamp_millis()).unwrap_or_default();
        let mut newest = self.newest();
        // An expired token cannot be restored.
        newest.retain(|_, (_, seen)| seen.elapsed() < MAX_LIFETIME);
        let known = newest.get(&self.name).map_or(0, |(number, _)| *number);
        let number = clock.max(known.saturating_add(1));
        newest.insert(self.name.clone(), (number, Instant::now()));
        number
    }

    /// Whether a record with this number is at least as new as any seen before.
    pub fn admits(&self, number: u64) -> bool {
        let mut newest = self.newest();
        let is_older = newest
            .get(&self.name)
            .is_some_and(|(known, _)| number < *known);
        if !is_older {
            newest.insert(self.name.clone(), (number, Instant::now()));
        }
        !is_older
    }

    fn newest(&self) -> MutexGuard<'_, HashMap<String, (u64, Instant)>> {
        // Each entry is replaced as a whole, so a panic elsewhere cannot leave one half-written.
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process() -> Arc<Newest> {
        Arc::default()
    }

    fn order(process: &Arc<Newest>, name: &str) -> TokenOrder {
        TokenOrder {
            name: name.to_owned(),
            newest: process.clone(),
        }
    }

    #[test]
    fn what_is_older_than_any_record_seen_is_not_admitted() {
        let process = process();
        let order = order(&process, "a");
        assert!(order.admits(10) && order.admits(10) && order.admits(20));
        assert!(!order.admits(19) && !order.admits(0));
        assert!(order.admits(20));
        let fetched = order.next();
        assert!(!order.admits(fetched - 1) && order.admits(fetched));
    }

    #[test]
    fn numbers_go_up_although_the_clock_of_another_process_is_ahead() {
        let order = order(&process(), "a");
        let (first, second) = (order.next(), order.next());
        assert!(second > first);
        let far_ahead = second + 1_000_000_000;
        assert!(order.admits(far_ahead));
        assert_eq!(order.next(), far_ahead + 1);
        assert!(order.admits(u64::MAX));
        assert_eq!(order.next(), u64::MAX);
    }

    #[test]
    fn services_of_a_process_share_the_order_of_a_name_and_of_no_other() {
        let process = process();
        assert!(order(&process, "a").admits(20));
        assert!(!order(&process, "a").admits(10));
        assert!(order(&process, "b").admits(10));
    }

    #[tokio::test(start_paused = true)]
    async fn records_that_have_ended_are_forgotten() {
        let process = process();
        order(&process, "a").next();
        tokio::time::advance(MAX_LIFETIME).await;
        order(&process, "b").next();
        assert_eq!(process.lock().expect("no panic").len(), 1);
    }
}
