//! Ends one session and its refresh tokens, but only after checking its owner.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde_json::Value;

use crate::auth0::refresh_tokens::RefreshToken;
use crate::auth0::sessions::{self, Session};
use crate::auth0::users;
use crate::error::{ApiCategory, EffectState, Error, Result, Step};
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::needs::Needs;
use crate::service::operation::{Operation, TokenFate};
use crate::service::refresh_tokens::RefreshTokens;
use crate::service::sessions::session_not_found;
use crate::service::settlement::{Settled, settle};
use crate::service::waiting::wait_until;
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "revokeUserSession",
    routes: &[
        &users::BY_EMAIL.route,
        &sessions::READ.route,
        &sessions::DELETE.route,
    ],
}];

#[derive(Debug, Clone, Copy, Default)]
pub struct RevokeOptions {
    /// Wait until Auth0 no longer shows what was revoked: it accepts deletes before it carries them out.
    pub wait_until_gone: bool,
    /// Change nothing unless the session to keep belongs to the user.
    pub require_current: bool,
}

/// A session whose owner has been checked, and how to end it.
#[derive(Clone, Copy)]
pub(super) struct Ending<'a> {
    pub session_id: &'a str,
    pub owner: &'a str,
    pub refresh_tokens: RefreshTokens,
    pub operation: &'a Operation,
    pub call: Call,
}

