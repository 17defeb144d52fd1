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

/// The root attributes of a user describe the primary identity.
fn method_of(identity: &Identity, root: Option<&Map<String, Value>>) -> UserAuthenticationMethod {
    let profile = identity
        .profile
        .as_ref()
        .or(root)
        .cloned()
        .unwrap_or_default();
    let text = |name: &str| profile.get(name)?.as_str().map(str::to_owned);
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
