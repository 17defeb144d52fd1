//! The wire: endpoints of Auth0 as values, what they answer, and how they refuse. No I/O.

pub mod answer;
pub mod client_authentication;
pub mod issued_token;
mod json;
pub mod lenient;
pub mod login;
pub mod oauth;
pub mod page;
pub mod refresh_tokens;
pub mod session_page;
pub mod sessions;
pub mod signing_keys;
mod streaming;
pub mod tickets;
pub mod users;
