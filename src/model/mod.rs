//! The types that callers see. The structs carry their JavaScript names, and their documentation becomes
//! that of the TypeScript types.

mod application;
mod authentication_method;
mod dates;
mod fleet;
mod protection;
mod report;
mod risk;
mod selection;
mod session;
mod ticket;

pub use application::{ApplicationDevice, UserApplication};
pub use authentication_method::{EMAIL_PASSWORD, UserAuthenticationMethod};
pub use fleet::{
    AuditStatistics, AuditTotals, Audited, Blocked, FleetFailure, FleetOutcome, FleetProgress,
    FleetResult, FleetSummary, NotAudited, Responded, Revoked, Stopped, Ticketed,
};
pub use protection::{
    AccessEnded, BlockedUser, EmailVerificationTicket, SessionsLeft, UnblockedUser, UserBlock,
    UserFactor, VerificationEmail,
};
pub use report::{
    ConfigurationFinding, ConfigurationReport, Dashboard, PartialUserSecurityDashboard,
    PartialUserSecuritySummary, UnavailablePart, UnavailableParts, UserSecurityDashboard,
    UserSecuritySummary,
};
pub use risk::{RiskExplanation, RiskSignal};
pub use selection::{Completeness, SelectedUser};
pub use session::{Derived, SessionActor, SessionAuthenticationMethod, UserSession};
pub use ticket::{UserAccountChangePasswordTicket, UserAccountConnectionTicket};
