//! Rejects a token that cannot be sent, since every request with it would fail.

use super::oauth::TokenResponse;
use super::response::Unchecked;
use crate::config::is_sendable;
use crate::error::Result;

/// The token, if it can be sent.
pub fn issued_token(token: Unchecked<TokenResponse>) -> Result<TokenResponse> {
    token.check(|token| {
        problem(token).map_or(Ok(()), |problem| {
            Err(format!(
                "{problem}. Check the domain, and what responds for it in this network."
            ))
        })
    })
}

/// A missing type counts as Bearer; a token of another type would need other headers.
fn problem(token: &TokenResponse) -> Option<&'static str> {
    let kind = token.token_type.as_ref();
    let is_bearer = kind.is_none_or(|kind| {
        kind.as_str()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("Bearer"))
    });
    if !is_bearer {
        return Some("issued a token whose `token_type` is not Bearer");
    }
    let is_sendable = is_sendable(&token.access_token);
    (!is_sendable).then_some(
        "issued an `access_token` that cannot be sent in a header: it is empty, longer than 16 KiB, or \
         contains characters other than visible ASCII",
    )
}
