//! The settings that are more than a string or a number, each read in one function.

use serde_json::{Map, Value};

use super::access::Access;
use super::authentication::authentication;
use super::domain::Domain;
use super::fields::Fields;
use super::policies::{
    Application, EmailLookup, Level, MAX_TIMEOUT_MS, RetryPolicy, RevokeAccess, RevokeRefreshTokens,
};
use super::test_tenant::is_test_tenant;
use crate::error::{Error, Result};
use crate::geo::GeoDatabase;
use crate::redirect_url::AllowedOrigins;

const DEFAULT_MAX_ATTEMPTS: u64 = 3;
const DEFAULT_MAX_DELAY_MS: u64 = 10_000;
const MAX_CONNECTIONS: u64 = 1024;
const DEFAULT_MAX_CONNECTIONS: u64 = 64;

const DOMAIN_HINT: &str =
    "Pass your tenant's host name, such as \"tenant.eu.auth0.com\" (AUTH0_DOMAIN)";

pub(super) struct Domains {
    pub domain: Domain,
    pub custom_domain: Option<Domain>,
    pub is_test_tenant: bool,
}

pub(super) fn domains(fields: &mut Fields) -> Result<Domains> {
    let is_test_tenant = is_test_tenant(fields)?;
    let parse = if is_test_tenant {
        Domain::of_test_tenant
    } else {
        Domain::parse
    };
    let domain = parse("domain", &fields.required_text("domain", DOMAIN_HINT)?)?;
    let custom = fields.text("customDomain")?;
    let custom_domain = custom.map(|custom| parse("customDomain", &custom));
    Ok(Domains {
        domain,
        custom_domain: custom_domain.transpose()?,
        is_test_tenant,
    })
}

/// Without an application of its own, linking uses the Machine to Machine application too.
pub(super) fn application(fields: &mut Fields, access: &Access) -> Result<Option<Application>> {
    let Some(mut fields) = fields.object("application", "{ clientId, clientSecret }")? else {
        return Ok(match access {
            Access::Credentials {
                client_id,
                authentication,
            } => Some(Application {
                client_id: client_id.clone(),
                authentication: Some(authentication.clone()),
            }),
            Access::Token(_) | Access::Supplied(_) => None,
        });
    };
    let application = Application {
        client_id: fields
            .required_text("clientId", "Pass the client id of your web application")?,
        authentication: authentication(
            &mut fields,
            "Pass the client secret of your web application, or leave it out if it has none",
        )?,
    };
    let is_public = application.authentication.is_none();
    if is_public && !matches!(access, Access::Credentials { .. }) {
        return Err(fields.invalid(
            "clientSecret",
            "is missing, and accessToken takes the place of the other one",
            "Pass the secret or the private key of a Regular Web Application: the state of a link \
             is sealed with a key derived from it",
        ));
    }
    fields.finish()?;
    Ok(Some(application))
}

pub(super) fn redirect_uri(
    fields: &mut Fields,
    allowed: &AllowedOrigins,
) -> Result<Option<String>> {
    let Some(uri) = fields.text("redirectUri")? else {
        return Ok(None);
    };
    match allowed.check("redirectUri", &uri) {
        Ok(_) => Ok(Some(uri)),
        Err(error) => {
            let problem = error.message.trim_start_matches("redirectUri ");
            let hint =
                "Pass the URL of your callback, such as \"https://app.example.com/callback\"";
            Err(Error::configuration(
                "redirectUri",
                problem.trim_end_matches('.'),
                hint,
            ))
        }
    }
}

pub(super) fn geoip(fields: &mut Fields) -> Result<Option<GeoDatabase>> {
    let Some(mut fields) = fields.object("geoip", "{ database: \"GeoLite2-City.mmdb\" }")? else {
        return Ok(None);
    };
    let hint = "Pass the path of a MaxMind database (.mmdb) with cities or countries";
    let path = fields.required_text("database", hint)?;
    fields.finish()?;
    GeoDatabase::open(&path).map(Some)
}

pub(super) fn retry_policy(fields: &mut Fields) -> Result<RetryPolicy> {
    let given = fields.object("retry", "{ maxAttempts: 3 }")?;
    let mut fields = given.unwrap_or_else(|| Fields::new("retry", Map::new()));
    let max_attempts = fields.integer("maxAttempts", 1..=20, DEFAULT_MAX_ATTEMPTS)?;
    let max_delay = fields.millis("maxDelayMs", 0..=MAX_TIMEOUT_MS, DEFAULT_MAX_DELAY_MS)?;
    fields.finish()?;
    Ok(RetryPolicy {
        max_attempts: u32::try_from(max_attempts).unwrap_or(u32::MAX),
        max_delay,
    })
}

pub(super) fn max_connections(fields: &mut Fields) -> Result<usize> {
    let most = fields.integer(
        "maxConnections",
        1..=MAX_CONNECTIONS,
        DEFAULT_MAX_CONNECTIONS,
    )?;
    Ok(usize::try_from(most).unwrap_or(usize::MAX))
}

pub(super) fn revoke_refresh_tokens(fields: &mut Fields) -> Result<RevokeRefreshTokens> {
    match fields.take("revokeRefreshTokens") {
        None => Ok(RevokeRefreshTokens::Auto),
        Some(Value::String(text)) if text == "auto" => Ok(RevokeRefreshTokens::Auto),
        Some(Value::Bool(true)) => Ok(RevokeRefreshTokens::Always),
        Some(Value::Bool(false)) => Ok(RevokeRefreshTokens::Never),
        Some(_) => Err(Error::configuration(
            "revokeRefreshTokens",
            "is neither \"auto\", true nor false",
            "Use \"auto\" to revoke refresh tokens where the granted scopes allow it",
        )),
    }
}

pub(super) fn revoke_access(fields: &mut Fields) -> Result<RevokeAccess> {
    let hint = "Leave it out, or use \"never\" to always send two deletes";
    match fields.hinted_text("revokeAccess", hint)?.as_deref() {
        None | Some("verified") => Ok(RevokeAccess::Verified),
        Some("always") => Ok(RevokeAccess::Always),
        Some("never") => Ok(RevokeAccess::Never),
        Some(_) => Err(fields.invalid(
            "revokeAccess",
            "is neither \"verified\", \"always\" nor \"never\"",
            hint,
        )),
    }
}

pub(super) fn email_lookup(fields: &mut Fields) -> Result<EmailLookup> {
    let hint = "Use \"exact\" or \"any-case\"";
    match fields.hinted_text("emailLookup", hint)?.as_deref() {
        None | Some("exact") => Ok(EmailLookup::Exact),
        Some("any-case") => Ok(EmailLookup::AnyCase),
        Some(_) => {
            Err(fields.invalid("emailLookup", "is neither \"exact\" nor \"any-case\"", hint))
        }
    }
}

pub(super) fn log_level(fields: &mut Fields) -> Result<Option<Level>> {
    let level = fields.text("logLevel")?;
    match level.as_deref().unwrap_or("warn") {
        "debug" => Ok(Some(Level::Debug)),
        "info" => Ok(Some(Level::Info)),
        "warn" => Ok(Some(Level::Warn)),
        "error" => Ok(Some(Level::Error)),
        "silent" => Ok(None),
        _ => Err(Error::configuration(
            "logLevel",
            "is not a log level",
            "Use \"debug\", \"info\", \"warn\", \"error\" or \"silent\"",
        )),
    }
}
