//! Finds the one Auth0 user that a caller means, or says why there is none or no single one.

use std::collections::BTreeSet;

use crate::auth0::users::{self, FoundUser};
use crate::error::{Error, ErrorKind, Result};
use crate::service::Service;
use crate::transport::pipeline::Deadline;
use crate::user::{UserRef, user_not_found};

impl Service {
    /// The user's Auth0 id. An id is taken as it stands: the call that uses it finds out whether
    /// it exists.
    pub(super) async fn resolve(&self, user: &UserRef, until: Deadline) -> Result<String> {
        match user {
            UserRef::Id(id) => Ok(id.clone()),
            UserRef::Impossible => Err(user_not_found(user)),
            UserRef::Email { email, connection } => {
                let found = self.users_by_email(email, until).await?;
                the_one(user, found, connection.as_deref())
            }
        }
    }

    /// Auth0 compares emails case-sensitively: database users are stored in lower case, users of
    /// other connections as their provider spelt them.
    async fn users_by_email(&self, email: &str, until: Deadline) -> Result<Vec<FoundUser>> {
        let lower_case = email.to_lowercase();
        let find = |email: &str| {
            let request = users::by_email(email);
            async move { self.api.json::<Vec<FoundUser>>(request?, until).await }
        };
        if lower_case == email {
            return find(email).await;
        }
        let (mut found, as_given) = tokio::try_join!(find(&lower_case), find(email))?;
        found.extend(as_given);
        Ok(found)
    }
}

/// Never the first of several: an attacker may have registered the same email elsewhere.
fn the_one(user: &UserRef, found: Vec<FoundUser>, connection: Option<&str>) -> Result<String> {
    let is_meant = |user: &FoundUser| {
        connection.is_none_or(|wanted| {
            user.identities
                .iter()
                .any(|identity| identity.connection.as_deref() == Some(wanted))
        })
    };
    let ids: BTreeSet<String> = found
        .into_iter()
        .filter(is_meant)
        .map(|user| user.user_id)
        .collect();
    let mut ids = ids.into_iter();
    match (ids.next(), ids.next()) {
        (None, _) => Err(user_not_found(user)),
        (Some(id), None) => Ok(id),
        (Some(first), Some(second)) => Err(ambiguous([first, second].into_iter().chain(ids))),
    }
}

fn ambiguous(ids: impl Iterator<Item = String>) -> Error {
    let user_ids: Vec<String> = ids.collect();
    let message = format!(
        "{} accounts share this email. Name one of them by its id (see userIds), or narrow the \
         look-up with `connection`.",
        user_ids.len()
    );
    Error::new(ErrorKind::AmbiguousUser { user_ids }, message)
}
