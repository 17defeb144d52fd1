//! Blocks a user, who can then no longer sign in, and lifts that block.

use chrono::Utc;

use crate::auth0::sessions::Session;
use crate::auth0::users;
use crate::error::{ApiCategory, EffectState, Error, Result, Step};
use crate::model::{BlockedUser, SessionsLeft, UnblockedUser};
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::needs::Needs;
use crate::service::operation::Operation;
use crate::service::session_pages::SessionPages;
use crate::service::session_view::is_live;
use crate::transport::call::Call;
use crate::user::{UserRef, user_not_found};

pub(super) static NEEDS: &[Needs] = &[
    Needs {
        method: "blockUser",
        routes: &[&users::READ.route, &users::UPDATE.route],
    },
    Needs {
        method: "unblockUser",
        routes: &[&users::READ.route, &users::UPDATE.route],
    },
];

/// A block, or its end.
struct Blocking<'a> {
    user: &'a UserRef,
    blocked: bool,
    step: Step,
}

impl Service {
    pub async fn block_user(
        &self,
        user: &UserRef,
        operation: &Operation,
        call: Call,
    ) -> Result<BlockedUser> {
        let run = Box::pin(async {
            let owner = self.resolve_for(user, operation, call).await?;
            self.block(user, &owner, operation, call).await?;
            let sessions = self.sessions_left(user, &owner, operation.reading(call));
            Ok(BlockedUser {
                blocked: true,
                sessions: sessions.await,
            })
        });
        self.audited(Action::BlockUser, user, operation, call, run)
            .await
    }

    pub async fn unblock_user(
        &self,
        user: &UserRef,
        operation: &Operation,
        call: Call,
    ) -> Result<UnblockedUser> {
        let run = Box::pin(async {
            let owner = self.resolve_for(user, operation, call).await?;
            let unblocking = Blocking {
                user,
                blocked: false,
                step: Step::Unblock,
            };
            self.set_blocked(unblocking, &owner, operation, call)
                .await?;
            Ok(UnblockedUser { blocked: false })
        });
        self.audited(Action::UnblockUser, user, operation, call, run)
            .await
    }

    pub(super) async fn block(
        &self,
        user: &UserRef,
        owner: &str,
        operation: &Operation,
        call: Call,
    ) -> Result<()> {
        let blocking = Blocking {
            user,
            blocked: true,
            step: Step::Block,
        };
        self.set_blocked(blocking, owner, operation, call).await
    }

    async fn set_blocked(
        &self,
        blocking: Blocking<'_>,
        owner: &str,
        operation: &Operation,
        call: Call,
    ) -> Result<()> {
        let step = blocking.step;
        let set = self.set_and_confirm(blocking, owner, operation, call).await;
        operation.set_state(step, EffectState::of(&set));
        set
    }

    /// Success is reported only for what Auth0 shows afterwards.
    async fn set_and_confirm(
        &self,
        blocking: Blocking<'_>,
        owner: &str,
        operation: &Operation,
        call: Call,
    ) -> Result<()> {
        let request = users::set_blocked(owner, blocking.blocked)?;
        let sent = self.api.change(request, operation, call.with_reserve());
        let reading = operation.reading(call);
        let error = match sent.await {
            Ok(_) => None,
            Err(error) if error.is_ambiguous() => Some(error),
            Err(error) => {
                return Err(self.absent_user(error, blocking.user, owner, reading).await);
            }
        };
        match (self.user_by_id(owner, reading).await, error) {
            (Ok(Some(current)), _) if current.blocked == blocking.blocked => Ok(()),
            (_, Some(error)) => Err(error),
            (Ok(Some(_)), None) => Err(not_shown().in_doubt()),
            (Ok(None), None) => Err(user_not_found(blocking.user).in_doubt()),
            (Err(failed), None) => Err(failed.in_doubt()),
        }
    }

    /// Whether Auth0 still lists a live session. The block is made in any case, so a failure is not one of the call.
    async fn sessions_left(&self, user: &UserRef, owner: &str, call: Call) -> SessionsLeft {
        let now = Utc::now();
        let mut pages = SessionPages::of(self, user, owner, call);
        loop {
            let page = match pages.next().await {
                Ok(None) => return SessionsLeft::Ended,
                Ok(Some(page)) => page,
                Err(_) => return SessionsLeft::Unknown,
            };
            let is_live = |session: &Session| session.may_be_of(owner) && is_live(session, now);
            if page.sessions.iter().any(is_live) {
                return SessionsLeft::Live;
            }
            // Auth0's list decides, not the local clock by which a session has expired.
            if page.unreadable > 0 || page.is_too_long || !page.sessions.is_empty() {
                return SessionsLeft::Unknown;
            }
        }
    }
}

fn not_shown() -> Error {
    let message = format!(
        "{}: Auth0 accepted the change, but does not show it. Read the user again later.",
        users::UPDATE
    );
    users::UPDATE.error(ApiCategory::Response, 1, message)
}
