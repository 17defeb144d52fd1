//! The identities that a user can sign in with, without anything secret.

use serde_json::{Map, Value};

use crate::auth0::lenient;
use crate::auth0::users::{self, Identity, User};
use crate::error::Result;
use crate::model::{EMAIL_PASSWORD, UserAuthenticationMethod};
use crate::service::Service;
use crate::service::needs::Needs;
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "findUserAuthenticationMethods",
    routes: &[&users::READ.route],
}];

/// Auth0's own name for the provider that callers know as `EMAIL_PASSWORD`.
pub(super) const DATABASE_PROVIDER: &str = "auth0";

impl Service {
    pub async fn find_user_authentication_methods(
        &self,
        user: &UserRef,
        call: Call,
    ) -> Result<Vec<UserAuthenticationMethod>> {
        Ok(methods_of(&self.user(user, call).await?))
    }
}

/// Auth0's name for a provider that a caller passes.
pub(super) fn provider_to_auth0(provider: &str) -> &str {
    match provider {
        EMAIL_PASSWORD => DATABASE_PROVIDER,
        other => other,
    }
}

fn provider_from_auth0(provider: &str) -> &str {
    match provider {
        DATABASE_PROVIDER => EMAIL_PASSWORD,
        other => other,
    }
}

/// The primary one comes first.
pub(super) fn methods_of(user: &User) -> Vec<UserAuthenticationMethod> {
    let identities = user.identities.iter().enumerate();
    identities
        .map(|(position, identity)| {
            let root = (position == 0).then_some(&user.profile);
            method_of(identity, root)
        })
        .collect()
}

/// Each with what states that it is verified, which says nothing about another's.
const VERIFIED: [(&str, &str); 2] = [
    ("email", "email_verified"),
    ("phone_number", "phone_verified"),
];

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// The root attributes of a user describe the primary identity, and fill in what its own profile leaves out or empty.
fn profile_of(identity: &Identity, root: Option<&Map<String, Value>>) -> Map<String, Value> {
    let (own, root) = match (&identity.profile, root) {
        (Some(own), Some(root)) => (own, root),
        (one, other) => return one.as_ref().or(other).cloned().unwrap_or_default(),
    };
    let lacks = |name: &str| own.get(name).is_none_or(is_empty);
    let is_statement = |name: &str| VERIFIED.iter().any(|(_, verified)| *verified == name);
    let mut profile = own.clone();
    for (name, value) in root {
        if !is_statement(name) && lacks(name) && !is_empty(value) {
            profile.insert(name.clone(), value.clone());
        }
    }
    for (_, verified) in VERIFIED.into_iter().filter(|(subject, _)| lacks(subject)) {
        profile.remove(verified);
        if let Some(value) = root.get(verified) {
            profile.insert(verified.to_owned(), value.clone());
        }
    }
    profile
}

fn method_of(identity: &Identity, root: Option<&Map<String, Value>>) -> UserAuthenticationMethod {
    let profile = profile_of(identity, root);
    let text = |name: &str| {
        let value = profile.get(name).filter(|value| !is_empty(value))?;
        value.as_str().map(str::to_owned)
    };
    let recognisable = ["email", "username", "phone_number", "name", "nickname"];
    let username = recognisable.iter().find_map(|name| text(name));
    UserAuthenticationMethod {
        id: identity.user_id.clone(),
        user_id: identity.user_id.clone(),
        provider: provider_from_auth0(&identity.provider).to_owned(),
        connection: identity.connection.clone().unwrap_or_default(),
        is_social: identity.is_social,
        username: username.unwrap_or_else(|| identity.user_id.clone()),
        email: text("email"),
        email_verified: profile.get("email_verified").map(lenient::is_true),
        name: text("name"),
        picture: text("picture"),
        is_primary: root.is_some(),
        profile_data: profile,
    }
}
