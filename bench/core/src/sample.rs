//! Responses as Auth0 sends them.

use auth0_user_security::auth0::session_page::PageReader;
use auth0_user_security::transport::http::{MediaType, Response};
use auth0_user_security::transport::pacing::rate_limit_headers::RateLimitHeaders;
use auth0_user_security::transport::pipeline::Exchange;
use auth0_user_security::transport::request::Route;
use serde_json::{Value, json};

pub const USER: &str = "auth0|6650f3a1c2d4e5f601234567";
pub const EMAIL: &str = "ada.lovelace@example.com";

/// More space than any page here needs.
pub const ROOM: PageReader = PageReader {
    rows: 10_000,
    bytes: 1 << 20,
};

pub const USER_AGENTS: [&str; 5] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
     Version/17.1.2 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
    "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
     Version/17.2 Safari/605.1.15",
];

pub fn page(sessions: usize) -> Value {
    let rows: Vec<Value> = (0..sessions).map(session).collect();
    json!({ "sessions": rows, "next": "MTcxNjk4NTYwMDAwMCxzZXNf" })
}

fn session(number: usize) -> Value {
    let user_agent = USER_AGENTS[number % USER_AGENTS.len()];
    json!({
        "id": format!("ses_{:024x}", 0x0006_650f_3a1c_2d4e_usize + number),
        "user_id": USER,
        "created_at": "2026-01-02T03:04:05.678Z",
        "updated_at": "2026-01-02T04:00:00.000Z",
        "authenticated_at": "2026-01-02T03:04:05.678Z",
        "idle_expires_at": "2026-01-05T03:04:05.678Z",
        "expires_at": "2026-01-09T03:04:05.678Z",
        "last_interacted_at": "2026-01-02T04:00:00.000Z",
        "device": {
            "initial_ip": "203.0.113.7",
            "initial_asn": "64496",
            "initial_user_agent": user_agent,
            "last_ip": "2001:db8:85a3::8a2e:370:7334",
            "last_asn": "64497",
            "last_user_agent": user_agent,
        },
        "clients": [{ "client_id": "hK3n0Vq8yB2sTz5LwXc1RmEu7JdA9oPf" }],
        "authentication": { "methods": [{ "name": "pwd", "timestamp": "2026-01-02T03:04:05.678Z" }] },
        "cookie": { "mode": "persistent" },
        "session_metadata": { "tenant": "acme" },
    })
}

pub fn user() -> Value {
    json!({
        "user_id": USER,
        "email": EMAIL,
        "email_verified": true,
        "name": "Ada Lovelace",
        "nickname": "ada.lovelace",
        "picture": "https://cdn.example.com/avatars/ad.png",
        "identities": [
            {
                "provider": "auth0",
                "user_id": "6650f3a1c2d4e5f601234567",
                "connection": "Username-Password-Authentication",
                "isSocial": false,
            },
            {
                "provider": "google-oauth2",
                "user_id": "115015401343387192604",
                "connection": "google-oauth2",
                "isSocial": true,
                "profileData": {
                    "email": "ada@example.com",
                    "email_verified": true,
                    "name": "Ada Lovelace",
                    "given_name": "Ada",
                    "family_name": "Lovelace",
                    "picture": "https://lh3.example.com/a/photo.jpg",
                },
            },
            {
                "provider": "github",
                "user_id": 583_231,
                "connection": "github",
                "isSocial": true,
                "profileData": { "email": "ada@example.org", "nickname": "ada", "name": "Ada" },
            },
        ],
    })
}

pub fn refusal() -> Value {
    json!({
        "statusCode": 403,
        "error": "Forbidden",
        "message": "Insufficient scope, expected any of: read:sessions",
        "errorCode": "insufficient_scope",
    })
}

/// The response to a request.
pub fn exchange(route: &'static Route, status: u16, body: &Value) -> Exchange {
    Exchange {
        route,
        response: Response {
            status,
            media_type: MediaType::Json,
            rate_limit: RateLimitHeaders::default(),
            body: body.to_string().into_bytes().into(),
        },
        attempts: 1,
        may_have_acted: false,
    }
}
