//! What proves who is calling, and who logged in.

pub mod derived_key;
pub mod id_token;
pub mod key_set;
pub mod link_state;
pub mod token_source;
