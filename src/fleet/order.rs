//! Results in the order of the list.

use std::collections::BTreeMap;

/// Holds back what has arrived too early.
#[derive(Debug)]
pub struct Order<T> {
    is_kept: bool,
    next: u64,
    early: BTreeMap<u64, T>,
}

impl<T> Order<T> {
    /// Without keeping the order, everything passes at once.
    pub fn new(is_kept: bool) -> Self {
        Self {
            is_kept,
            next: 0,
            early: BTreeMap::new(),
        }
    }

    /// What can be delivered now that this has arrived.
    pub fn arrive(&mut self, index: u64, item: T) -> Vec<T> {
        if !self.is_kept {
            return vec![item];
        }
        self.early.insert(index, item);
        let mut ready = Vec::new();
        while let Some(item) = self.early.remove(&self.next) {
            ready.push(item);
            self.next += 1;
        }
        ready
    }

    /// What is left at the end: some items never arrive if the run is stopped.
    pub fn rest(self) -> impl Iterator<Item = T> {
        self.early.into_values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_early_waits() {
        let mut order = Order::new(true);
        assert!(order.arrive(1, 'b').is_empty());
        assert_eq!(order.arrive(0, 'a'), ['a', 'b']);
        assert!(order.arrive(4, 'e').is_empty());
        assert!(order.arrive(3, 'd').is_empty());
        assert_eq!(order.rest().collect::<String>(), "de");
    }

    #[test]
    fn without_an_order_everything_passes() {
        let mut order = Order::new(false);
        assert_eq!(order.arrive(5, 'f'), ['f']);
        assert_eq!(order.rest().count(), 0);
    }
}
