//! Lists the factors with which a user can confirm a sign-in.

use crate::auth0::factors::{self, Factor, PAGE_SIZE};
use crate::auth0::users;
use crate::error::{ApiCategory, Result};
use crate::model::UserFactor;
use crate::service::Service;
use crate::service::needs::Needs;
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "findUserFactors",
    routes: &[&users::BY_EMAIL.route, &factors::LIST.route],
}];

/// How a user signs in, not how a sign-in is confirmed.
const PASSWORD: &str = "password";
/// Confirms a sign-in once, in place of a factor that was lost.
pub(super) const RECOVERY_CODE: &str = "recovery-code";

/// Far more factors than a user enrolls: a list that is longer means a broken server.
const MAX_PAGES: usize = 20;

impl Service {
    pub async fn find_user_factors(&self, user: &UserRef, call: Call) -> Result<Vec<UserFactor>> {
        let owner = self.resolve(user, call).await?;
        let found = self.factors(user, &owner, call).await?;
        Ok(found.into_iter().map(view).collect())
    }

    pub(super) async fn factors(
        &self,
        user: &UserRef,
        owner: &str,
        call: Call,
    ) -> Result<Vec<Factor>> {
        let mut found: Vec<Factor> = Vec::new();
        for page in 0..MAX_PAGES {
            let page = match self.api.send(factors::list(owner, page)?, call).await {
                Ok(page) => page.authenticators,
                Err(error) => return Err(self.absent_user(error, user, owner, call).await),
            };
            let is_last = page.len() < PAGE_SIZE;
            for factor in page {
                let is_new = found.iter().all(|known| known.id != factor.id);
                if is_new && factor.kind != PASSWORD {
                    found.push(factor);
                }
            }
            if is_last {
                return Ok(found);
            }
        }
        let message = format!("{}: the list does not end.", factors::LIST);
        Err(factors::LIST.error(ApiCategory::Response, 1, message))
    }
}

pub(super) fn view(factor: Factor) -> UserFactor {
    UserFactor {
        id: factor.id,
        kind: factor.kind,
        confirmed: factor.confirmed.unwrap_or(true),
        name: factor.name,
        email: factor.email,
        phone_number: factor.phone_number,
        preferred_method: factor.preferred_authentication_method,
        created_at: factor.created_at,
        enrolled_at: factor.enrolled_at,
        last_used_at: factor.last_auth_at,
        device_type: factor.credential_device_type,
        backed_up: factor.credential_backed_up,
        user_agent: factor.user_agent,
    }
}
