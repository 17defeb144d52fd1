//! The applications that hold refresh tokens of a user, and the devices on which the user signed in to them.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::auth0::refresh_tokens::{self, TokenDetails};
use crate::auth0::users;
use crate::cpu;
use crate::error::{ApiCategory, Result};
use crate::model::{ApplicationDevice, UserApplication};
use crate::service::Service;
use crate::service::needs::Needs;
use crate::service::session_view::Viewer;
use crate::transport::call::Call;
use crate::transport::pipeline::timed_out;
use crate::user::UserRef;
use crate::user_agent::{self, Agent};

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "findUserApplications",
    routes: &[&users::BY_EMAIL.route, &refresh_tokens::LIST.route],
}];

/// Auth0 keeps at most 200 tokens per user and application.
const MAX_TOKENS: usize = 10_000;

impl Service {
    /// The most recently used application first.
    pub async fn find_user_applications(
        &self,
        user: &UserRef,
        with_token_ids: bool,
        call: Call,
    ) -> Result<Vec<UserApplication>> {
        let owner = self.resolve(user, call).await?;
        let tokens = self.token_details(user, &owner, call).await?;
        let viewer = Viewer {
            owner,
            current_session_id: None,
            geoip: self.config.geoip.clone(),
        };
        let devices = by_device(tokens).into_iter().map(|device| {
            let agent = user_agent::known(device.user_agent());
            (device, agent)
        });
        let is_quick = |(_, agent): &(Device, Option<Arc<Agent>>)| agent.is_some();
        let view = move |(device, agent)| device_view(device, agent, &viewer, with_token_ids);
        let views = cpu::map(call.deadline(), devices.collect(), is_quick, view).await;
        let views = views.ok_or_else(|| timed_out(&refresh_tokens::LIST.route, 1))?;
        Ok(by_application(views))
    }

    pub(super) async fn token_details(
        &self,
        user: &UserRef,
        owner: &str,
        call: Call,
    ) -> Result<Vec<TokenDetails>> {
        let mut tokens: BTreeMap<String, TokenDetails> = BTreeMap::new();
        let list = &refresh_tokens::LIST_DETAILS;
        let is_full = |token: &TokenDetails| {
            tokens.insert(token.id.clone(), token.clone());
            tokens.len() > MAX_TOKENS
        };
        match self.find_token(list, owner, is_full, call).await {
            Ok(false) => {}
            Ok(true) => {
                let message = format!("{list}: the user has more than 10,000 refresh tokens.");
                return Err(list.error(ApiCategory::Response, 1, message));
            }
            Err(error) => return Err(self.absent_user(error, user, owner, call).await),
        }
        let listed = tokens.len();
        tokens.retain(|_, token| token.user_id.as_deref().is_none_or(|id| id == owner));
        self.warn_of_foreign_tokens(listed - tokens.len(), call);
        Ok(tokens.into_values().collect())
    }
}

/// The tokens that an application got for one sign-in on a device.
struct Device {
    tokens: Vec<TokenDetails>,
}

impl Device {
    fn user_agent(&self) -> Option<&str> {
        let mut devices = self
            .tokens
            .iter()
            .rev()
            .filter_map(|token| token.device.as_ref());
        devices.find_map(|device| {
            let latest = device.last_user_agent.as_deref();
            latest.or(device.initial_user_agent.as_deref())
        })
    }
}

/// Tokens of one application and session are of one device; without a session, those that were first used with the
/// same browser at the same address. The most recently used token of each comes last.
fn by_device(tokens: Vec<TokenDetails>) -> Vec<Device> {
    let mut devices: BTreeMap<_, Vec<TokenDetails>> = BTreeMap::new();
    for token in tokens {
        let first_seen = token.device.as_ref().filter(|_| token.session_id.is_none());
        let first_seen = first_seen.map(|device| {
            let address = device.initial_ip.clone();
            (device.initial_user_agent.clone(), address)
        });
        let key = (
            token.client_id.clone(),
            token.session_id.clone(),
            first_seen,
        );
        devices.entry(key).or_default().push(token);
    }
    let mut devices: Vec<_> = devices
        .into_values()
        .map(|tokens| Device { tokens })
        .collect();
    for device in &mut devices {
        device.tokens.sort_by_key(last_used_at);
    }
    devices
}

fn last_used_at(token: &TokenDetails) -> Option<DateTime<Utc>> {
    token.last_exchanged_at.max(token.created_at)
}

/// Each use of a rotating token replaces it, so all of them in one place count once.
fn count(tokens: &[TokenDetails]) -> u32 {
    let rotating = tokens.iter().any(|token| token.rotating);
    let others = tokens.iter().filter(|token| !token.rotating).count();
    u32::try_from(others).unwrap_or(u32::MAX) + u32::from(rotating)
}

fn device_view(
    device: Device,
    agent: Option<Arc<Agent>>,
    viewer: &Viewer,
    with_token_ids: bool,
) -> (String, Vec<String>, ApplicationDevice) {
    let agent = agent.unwrap_or_else(|| user_agent::parse(device.user_agent()));
    let user_agent = device.user_agent().map(str::to_owned);
    let tokens = device.tokens;
    let seen = tokens.iter().rev().find_map(|token| token.device.as_ref());
    let address = seen.and_then(|seen| seen.last_ip.clone().or_else(|| seen.initial_ip.clone()));
    let place = viewer.place(address.as_deref());
    let client_id = tokens.iter().find_map(|token| token.client_id.clone());
    let servers = tokens.iter().flat_map(|token| &token.resource_servers);
    let audiences = servers
        .filter_map(|server| server.audience.clone())
        .collect();
    let latest = tokens.last();
    let view = ApplicationDevice {
        device: agent.device.to_string(),
        browser: agent.browser.to_string(),
        os: agent.os.to_string(),
        address,
        country: place.country,
        city: place.city,
        user_agent,
        session_id: tokens.iter().find_map(|token| token.session_id.clone()),
        refresh_tokens: count(&tokens),
        rotating: tokens.iter().any(|token| token.rotating),
        created_at: tokens.iter().filter_map(|token| token.created_at).min(),
        last_used_at: latest.and_then(last_used_at),
        expires_at: latest.and_then(|token| token.expires_at),
        idle_expires_at: latest.and_then(|token| token.idle_expires_at),
        refresh_token_ids: with_token_ids
            .then(|| tokens.iter().map(|token| token.id.clone()).collect()),
    };
    (client_id.unwrap_or_default(), audiences, view)
}

fn by_application(views: Vec<(String, Vec<String>, ApplicationDevice)>) -> Vec<UserApplication> {
    let mut applications: BTreeMap<String, UserApplication> = BTreeMap::new();
    for (client_id, audiences, device) in views {
        let application = applications
            .entry(client_id)
            .or_insert_with_key(|client_id| UserApplication {
                client_id: client_id.clone(),
                ..UserApplication::default()
            });
        application.add(audiences, device);
    }
    let mut applications: Vec<_> = applications.into_values().collect();
    for application in &mut applications {
        application.audiences.sort();
        application.audiences.dedup();
        application
            .devices
            .sort_by_key(|device| Reverse(device.last_used_at));
    }
    applications.sort_by_key(|application| Reverse(application.last_used_at));
    applications
}
