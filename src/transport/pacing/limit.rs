//! Auth0's rate limits, and the endpoints they apply to.

/// Auth0 limits its two APIs independently. The names of the variants are part of the keys under
/// which processes share a limit in Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ApiFamily {
    Management,
    Authentication,
}

/// A rate limit that response headers have shown. Auth0 does not name its limits, so the size stands
/// in for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limit {
    pub api: ApiFamily,
    pub size: u64,
}

/// The API whose limits an endpoint counts against, if it counts against any. `/userinfo` is limited
/// per person, and the rarely read documents under `/.well-known/` have limits of their own.
pub fn limited_api(template: &str) -> Option<ApiFamily> {
    match template {
        "/userinfo" => None,
        document if document.starts_with("/.well-known/") => None,
        management if management.starts_with("/api/") => Some(ApiFamily::Management),
        _ => Some(ApiFamily::Authentication),
    }
}
