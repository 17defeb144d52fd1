//! Ends several sessions of one user.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Utc;

use crate::auth0::sessions::{self, Session};
use crate::error::{EffectState, Result, Step};
use crate::service::Service;
use crate::service::batch::{each, tally};
use crate::service::operation::Operation;
use crate::service::refresh_tokens::RefreshTokens;
use crate::service::revocation::Ending;
use crate::service::session_view::is_live;
use crate::service::sessions::without_owner;
use crate::service::settlement::Settled;
use crate::transport::call::Call;

impl Service {
    /// Returns how many of the sessions were live. All are attempted before the first failure is reported.
    pub(super) async fn end_sessions(
        &self,
        owner: &str,
        sessions: Vec<Session>,
        refresh_tokens: RefreshTokens,
        operation: &Operation,
        call: Call,
    ) -> Result<u32> {
        let now = Utc::now();
        let end = |session: Session| async move {
            let ending = Ending {
                session_id: &session.id,
                owner,
                refresh_tokens,
                operation,
                call,
            };
            (is_live(&session, now), self.end_unless_left(ending).await)
        };
        let outcomes = each(sessions, operation, end).await;
        let is_counted = |(is_live, outcome): &&(bool, Result<EffectState>)| {
            *is_live && matches!(outcome, Ok(EffectState::Done))
        };
        let live = outcomes.iter().filter(is_counted).count();
        let outcomes = outcomes.into_iter().map(|(_, outcome)| outcome);
        tally(outcomes, Step::Session, operation)?;
        Ok(u32::try_from(live).unwrap_or(u32::MAX))
    }

    /// `NotDone` for a session for which no request had been sent when the caller left.
    async fn end_unless_left(&self, ending: Ending<'_>) -> Result<EffectState> {
        let operation = ending.operation;
        let sent = Arc::new(AtomicBool::new(false));
        let mut ended = Box::pin(self.end_and_settle(ending, &sent));
        tokio::select! {
            biased;
            () = operation.aborted() => {}
            outcome = &mut ended => return outcome.map(|()| EffectState::Done),
        }
        if !sent.load(Ordering::Acquire) {
            return Ok(EffectState::NotDone);
        }
        ended.await.map(|()| EffectState::Done)
    }

    async fn end_and_settle(&self, ending: Ending<'_>, sent: &Arc<AtomicBool>) -> Result<()> {
        match self.end_session(ending, sent).await? {
            Settled::Accepted => Ok(()),
            Settled::SeenGone => self.check_refresh_tokens_gone(ending).await.map(|_| ()),
        }
    }

    /// A list may omit the owner; the session itself must include one.
    pub(super) async fn is_own(&self, session: &Session, owner: &str, call: Call) -> Result<bool> {
        if session.user_id.is_some() {
            return Ok(session.may_be_of(owner));
        }
        // Gone since it was listed, or an error if Auth0 lists it and says that it does not exist.
        let Some(found) = self.found_session(owner, &session.id, call).await? else {
            return Ok(false);
        };
        let is_own = found
            .user_id
            .ok_or_else(|| without_owner(&sessions::READ))?
            == owner;
        self.warn_of_foreign_sessions(usize::from(!is_own), call);
        Ok(is_own)
    }
}
