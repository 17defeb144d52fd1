//! A summary of one user's sessions and sign-in methods.

use crate::auth0::{sessions, users};
use crate::error::Result;
use crate::model::{EMAIL_PASSWORD, UserSecurityDashboard, UserSecuritySummary};
use crate::service::Service;
use crate::service::needs::Needs;
use crate::service::sign_in_methods::methods_of;
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "getUserSecurityDashboard",
    routes: &[&users::READ.route, &sessions::LIST.route],
}];

impl Service {
    /// Given an id, user and sessions are requested concurrently; an email must be looked up first.
    pub async fn security_dashboard(
        &self,
        user: &UserRef,
        current_session_id: Option<&str>,
        call: Call,
    ) -> Result<UserSecurityDashboard> {
        let (found, sessions) = match user {
            UserRef::Email { .. } => {
                let found = self.user(user, call).await?;
                let by_id = UserRef::Id(found.user_id.clone());
                let sessions = self
                    .find_user_sessions(&by_id, current_session_id, call)
                    .await?;
                (found, sessions)
            }
            _ => tokio::try_join!(
                self.user(user, call),
                self.find_user_sessions(user, current_session_id, call)
            )?,
        };
        let methods = methods_of(&found);
        let is_password = |provider: &str| provider == EMAIL_PASSWORD;
        let email = found.profile.get("email").and_then(|email| email.as_str());
        Ok(UserSecurityDashboard {
            user: email.unwrap_or(&found.user_id).to_owned(),
            user_id: found.user_id.clone(),
            summary: UserSecuritySummary {
                total_sessions: count(sessions.len()),
                total_auth_methods: count(methods.len()),
                has_social_auth: methods.iter().any(|method| !is_password(&method.provider)),
                has_primary_auth: methods.iter().any(|method| is_password(&method.provider)),
            },
            sessions,
            methods,
        })
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
