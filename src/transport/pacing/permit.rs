//! Permits to send one request each: how they are acquired, and what the pacer learns from what follows.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::limit::limited_api;
use super::pacer::{AcquireError, Pacer, rate_limited};
use super::queue::{RequestMeta, Stage};
use super::rate_limit_headers::Quota;
use super::scheduler::SentRequest;
use super::shared_budget::{BudgetExhausted, LocalView, SharedBudget, SharedTurn};

/// Permission to send one request. It counts as in flight until this is dropped or told of a response.
#[derive(Debug)]
pub struct Permit(Option<InFlight>);

/// A request in flight to an endpoint with a rate limit.
#[derive(Debug)]
struct InFlight {
    pacer: Arc<Pacer>,
    template: &'static str,
    /// None once there was a response.
    sent: Option<SentRequest>,
    shared: Option<Arc<SharedBudget>>,
    shared_turn: Option<SharedTurn>,
}

impl Pacer {
    /// Waits until a request to the endpoint with this path template may be sent: in this process and,
    /// with a shared budget, across all processes that share it.
    pub async fn acquire(
        self: &Arc<Self>,
        template: &'static str,
        meta: RequestMeta,
        deadline: Instant,
        shared: Option<&Arc<SharedBudget>>,
    ) -> Result<Permit, AcquireError> {
        let Some(api) = limited_api(template) else {
            return Ok(Permit(None));
        };
        // Held until the shared turn is taken too, so that only the first in the queue asks for one.
        let place = self.join(template, api, meta, deadline, shared.map(Arc::as_ref));
        let sent = self.turn(&place, deadline).await?;
        let mut in_flight = InFlight::new(self.clone(), template, sent, shared.cloned());
        let shared_turn = in_flight.take_shared_turn(deadline).await;
        if shared_turn.is_err() && matches!(meta.stage, Stage::Opening { .. }) {
            self.release(meta.operation);
        }
        shared_turn.map(|()| Permit(Some(in_flight)))
    }
}

impl Permit {
    /// A response other than 429 arrived.
    pub fn responded(self, quota: Option<Quota>) {
        if let Some(mut in_flight) = self.0 {
            in_flight.settle(quota, None);
        }
    }

    /// The request was rejected with 429. Returns whether the pacer now holds back later requests.
    pub fn rejected(self, quota: Option<Quota>, pause: Duration) -> bool {
        let Some(mut in_flight) = self.0 else {
            return false;
        };
        in_flight.settle(quota, Some(pause));
        true
    }
}

impl InFlight {
    fn new(
        pacer: Arc<Pacer>,
        template: &'static str,
        sent: SentRequest,
        shared: Option<Arc<SharedBudget>>,
    ) -> Self {
        Self {
            pacer,
            template,
            sent: Some(sent),
            shared,
            shared_turn: None,
        }
    }

    /// Takes a turn under the budget that processes share, if there is one.
    async fn take_shared_turn(&mut self, deadline: Instant) -> Result<(), AcquireError> {
        let limit_of = |sent| self.pacer.scheduler().limit_of(sent);
        let limit = self.sent.and_then(limit_of);
        let (Some(shared), Some(limit)) = (&self.shared, limit) else {
            return Ok(());
        };
        // Boxed, so that requests without a shared budget do not carry the space for it.
        let turn = Box::pin(shared.take(limit, deadline, || self.local_view())).await;
        self.shared_turn = Some(turn.map_err(|BudgetExhausted(wait)| rate_limited(wait))?);
        Ok(())
    }

    fn local_view(&self) -> LocalView {
        let pacer = &self.pacer;
        let seen = |sent| pacer.scheduler().level_and_waiting(sent, pacer.now());
        let (level, waiting) = self.sent.and_then(seen).unwrap_or_default();
        LocalView { level, waiting }
    }

    fn settle(&mut self, quota: Option<Quota>, pause: Option<Duration>) {
        let Some(sent) = self.sent.take() else {
            return;
        };
        let now = self.pacer.now();
        let limit = self
            .pacer
            .scheduler()
            .responded(self.template, sent, quota, pause, now);
        if let (Some(shared), Some(limit)) = (&self.shared, limit) {
            shared.responded(self.shared_turn.take(), limit, quota, pause);
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if let Some(sent) = self.sent.take() {
            let now = self.pacer.now();
            self.pacer.scheduler().lost(self.template, sent, now);
        }
        if let (Some(shared), Some(turn)) = (&self.shared, self.shared_turn.take()) {
            shared.lost(turn);
        }
    }
}
