//! Sessions of the Management API. Session ids are tenant-wide: Auth0 does not check their owner.

use super::endpoint::{Endpoint, Request};
use super::response::Acceptance;
pub use super::session::{
    Actor, Authentication, AuthenticationEvent, Cookie, Device, Session, SessionClient,
};
use super::session_page::{PageReader, SessionPage};
use crate::error::Result;
use crate::transport::request::{Body, Replay};

/// Auth0's limit on its public cloud.
pub(super) const PAGE_SIZE: &str = "50";

pub static LIST: Endpoint<SessionPage> = Endpoint::get("/api/v2/users/{user_id}/sessions")
    .scopes(&["read:sessions"])
    .plan_bound();

pub static READ: Endpoint<Session> = Endpoint::get("/api/v2/sessions/{id}")
    .scopes(&["read:sessions"])
    .plan_bound();

pub static DELETE: Endpoint<Acceptance> = Endpoint::delete("/api/v2/sessions/{id}", Replay::Safe)
    .scopes(&["delete:sessions"])
    .plan_bound();

pub static REVOKE: Endpoint<Acceptance> =
    Endpoint::post("/api/v2/sessions/{id}/revoke", Replay::Safe)
        .scopes(&["delete:sessions", "delete:refresh_tokens"])
        .plan_bound();

pub static DELETE_ALL: Endpoint<Acceptance> =
    Endpoint::delete("/api/v2/users/{user_id}/sessions", Replay::Safe)
        .scopes(&["delete:sessions"])
        .plan_bound();

pub static REVOKE_ACCESS: Endpoint<Acceptance> =
    Endpoint::post("/api/v2/users/{id}/revoke-access", Replay::Safe)
        .scopes(&["delete:sessions", "delete:refresh_tokens"])
        .plan_bound();

/// `from` is the cursor where the page begins, `room` the maximum size of the page.
pub fn list(user_id: &str, from: Option<&str>, room: PageReader) -> Result<Request<SessionPage>> {
    let request = LIST.request_for(room, &[user_id])?.query("take", PAGE_SIZE);
    Ok(match from {
        Some(cursor) => request.query("from", cursor),
        None => request,
    })
}

pub fn read(session_id: &str) -> Result<Request<Session>> {
    READ.request(&[session_id])
}

/// Ends the session; its refresh tokens remain valid.
pub fn delete(session_id: &str) -> Result<Request<Acceptance>> {
    DELETE.request(&[session_id])
}

/// Ends the session and revokes the refresh tokens bound to it.
pub fn revoke(session_id: &str) -> Result<Request<Acceptance>> {
    REVOKE.request(&[session_id])
}

/// Ends every session of the user; refresh tokens remain valid.
pub fn delete_all(user_id: &str) -> Result<Request<Acceptance>> {
    DELETE_ALL.request(&[user_id])
}

/// Ends every session of the user and revokes every refresh token, according to Auth0's support documentation; the
/// API reference does not say so.
pub fn revoke_access(user_id: &str) -> Result<Request<Acceptance>> {
    Ok(REVOKE_ACCESS
        .request(&[user_id])?
        .body(Body::Json(serde_json::json!({}))))
}
