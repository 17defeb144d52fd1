//! The token endpoint, whose requests and errors have their own format.

use serde::Deserialize;

use super::client_authentication::OAuthClient;
use super::endpoint::{Endpoint, Request};
use super::lenient;
use super::refusal::{self, foreign};
use super::response::{JsonBody, Unchecked};
use crate::config::{Application, ClientAuthentication, Secret};
use crate::error::{ApiCategory, Error, ErrorKind, Result};
use crate::transport::pipeline::Exchange;
use crate::transport::provenance;
use crate::transport::request::Replay;

/// For client credentials: a second token does no harm.
pub static TOKEN: Endpoint<Unchecked<TokenResponse>> = Endpoint::post("/oauth/token", Replay::Safe);

#[derive(Deserialize)]
pub struct TokenResponse {
    #[serde(deserialize_with = "secret")]
    pub access_token: Secret,
    /// Of any type: only a missing one counts as Bearer.
    #[serde(default)]
    pub token_type: Option<serde_json::Value>,
    /// Seconds.
    #[serde(default, deserialize_with = "lenient::seconds")]
    pub expires_in: Option<u64>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub scope: Option<String>,
}

impl JsonBody for TokenResponse {
    const EXPECTED: &'static str = "an object with a string `access_token`";
    const IS_SHORT: bool = true;
}

pub(super) fn secret<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Secret, D::Error> {
    lenient::required_text(deserializer).map(Secret::new)
}

pub fn client_credentials(
    client: OAuthClient,
    audience: &str,
) -> Result<Request<Unchecked<TokenResponse>>> {
    let fields = [("grant_type", "client_credentials"), ("audience", audience)];
    Ok(TOKEN.request(&[])?.body(client.form(&fields)))
}

/// A rejected token request: the caller has to fix credentials, audience or grant in the configuration.
pub fn refusal(
    exchange: &Exchange,
    authentication: &ClientAuthentication,
    audience: &str,
) -> Error {
    let Some(refusal) = provenance::refusal(exchange.route, &exchange.response) else {
        return match exchange.response.status {
            300..=399 => other_refusal(exchange, None),
            _ => foreign(exchange),
        };
    };
    let description = exchange.description();
    classified(exchange, refusal.code, authentication, audience).with_description(description)
}

fn classified(
    exchange: &Exchange,
    error: Option<String>,
    authentication: &ClientAuthentication,
    audience: &str,
) -> Error {
    let status = exchange.response.status;
    match (status, error.as_deref()) {
        // Otherwise it would be mistaken for a 404 of the request that needs the token.
        (404, _) | (400, Some("invalid_uri")) => Error::configuration(
            "domain",
            "has no token endpoint",
            "Check AUTH0_DOMAIN: it must be the domain of a tenant that exists",
        )
        .with_cause(other_refusal(exchange, error)),
        (401, Some("access_denied" | "invalid_client")) => refused_proof(authentication),
        (400 | 403, Some("access_denied")) if is_about_audience(exchange) => {
            refused_audience(audience)
        }
        (400 | 403, Some("access_denied")) => denied(),
        (400 | 401 | 403, Some("unauthorized_client")) => Error::configuration(
            "clientId",
            "names an application that may not use the client credentials grant",
            "Use a Machine to Machine application, or enable the grant in its advanced settings",
        ),
        (400 | 403, Some("invalid_client")) => refused_client(authentication),
        _ => other_refusal(exchange, error),
    }
}

/// An Action can deny a token with the code that Auth0 uses for a wrong audience. Only the sentence differs: Auth0's own
/// begin like these, and it always sends one.
fn is_about_audience(exchange: &Exchange) -> bool {
    const SENTENCES: [&str; 3] = [
        "Client is not authorized to access",
        "Service not found",
        "Service not enabled within domain",
    ];
    let description = exchange.description();
    description.is_none_or(|text| SENTENCES.iter().any(|begin| text.starts_with(begin)))
}

fn denied() -> Error {
    let hint = "Check the Actions of the tenant that run when an application gets a token \
                (credentials-exchange); `description` has the reason that Auth0 sent";
    let kind = ErrorKind::Configuration {
        field: None,
        hint: hint.into(),
    };
    let message = format!("The tenant denied the application an access token. {hint}.");
    Error::new(kind, message)
}

fn refused_audience(audience: &str) -> Error {
    Error::configuration(
        "audience",
        &format!("{audience:?} was refused by Auth0"),
        "It must be the identifier of the Management API, https://{tenant}/api/v2/ with the \
         trailing slash and never with a custom domain, and the application must be \
         authorized for that API",
    )
}

fn refused_client(authentication: &ClientAuthentication) -> Error {
    match authentication {
        ClientAuthentication::Secret(_) => Error::configuration(
            "clientId",
            "names an application that authenticates in another way",
            "Set its authentication method to client_secret_post",
        ),
        ClientAuthentication::PrivateKey(_) => refused_proof(authentication),
    }
}

/// Auth0 does not say what is wrong with the credentials, so the hint names every possibility.
fn refused_proof(authentication: &ClientAuthentication) -> Error {
    match authentication {
        ClientAuthentication::Secret(_) => Error::configuration(
            "clientSecret",
            "or clientId was refused by Auth0",
            "Check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET, and whether the secret was rotated",
        ),
        ClientAuthentication::PrivateKey(key) => Error::configuration(
            "clientAssertion.privateKey",
            "or clientId was refused by Auth0",
            format!(
                "Check that the application authenticates with private_key_jwt, that its public \
                 key is registered for {} under the same key id, and that the clock of this \
                 machine is correct",
                key.algorithm().name()
            ),
        ),
    }
}

/// The error for a refused code exchange, if the application's configuration is the reason.
pub fn application_refusal(exchange: &Exchange, application: &Application) -> Option<Error> {
    let code = provenance::token_refusal(exchange.route, &exchange.response)?;
    let problem = match code.as_str() {
        "access_denied" | "invalid_client" => {
            "was refused by Auth0: its client id, or its client secret or private key, is wrong"
        }
        "unauthorized_client" => "may not use the authorization code grant",
        _ => return None,
    };
    let clock = match application.authentication {
        Some(ClientAuthentication::PrivateKey(_)) => ", the key id, and the clock of this machine",
        _ => "",
    };
    let hint = format!(
        "Check the client id, the client secret or private key, and the grants of the application \
         used for linking{clock}. Without `application`, linking uses the application of clientId"
    );
    let error = Error::configuration("application", problem, hint);
    Some(error.with_description(exchange.description()))
}

fn other_refusal(exchange: &Exchange, error: Option<String>) -> Error {
    let status = exchange.response.status;
    let category = match status {
        429 => ApiCategory::RateLimit,
        _ => ApiCategory::Response,
    };
    let code = error
        .as_ref()
        .map_or(String::new(), |code| format!(", {code}"));
    let message = match status {
        429 => format!("POST /oauth/token: Auth0's rate limit is reached ({status}{code})."),
        300..=399 => format!(
            "POST /oauth/token: Auth0 responded with a redirect ({status}), which is never \
             followed. Check the domain."
        ),
        _ => format!("POST /oauth/token: Auth0 returned no access token ({status}{code})."),
    };
    refusal::error(exchange, category, error, message)
}
