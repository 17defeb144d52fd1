//! Ends exactly the kinds of access that a caller lists, and reports each.

use crate::auth0::consents::{self, DEVICE_KINDS, DeviceCredential, PAGE_SIZE};
use crate::auth0::endpoint::Request;
use crate::auth0::response::Acceptance;
use crate::auth0::{refresh_tokens, sessions, users};
use crate::error::{ApiCategory, Effect, EffectState, Error, Result, Step};
use crate::model::AccessEnded;
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::needs::Needs;
use crate::service::operation::Operation;
use crate::service::revocation_target::Target;
use crate::service::sessions::without_owner;
use crate::service::settlement::{settle, settle_unless_absent};
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

/// Far more devices than a user has: a list that is longer means a broken server.
const MAX_PAGES: usize = 200;

/// A kind of access, in the order in which they are ended: nothing that was ended can be renewed by what follows.
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
    pub fn all_of(names: &[String]) -> Result<Vec<Self>> {
        let known = || Self::ALL.map(Self::as_str).join(", ");
        if names.is_empty() {
            return Err(Error::argument_type(format!(
                "options.include must be an array with at least one of {}.",
                known()
            )));
        }
        let kind = |name: &String| {
            let found = Self::ALL.into_iter().find(|kind| kind.as_str() == name);
            found.ok_or_else(|| {
                Error::argument_value(format!("options.include[] must be one of {}.", known()))
            })
        };
        names.iter().map(kind).collect()
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
        for kind in &kinds {
            operation.plan(kind.step(), None);
        }
        operation.takes_requests(u32::try_from(kinds.len()).unwrap_or(u32::MAX));
        let mut failed = None;
        for kind in kinds {
            failed = failed.or(self.end_kind(kind, target).await.err());
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

    /// Stops at the first failure: what fails for one fails for the others.
    async fn delete_devices(&self, target: Target<'_>) -> Result<()> {
        let operation = target.operation;
        let step = Step::DeviceCredentials;
        for device in self.devices(target).await? {
            let deleted = self.delete_device(&device, target).await;
            if let Err(error) = deleted {
                operation.set_state(step, error.state_of_change());
                return Err(error);
            }
            // Until the last one is deleted.
            operation.set_state(step, EffectState::Unknown);
        }
        operation.set_state(step, EffectState::Done);
        Ok(())
    }

    async fn delete_device(&self, device: &DeviceCredential, target: Target<'_>) -> Result<()> {
        let request = consents::delete_device(&device.id)?;
        let outcome = self
            .api
            .change(request, target.operation, target.call)
            .await;
        let is_gone = async {
            let left = self.devices(target).await?;
            Ok(left.iter().all(|other| other.id != device.id))
        };
        settle(outcome, is_gone).await.map(|_| ())
    }

    async fn devices(&self, target: Target<'_>) -> Result<Vec<DeviceCredential>> {
        let mut found = Vec::new();
        for kind in DEVICE_KINDS {
            self.add_devices(kind, &mut found, target).await?;
        }
        Ok(found)
    }

    async fn add_devices(
        &self,
        kind: &str,
        found: &mut Vec<DeviceCredential>,
        target: Target<'_>,
    ) -> Result<()> {
        let call = target.operation.reading(target.call);
        for page in 0..MAX_PAGES {
            let request = consents::devices(target.owner, kind, page)?;
            let page = self.api.send(request, call).await?.device_credentials;
            let is_last = page.len() < PAGE_SIZE;
            let listed = page.len();
            let before = found.len();
            for device in page {
                let owner = device.user_id.as_deref();
                if owner.ok_or_else(|| without_owner(&consents::DEVICES))? == target.owner {
                    found.push(device);
                }
            }
            let foreign = listed - (found.len() - before);
            self.warn_of_foreign_rows("deviceCredentials", foreign, call);
            if is_last {
                return Ok(());
            }
        }
        Err(endless())
    }
}

fn endless() -> Error {
    let message = format!("{}: the list does not end.", consents::DEVICES);
    consents::DEVICES.error(ApiCategory::Response, 1, message)
}
