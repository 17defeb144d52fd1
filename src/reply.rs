//! The outcome of a call as it crosses to JavaScript: JSON, which V8 parses faster than it accepts an object property
//! by property. `lib/replies.js` makes the values that callers see.

use serde::Serialize;

use crate::arguments::Form;
use crate::error::Result;
use crate::failure_object::failure;
use crate::model::{
    ConfigurationReport, UserAccountChangePasswordTicket, UserAccountConnectionTicket,
    UserSecurityDashboard,
};

/// Making this many sessions or methods takes JavaScript as long as receiving a result without a list.
const ITEMS: usize = 5;

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
impl<T: Reply> Reply for ObjectOrUrl<T> {}
impl Reply for UserAccountChangePasswordTicket {}
impl Reply for UserAccountConnectionTicket {}

impl<T: Serialize + Send> Reply for Vec<T> {
    fn items(&self) -> usize {
        self.len()
    }
}

impl Reply for UserSecurityDashboard {
    fn items(&self) -> usize {
        self.sessions.len() + self.methods.len()
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

/// The outcome as JSON: a result, or a failure object.
pub fn encode<T: Reply>(method: &'static str, result: &Result<T>) -> String {
    let encoded = match result {
        Ok(reply) => serde_json::to_string(reply),
        Err(error) => return failure(method, error).to_string(),
    };
    // No reply has a map with keys that are not text, the only reason to fail.
    encoded.unwrap_or_else(|_| "null".to_owned())
}
