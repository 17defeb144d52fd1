//! The methods that defend an account, as a Rust program calls them, and a tenant that accepts them.

use auth0_user_security::error::Result;
use auth0_user_security::service::{
    AccessKind, Call, LimitOptions, Operation, RemovalOptions, RevokeApplicationOptions, Service,
    VerificationOptions,
};
use auth0_user_security::user::UserRef;
use serde_json::json;

use super::server::Reply;

pub const CHANGES: &[&str] = &[
    "block_user",
    "clear_user_blocks",
    "end_user_access",
    "generate_email_verification_ticket",
    "limit_user_sessions",
    "remove_all_user_factors",
    "remove_user_factor",
    "revoke_user_application",
    "send_verification_email",
    "unblock_user",
];

/// The response to a request of theirs, if it is not one of other methods too.
pub fn reply(method: &str, path: &str, owner: &str) -> Option<Reply> {
    let body = match (method, path.rsplit('/').next()?) {
        ("POST", "token") => {
            json!({ "access_token": "t", "token_type": "Bearer", "expires_in": 86_400 })
        }
        ("GET", "authentication-methods") => {
            json!({ "authenticators": [{ "id": "totp|1", "type": "totp" }] })
        }
        ("GET", "refresh-tokens") => {
            json!({ "tokens": [{ "id": "rt", "user_id": owner, "client_id": "app" }] })
        }
        ("GET", "device-credentials") => {
            json!({ "device_credentials": [{ "id": "dcr", "user_id": owner }] })
        }
        ("GET", _) if path.starts_with("/api/v2/user-blocks/") => {
            json!({ "blocked_for": [{ "identifier": "ada" }] })
        }
        ("PATCH", _) => json!({ "user_id": owner, "blocked": true }),
        ("POST", "email-verification") => json!({ "ticket": "https://elsewhere.example/" }),
        ("POST", "verification-email") => json!({ "id": "job_1" }),
        _ => return None,
    };
    Some(Reply::Json(200, body))
}

/// Calls the method; `None` if it is not one of these.
pub async fn change(
    method: &str,
    service: &Service,
    user: &UserRef,
    operation: &Operation,
    call: Call,
) -> Option<Result<()>> {
    let removal = RemovalOptions { allow_last: true };
    let revocation = RevokeApplicationOptions::default();
    Some(match method {
        "block_user" => service.block_user(user, operation, call).await.map(drop),
        "unblock_user" => service.unblock_user(user, operation, call).await.map(drop),
        "clear_user_blocks" => service
            .clear_user_blocks(user, operation, call)
            .await
            .map(drop),
        "remove_user_factor" => service
            .remove_user_factor(user, Some("totp|1"), removal, operation, call)
            .await
            .map(drop),
        "remove_all_user_factors" => service
            .remove_all_user_factors(user, removal, operation, call)
            .await
            .map(drop),
        "revoke_user_application" => service
            .revoke_user_application(user, Some("app"), revocation, operation, call)
            .await
            .map(drop),
        other => return end(other, service, user, operation, call).await,
    })
}

async fn end(
    method: &str,
    service: &Service,
    user: &UserRef,
    operation: &Operation,
    call: Call,
) -> Option<Result<()>> {
    let verification = VerificationOptions::default();
    Some(match method {
        "limit_user_sessions" => {
            let limit = LimitOptions::new(1, std::collections::HashSet::new(), None).unwrap();
            service
                .limit_user_sessions(user, &limit, operation, call)
                .await
                .map(drop)
        }
        "end_user_access" => service
            .end_user_access(user, &AccessKind::ALL, operation, call)
            .await
            .map(drop),
        "generate_email_verification_ticket" => service
            .generate_email_verification_ticket(user, &verification, operation, call)
            .await
            .map(drop),
        "send_verification_email" => service
            .send_verification_email(user, &verification, operation, call)
            .await
            .map(drop),
        _ => return None,
    })
}
