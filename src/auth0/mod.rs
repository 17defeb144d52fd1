//! The wire: endpoints of Auth0 as values, what they answer, and how they refuse. No I/O.

pub mod answer;
pub mod client_authentication;
pub mod issued_token;
pub mod lenient;
pub mod login;
pub mod oauth;
pub mod refresh_tokens;
pub mod sessions;
pub mod signing_keys;
pub mod tickets;
pub mod users;
