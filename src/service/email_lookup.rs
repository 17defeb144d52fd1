//! The accounts with an email. Accounts that Auth0 finds count only if the email is really theirs.

use std::collections::HashSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Map, Value, json};

use crate::auth0::directory::{self, FoundUser};
use crate::auth0::lenient;
use crate::auth0::users::{self, User};
use crate::config::EmailLookup;
use crate::error::{ApiCategory, Error, Result};
use crate::service::Service;
use crate::transport::call::Call;
use crate::user::{JsText, UserRef, email_refused, is_same_email};

/// Auth0 returns no more than the first 1,000 hits of a search.
const MAX_SEARCH_PAGES: u32 = 20;
/// Hits that are read concurrently; more would only run into the rate limit.
const CONCURRENCY: usize = 4;

impl Service {
    /// Every account with the email, according to `emailLookup`.
    pub(super) async fn users_by_email(&self, email: &str, call: Call) -> Result<Vec<User>> {
        let mut found = match self.config.email_lookup {
            EmailLookup::Exact => self.users_by_stored_email(email, call).await?,
            EmailLookup::AnyCase => self.users_in_any_case(email, call).await?,
        };
        let before = found.len();
        found.retain(|user| can_exist(&user.user_id) && has_email(user, email));
        self.warn_of_ignored_accounts(before - found.len(), call);
        Ok(found)
    }

    /// Auth0 compares emails case-sensitively: database users are stored in lower case, users of
    /// other connections as their provider spells them.
    async fn users_by_stored_email(&self, email: &str, call: Call) -> Result<Vec<User>> {
        let lower_case = email.to_ascii_lowercase();
        if lower_case == email {
            return self.users_stored_as(email, call).await;
        }
        let (mut found, as_given) = tokio::try_join!(
            self.users_stored_as(&lower_case, call),
            self.users_stored_as(email, call)
        )?;
        found.extend(as_given);
        Ok(found)
    }

    async fn users_stored_as(&self, email: &str, call: Call) -> Result<Vec<User>> {
        let request = users::by_email(email)?;
        let found = self.api.send(request, call).await;
        found.map(|users| users.0).map_err(|error| {
            if error.status() == Some(400) && error.error_code() == Some("invalid_query_string") {
                return email_refused().with_cause(error);
            }
            error
        })
    }

    /// Search results can be seconds old, so they are only candidates: each is read by its id.
    async fn users_in_any_case(&self, email: &str, call: Call) -> Result<Vec<User>> {
        let (mut found, hits) = tokio::try_join!(
            self.users_by_stored_email(email, call),
            self.search(email, call)
        )?;
        let mut known: HashSet<String> = found.iter().map(|user| user.user_id.clone()).collect();
        let candidates: Vec<String> = hits
            .into_iter()
            .map(|hit| hit.user_id)
            .filter(|id| known.insert(id.clone()))
            .collect();
        let read: Vec<Option<User>> = stream::iter(candidates)
            .map(|id| async move { self.user_by_id(&id, call).await })
            .buffered(CONCURRENCY)
            .try_collect()
            .await?;
        found.extend(read.into_iter().flatten());
        Ok(found)
    }

    /// Drops hits without the email before they cost a request each.
    async fn search(&self, email: &str, call: Call) -> Result<Vec<FoundUser>> {
        let is_candidate = |hit: &FoundUser| {
            let is_same = |found| is_same_email(found, email);
            can_exist(&hit.user_id) && hit.email.as_deref().is_some_and(is_same)
        };
        let mut seen = 0;
        let mut candidates = Vec::new();
        for page in 0..MAX_SEARCH_PAGES {
            let request = directory::search_by_email(email, page)?;
            let found = self.api.send(request, call).await?;
            seen += found.rows.len();
            if seen > directory::MAX_HITS {
                return Err(too_many_accounts(page + 1));
            }
            let is_last = found.rows.is_empty() || found.total.is_some_and(|total| total <= seen);
            let before = candidates.len() + found.rows.len();
            candidates.extend(found.rows.into_iter().filter(is_candidate));
            self.warn_of_ignored_accounts(before - candidates.len(), call);
            if is_last {
                return Ok(candidates);
            }
        }
        Err(too_many_accounts(MAX_SEARCH_PAGES))
    }

    /// Their ids are not logged: the caller asked about someone else.
    fn warn_of_ignored_accounts(&self, ignored: usize, call: Call) {
        if ignored == 0 {
            return;
        }
        self.warn_once(
            call,
            "Auth0 returned accounts for an email that is not theirs, or not verified in a \
             connected account. They are ignored.",
            json!({ "accounts": ignored }),
        );
    }
}

/// An id that would address something other than a user is invalid.
fn can_exist(user_id: &str) -> bool {
    let user = UserRef::from_id(JsText::Valid(user_id.to_owned()), None);
    matches!(user, UserRef::Id { .. })
}

/// Whether the email is the account's own, or a verified one of a connected account.
fn has_email(user: &User, email: &str) -> bool {
    let is_same = |profile: &Map<String, Value>| {
        let found = profile.get("email").and_then(Value::as_str);
        found.is_some_and(|found| is_same_email(found, email))
    };
    let is_verified = |profile: &Map<String, Value>| {
        let verified = profile.get("email_verified");
        verified.is_some_and(lenient::is_true)
    };
    let mut profiles = user
        .identities
        .iter()
        .filter_map(|one| one.profile.as_ref());
    is_same(&user.profile) || profiles.any(|profile| is_same(profile) && is_verified(profile))
}

fn too_many_accounts(pages: u32) -> Error {
    let message = format!(
        "{}: more than 1,000 accounts match the email. Identify the user by id.",
        directory::SEARCH
    );
    directory::SEARCH.error(ApiCategory::Response, pages, message)
}
