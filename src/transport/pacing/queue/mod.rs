//! The order in which requests are sent: their class, and the wait queue of each endpoint.

mod class;
mod wait_queue;

pub use class::{Priority, QueueClass, RequestMeta, Stage};
pub use wait_queue::{Rank, Ticket, WaitQueue, Waiter};
