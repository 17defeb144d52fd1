//! The needs of all public methods.

use crate::error::{Error, Result};

use super::needs::Needs;
use super::refresh_tokens::REVOKE_REFRESH_TOKENS;
use super::{
    dashboard, fleet_needs, linking, password_tickets, protection, refresh_tokens, revocation,
    revoke_all, revoke_others, selection, sessions, sign_in_methods, unlinking,
};

/// The methods whose needs are checked.
#[derive(Debug)]
pub struct CheckedMethods(Option<Vec<String>>);

impl CheckedMethods {
    /// All methods if none are named.
    pub fn named(names: Option<Vec<String>>) -> Result<Self> {
        let is_known = |name: &String| known().any(|known| known == name);
        if let Some(names) = &names
            && (names.is_empty() || !names.iter().all(is_known))
        {
            let known: Vec<_> = known().collect();
            return Err(Error::argument_value(format!(
                "options.methods must contain one or more of {}. Other methods need no scopes.",
                known.join(", ")
            )));
        }
        Ok(Self(names))
    }

    fn has(&self, method: &str) -> bool {
        let names = self.0.as_ref();
        names.is_none_or(|names| names.iter().any(|name| name == method))
    }

    /// What the methods need. What a setting needs counts with each method that the setting is about.
    pub(super) fn needs(&self) -> impl Iterator<Item = &'static Needs> {
        let revokes = REVOKING.iter().any(|method| self.has(method));
        all().filter(move |need| match need.method {
            REVOKE_REFRESH_TOKENS => revokes,
            method => self.has(method),
        })
    }
}

/// The methods that revoke the refresh tokens of the sessions that they end.
const REVOKING: [&str; 6] = [
    "bulkRevokeUserSessions",
    "emergencySecurityResponse",
    "revokeUserSession",
    "revokeAllUserSessions",
    "revokeOtherUserSessions",
    "limitUserSessions",
];

fn known() -> impl Iterator<Item = &'static str> {
    let methods = all().map(|need| need.method);
    methods.filter(|method| *method != REVOKE_REFRESH_TOKENS)
}

/// In the order in which `checkConfiguration` reports them.
fn all() -> impl Iterator<Item = &'static Needs> {
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
    let of_one_user = of_files.into_iter().flatten().chain(protection::needs());
    of_one_user
        .chain(fleet_needs::NEEDS)
        .chain(selection::NEEDS)
}
