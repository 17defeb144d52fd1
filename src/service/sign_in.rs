//! Determines who signed in to the account to be linked, and trusts only what is signed.

use chrono::Utc;
use serde_json::Value;

use crate::auth0::client_authentication::OAuthClient;
use crate::auth0::endpoint::Request;
use crate::auth0::login::{self, CodeExchange, CodeResponse};
use crate::auth0::oauth;
use crate::config::{Application, Secret};
use crate::credentials::id_token::{Expected, Subject, Unverified};
use crate::credentials::link_state::{Flow, OpenedState};
use crate::error::{ApiCategory, Error, LinkingReason, Result};
use crate::service::Service;
use crate::service::connection_url::{UNBOUND, binding, checked_provider};
use crate::transport::call::Call;
use crate::transport::pipeline::Exchange;
use crate::transport::provenance;
use crate::user::UserRef;

/// What a person returns with after signing in to the other account.
pub enum Proof {
    Code {
        redirect_uri: String,
        code: Secret,
        state: Option<String>,
    },
    AccessToken {
        provider: String,
        token: Secret,
    },
}

/// A person who signed in to the account to be linked.
pub(super) struct SignedIn {
    pub subject: Subject,
    /// The requested provider, if known.
    pub provider: Option<String>,
    /// The connection that the person was sent to, if known.
    pub connection: Option<String>,
}

impl Service {
    pub(super) fn check_proof(
        &self,
        user: &UserRef,
        proof: &Proof,
        call: Call,
    ) -> Result<Option<OpenedState>> {
        match proof {
            Proof::AccessToken { provider, token } => {
                check_credential("accessToken", token)?;
                self.refuse_unbound()?;
                self.warn(call, UNBOUND, Value::Null);
                checked_provider(provider).map(|_| None)
            }
            Proof::Code {
                redirect_uri,
                code,
                state,
            } => {
                check_credential("authorizationCode", code)?;
                let opened = self.open_state(user, redirect_uri, state.as_deref())?;
                let verifier = opened
                    .as_ref()
                    .and_then(|state| state.code_verifier.as_ref());
                if verifier.is_none() {
                    self.refuse_unbound()?;
                    self.warn(call, UNBOUND, Value::Null);
                }
                Ok(opened)
            }
        }
    }

    fn open_state(
        &self,
        user: &UserRef,
        redirect_uri: &str,
        state: Option<&str>,
    ) -> Result<Option<OpenedState>> {
        let allowed = &self.config.allowed_redirects;
        let redirect = allowed.check("redirectUri", redirect_uri)?;
        let bound_to = binding(user)?;
        let flow = Flow {
            redirect_url: redirect,
            user: Some(&bound_to),
        };
        let states = &self.link_application()?.states;
        let opened = state.map(|state| states.open(state, flow, Utc::now()));
        opened.transpose()
    }

    pub(super) async fn sign_in(
        &self,
        proof: &Proof,
        state: Option<OpenedState>,
        call: Call,
    ) -> Result<SignedIn> {
        match proof {
            Proof::Code {
                redirect_uri, code, ..
            } => self.exchange_code(redirect_uri, code, state, call).await,
            Proof::AccessToken { provider, token } => {
                self.read_user_info(provider, token, call).await
            }
        }
    }

    /// A code is sent once: after a lost response it is unknown whether it was used.
    async fn exchange_code(
        &self,
        redirect_uri: &str,
        code: &Secret,
        state: Option<OpenedState>,
        call: Call,
    ) -> Result<SignedIn> {
        let application = &self.link_application()?.application;
        let issuer = format!("{}/", self.config.login_origin());
        let request = login::exchange_code(&CodeExchange {
            client: OAuthClient {
                id: &application.client_id,
                authentication: application.authentication.as_ref(),
                issuer: &issuer,
            },
            code: code.expose(),
            redirect_uri,
            code_verifier: state
                .as_ref()
                .and_then(|state| state.code_verifier.as_ref()),
        })?;
        let response = self.spend_code(request, state.as_ref(), call).await?;
        let token = Unverified::parse(response.id_token.expose())?;
        let keys = self.keys.named(token.key_id.as_deref(), call).await?;
        let expected = Expected {
            issuer: &issuer,
            client_id: &application.client_id,
            nonce: state.as_ref().map(|state| state.nonce.as_str()),
            authenticated_after: state.as_ref().map(|state| state.issued_at),
        };
        Ok(SignedIn {
            subject: token.verify(&keys, expected, Utc::now())?,
            connection: state.as_ref().map(|state| state.connection.clone()),
            provider: state.map(|state| state.provider),
        })
    }

