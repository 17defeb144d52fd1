//! What defends an account under attack: blocks, second factors, applications, a limit of sessions, and the end of all
//! access.

mod application_revocation;
mod applications;
mod blocking;
mod device_credentials;
mod email_verification;
mod end_access;
mod factor_removal;
mod factors;
mod one_at_a_time;
mod session_limit;
mod user_blocks;

pub use application_revocation::RevokeApplicationOptions;
pub use email_verification::VerificationOptions;
pub use end_access::AccessKind;
pub use factor_removal::RemovalOptions;
pub use session_limit::LimitOptions;

use super::needs::Needs;

/// In the order of the reference.
pub(super) fn needs() -> impl Iterator<Item = &'static Needs> {
    let of_files = [
        blocking::NEEDS,
        user_blocks::NEEDS,
        factors::NEEDS,
        factor_removal::NEEDS,
        applications::NEEDS,
        application_revocation::NEEDS,
        session_limit::NEEDS,
        end_access::NEEDS,
        email_verification::NEEDS,
    ];
    of_files.into_iter().flatten()
}
