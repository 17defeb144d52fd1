//! The users that wait to be processed. No more are taken from the caller's list than results can be delivered for.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::error::Result;
use crate::user::UserRef;

/// A user of the list.
#[derive(Debug)]
pub struct Listed {
    pub index: u64,
    pub given: Given,
}

#[derive(Debug)]
pub enum Given {
    /// An error if the item is not a user.
    User(Result<UserRef>),
    /// The caller wants this user left out.
    Skipped,
}

pub struct Inbox {
    capacity: u64,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Listed>,
    /// Users so far.
    given: u64,
    /// Results that the caller has taken so far.
    taken: u64,
    is_complete: bool,
}

impl Inbox {
    pub fn new(capacity: u64) -> Self {
        Self {
            capacity,
            state: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// The number of users that were given so far, which is the index of the next one.
    pub fn given(&self) -> u64 {
        self.state().given
    }

    /// Adds the next users of the list. Returns how many more there is room for.
    pub fn give(&self, users: Vec<Given>) -> u64 {
        let mut state = self.state();
        for given in users {
            let index = state.given;
            state.waiting.push_back(Listed { index, given });
            state.given += 1;
        }
        let room = self.room(&state);
        drop(state);
        self.changed.notify_one();
        room
    }

    /// The caller has taken so many results. Returns how many more users there is room for.
    pub fn took(&self, results: u64) -> u64 {
        let mut state = self.state();
        state.taken += results;
        self.room(&state)
    }

    /// The list has no more users.
    pub fn complete(&self) {
        self.state().is_complete = true;
        self.changed.notify_one();
    }

    /// Whether the list has ended.
    pub fn is_complete(&self) -> bool {
        self.state().is_complete
    }

    /// The next user; `None` at the end of the list.
    pub async fn next(&self) -> Option<Listed> {
        loop {
            {
                let mut state = self.state();
                if let Some(listed) = state.waiting.pop_front() {
                    return Some(listed);
                }
                if state.is_complete {
                    return None;
                }
            }
            self.changed.notified().await;
        }
    }

    fn room(&self, state: &State) -> u64 {
        let outstanding = state.given.saturating_sub(state.taken);
        self.capacity.saturating_sub(outstanding)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn users_come_out_in_order_until_the_list_ends() {
        let inbox = Inbox::new(4);
        assert_eq!(inbox.give(vec![Given::Skipped, Given::Skipped]), 2);
        inbox.complete();
        assert_eq!(inbox.next().await.unwrap().index, 0);
        assert_eq!(inbox.next().await.unwrap().index, 1);
        assert!(inbox.next().await.is_none());
    }

    #[test]
    fn there_is_room_again_when_results_were_taken() {
        let inbox = Inbox::new(2);
        assert_eq!(inbox.give(vec![Given::Skipped, Given::Skipped]), 0);
        assert_eq!(inbox.took(1), 1);
        assert_eq!(inbox.given(), 2);
    }
}
