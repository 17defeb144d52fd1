//! Finds the one Auth0 user that a caller means, or reports why there is none or more than one.

use crate::auth0::users::{self, User};
use crate::error::{Error, ErrorKind, Result};
use crate::service::Service;
use crate::service::operation::Operation;
use crate::transport::call::Call;
use crate::user::{JsText, UserRef, possible_resource_id, user_not_found};

impl Service {
    /// The user's Auth0 id. An id is not looked up: the request that uses it shows whether it exists.
    pub async fn resolve(&self, user: &UserRef, call: Call) -> Result<String> {
        match user {
            UserRef::Id { id, .. } => Ok(id.clone()),
            _ => Ok(self.user(user, call).await?.user_id),
        }
    }

    /// The same, for an operation whose audit event contains the id.
    pub(super) async fn resolve_for(
        &self,
        user: &UserRef,
        operation: &Operation,
        call: Call,
    ) -> Result<String> {
        let id = self.resolve(user, call).await?;
        operation.name("userId", id.as_str());
        Ok(id)
    }

    /// The user with profile and identities, as of now.
    pub(super) async fn user(&self, user: &UserRef, call: Call) -> Result<User> {
        match user {
            UserRef::Impossible | UserRef::ImpossibleEmail(_) => Err(user_not_found(user)),
            UserRef::Id { id, .. } => {
                let found = self.user_by_id(id, call).await?;
                found.ok_or_else(|| user_not_found(user))
            }
            UserRef::Email { email, connection } => {
                let found = Box::pin(self.users_by_email(email, call)).await?;
                single_user(user, found, connection.as_deref())
            }
        }
    }

    /// `None` if no user has the id.
    pub(super) async fn user_by_id(&self, id: &str, call: Call) -> Result<Option<User>> {
        match self.api.send(users::read(id)?, call).await {
            Ok(user) if user.user_id == id => Ok(Some(user)),
            // The id of a linked account may lead to its primary, which is not the requested user.
            Ok(_) => Ok(None),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Never picks the first of several: an attacker may have registered the same email elsewhere.
fn single_user(user: &UserRef, mut found: Vec<User>, connection: Option<&str>) -> Result<User> {
    found.retain(|user| {
        connection.is_none_or(|wanted| {
            user.identities
                .iter()
                .any(|identity| identity.connection.as_deref() == Some(wanted))
        })
    });
    found.sort_by(|one, other| one.user_id.cmp(&other.user_id));
    found.dedup_by(|one, other| one.user_id == other.user_id);
    match found.pop() {
        None => Err(user_not_found(user)),
        Some(only) if found.is_empty() => Ok(only),
        Some(last) => {
            found.push(last);
            Err(ambiguous(found))
        }
    }
}

fn ambiguous(users: Vec<User>) -> Error {
    let message = format!(
        "{} accounts share this email. Name one of them by its id (see userIds), or narrow the \
         lookup with `connection`.",
        users.len()
    );
    // An id that no call accepts is of no use to the caller, and cannot be Auth0's either.
    let ids = users.into_iter().map(|user| JsText::Valid(user.user_id));
    let user_ids = ids.filter_map(possible_resource_id).collect();
    Error::new(ErrorKind::AmbiguousUser { user_ids }, message)
}
