//! The URL where a person signs in to the account to be linked.

use chrono::Utc;
use serde_json::json;
use url::form_urlencoded::Serializer;

use crate::credentials::link_state::{Flow, SealedState};
use crate::credentials::pkce::code_challenge;
use crate::error::{Error, LinkingReason, Result};
use crate::model::UserAccountConnectionTicket;
use crate::service::Service;
use crate::service::sign_in_methods::{DATABASE_PROVIDER, provider_to_auth0};
use crate::user::{UserRef, user_not_found};

/// Parameters that the ticket protects, or that would change how the response is returned.
const PROTECTED: &[&str] = &[
    "response_type",
    "response_mode",
    "client_id",
    "redirect_uri",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "connection",
    "max_age",
    "scope",
    "prompt",
    "request",
    "request_uri",
];

/// Auth0's limit for the name of a connection. A state with a longer one would be too long to open.
const MAX_NAME_CHARS: usize = 128;

#[derive(Debug, Default)]
pub struct ConnectionUrlOptions {
    /// Binds the ticket to this user.
    pub user: Option<UserRef>,
    pub connection: Option<String>,
    pub scope: Option<String>,
    pub prompt: Option<String>,
    pub authorization_params: Vec<(String, String)>,
}

impl Service {
    pub fn connection_url(
        &self,
        provider: &str,
        redirect_url: &str,
        options: &ConnectionUrlOptions,
    ) -> Result<UserAccountConnectionTicket> {
        let linking = self.link_application()?;
        let redirect_url = self
            .config
            .allowed_redirects
            .check("redirectUrl", redirect_url)?;
        let auth0_provider = checked_provider(provider)?;
        check_params(&options.authorization_params)?;
        let user = options.user.as_ref().map(binding).transpose()?;
        if user.is_none() {
            self.refuse_unbound()?;
            let details = json!({ "operation": "generateAccountConnectionUrl" });
            self.logger.warn(UNBOUND, &details);
        }
        let request = self.login_request(auth0_provider, redirect_url, options);
        request.check()?;
        let flow = Flow {
            redirect_url,
            user: user.as_deref(),
        };
        let sealed = linking
            .states
            .seal(auth0_provider, request.connection, flow, Utc::now())?;
        let client_id = &linking.application.client_id;
        let redirect = self.authorize_url(client_id, &request, &sealed);
        check_length(&redirect)?;
        Ok(UserAccountConnectionTicket {
            provider: provider.to_owned(),
            redirect,
            state: sealed.state,
            nonce: sealed.nonce,
            expires_at: sealed.expires_at,
        })
    }

    fn login_request<'a>(
        &'a self,
        provider: &'a str,
        redirect_url: &'a str,
        options: &'a ConnectionUrlOptions,
    ) -> LoginRequest<'a> {
        let default_connection = match provider {
            DATABASE_PROVIDER => &self.config.database_connection,
            provider => provider,
        };
        LoginRequest {
            redirect_url,
            connection: options.connection.as_deref().unwrap_or(default_connection),
            scope: options.scope.as_deref().unwrap_or("openid profile email"),
            prompt: options.prompt.as_deref().unwrap_or("login"),
            further: &options.authorization_params,
        }
    }

    fn authorize_url(
        &self,
        client_id: &str,
        request: &LoginRequest<'_>,
        sealed: &SealedState,
    ) -> String {
        let mut query = Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", client_id)
            .append_pair("redirect_uri", request.redirect_url)
            .append_pair("scope", request.scope)
            .append_pair("connection", request.connection)
            .append_pair("prompt", request.prompt)
            // Makes Auth0 include `auth_time` in the ID token.
            .append_pair("max_age", "0")
            .append_pair("state", &sealed.state)
            .append_pair("nonce", &sealed.nonce);
        if let Some(verifier) = &sealed.code_verifier {
            query
                .append_pair("code_challenge", &code_challenge(verifier))
                .append_pair("code_challenge_method", "S256");
        }
        query.extend_pairs(request.further);
        let origin = self.config.login_origin();
        format!("{origin}/authorize?{}", query.finish())
    }

    /// Only the URL, which returns to the configured `redirectUri`.
    pub fn connection_url_for_user(
        &self,
        provider: &str,
        options: &ConnectionUrlOptions,
    ) -> Result<String> {
        let redirect_uri = self.config.redirect_uri.as_deref().ok_or_else(|| {
            Error::configuration(
                "redirectUri",
                "is missing, and generateAccountConnectionUrl(userId, provider) needs it",
                "Set it, or call generateAccountConnectionUrl(provider, redirectUrl, { user })",
            )
        })?;
        let ticket = self.connection_url(provider, redirect_uri, options)?;
        Ok(ticket.redirect)
    }

    /// Without a user in the ticket, a callback could be completed in another person's session.
    pub(super) fn refuse_unbound(&self) -> Result<()> {
        if self.config.require_link_state {
            return Err(Error::linking(
                LinkingReason::StateRequired,
                "requireLinkState is set: pass options.user to generateAccountConnectionUrl, and \
                 options.state with the code.",
            ));
        }
        Ok(())
    }
}

