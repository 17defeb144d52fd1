//! A client-side model of Auth0's token bucket, with neither a clock nor I/O. All times are
//! milliseconds of one clock that the caller chooses.

mod forecast;
mod refill;
mod sequence;
mod token_bucket;
mod units;

pub use forecast::Headroom;
pub use refill::{Observation, RefillEstimate};
pub use sequence::SequenceNumber;
pub use token_bucket::{Readiness, TokenBucket, safety_margin};
pub use units::{millis, to_f64, to_u64};
