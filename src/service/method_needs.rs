//! The needs of all public methods.

use super::needs::Needs;
use super::{
    dashboard, linking, password_tickets, protection, refresh_tokens, revocation, revoke_all,
    revoke_others, sessions, sign_in_methods, unlinking,
};

/// In the order in which `checkConfiguration` reports them.
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
    of_files.into_iter().flatten().chain(protection::needs())
}
