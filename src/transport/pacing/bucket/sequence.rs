//! The order in which the requests of one rate limit were sent.

/// The sequence number of a request within its rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SequenceNumber {
    pub value: u64,
    /// Requests that had ended when this one was sent: the server counted them before it.
    pub ended_before: u64,
}

impl SequenceNumber {
    /// For a request that another bucket counted. Its response never raises the level.
    pub const UNTRACKED: Self = Self {
        value: 0,
        ended_before: 0,
    };
}
