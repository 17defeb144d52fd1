//! Everything that proves who is calling and who signed in.

pub mod access_token;
pub mod authentication_api;
pub mod client_credentials;
pub mod derived_key;
pub mod id_token;
pub mod key_set;
pub mod link_state;
mod own_token;
pub mod pkce;
pub mod refused_credentials;
pub mod shared_token;
pub mod token_order;
pub mod token_sealer;
pub mod token_source;
pub mod used_states;
