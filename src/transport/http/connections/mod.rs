//! The connections of this process to one origin. Shared by all its services, so that many services,
//! or a closed one, do not add up to more connections than one service may have.

mod admission;
mod open_connections;
mod permit_queue;
#[cfg(test)]
mod tests;

pub use admission::{ConnectionPermit, Connections};
pub use open_connections::Fate;
pub use permit_queue::Protocol;
