//! Deletes the device credentials of a user, however many there are.

use std::collections::HashSet;

use crate::auth0::consents::{self, DEVICE_KINDS, DeviceCredential, PAGE_SIZE};
use crate::error::{ApiCategory, EffectState, Error, Result, Step};
use crate::service::Service;
use crate::service::batch::{each, tally};
use crate::service::revocation_target::Target;
use crate::service::sessions::without_owner;
use crate::service::settlement::settle;

/// Auth0 lists 1,000 at most, which may all be ones that could not be deleted.
const MAX_PAGES: usize = 1_000 / PAGE_SIZE;
/// Far more pages than a user has: a list that does not end means a broken server.
const MAX_READS: usize = 2_000;

impl Service {
    /// All are attempted before the first failure is reported.
    pub(super) async fn delete_devices(&self, target: Target<'_>) -> Result<()> {
        let operation = target.operation;
        let mut tried = HashSet::new();
        let mut failed = None;
        for kind in DEVICE_KINDS {
            let deleted = self.delete_kind(kind, &mut tried, target).await;
            failed = failed.or(deleted.err());
        }
        if tried.is_empty() {
            let state = failed
                .as_ref()
                .map_or(EffectState::Done, |_| EffectState::NotDone);
            operation.set_state(Step::DeviceCredentials, state);
        }
        failed.map_or(Ok(()), Err)
    }

    /// Deletes what the first page shows until it shows nothing new: rows move up as others are deleted, unless Auth0
    /// deletes them later or not at all.
    async fn delete_kind(
        &self,
        kind: &str,
        tried: &mut HashSet<String>,
        target: Target<'_>,
    ) -> Result<()> {
        let (mut page, mut failed) = (0, None);
        for _ in 0..MAX_READS {
            let (devices, is_last) = self.devices(kind, page, target).await?;
            let is_new = |device: &DeviceCredential| tried.insert(device.id.clone());
            let new: Vec<_> = devices.into_iter().filter(is_new).collect();
            if new.is_empty() {
                page += 1;
                if is_last || page == MAX_PAGES {
                    return failed.map_or(Ok(()), Err);
                }
                continue;
            }
            page = 0;
            let delete = |device| self.delete_device(kind, device, target);
            let outcomes = each(new, target.operation, delete).await;
            let deleted = tally(outcomes, Step::DeviceCredentials, target.operation);
            failed = failed.or(deleted.err());
        }
        Err(endless())
    }

    async fn delete_device(
        &self,
        kind: &str,
        device: DeviceCredential,
        target: Target<'_>,
    ) -> Result<EffectState> {
        let request = consents::delete_device(&device.id)?;
        let outcome = self
            .api
            .change(request, target.operation, target.call)
            .await;
        let is_gone = async {
            let (left, is_last) = self.devices(kind, 0, target).await?;
            Ok(is_last && left.iter().all(|other| other.id != device.id))
        };
        settle(outcome, is_gone).await.map(|_| EffectState::Done)
    }

    /// The user's device credentials on one page, and whether it is the last.
    async fn devices(
        &self,
        kind: &str,
        page: usize,
        target: Target<'_>,
    ) -> Result<(Vec<DeviceCredential>, bool)> {
        let call = target.operation.reading(target.call);
        let request = consents::devices(target.owner, kind, page)?;
        let devices = self.api.send(request, call).await?.device_credentials;
        // An id is unique in the tenant, and a credential without an owner may be another user's.
        for device in &devices {
            let owner = device.user_id.as_deref();
            if owner.ok_or_else(|| without_owner(&consents::DEVICES))? != target.owner {
                return Err(about_another());
            }
        }
        let is_last = devices.len() < PAGE_SIZE;
        Ok((devices, is_last))
    }
}

/// Leaving such rows out would make a list look empty that is not the user's.
fn about_another() -> Error {
    let message = format!(
        "{}: the response contains rows of another user.",
        consents::DEVICES
    );
    consents::DEVICES.error(ApiCategory::Response, 1, message)
}

fn endless() -> Error {
    let message = format!("{}: the list does not end.", consents::DEVICES);
    consents::DEVICES.error(ApiCategory::Response, 1, message)
}
