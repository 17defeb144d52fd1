//! A summary of one user's sessions and sign-in methods.

use crate::auth0::users::User;
use crate::auth0::{sessions, users};
use crate::error::Result;
use crate::model::{
    Dashboard, EMAIL_PASSWORD, PartialUserSecurityDashboard, PartialUserSecuritySummary,
    UnavailablePart, UnavailableParts, UserAuthenticationMethod, UserSecurityDashboard,
    UserSecuritySummary, UserSession,
};
use crate::service::Service;
use crate::service::needs::Needs;
use crate::service::sessions::SESSIONS_NEED_A_PLAN;
use crate::service::sign_in_methods::methods_of;
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "getUserSecurityDashboard",
    routes: &[&users::READ.route, &sessions::LIST.route],
}];

#[derive(Debug, Default)]
pub struct DashboardOptions {
    pub current_session_id: Option<String>,
    /// Whether a tenant whose plan has no sessions gets the rest.
    pub allow_partial: bool,
}

/// What a dashboard is made from.
struct Found {
    user: User,
    /// The reason, if the plan has none.
    sessions: Result<Vec<UserSession>>,
}

impl Service {
    pub async fn security_dashboard(
        &self,
        user: &UserRef,
        options: &DashboardOptions,
        call: Call,
    ) -> Result<Dashboard> {
        let Found { user, sessions } = self.find_all(user, options, call).await?;
        let methods = methods_of(&user);
        let summary = summary_of(&methods);
        let (user_id, email) = (user.user_id, user.profile.get("email"));
        let shown = email.and_then(|email| email.as_str()).unwrap_or(&user_id);
        let shown = shown.to_owned();
        Ok(match sessions {
            Ok(sessions) => Dashboard::Complete(UserSecurityDashboard {
                user: shown,
                user_id,
                summary: UserSecuritySummary {
                    total_sessions: count(sessions.len()),
                    total_auth_methods: summary.total_auth_methods,
                    has_social_auth: summary.has_social_auth,
                    has_primary_auth: summary.has_primary_auth,
                },
                sessions,
                methods,
            }),
            Err(reason) => Dashboard::Partial(PartialUserSecurityDashboard {
                user: shown,
                user_id,
                sessions: (),
                methods,
                summary,
                unavailable: UnavailableParts {
                    sessions: UnavailablePart {
                        code: reason.code().to_owned(),
                        hint: SESSIONS_NEED_A_PLAN.to_owned(),
                    },
                },
            }),
        })
    }

    /// Given an id, user and sessions are requested concurrently; an email must be looked up first.
    async fn find_all(
        &self,
        user: &UserRef,
        options: &DashboardOptions,
        call: Call,
    ) -> Result<Found> {
        if let UserRef::Email { .. } = user {
            let user = self.user(user, call).await?;
            let by_id = UserRef::known(&user.user_id);
            let sessions = self.sessions_of(&by_id, options, call).await?;
            return Ok(Found { user, sessions });
        }
        let (user, sessions) =
            tokio::try_join!(self.user(user, call), self.sessions_of(user, options, call))?;
        Ok(Found { user, sessions })
    }

    /// Fails unless the only thing missing is the plan, and the caller accepts that.
    async fn sessions_of(
        &self,
        user: &UserRef,
        options: &DashboardOptions,
        call: Call,
    ) -> Result<Result<Vec<UserSession>>> {
        let current = options.current_session_id.as_deref();
        match self.find_user_sessions(user, current, call).await {
            Err(error) if options.allow_partial && error.is_unavailable() => Ok(Err(error)),
            found => found.map(Ok),
        }
    }
}

fn summary_of(methods: &[UserAuthenticationMethod]) -> PartialUserSecuritySummary {
    let is_password = |method: &UserAuthenticationMethod| method.provider == EMAIL_PASSWORD;
    PartialUserSecuritySummary {
        total_sessions: (),
        total_auth_methods: count(methods.len()),
        has_social_auth: methods.iter().any(|method| !is_password(method)),
        has_primary_auth: methods.iter().any(is_password),
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
