//! Decodes a response into the value of its endpoint, or into the error that describes it.

use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_path_to_error::{Deserializer as Tracking, Track};

use super::json;
pub use super::refusal::HasScopes;
use super::refusal::{check, error, failure, foreign, summary};
use crate::error::{ApiCategory, ApiFailure, Error, Result};
use crate::transport::http::MediaType;
use crate::transport::pipeline::Exchange;
use crate::transport::provenance;

/// More than a token, a key set or a user's details ever take up.
const LONGEST_SHORT_BODY: usize = 1024 * 1024;

/// A value that the response to a request is decoded into.
pub trait FromResponse: Sized + Send + 'static {
    /// What decoding needs beyond the type, such as the space left for a list.
    type Reader: Send + 'static;

    /// Decodes a 2xx response.
    fn from_success(reader: Self::Reader, exchange: &Exchange) -> Result<Self>;
}

/// A value that is the JSON body of a response.
pub trait JsonBody: DeserializeOwned + Send + 'static {
    /// A description of the body, for the error about any other one.
    const EXPECTED: &'static str;
    /// A body of more than 1 MiB is rejected.
    const IS_SHORT: bool = false;
}

/// Decodes a response of any status.
pub fn decode<T: FromResponse>(
    reader: T::Reader,
    exchange: &Exchange,
    has_scopes: HasScopes,
) -> Result<T> {
    check(exchange, has_scopes)?;
    T::from_success(reader, exchange)
}

impl<T: JsonBody> FromResponse for T {
    type Reader = PhantomData<T>;

    fn from_success(reader: Self::Reader, exchange: &Exchange) -> Result<Self> {
        if T::IS_SHORT && exchange.response.body.len() > LONGEST_SHORT_BODY {
            return Err(unreadable(
                exchange,
                T::EXPECTED,
                "is larger than 1 MiB",
                "",
            ));
        }
        read_json(reader, T::EXPECTED, exchange)
    }
}

/// A change that has no result.
pub enum Acceptance {
    Accepted,
    /// Something other than Auth0 may have responded, so the change has to be verified by reading it back. The error
    /// is for a change that was not made.
    Doubtful(Error),
}

impl FromResponse for Acceptance {
    type Reader = ();

    fn from_success((): (), exchange: &Exchange) -> Result<Self> {
        Ok(if provenance::is_plain_acceptance(&exchange.response) {
            Self::Accepted
        } else {
            Self::Doubtful(foreign(exchange))
        })
    }
}

/// A value that must be checked before use.
pub struct Unchecked<T> {
    value: T,
    failure: ApiFailure,
}

impl<T: JsonBody> FromResponse for Unchecked<T> {
    type Reader = PhantomData<T>;

    fn from_success(reader: Self::Reader, exchange: &Exchange) -> Result<Self> {
        Ok(Self {
            value: T::from_success(reader, exchange)?,
            failure: failure(exchange, ApiCategory::Response),
        })
    }
}

impl<T> Unchecked<T> {
    /// The value, unless the check finds a problem, which is the rest of a sentence about the response. Auth0 has
    /// acted nonetheless.
    pub fn check(self, check: impl FnOnce(&T) -> Result<(), String>) -> Result<T> {
        let Err(problem) = check(&self.value) else {
            return Ok(self.value);
        };
        let ApiFailure {
            method, endpoint, ..
        } = self.failure;
        let status = self.failure.status.unwrap_or_default();
        let message = format!("{method} {endpoint}: the response ({status}) {problem}");
        Err(self.failure.into_error(message).in_doubt())
    }
}

/// Reads the JSON body of a response. `expected` describes it in the error about any other one.
pub(super) fn read_json<R, T>(reader: R, expected: &str, exchange: &Exchange) -> Result<T>
where
    R: for<'de> DeserializeSeed<'de, Value = T> + Clone,
{
    if exchange.response.media_type != MediaType::Json {
        return Err(foreign(exchange));
    }
    let text = json::text(&exchange.response.body);
    let mut document = serde_json::Deserializer::from_str(&text);
    let value = match reader.clone().deserialize(&mut document) {
        Ok(value) => value,
        // serde's own message would quote values of the body, which may be tokens.
        Err(problem) if problem.is_data() => {
            let place = place_of_mismatch(reader, &text);
            let problem = "does not match the expected structure";
            return Err(unreadable(exchange, expected, problem, &place));
        }
        Err(problem) if problem.is_eof() => {
            return Err(unreadable(exchange, expected, "ends too early", ""));
        }
        // The error position may be inside a field that is ignored.
        Err(_) => return Err(unreadable(exchange, expected, "is not valid JSON", "")),
    };
    match document.end() {
        Ok(()) => Ok(value),
        Err(_) => Err(unreadable(exchange, expected, "has trailing data", "")),
    }
}

/// Where a body does not match. Only a body that cannot be decoded is read again for this: tracking the path takes
/// longer than decoding.
fn place_of_mismatch<R>(reader: R, text: &str) -> String
where
    R: for<'de> DeserializeSeed<'de>,
{
    let mut document = serde_json::Deserializer::from_str(text);
    let mut track = Track::new();
    // The same error again.
    let _ = reader.deserialize(Tracking::new(&mut document, &mut track));
    track.path().to_string()
}

fn unreadable(exchange: &Exchange, expected: &str, problem: &str, path: &str) -> Error {
    // A key is chosen by the server just like a value.
    let place = if provenance::is_machine_code(&path.replace(['.', '[', ']'], "")) {
        format!(" at `{path}`")
    } else {
        String::new()
    };
    let message = format!(
        "{}: expected {expected}, but the response ({}) {problem}{place}.",
        exchange.route,
        summary(&exchange.response),
    );
    error(exchange, ApiCategory::Response, None, message)
}
