//! What proves to Auth0 who is calling.

pub mod token_source;