    /// Everything that can fail without the code comes first, so that such a failure leaves code and state unused.
    async fn spend_code(
        &self,
        request: Request<CodeResponse>,
        state: Option<&OpenedState>,
        call: Call,
    ) -> Result<CodeResponse> {
        let linking = self.link_application()?;
        self.keys.prepare(call).await?;
        let mut consumed = None;
        if let Some(state) = state {
            consumed = Some(linking.used_states.consume(state, call).await?);
        }
        let outcome = self.login.exchange(&request.raw, call).await;
        if let Some(consumed) = consumed.filter(|_| is_unprocessed(&outcome)) {
            linking.used_states.release(consumed).await;
        }
        let exchange = outcome?;
        match code_refusal(&exchange, &linking.application) {
            Some(error) => Err(error),
            None => request.decode(&exchange, None),
        }
    }

    async fn read_user_info(&self, provider: &str, token: &Secret, call: Call) -> Result<SignedIn> {
        let read = self.login.send_as(token, login::user_info()?, call).await;
        let person = read.map_err(|error| {
            if is_token_refused(&error) {
                return Error::linking(
                    LinkingReason::TokenRejected,
                    "Auth0 refused the access token. It must be one that this tenant issued with the \
                     scope openid, and it must not have expired.",
                )
                .with_description(error.description().map(str::to_owned));
            }
            error
        })?;
        Ok(SignedIn {
            subject: Subject {
                user_id: person.sub,
                has_email: person.email.is_some_and(|email| !email.is_empty()),
                email_verified: person.email_verified,
            },
            provider: Some(checked_provider(provider)?.to_owned()),
            connection: None,
        })
    }
}

/// Whether Auth0 certainly did not process the code: it was not sent, or the rate limit rejected the request.
fn is_unprocessed(outcome: &Result<Exchange>) -> bool {
    match outcome {
        Ok(exchange) => {
            let is_limited = exchange.response.status == 429;
            let is_auth0s = provenance::may_be_auth0s(exchange.route, &exchange.response);
            is_limited && is_auth0s && !exchange.may_have_acted
        }
        Err(error) => !error.is_ambiguous(),
    }
}

/// The error for a code exchange that Auth0 refused for a known reason.
fn code_refusal(exchange: &Exchange, application: &Application) -> Option<Error> {
    if let Some(error) = oauth::application_refusal(exchange, application) {
        return Some(error);
    }
    let code = provenance::token_refusal(exchange.route, &exchange.response)?;
    let is_known = matches!(code.as_str(), "invalid_grant" | "invalid_request");
    is_known.then(|| {
        Error::linking(
            LinkingReason::CodeRejected,
            "Auth0 refused the authorization code: it works once, for a short time, with the same \
             redirect URL and state. Start the connection again.",
        )
        .with_description(exchange.description())
    })
}

fn is_token_refused(error: &Error) -> bool {
    let is_auth0s = |category| category != ApiCategory::Foreign;
    let is_known = |code| {
        matches!(
            code,
            "invalid_token" | "insufficient_scope" | "unauthorized" | "access_denied"
        )
    };
    matches!(error.status(), Some(401 | 403))
        && error
            .api()
            .is_some_and(|failure| is_auth0s(failure.category))
        && error.error_code().is_none_or(is_known)
}

/// Codes and tokens are printable ASCII; anything else would break the request that carries it.
fn check_credential(name: &str, credential: &Secret) -> Result<()> {
    let text = credential.expose();
    if (1..=16_384).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(Error::argument_value(format!(
        "{name} must be the value that Auth0 sent, not empty and without spaces."
    )))
}