impl Service {
    /// The error is the same for sessions that do not exist and for those of other users.
    pub async fn revoke_user_session(
        &self,
        user: &UserRef,
        session_id: Option<&str>,
        options: RevokeOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<()> {
        operation.name("sessionId", session_id.map_or(Value::Null, Value::from));
        let run = Box::pin(self.revoke_one(user, session_id, options, operation, call));
        self.audited(Action::RevokeSession, user, operation, call, run)
            .await
    }

    async fn revoke_one(
        &self,
        user: &UserRef,
        session_id: Option<&str>,
        options: RevokeOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<()> {
        let session_id = session_id.ok_or_else(session_not_found)?;
        let owner = &self.resolve_for(user, operation, call).await?;
        if !self.owns(owner, session_id, call).await? {
            return Err(session_not_found());
        }
        let ending = Ending {
            session_id,
            owner,
            refresh_tokens: self.refresh_tokens_plan(operation, call).await?,
            operation,
            call,
        };
        let ended = self.end_session(ending, &Arc::default()).await;
        operation.count(Step::Session, EffectState::of(&ended));
        if ending.revokes_refresh_tokens() {
            operation.set_state(Step::RefreshTokens, EffectState::of(&ended));
        }
        if let Settled::SeenGone = ended? {
            operation.doubt(Step::RefreshTokens);
            if self.check_refresh_tokens_gone(ending).await? {
                operation.record_refresh_tokens(TokenFate::SeenGone);
            }
        }
        if options.wait_until_gone {
            self.await_session_gone(ending).await?;
        }
        Ok(())
    }

    /// Whether the session is this user's. A session without an owner belongs to no one.
    pub(super) async fn owns(&self, owner: &str, session_id: &str, call: Call) -> Result<bool> {
        let session = self.found_session(owner, session_id, call).await?;
        Ok(session.is_some_and(|session| session.user_id.as_deref() == Some(owner)))
    }

    /// `None` if there is no such session and the user's list does not contain it either: a gateway without a route to
    /// sessions responds with 404 as well.
    pub(super) async fn found_session(
        &self,
        owner: &str,
        session_id: &str,
        call: Call,
    ) -> Result<Option<Session>> {
        let found = self.read_session(session_id, call).await?;
        if found.is_none()
            && self
                .is_listed(owner, &HashSet::from([session_id]), call)
                .await?
        {
            return Err(listed_but_absent());
        }
        Ok(found)
    }

    /// Ends one session. `sent` is set when the first request for it is sent.
    pub(super) async fn end_session(
        &self,
        ending: Ending<'_>,
        sent: &Arc<AtomicBool>,
    ) -> Result<Settled> {
        let Ending {
            session_id,
            operation,
            call,
            ..
        } = ending;
        if ending.revokes_refresh_tokens() {
            let revocation = sessions::revoke(session_id)?.marking(sent.clone());
            match self.api.change(revocation, operation, call).await {
                Err(error) if self.may_leave_refresh_tokens(&error, operation) => {}
                outcome => return settle(outcome, self.is_gone(ending)).await,
            }
        }
        let deletion = sessions::delete(session_id)?.marking(sent.clone());
        let outcome = self.api.change(deletion, operation, call).await;
        settle(outcome, self.is_gone(ending)).await
    }

    async fn is_gone(&self, ending: Ending<'_>) -> Result<bool> {
        let id = HashSet::from([ending.session_id]);
        let call = ending.operation.reading(ending.call);
        Ok(!self.is_listed(ending.owner, &id, call).await?)
    }

    /// If a session was already gone, it is unknown who ended it and whether its refresh tokens were revoked with it.
    pub(super) async fn check_refresh_tokens_gone(&self, ending: Ending<'_>) -> Result<bool> {
        if !ending.revokes_refresh_tokens() {
            return Ok(false);
        }
        let call = ending.operation.reading(ending.call);
        let shown = self.shows_token(ending.owner, |token| ending.has(token), call);
        match shown.await {
            Ok(Some(false)) => Ok(true),
            Ok(Some(true)) => Err(tokens_left()),
            Ok(None) | Err(_) => {
                ending
                    .operation
                    .warn_if_successful(MAY_STAY.to_owned(), Value::Null);
                Ok(false)
            }
        }
    }

    async fn await_session_gone(&self, ending: Ending<'_>) -> Result<()> {
        let Ending {
            owner, operation, ..
        } = ending;
        let call = operation.reading(ending.call);
        let seen = wait_until(|| self.is_gone(ending), operation, call).await;
        if !seen.inspect_err(|_| operation.doubt(Step::Session))? {
            return Ok(());
        }
        if !ending.revokes_refresh_tokens() {
            return Ok(());
        }
        // The session is gone. The scope to list its refresh tokens only affects what is reported about them.
        if !matches!(self.shows_token(owner, |_| false, call).await, Ok(Some(_))) {
            return Ok(());
        }
        let gone = || async {
            let shown = self.shows_token(owner, |token| ending.has(token), call);
            Ok(shown.await? == Some(false))
        };
        let seen = wait_until(gone, operation, call).await;
        if seen.inspect_err(|_| operation.doubt(Step::RefreshTokens))? {
            operation.record_refresh_tokens(TokenFate::SeenGone);
        }
        Ok(())
    }
}

impl Ending<'_> {
    /// False if a setting or a missing scope leaves them valid.
    fn revokes_refresh_tokens(&self) -> bool {
        self.refresh_tokens != RefreshTokens::Leave && !self.operation.keeps_refresh_tokens()
    }

    fn has(&self, token: &RefreshToken) -> bool {
        token.session_id.as_deref() == Some(self.session_id)
    }
}

const MAY_STAY: &str = "Refresh tokens of the revoked session may stay valid: the session had ended before it could be \
                        revoked. Grant read:refresh_tokens so that the library can see whether they do, or use \
                        revokeAllUserSessions.";

fn tokens_left() -> Error {
    sessions::READ.error(
        ApiCategory::Response,
        0,
        "The session had ended before it could be revoked, and its refresh tokens are still valid. \
         revokeAllUserSessions revokes them.",
    )
}

fn listed_but_absent() -> Error {
    let message = format!(
        "{}: the response is 404, but Auth0 lists the session. Check what responds for the domain: a proxy, \
         gateway or firewall in front of it.",
        sessions::READ
    );
    sessions::READ.error(ApiCategory::Foreign, 1, message)
}
