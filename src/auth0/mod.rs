//! The wire format: endpoints of Auth0 as values, how responses are decoded, and what refusals look like. No I/O.

pub mod client_authentication;
pub mod consents;
pub mod directory;
mod encoding;
pub mod endpoint;
pub mod factors;
pub mod issued_token;
mod json;
pub mod lenient;
pub mod login;
pub mod lucene;
pub mod oauth;
mod page;
mod plain_date;
mod plain_sessions;
pub mod refresh_tokens;
mod refusal;
pub mod response;
mod session;
pub mod session_page;
pub mod sessions;
pub mod signing_keys;
mod streaming;
pub mod tickets;
pub mod user_blocks;
pub mod users;
