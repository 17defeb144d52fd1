//! The members of an organization.

use super::finding::Selection;
use crate::auth0::directory;
use crate::error::{ApiCategory, Result};

/// More pages than the largest tenant has users.
const MAX_PAGES: u32 = 1_000_000;

impl Selection<'_> {
    pub async fn members(&mut self, organization: &str) -> Result<()> {
        let mut from: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let request = directory::members(organization, from.as_deref())?;
            let page = self.service.api.send(request, self.call()).await?;
            self.put(page.members.into_iter()).await?;
            match page.next {
                None => return Ok(()),
                // A cursor that leads back would never end.
                Some(next) if Some(&next) == from.as_ref() => break,
                Some(next) => from = Some(next),
            }
        }
        let message = format!("{}: the list of members does not end.", directory::MEMBERS);
        Err(directory::MEMBERS.error(ApiCategory::Response, 1, message))
    }
}
