//! Many operations of several requests under one rate limit, on a paused clock: operations that
//! have begun are completed, the limit is fully used, and no request waits forever.

mod completion;
mod limited_tenant;
mod priorities;
mod support;
