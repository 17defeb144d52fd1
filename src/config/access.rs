//! What authorizes requests to the Management API: credentials, with which the library gets tokens, or the caller's own
//! token.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::authentication::{ClientAuthentication, required_authentication};
use super::fields::Fields;
use super::secret::Secret;
use crate::error::Result;

const CLIENT_ID_HINT: &str =
    "Pass the client id of your Machine to Machine application (AUTH0_CLIENT_ID)";
const TOKEN_HINT: &str =
    "Pass an access token of the Management API, or a function that returns one";
/// Far longer than Auth0's tokens with every scope. Servers reject longer headers.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

#[derive(Debug)]
pub enum Access {
    Credentials {
        client_id: String,
        authentication: ClientAuthentication,
    },
    Token(Secret),
    Supplied(Arc<dyn TokenSupplier>),
}

/// Gets tokens from the caller.
pub trait TokenSupplier: fmt::Debug + Send + Sync {
    /// `is_rejected`: Auth0 has refused the last one.
    fn token(&self, is_rejected: bool) -> BoxFuture<'static, Result<Secret>>;
}

/// `supplier` calls the function in `accessToken`, which is `true` then.
pub(super) fn access(
    fields: &mut Fields,
    supplier: Option<Arc<dyn TokenSupplier>>,
) -> Result<Access> {
    let own = match supplier {
        Some(supplier) => fields
            .flag("accessToken")?
            .then_some(Access::Supplied(supplier)),
        None => own_token(fields)?.map(Access::Token),
    };
    let Some(own) = own else {
        return Ok(Access::Credentials {
            client_id: fields.required_text("clientId", CLIENT_ID_HINT)?,
            authentication: required_authentication(fields)?,
        });
    };
    // Accepted, but unused with an access token.
    fields.text("clientId")?;
    for credential in ["clientSecret", "clientAssertion"] {
        if fields.take(credential).is_some() {
            return Err(fields.invalid(
                "accessToken",
                &format!("and {credential} are both given"),
                "Pass one of them; fromEnv takes the secret from AUTH0_CLIENT_SECRET",
            ));
        }
    }
    Ok(own)
}

fn own_token(fields: &mut Fields) -> Result<Option<Secret>> {
    let token = fields.hinted_text("accessToken", TOKEN_HINT)?;
    let Some(token) = token.map(Secret::new) else {
        return Ok(None);
    };
    if !is_sendable(&token) {
        let problem = "cannot be sent in a header: it is longer than 16 KiB, or contains characters \
                       other than visible ASCII";
        return Err(fields.invalid("accessToken", problem, TOKEN_HINT));
    }
    Ok(Some(token))
}

/// Whether a token can be the value of a header.
pub fn is_sendable(token: &Secret) -> bool {
    let bytes = token.expose().as_bytes();
    (1..=MAX_TOKEN_BYTES).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
}
