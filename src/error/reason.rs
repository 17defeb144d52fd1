//! The reasons of refusals by this library: closed lists, documented for JavaScript.

/// Why an account was not linked or unlinked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkingReason {
    StateRequired,
    StateInvalid,
    StateExpired,
    StateUsed,
    CodeRejected,
    TokenRejected,
    IdTokenInvalid,
    SameUser,
    ProviderMismatch,
    UnverifiedEmail,
    PrimaryBlocked,
    SecondaryNotFound,
    SecondaryBlocked,
    SecondaryHasIdentities,
    LinkedElsewhere,
    Refused,
    NotLinked,
    PrimaryIdentity,
    LastMethod,
}

impl LinkingReason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StateRequired => "state_required",
            Self::StateInvalid => "state_invalid",
            Self::StateExpired => "state_expired",
            Self::StateUsed => "state_used",
            Self::CodeRejected => "code_rejected",
            Self::TokenRejected => "token_rejected",
            Self::IdTokenInvalid => "id_token_invalid",
            Self::SameUser => "same_user",
            Self::ProviderMismatch => "provider_mismatch",
            Self::UnverifiedEmail => "unverified_email",
            Self::PrimaryBlocked => "primary_blocked",
            Self::SecondaryNotFound => "secondary_not_found",
            Self::SecondaryBlocked => "secondary_blocked",
            Self::SecondaryHasIdentities => "secondary_has_identities",
            Self::LinkedElsewhere => "linked_elsewhere",
            Self::Refused => "refused",
            Self::NotLinked => "not_linked",
            Self::PrimaryIdentity => "primary_identity",
            Self::LastMethod => "last_method",
        }
    }
}

/// Why a change that protects an account was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProtectionReason {
    FactorNotFound,
    LastFactor,
    ApplicationNotFound,
    UserBlocked,
    NoEmail,
}

impl ProtectionReason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FactorNotFound => "factor_not_found",
            Self::LastFactor => "last_factor",
            Self::ApplicationNotFound => "application_not_found",
            Self::UserBlocked => "user_blocked",
            Self::NoEmail => "no_email",
        }
    }
}
