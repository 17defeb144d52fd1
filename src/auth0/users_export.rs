//! Exports of all users: a job that writes a file, which is on another host.

use serde::Deserialize;
use serde_json::json;

use super::endpoint::{Endpoint, Request};
use super::lenient;
use super::response::JsonBody;
use crate::config::Secret;
use crate::error::Result;
use crate::transport::request::{Body, Method, Replay, Route};

/// Repeating it only makes another file.
pub static CREATE: Endpoint<ExportJob> = Endpoint::post("/api/v2/jobs/users-exports", Replay::Safe)
    .scopes(&["read:users"])
    .changing_nothing();

pub static JOB: Endpoint<ExportJob> = Endpoint::get("/api/v2/jobs/{id}").scopes(&["read:users"]);

/// The file, for errors: its address is a credential.
pub static FILE: Route = Route {
    method: Method::Get,
    template: "users export",
    scopes: &[],
    replay: Replay::Safe,
    plan_bound: false,
    is_change: false,
};

const FIELDS: [&str; 5] = ["user_id", "email", "name", "last_ip", "last_login"];

#[derive(Debug, Deserialize)]
pub struct ExportJob {
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// Where the file is, once it is complete. Whoever has the address has the users, for a minute.
    #[serde(default, deserialize_with = "secret")]
    pub location: Option<Secret>,
}

impl JsonBody for ExportJob {
    const EXPECTED: &'static str = "an object with an `id`";
}

fn secret<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Ok(lenient::text(deserializer)?.map(Secret::new))
}

pub fn create() -> Result<Request<ExportJob>> {
    let fields: Vec<_> = FIELDS.iter().map(|name| json!({ "name": name })).collect();
    let body = json!({ "format": "json", "fields": fields });
    Ok(CREATE.request(&[])?.body(Body::Json(body)))
}

pub fn job(id: &str) -> Result<Request<ExportJob>> {
    JOB.request(&[id])
}
