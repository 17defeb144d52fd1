//! The results of calls about a whole user or a whole tenant.

use napi_derive::napi;
use serde::Serialize;

use super::{UserAuthenticationMethod, UserSession};

/// Sessions and sign-in methods of one user.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserSecurityDashboard {
    /// The user's email, or else the user id.
    pub user: String,
    /// The Auth0 user id.
    pub user_id: String,
    /// The live sessions, most recently active first.
    pub sessions: Vec<UserSession>,
    /// The sign-in methods, the primary one first.
    pub methods: Vec<UserAuthenticationMethod>,
    /// A summary in numbers.
    pub summary: UserSecuritySummary,
}

/// A dashboard in numbers.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserSecuritySummary {
    /// Number of live sessions.
    pub total_sessions: u32,
    /// Number of sign-in methods.
    pub total_auth_methods: u32,
    /// Whether the user can sign in with anything other than email and password.
    pub has_social_auth: bool,
    /// Whether the user can sign in with email and password.
    pub has_primary_auth: bool,
}

/// A dashboard, or what Auth0 offers of it.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Dashboard {
    Complete(UserSecurityDashboard),
    Partial(PartialUserSecurityDashboard),
}

/// A dashboard without sessions. `null` says that they are unknown, where an empty list would say that there are none.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartialUserSecurityDashboard {
    pub user: String,
    pub user_id: String,
    pub sessions: (),
    pub methods: Vec<UserAuthenticationMethod>,
    pub summary: PartialUserSecuritySummary,
    pub unavailable: UnavailableParts,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartialUserSecuritySummary {
    pub total_sessions: (),
    pub total_auth_methods: u32,
    pub has_social_auth: bool,
    pub has_primary_auth: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct UnavailableParts {
    pub sessions: UnavailablePart,
}

/// Why a part of a dashboard is missing.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
pub struct UnavailablePart {
    /// The `code` of the error that a call for this part alone rejects with.
    pub code: String,
    /// How to make it available.
    pub hint: String,
}

/// The result of `checkConfiguration`.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationReport {
    /// True if every finding is ok.
    pub ok: bool,
    /// One for each check.
    pub findings: Vec<ConfigurationFinding>,
}

/// The result of one check of `checkConfiguration`.
#[napi(object, object_from_js = false, object_to_js = false)]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationFinding {
    /// What was checked: `"token"`, `"audience"`, `"scopes:<method>"`, `"sessions"`, `"customDomain"`.
    pub check: String,
    /// Whether it is configured correctly.
    pub ok: bool,
    /// What was found.
    pub message: String,
    /// How to fix it or, if `ok` is true, how to enable what is optional. Absent if there is nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}
