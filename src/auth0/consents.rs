//! What a user has allowed applications to do, and the credentials of the devices that the user signed in on.

use serde::Deserialize;

use super::endpoint::{Endpoint, Request};
use super::lenient;
use super::response::{Acceptance, JsonBody};
use crate::error::Result;
use crate::transport::request::Replay;

/// Auth0's limit on its public cloud.
pub const PAGE_SIZE: usize = 50;

pub static GRANTS: Endpoint<GrantPage> = Endpoint::get("/api/v2/grants").scopes(&["read:grants"]);

pub static DELETE_GRANTS: Endpoint<Acceptance> =
    Endpoint::delete("/api/v2/grants", Replay::Safe).scopes(&["delete:grants"]);

pub static DEVICES: Endpoint<DevicePage> =
    Endpoint::get("/api/v2/device-credentials").scopes(&["read:device_credentials"]);

pub static DELETE_DEVICE: Endpoint<Acceptance> =
    Endpoint::delete("/api/v2/device-credentials/{id}", Replay::Safe)
        .scopes(&["delete:device_credentials"]);

/// One page of the grants of a user, which are only counted.
#[derive(Debug, Deserialize)]
pub struct GrantPage {
    #[serde(deserialize_with = "lenient::all_rows")]
    pub grants: Vec<Grant>,
}

impl JsonBody for GrantPage {
    const EXPECTED: &'static str = "an object with an array `grants`, each with an `id`";
}

#[derive(Debug, Deserialize)]
pub struct Grant {
    #[serde(deserialize_with = "lenient::required_text")]
    pub id: String,
}

/// One page of the device credentials of a user. Every row must be readable: one that is not could not be deleted.
#[derive(Debug, Deserialize)]
pub struct DevicePage {
    #[serde(deserialize_with = "lenient::all_rows")]
    pub device_credentials: Vec<DeviceCredential>,
}

impl JsonBody for DevicePage {
    const EXPECTED: &'static str =
        "an object with an array `device_credentials`, each with an `id`";
}

#[derive(Debug, Deserialize)]
pub struct DeviceCredential {
    #[serde(deserialize_with = "lenient::required_text")]
    pub id: String,
    #[serde(default, deserialize_with = "lenient::optional_id")]
    pub user_id: Option<String>,
}

/// The first page is enough to see whether there are any.
pub fn grants(user_id: &str) -> Result<Request<GrantPage>> {
    Ok(GRANTS
        .request(&[])?
        .query("user_id", user_id)
        .query("include_totals", "true")
        .query("per_page", "1")
        .query("page", "0"))
}

pub fn delete_grants(user_id: &str) -> Result<Request<Acceptance>> {
    Ok(DELETE_GRANTS.request(&[])?.query("user_id", user_id))
}

/// A page has one kind only; without its name, Auth0 leaves some out.
pub const DEVICE_KINDS: [&str; 3] = ["public_key", "refresh_token", "rotating_refresh_token"];

/// `page` counts from 0.
pub fn devices(user_id: &str, kind: &str, page: usize) -> Result<Request<DevicePage>> {
    Ok(DEVICES
        .request(&[])?
        .query("user_id", user_id)
        .query("type", kind)
        .query("include_totals", "true")
        .query("per_page", &PAGE_SIZE.to_string())
        .query("page", &page.to_string()))
}

pub fn delete_device(id: &str) -> Result<Request<Acceptance>> {
    DELETE_DEVICE.request(&[id])
}
