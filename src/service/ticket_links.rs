//! What all tickets have in common: where the user goes afterwards, and that the link is the tenant's.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::auth0::endpoint::Endpoint;
use crate::auth0::response::Unchecked;
use crate::auth0::tickets::{self, Ticket};
use crate::config::Domain;
use crate::error::{EffectState, Error, Result, Step};
use crate::redirect_url::check_link;
use crate::service::Service;
use crate::service::operation::Operation;
use crate::transport::call::Call;

/// Where the user goes after using a ticket: to a URL, or to the login page of an application or organization.
#[derive(Debug, Default)]
pub struct Destination {
    pub result_url: Option<String>,
    pub client_id: Option<String>,
    pub organization_id: Option<String>,
}

impl Destination {
    pub(super) fn add_to(&self, body: &mut Value) {
        for (name, value) in [
            ("result_url", &self.result_url),
            ("client_id", &self.client_id),
            ("organization_id", &self.organization_id),
        ] {
            if let Some(value) = value {
                body[name] = json!(value);
            }
        }
    }
}

/// A ticket whose link has been checked.
pub(super) struct TicketLink {
    /// Whoever has it can use it.
    pub url: String,
    pub expires_at: DateTime<Utc>,
}

impl Service {
    pub fn check_destination(&self, destination: &Destination) -> Result<()> {
        let Some(url) = &destination.result_url else {
            return Ok(());
        };
        let allowed = &self.config.allowed_redirects;
        allowed.check_result("redirectUrl", url)?;
        if destination.client_id.is_some() || destination.organization_id.is_some() {
            return Err(Error::argument_value(
                "Auth0 accepts a redirect URL or one of clientId and organizationId, not both.",
            ));
        }
        Ok(())
    }

    /// The lifetime is always sent, because Auth0's default is five days.
    pub(super) async fn make_ticket(
        &self,
        endpoint: &'static Endpoint<Unchecked<Ticket>>,
        mut body: Value,
        ttl_seconds: u64,
        operation: &Operation,
        call: Call,
    ) -> Result<TicketLink> {
        body["ttl_sec"] = json!(ttl_seconds);
        let custom_domain = self.config.custom_domain.as_ref().map(Domain::host);
        let asked_at = Utc::now();
        let request = tickets::ticket(endpoint, body, custom_domain)?;
        let made = self.api.change(request, operation, call).await;
        let made = made.and_then(|made| made.check(|made| self.check_link(made, ttl_seconds)));
        operation.set_state(Step::Ticket, EffectState::of(&made));
        Ok(TicketLink {
            url: made?.ticket.expose().to_owned(),
            expires_at: asked_at + TimeDelta::seconds(i64::try_from(ttl_seconds).unwrap_or(0)),
        })
    }

    /// The link is opened in a browser, so it must lead to one of the tenant's domains.
    fn check_link(&self, made: &Ticket, ttl_seconds: u64) -> Result<(), String> {
        let domains = [
            Some(&self.config.domain),
            self.config.custom_domain.as_ref(),
        ];
        let mut origins: Vec<&str> = domains.into_iter().flatten().map(Domain::origin).collect();
        // If `domain` is a custom domain, the audience contains the tenant's own.
        origins.extend(self.config.audience.strip_suffix("/api/v2/"));
        check_link(made.ticket.expose(), &origins).map_err(|problem| {
            format!(
                "contains a ticket URL that {problem}, so the URL is not returned. A ticket may \
                 exist; it expires after {ttl_seconds} s. Check `domain` and what responds for it in this \
                 network; if the tenant has a custom domain, set `customDomain`."
            )
        })
    }
}
