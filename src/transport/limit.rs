//! Which of Auth0's rate limits there are, and under whose an endpoint falls.

/// Auth0 limits its two APIs apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Api {
    Management,
    Authentication,
}

/// A limit that answers have shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limit {
    pub api: Api,
    pub size: u64,
}

/// Whose limits an endpoint falls under. Those of `/userinfo` are each person's own, and the
/// documents under `/.well-known/`, which are rarely read, have limits apart.
pub fn api_of(template: &str) -> Option<Api> {
    match template {
        "/userinfo" => None,
        document if document.starts_with("/.well-known/") => None,
        management if management.starts_with("/api/") => Some(Api::Management),
        _ => Some(Api::Authentication),
    }
}
