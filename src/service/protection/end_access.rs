//! Ends exactly the kinds of access that a caller lists, and reports each.

use std::time::Duration;

use crate::auth0::consents;
use crate::auth0::endpoint::Request;
use crate::auth0::response::Acceptance;
use crate::auth0::{refresh_tokens, sessions, users};
use crate::error::{Effect, EffectState, Error, Result, Step};
use crate::model::AccessEnded;
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::needs::Needs;
use crate::service::operation::Operation;
use crate::service::revocation_target::Target;
use crate::service::settlement::settle_unless_absent;
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "endUserAccess",
    routes: &[
        &users::READ.route,
        &users::UPDATE.route,
        &sessions::DELETE_ALL.route,
        &refresh_tokens::DELETE_ALL.route,
        &consents::DELETE_GRANTS.route,
        &consents::DEVICES.route,
        &consents::DELETE_DEVICE.route,
    ],
}];

/// A kind of access, in the order in which they are ended: what can renew another kind comes before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessKind {
    Block,
    Sessions,
    RefreshTokens,
    Grants,
    DeviceCredentials,
}

impl AccessKind {
    pub const ALL: [Self; 5] = [
        Self::Block,
        Self::Sessions,
        Self::RefreshTokens,
        Self::Grants,
        Self::DeviceCredentials,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Sessions => "sessions",
            Self::RefreshTokens => "refreshTokens",
            Self::Grants => "grants",
            Self::DeviceCredentials => "deviceCredentials",
        }
    }

    /// The kinds with these names: at least one.
    pub fn all_of(names: Option<&[String]>) -> Result<Vec<Self>> {
        let known = || Self::ALL.map(Self::as_str).join(", ");
        let wrong = || {
            let known = known();
            format!("options.include must be an array with at least one of {known}.")
        };
        let names = names.ok_or_else(|| Error::argument_type(wrong()))?;
        if names.is_empty() {
            return Err(Error::argument_value(wrong()));
        }
        let kind = |(index, name): (usize, &String)| {
            let found = Self::ALL.into_iter().find(|kind| kind.as_str() == name);
            found.ok_or_else(|| {
                let known = known();
                Error::argument_value(format!("options.include[{index}] must be one of {known}."))
            })
        };
        names.iter().enumerate().map(kind).collect()
    }

    /// Ended one by one, so that each outcome is counted.
    fn is_counted(self) -> bool {
        self == Self::DeviceCredentials
    }

    fn step(self) -> Step {
        match self {
            Self::Block => Step::Block,
            Self::Sessions => Step::Sessions,
            Self::RefreshTokens => Step::RefreshTokens,
            Self::Grants => Step::Grants,
            Self::DeviceCredentials => Step::DeviceCredentials,
        }
    }
}

/// A step that gets no response must leave time for those after it. The first may have to wait for its turn under the
/// rate limit, so it gets more than the others; the last gets all that is left.
fn share(time_left: Duration, steps: usize) -> Duration {
    let parts = u32::try_from(steps).unwrap_or(u32::MAX).saturating_add(1);
    time_left * 2 / parts
}

impl Service {
    /// Every step is attempted before the first failure is reported.
    pub async fn end_user_access(
        &self,
        user: &UserRef,
        kinds: &[AccessKind],
        operation: &Operation,
        call: Call,
    ) -> Result<AccessEnded> {
        let run = Box::pin(self.end_access(user, kinds, operation, call));
        self.audited(Action::EndAccess, user, operation, call, run)
            .await
    }

    async fn end_access(
        &self,
        user: &UserRef,
        kinds: &[AccessKind],
        operation: &Operation,
        call: Call,
    ) -> Result<AccessEnded> {
        let owner = &self.user(user, call).await?.user_id;
        operation.name("userId", owner.as_str());
        let target = Target {
            user,
            owner,
            operation,
            under_way: &self.revoke_access_evidence.begin(owner),
            call,
        };
        let mut kinds = kinds.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds.iter().filter(|kind| !kind.is_counted()) {
            operation.plan(kind.step(), None);
        }
        operation.takes_requests(u32::try_from(kinds.len()).unwrap_or(u32::MAX));
        let mut failed = None;
        for (index, kind) in kinds.iter().enumerate() {
            let call = call.at_most(share(call.time_left(), kinds.len() - index));
            let ended = self.end_kind(*kind, Target { call, ..target }).await;
            failed = failed.or(ended.err());
        }
        let effects: Vec<Effect> = operation.record().effects.clone();
        failed.map_or(Ok(AccessEnded { effects }), Err)
    }

    async fn end_kind(&self, kind: AccessKind, target: Target<'_>) -> Result<()> {
        let Target {
            user,
            owner,
            operation,
            call,
            ..
        } = target;
        match kind {
            AccessKind::Block => self.block(user, owner, operation, call).await,
            AccessKind::Sessions => {
                let request = sessions::delete_all(owner)?;
                self.end_all(kind, request, self.has_no_sessions(target), target)
                    .await
            }
            AccessKind::RefreshTokens => {
                let request = refresh_tokens::delete_all(owner)?;
                self.end_all(kind, request, self.has_no_tokens(target), target)
                    .await
            }
            AccessKind::Grants => {
                let request = consents::delete_grants(owner)?;
                self.end_all(kind, request, self.has_no_grants(target), target)
                    .await
            }
            AccessKind::DeviceCredentials => self.delete_devices(target).await,
        }
    }

    async fn end_all(
        &self,
        kind: AccessKind,
        request: Request<Acceptance>,
        is_gone: impl Future<Output = Result<bool>>,
        target: Target<'_>,
    ) -> Result<()> {
        let sent = self.api.change(request, target.operation, target.call);
        let ended = settle_unless_absent(sent.await, is_gone).await;
        let state = EffectState::of(&ended);
        target.operation.set_state(kind.step(), state);
        ended.map(|_| ())
    }

    async fn has_no_tokens(&self, target: Target<'_>) -> Result<bool> {
        let call = target.operation.reading(target.call);
        let list = &refresh_tokens::LIST;
        let has_token = self.find_token(list, target.owner, |_| true, call).await?;
        Ok(!has_token)
    }

    async fn has_no_grants(&self, target: Target<'_>) -> Result<bool> {
        let call = target.operation.reading(target.call);
        let page = self.api.send(consents::grants(target.owner)?, call).await?;
        Ok(page.grants.is_empty())
    }
}
