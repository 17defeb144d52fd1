//! Enrolled factors of a user: what the Management API calls authentication methods.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::endpoint::{Endpoint, Request};
use super::lenient;
use super::response::{Acceptance, JsonBody};
use crate::error::Result;
use crate::transport::request::Replay;

/// Auth0's limit on its public cloud.
pub const PAGE_SIZE: usize = 50;

pub static LIST: Endpoint<FactorPage> = Endpoint::get("/api/v2/users/{id}/authentication-methods")
    .scopes(&["read:authentication_methods"]);

pub static DELETE: Endpoint<Acceptance> = Endpoint::delete(
    "/api/v2/users/{id}/authentication-methods/{authentication_method_id}",
    Replay::Safe,
)
.scopes(&["delete:authentication_methods"]);

pub static FORGET_BROWSERS: Endpoint<Acceptance> = Endpoint::post(
    "/api/v2/users/{id}/multifactor/actions/invalidate-remember-browser",
    Replay::Safe,
)
.scopes(&["update:users"]);

/// One page of a user's factors. Every row must be readable: whether a factor is the last one depends on all of them.
#[derive(Debug, Deserialize)]
pub struct FactorPage {
    #[serde(deserialize_with = "lenient::all_rows")]
    pub authenticators: Vec<Factor>,
}

impl JsonBody for FactorPage {
    const EXPECTED: &'static str =
        "an object with an array `authenticators`, each with `id` and `type`";
}

#[derive(Debug, Clone, Deserialize)]
pub struct Factor {
    #[serde(deserialize_with = "lenient::required_text")]
    pub id: String,
    #[serde(rename = "type", deserialize_with = "lenient::required_text")]
    pub kind: String,
    /// Absent means confirmed: only an enrollment that is not finished says `false`.
    #[serde(default, deserialize_with = "lenient::decisive_flag")]
    pub confirmed: Option<bool>,
    /// The factor that this one was enrolled with.
    #[serde(default, deserialize_with = "lenient::optional_id")]
    pub link_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub email: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub phone_number: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub preferred_authentication_method: Option<String>,
    #[serde(default, deserialize_with = "lenient::date")]
    pub created_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::date")]
    pub enrolled_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::date")]
    pub last_auth_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub credential_device_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_flag")]
    pub credential_backed_up: Option<bool>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub user_agent: Option<String>,
}

impl Factor {
    /// Auth0 may delete factors that were enrolled together with each other.
    pub fn is_linked_to(&self, other: &Self) -> bool {
        let name = |factor: &Self| factor.link_id.clone().unwrap_or_else(|| factor.id.clone());
        name(self) == name(other)
    }
}

/// `page` counts from 0.
pub fn list(user_id: &str, page: usize) -> Result<Request<FactorPage>> {
    Ok(LIST
        .request(&[user_id])?
        .query("include_totals", "true")
        .query("per_page", &PAGE_SIZE.to_string())
        .query("page", &page.to_string()))
}

pub fn delete(user_id: &str, factor_id: &str) -> Result<Request<Acceptance>> {
    DELETE.request(&[user_id, factor_id])
}

/// Browsers where the user chose not to be asked for the second factor again are asked again.
pub fn forget_browsers(user_id: &str) -> Result<Request<Acceptance>> {
    FORGET_BROWSERS.request(&[user_id])
}
