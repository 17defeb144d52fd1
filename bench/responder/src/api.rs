//! What is sent for each request.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::ids::UserId;
use crate::{people, sessions};

/// Those whose lists are written before the first request, with so many sessions each.
const USERS: u64 = 4000;
const SESSIONS: u16 = 5;
const PAGE: u64 = 50;

/// Far more than any run sends, so that no client slows down.
const RATE_LIMIT: &str = "1000000";
const RATE_REMAINING: &str = "999999";

/// What Auth0 sends with every response; a client has to read it.
const HEADERS: [(&str, &str); 10] = [
    (
        "cache-control",
        "private, no-store, no-cache, must-revalidate, post-check=0, pre-check=0",
    ),
    ("content-type", "application/json; charset=utf-8"),
    ("pragma", "no-cache"),
    ("server", "cloudflare"),
    (
        "strict-transport-security",
        "max-age=31536000; includeSubDomains; preload",
    ),
    ("vary", "origin,accept-encoding"),
    ("x-auth0-requestid", "6b1d3f0a2c4e5d6f7a8b"),
    ("x-content-type-options", "nosniff"),
    ("x-ratelimit-limit", RATE_LIMIT),
    ("x-ratelimit-remaining", RATE_REMAINING),
];

const SCOPES: &str = "read:users update:users read:sessions delete:sessions read:refresh_tokens \
                      delete:refresh_tokens create:user_tickets";

type Reply = Response<Full<Bytes>>;
type Sent = (StatusCode, Bytes);
type PageKey = (UserId, u64, u64);

pub struct Api {
    started: DateTime<Utc>,
    /// Pages are written once: the responder should cost little.
    pages: Mutex<HashMap<PageKey, Bytes>>,
}

impl Api {
    pub fn new() -> Self {
        let api = Self {
            started: Utc::now(),
            pages: Mutex::default(),
        };
        for number in 0..USERS {
            let user = UserId {
                sessions: SESSIONS,
                number,
                ..UserId::default()
            };
            api.page(user, 0, PAGE);
        }
        api
    }

    pub async fn respond(&self, request: Request<Incoming>) -> Result<Reply, Infallible> {
        let (parts, body) = request.into_parts();
        if parts.method == Method::POST {
            // Over HTTP/1.1 the connection is reused only once the body has been read.
            let _ = body.collect().await;
        }
        let path = parts.uri.path().replace("%7C", "|");
        let query = parts.uri.query().unwrap_or_default();
        let (delay, (status, body)) = self
            .route(&parts.method, &path, query)
            .unwrap_or_else(|| (UserId::default(), not_found()));
        if delay.delay_ms > 0 {
            tokio::time::sleep(delay.delay()).await;
        }
        Ok(reply(status, body))
    }

    /// The user that the request is about, and the response.
    fn route(&self, method: &Method, path: &str, query: &str) -> Option<(UserId, Sent)> {
        if path == "/oauth/token" {
            return Some((UserId::default(), ok(&token())));
        }
        let path = path.strip_prefix("/api/v2/")?;
        if path == "users-by-email" {
            let user = UserId::from_digits(parameter(query, "email")?)?;
            return Some((user, ok(&json!([people::user(user, self.started)]))));
        }
        if let Some(id) = path.strip_prefix("sessions/") {
            return self.session(method, id);
        }
        let rest = path.strip_prefix("users/")?;
        match rest.split_once('/') {
            None => {
                let user = UserId::parse(rest)?;
                Some((user, ok(&people::user(user, self.started))))
            }
            Some((id, "sessions")) if method == Method::GET => self.list(id, query),
            Some((id, "sessions" | "refresh-tokens")) if method == Method::DELETE => {
                Some((UserId::parse(id)?, (StatusCode::ACCEPTED, Bytes::new())))
            }
            Some(_) => None,
        }
    }

    /// Reads a session; any other method ends it.
    fn session(&self, method: &Method, id: &str) -> Option<(UserId, Sent)> {
        let (user, index) = UserId::of_session(id)?;
        let sent = if method == Method::GET {
            ok(&sessions::session(user, index, self.started))
        } else {
            (StatusCode::ACCEPTED, Bytes::new())
        };
        Some((user, sent))
    }

    fn list(&self, id: &str, query: &str) -> Option<(UserId, Sent)> {
        let user = UserId::parse(id)?;
        let number =
            |name, default| parameter(query, name).map_or(Some(default), |text| text.parse().ok());
        let (from, take) = (number("from", 0)?, number("take", PAGE)?);
        Some((user, (StatusCode::OK, self.page(user, from, take))))
    }

    fn page(&self, user: UserId, from: u64, take: u64) -> Bytes {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (user, from, take);
        let page = pages
            .entry(key)
            .or_insert_with(|| text(&sessions::page(user, from, take, self.started)));
        page.clone()
    }
}

fn token() -> Value {
    json!({
        "access_token": "e".repeat(900),
        "expires_in": 86_400,
        "scope": SCOPES,
        "token_type": "Bearer",
    })
}

fn not_found() -> Sent {
    let body = json!({ "statusCode": 404, "error": "Not Found", "message": "Not Found" });
    (StatusCode::NOT_FOUND, text(&body))
}

fn ok(body: &Value) -> Sent {
    (StatusCode::OK, text(body))
}

fn text(body: &Value) -> Bytes {
    body.to_string().into()
}

fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn reply(status: StatusCode, body: Bytes) -> Reply {
    let mut reply = Response::new(Full::new(body));
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let reset = Utc::now().timestamp() + 1;
    headers.insert("x-ratelimit-reset", HeaderValue::from(reset));
    reply
}
