//! What the calls about a whole user or a whole tenant report.

use napi_derive::napi;

use super::{UserAuthenticationMethod, UserSession};

/// Sessions and sign-in methods of one user.
#[napi(object)]
#[derive(Debug, Clone)]
pub struct UserSecurityDashboard {
    /// The user's email, or else the user id.
    pub user: String,
    /// The Auth0 user id.
    pub user_id: String,
    /// The live sessions, most recently active first.
    pub sessions: Vec<UserSession>,
    /// The sign-in methods, the primary one first.
    pub methods: Vec<UserAuthenticationMethod>,
    /// The same in numbers.
    pub summary: UserSecuritySummary,
}

/// A dashboard in numbers.
#[napi(object)]
#[derive(Debug, Clone)]
pub struct UserSecuritySummary {
    /// Number of live sessions.
    pub total_sessions: u32,
    /// Number of sign-in methods.
    pub total_auth_methods: u32,
    /// Whether the user can sign in by anything but email and password.
    pub has_social_auth: bool,
    /// Whether the user can sign in by email and password.
    pub has_primary_auth: bool,
}

/// What `checkConfiguration` found.
#[napi(object)]
#[derive(Debug, Clone)]
pub struct ConfigurationReport {
    /// True when every finding is good.
    pub ok: bool,
    /// One for each thing that was looked at.
    pub findings: Vec<ConfigurationFinding>,
}

/// One thing that `checkConfiguration` looked at.
#[napi(object)]
#[derive(Debug, Clone)]
pub struct ConfigurationFinding {
    /// What was looked at: `"token"`, `"audience"`, `"scopes:<method>"`, `"sessions"`, `"customDomain"`.
    pub check: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What was found.
    pub message: String,
    /// How to fix it, or, where `ok` is true, how to get what is optional; absent when there is nothing to do.
    pub hint: Option<String>,
}
