//! The client credentials grant, with which an application gets access tokens of its own.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use crate::auth0::client_authentication::OAuthClient;
use crate::auth0::issued_token::issued_token;
use crate::auth0::oauth;
use crate::config::ClientAuthentication;
use crate::credentials::access_token::{AccessToken, MAX_LIFETIME, RENEW_BEFORE, scopes_in};
use crate::credentials::derived_key::derive_name;
use crate::error::Result;
use crate::transport::call::Call;
use crate::transport::pipeline::Channel;

/// Assumed when Auth0 does not say; its documented default is a day.
const ASSUMED_LIFETIME: Duration = Duration::from_secs(3600);

/// The inputs of the grant.
#[derive(Debug)]
pub struct ClientCredentials {
    pub client_id: String,
    pub authentication: ClientAuthentication,
    pub audience: String,
}

impl ClientCredentials {
    /// A different value of another setting that Auth0 may refuse makes it a different credential.
    pub fn id_at(&self, origin: &str) -> [u8; 32] {
        let (algorithm, key_id) = match &self.authentication {
            ClientAuthentication::Secret(_) => ("", None),
            ClientAuthentication::PrivateKey(key) => (key.algorithm().name(), key.key_id()),
        };
        let asked = [
            origin,
            &self.client_id,
            &self.audience,
            algorithm,
            key_id.unwrap_or_default(),
        ];
        derive_name(&self.authentication, "refused-credential/v1", &asked)
    }

    pub async fn request(&self, channel: &Channel, call: Call) -> Result<AccessToken> {
        let client = OAuthClient {
            id: &self.client_id,
            authentication: Some(&self.authentication),
            issuer: &format!("{}/", channel.origin),
        };
        let request = oauth::client_credentials(client, &self.audience)?;
        let exchange = channel.exchange(&request.raw, None, call).await?;
        if !matches!(exchange.response.status, 200..=299) {
            let authentication = &self.authentication;
            return Err(oauth::refusal(&exchange, authentication, &self.audience));
        }
        let issued = issued_token(request.decode(&exchange, None)?)?;
        let usable_for = usable_for(issued.expires_in);
        channel.logger.debug("got an access token", || {
            call.details(json!({ "usableForSeconds": usable_for.as_secs() }))
        });
        Ok(AccessToken {
            secret: issued.access_token,
            scopes: issued.scope.as_deref().map(scopes_in),
            renew_at: Instant::now() + usable_for,
            is_shared: false,
        })
    }
}

fn usable_for(expires_in: Option<u64>) -> Duration {
    let lifetime = expires_in
        .map_or(ASSUMED_LIFETIME, Duration::from_secs)
        .min(MAX_LIFETIME);
    // Even a very short-lived token must serve the calls that are waiting for it.
    lifetime.saturating_sub(RENEW_BEFORE.min(lifetime / 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_a_minute_before_its_end_and_a_short_one_still_serves() {
        for (reported, seconds) in [
            (Some(86_400), 86_340),
            (Some(600), 540),
            (Some(30), 27),
            (Some(1), 0),
            (Some(0), 0),
            (None, 3_540),
            (Some(u64::MAX), 30 * 86_400 - 60),
        ] {
            assert_eq!(usable_for(reported).as_secs(), seconds, "{reported:?}");
        }
    }
}
