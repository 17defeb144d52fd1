//! What a process and the shared ledger exchange when a lease is renewed.

/// A lease that is not renewed expires after this long: from then on, a process that died takes
/// nothing from the others.
pub const LEASE_LIFE: f64 = 2000.0;

/// What a process did since its last report, and what it asks for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Report {
    /// The id of the process.
    pub process: u64,
    /// Requests in a full bucket.
    pub size: u64,
    /// Requests left as far as the process knows, excluding its own in flight.
    pub level: f64,
    /// Requests that have ended.
    pub ended: u64,
    pub in_flight: u64,
    /// Leased requests that it has not sent yet.
    pub unused: u64,
    pub seen: Option<Seen>,
    /// A request was rejected with 429, and nothing may be sent for this long.
    pub pause: Option<f64>,
    /// Requests that are waiting.
    pub waiting: u64,
    /// Requests that are likely to follow.
    pub expected: u64,
}

/// What the newest response showed.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub remaining: u64,
    /// How long ago it arrived.
    pub age: f64,
    /// None for a request that was sent before the limit was known.
    pub position: Option<Position>,
}

/// The position of a request among those of all processes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Position {
    /// Requests of the same process that ended since this one was sent.
    pub own_since: u64,
    /// Requests of other processes that were known to have ended when this one was sent.
    pub others_before: u64,
    /// Requests of all processes that were known to have ended when this one was sent.
    pub ended_before: u64,
}

/// What a process may do until its next report.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lease {
    pub requests: u64,
    /// Processes that share the limit.
    pub processes: u64,
    /// Those of them that have used it lately.
    pub active: u64,
    /// Requests that are still available for leasing.
    pub left: f64,
    /// Requests added back per millisecond for all processes together, once measured.
    pub refill: Option<f64>,
    pub ended: u64,
    pub others_ended: u64,
    /// By Redis's clock, like `closed_until`.
    pub at: f64,
    pub closed_until: f64,
    /// Nothing may be sent for this long.
    pub closed_for: f64,
    /// When there is likely to be room, if the lease is smaller than what was waiting.
    pub room_in: Option<f64>,
}
