//! What a run does, and how.

use std::sync::Arc;
use std::time::Duration;

use super::inbox::Inbox;
use super::job::Job;
use super::progress::Progress;
use super::stop::{Stop, StopRules};

/// Users wait for the rate limit together, so each may take this long by default.
const TIMEOUT: Duration = Duration::from_secs(300);
const CONCURRENCY: u32 = 50;
pub const MAX_CONCURRENCY: u32 = 1_000;

pub struct RunOptions {
    pub method: &'static str,
    pub job: Job,
    /// Of each user.
    pub timeout: Option<Duration>,
    pub actor: Option<String>,
    pub concurrency: Option<u32>,
    pub is_ordered: bool,
    pub is_dry_run: bool,
    pub stop: StopRules,
    /// The length of the list, if it is known.
    pub total: Option<u64>,
}

impl RunOptions {
    pub fn timeout(&self) -> Duration {
        self.timeout.unwrap_or(TIMEOUT)
    }

    pub fn concurrency(&self) -> usize {
        let concurrency = self.concurrency.unwrap_or(CONCURRENCY);
        usize::try_from(concurrency).unwrap_or(usize::MAX)
    }
}

/// What a run shares with whoever started it.
#[derive(Clone)]
pub struct Handles {
    pub inbox: Arc<Inbox>,
    pub progress: Arc<Progress>,
    pub stop: Arc<Stop>,
}

impl Handles {
    /// Twice as many users are taken from the list as are processed at once, so that there is always a next one.
    pub fn new(options: &RunOptions) -> Self {
        let capacity = 2 * u64::from(options.concurrency.unwrap_or(CONCURRENCY));
        Self {
            inbox: Arc::new(Inbox::new(capacity)),
            progress: Arc::new(Progress::new(options.total)),
            stop: Arc::default(),
        }
    }
}