/// The warning for a flow that is not bound to a user.
pub(super) const UNBOUND: &str = "The account connection is not bound to a user. Pass options.user to \
     generateAccountConnectionUrl and options.state to connectSecondaryAccount, so that no one can complete another \
     person's flow.";

/// The user as covered by the seal. The callback must identify the user in the same way.
pub(super) fn binding(user: &UserRef) -> Result<String> {
    match user {
        UserRef::Id { id, .. } => Ok(format!("id:{id}")),
        UserRef::Email { email, connection } => {
            let connection = connection.as_deref().unwrap_or_default();
            Ok(format!("email:{connection}:{}", email.to_ascii_lowercase()))
        }
        UserRef::Impossible | UserRef::ImpossibleEmail(_) => Err(user_not_found(user)),
    }
}

/// Auth0's name for the provider, which becomes a part of paths and of the state.
pub(super) fn checked_provider(provider: &str) -> Result<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (1..=64).contains(&provider.len()) && provider.bytes().all(is_plain) {
        return Ok(provider_to_auth0(provider));
    }
    Err(Error::argument_value(
        "provider must be the name of a provider, such as \"google-oauth2\".",
    ))
}

/// The parameters of a request to `/authorize`.
struct LoginRequest<'a> {
    redirect_url: &'a str,
    connection: &'a str,
    scope: &'a str,
    prompt: &'a str,
    further: &'a [(String, String)],
}

impl LoginRequest<'_> {
    /// Rejects what would otherwise fail only after the person has signed in.
    fn check(&self) -> Result<()> {
        let is_name = |text: &str| {
            (1..=MAX_NAME_CHARS).contains(&text.chars().count())
                && !text.chars().any(char::is_control)
        };
        if !is_name(self.connection) || !is_name(self.prompt) {
            return Err(Error::argument_value(
                "options.connection and options.prompt must have 1 to 128 characters and no control \
                 characters.",
            ));
        }
        if !self.scope.split_whitespace().any(|scope| scope == "openid") {
            return Err(Error::argument_value(
                "options.scope must include `openid`; otherwise Auth0 sends no ID token.",
            ));
        }
        Ok(())
    }
}

/// Servers and proxies accept request lines of at most 8,192 bytes, of which the URL is not quite all.
const MAX_AUTHORIZE_URL_CHARS: usize = 8_000;

fn check_length(url: &str) -> Result<()> {
    if url.len() <= MAX_AUTHORIZE_URL_CHARS {
        return Ok(());
    }
    Err(Error::argument_value(format!(
        "The URL of /authorize would have {} characters, but servers accept at most 8,000. \
         Shorten redirectUrl, options.scope or options.authorizationParams.",
        url.len()
    )))
}

/// Names are compared literally, so only plain ones are allowed: servers read `state[]` as `state`.
fn check_params(params: &[(String, String)]) -> Result<()> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    for (name, _) in params {
        if name.is_empty() || !name.bytes().all(is_plain) {
            return Err(Error::argument_value(
                "options.authorizationParams contains a name that is not a plain parameter name.",
            ));
        }
        if PROTECTED.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(Error::argument_value(format!(
                "options.authorizationParams may not set {name}, which the ticket protects."
            )));
        }
    }
    Ok(())
}
