//! The outcome of a call as it crosses to JavaScript: JSON, which V8 parses faster than it accepts an object property
//! by property. `lib/replies.js` makes the values that callers see.

use serde::Serialize;

use crate::arguments::Form;
use crate::error::Result;
use crate::failure_object::failure;
use crate::model::{
    AccessEnded, BlockedUser, ConfigurationReport, Dashboard, EmailVerificationTicket,
    RiskExplanation, UnblockedUser, UserAccountChangePasswordTicket, UserAccountConnectionTicket,
    VerificationEmail,
};

/// Making this many sessions or methods takes JavaScript as long as receiving a result without a list.
const ITEMS: usize = 5;

/// More than most results take as JSON, and most items of a list.
const LENGTH: usize = 640;

const UNEXPECTED: &str = r#"{"$failure":{"name":"Auth0UserSecurityError","code":"ERR_INTERNAL","message":"The native core failed unexpectedly.","fields":{}}}"#;

/// The result of a call.
pub trait Reply: Serialize + Send {
    /// The length of its lists.
    fn items(&self) -> usize {
        0
    }

    /// How much work its conversion is for the JavaScript thread; a result without a list has 1.
    fn weight(&self) -> u32 {
        u32::try_from(1 + self.items() / ITEMS).unwrap_or(u32::MAX)
    }
}

impl Reply for bool {}
impl Reply for u32 {}
impl Reply for &str {}
impl Reply for Done {}
impl Reply for ConfigurationReport {}
impl Reply for RiskExplanation {}
impl<T: Reply> Reply for ObjectOrUrl<T> {}
impl Reply for UserAccountChangePasswordTicket {}
impl Reply for UserAccountConnectionTicket {}
impl Reply for BlockedUser {}
impl Reply for UnblockedUser {}
impl Reply for AccessEnded {}
impl Reply for EmailVerificationTicket {}
impl Reply for VerificationEmail {}

impl<T: Serialize + Send> Reply for Vec<T> {
    fn items(&self) -> usize {
        self.len()
    }
}

impl Reply for Dashboard {
    fn items(&self) -> usize {
        match self {
            Self::Complete(all) => all.sessions.len() + all.methods.len(),
            Self::Partial(part) => part.methods.len(),
        }
    }
}

/// "Done": `true` by object, nothing by id.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Done(Option<bool>);

impl From<Form> for Done {
    fn from(form: Form) -> Self {
        Self((form == Form::ByObject).then_some(true))
    }
}

/// An object when called by object, its URL by id.
#[derive(Serialize)]
#[serde(untagged)]
pub enum ObjectOrUrl<T> {
    Object(T),
    Url(String),
}

/// The outcome of a method as JSON.
pub fn encode<T: Reply>(method: &'static str, result: &Result<T>) -> String {
    let json = match result {
        Ok(reply) => json(reply, length(reply)),
        Err(error) => json(&failure(method, error), LENGTH),
    };
    json.unwrap_or_else(|| UNEXPECTED.to_owned())
}

/// A result of any type.
pub trait Encode: Send {
    fn items(&self) -> usize;
    fn weight(&self) -> u32;
    /// A pair of the number of the call and the result.
    fn encode(&self, number: i64) -> Option<String>;
}

impl<T: Reply> Encode for T {
    fn items(&self) -> usize {
        Reply::items(self)
    }

    fn weight(&self) -> u32 {
        Reply::weight(self)
    }

    fn encode(&self, number: i64) -> Option<String> {
        json(&(number, self), length(self))
    }
}

/// The same for a call that JavaScript knows by its number: a pair of both.
pub fn encode_numbered(
    number: i64,
    method: &'static str,
    result: &Result<Box<dyn Encode>>,
) -> String {
    let json = match result {
        Ok(reply) => reply.encode(number),
        Err(error) => json(&(number, failure(method, error)), LENGTH),
    };
    json.unwrap_or_else(|| unexpected(number))
}

/// A value for the receiver with this number: a pair of both.
pub fn numbered(number: i64, value: &(impl Serialize + ?Sized)) -> Option<String> {
    json(&(number, value), LENGTH)
}

/// The same for a call that has panicked, or whose outcome cannot be encoded: a bug in either case.
pub fn unexpected(number: i64) -> String {
    format!("[{number},{UNEXPECTED}]")
}

fn length<T: Reply>(reply: &T) -> usize {
    LENGTH * (1 + reply.items())
}

fn json(value: &impl Serialize, length: usize) -> Option<String> {
    let mut json = Vec::with_capacity(length);
    serde_json::to_writer(&mut json, value).ok()?;
    String::from_utf8(json).ok()
}
