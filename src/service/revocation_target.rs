//! Whose access an operation ends, and whether any of it is left.

use std::collections::HashSet;

use crate::auth0::refresh_tokens::RefreshToken;
use crate::error::Result;
use crate::service::Service;
use crate::service::operation::Operation;
use crate::service::revoke_access_evidence::UnderWay;
use crate::service::session_pages::SessionPages;
use crate::transport::call::Call;
use crate::user::UserRef;

/// Whose sessions are ended, and by which operation.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub user: &'a UserRef,
    pub owner: &'a str,
    pub operation: &'a Operation,
    pub under_way: &'a UnderWay,
    pub call: Call,
}

/// What Auth0 showed of the user before anything was changed.
pub(super) struct Before {
    /// The first 10,000, if there are more.
    pub sessions: HashSet<String>,
    pub has_more_sessions: bool,
    /// `None` without the scope to list them.
    pub refresh_tokens: Option<Vec<RefreshToken>>,
}

impl Service {
    pub(super) async fn has_no_sessions(&self, target: Target<'_>) -> Result<bool> {
        let call = target.operation.reading(target.call);
        let mut pages = SessionPages::of(self, target.user, target.owner, call);
        while let Some(page) = pages.next().await? {
            if !page.sessions.is_empty() || page.unreadable > 0 || page.is_too_long {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// If not everything could be listed before, nothing may be left now.
    pub(super) async fn sessions_are_gone(
        &self,
        target: Target<'_>,
        before: &Before,
    ) -> Result<bool> {
        if before.has_more_sessions {
            return self.has_no_sessions(target).await;
        }
        let ids = before.sessions.iter().map(String::as_str).collect();
        let call = target.operation.reading(target.call);
        Ok(!self.is_listed(target.owner, &ids, call).await?)
    }

    /// Whether none of these refresh tokens is listed any more.
    pub(super) async fn tokens_are_gone(
        &self,
        target: Target<'_>,
        tokens: &[RefreshToken],
    ) -> Result<bool> {
        let ids: HashSet<&str> = tokens.iter().map(|token| token.id.as_str()).collect();
        let call = target.operation.reading(target.call);
        let is_listed = |token: &RefreshToken| ids.contains(token.id.as_str());
        let shown = self.shows_token(target.owner, is_listed, call).await?;
        Ok(shown == Some(false))
    }
}
