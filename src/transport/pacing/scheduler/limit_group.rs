//! The state of one rate limit, shared by the endpoints that count against it.

use super::aging::Aging;
use crate::transport::pacing::bucket::TokenBucket;
use crate::transport::pacing::limit::{ApiFamily, Limit};

/// The weight of a new response time in the average.
const NEW_SAMPLE_WEIGHT: f64 = 0.125;

#[derive(Debug)]
pub struct LimitGroup {
    pub api: ApiFamily,
    /// None until a response shows the limit.
    pub size: Option<u64>,
    pub bucket: TokenBucket,
    pub aging: Aging,
    /// The moving average of response times.
    pub round_trip: f64,
}

impl LimitGroup {
    pub fn new(api: ApiFamily, size: Option<u64>) -> Self {
        Self {
            api,
            size,
            bucket: TokenBucket::default(),
            aging: Aging::default(),
            round_trip: 0.0,
        }
    }

    pub fn limit(&self) -> Option<Limit> {
        let api = self.api;
        self.size.map(|size| Limit { api, size })
    }

    pub fn record_round_trip(&mut self, millis: f64) {
        self.round_trip += (millis - self.round_trip) * NEW_SAMPLE_WEIGHT;
    }
}
