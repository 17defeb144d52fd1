//! Requests that running operations may still send, which no other work may use up.

use std::collections::HashMap;

/// Below this number of reservations, expired ones are left alone.
const FEW: usize = 64;

/// The requests that an operation still has to send, and by when.
#[derive(Debug, Clone, Copy)]
pub struct Reservation {
    pub operation: u128,
    /// The endpoint of the request that opened the operation.
    pub template: &'static str,
    pub deadline: f64,
    pub left: u32,
}

#[derive(Debug, Default)]
pub struct Reservations {
    by_operation: HashMap<u128, Reservation>,
    /// Reservations that were left when expired ones were last removed.
    kept: usize,
}

impl Reservations {
    /// What is left for the operation, if it is running.
    pub fn left(&self, operation: u128) -> Option<u32> {
        let reservation = self.by_operation.get(&operation)?;
        Some(reservation.left)
    }

    /// An operation that opens twice keeps the larger reservation.
    pub fn add(&mut self, reservation: Reservation, now: f64) {
        self.remove_expired(now);
        let running = self.by_operation.entry(reservation.operation);
        let running = running.or_insert(reservation);
        running.left = running.left.max(reservation.left);
    }

    /// The operation has sent one of its reserved requests.
    pub fn use_one(&mut self, operation: u128) {
        if let Some(reservation) = self.by_operation.get_mut(&operation) {
            reservation.left = reservation.left.saturating_sub(1);
        }
    }

    /// The operation sends no more requests. Returns the endpoint of its reservation, if that was not
    /// used up.
    pub fn release(&mut self, operation: u128) -> Option<&'static str> {
        let reservation = self.by_operation.remove(&operation)?;
        (reservation.left > 0).then_some(reservation.template)
    }

    /// What is reserved on the endpoints that `is_here` selects.
    pub fn on(
        &self,
        is_here: impl Fn(&str) -> bool,
        now: f64,
    ) -> impl Iterator<Item = Reservation> {
        let all = self.by_operation.values().copied();
        all.filter(move |reservation| {
            reservation.left > 0 && reservation.deadline > now && is_here(reservation.template)
        })
    }

    /// Operations that are never released, because they have no guard, are removed after their deadlines.
    fn remove_expired(&mut self, now: f64) {
        if self.by_operation.len() > FEW.max(self.kept * 2) {
            self.by_operation
                .retain(|_, reservation| reservation.deadline > now);
            self.kept = self.by_operation.len();
        }
    }
}
