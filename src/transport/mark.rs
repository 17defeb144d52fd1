//! Where a request stands among the others of a rate limit.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub number: u64,
    /// Requests that had ended when it was sent: the server has counted those before it.
    pub ended_before: u64,
}

impl Mark {
    /// Of a request that was counted elsewhere: its answer raises nothing.
    pub const FOREIGN: Self = Self {
        number: 0,
        ended_before: 0,
    };
}
