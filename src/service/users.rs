//! Finds the one Auth0 user that a caller means, or says why there is none or no single one.

use crate::auth0::users::{self, User, Users};
use crate::error::{Error, ErrorKind, Result};
use crate::service::Service;
use crate::transport::pipeline::Call;
use crate::user::{UserRef, user_not_found};

impl Service {
    /// The user's Auth0 id. An id is taken as it stands: the call that uses it finds out whether
    /// it exists.
    pub(super) async fn resolve(&self, user: &UserRef, call: Call) -> Result<String> {
        match user {
            UserRef::Id(id) => Ok(id.clone()),
            _ => Ok(self.user(user, call).await?.user_id),
        }
    }

    /// The user with profile and identities, read now.
    pub(super) async fn user(&self, user: &UserRef, call: Call) -> Result<User> {
        match user {
            UserRef::Impossible => Err(user_not_found(user)),
            UserRef::Id(id) => {
                let found = self.user_by_id(id, call).await?;
                found.ok_or_else(|| user_not_found(user))
            }
            UserRef::Email { email, connection } => {
                let found = self.users_by_email(email, call).await?;
                the_one(user, found, connection.as_deref())
            }
        }
    }

    /// Nothing when no user has the id.
    pub(super) async fn user_by_id(&self, id: &str, call: Call) -> Result<Option<User>> {
        match self.api.json::<User>(users::read(id)?, call).await {
            Ok(user) if user.user_id == id => Ok(Some(user)),
            // The id of a linked secondary may lead to its primary, who was not asked for.
            Ok(_) => Ok(None),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Auth0 compares emails case-sensitively: database users are stored in lower case, users of
    /// other connections as their provider spelt them.
    async fn users_by_email(&self, email: &str, call: Call) -> Result<Vec<User>> {
        let lower_case = email.to_lowercase();
        let find = |email: &str| {
            let request = users::by_email(email);
            async move { Ok(self.api.json::<Users>(request?, call).await?.0) }
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
fn the_one(user: &UserRef, mut found: Vec<User>, connection: Option<&str>) -> Result<User> {
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
    let user_ids: Vec<String> = users.into_iter().map(|user| user.user_id).collect();
    let message = format!(
        "{} accounts share this email. Name one of them by its id (see userIds), or narrow the \
         look-up with `connection`.",
        user_ids.len()
    );
    Error::new(ErrorKind::AmbiguousUser { user_ids }, message)
}
