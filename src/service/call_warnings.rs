//! Warnings that a call logs once, however often it meets their cause while polling or retrying.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::transport::call::Call;

/// How many calls are remembered; after this many others, a warning may be repeated.
const REMEMBERED: usize = 256;

/// The latest calls that warned, each with its warnings.
#[derive(Debug, Default)]
pub struct CallWarnings(Mutex<VecDeque<(String, &'static str)>>);

impl CallWarnings {
    pub fn is_first(&self, call: Call, message: &'static str) -> bool {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let warning = (call.correlation_id(), message);
        if latest.contains(&warning) {
            return false;
        }
        if latest.len() == REMEMBERED {
            latest.pop_front();
        }
        latest.push_back(warning);
        true
    }
}
