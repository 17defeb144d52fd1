//! What several tests use.

pub mod circles;
pub mod limited_tenant;
pub mod module_graph;
pub mod protection;
pub mod redis;
pub mod server;
pub mod shared_limit;
