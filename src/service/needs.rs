//! Which endpoints the public methods call, and so which scopes they need.

use super::{
    dashboard, linking, password_tickets, refresh_tokens, revocation, revoke_all, revoke_others,
    sessions, sign_in_methods, unlinking,
};
use crate::transport::request::Route;

/// What one method calls at most, optional requests aside. It stands beside the code of the method.
pub(super) struct Needs {
    pub method: &'static str,
    pub routes: &'static [&'static Route],
}

impl Needs {
    /// The scopes of its endpoints, each of them once.
    pub fn scopes(&self) -> Vec<&'static str> {
        let mut scopes = Vec::new();
        for scope in self.routes.iter().flat_map(|route| route.scopes) {
            if !scopes.contains(scope) {
                scopes.push(*scope);
            }
        }
        scopes
    }
}

/// The needs of all methods, in the order in which `checkConfiguration` reports them.
pub(super) fn all() -> impl Iterator<Item = &'static Needs> {
    let of_files = [
        sessions::NEEDS,
        revocation::NEEDS,
        revoke_all::NEEDS,
        refresh_tokens::NEEDS,
        revoke_others::NEEDS,
        dashboard::NEEDS,
        sign_in_methods::NEEDS,
        linking::NEEDS,
        unlinking::NEEDS,
        password_tickets::NEEDS,
    ];
    of_files.into_iter().flatten()
}
