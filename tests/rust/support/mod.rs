//! What tests run against, and how they read the sources.

pub mod circles;
pub mod module_graph;
pub mod protection;
pub mod redis;
pub mod server;
pub mod simulation;
