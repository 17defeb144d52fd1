//! The members of an organization.

use std::collections::HashSet;

use super::finding::Selection;
use crate::auth0::directory;
use crate::error::{ApiCategory, Result};

impl Selection<'_> {
    pub async fn members(&mut self, organization: &str) -> Result<()> {
        let mut cursors = HashSet::new();
        let mut from: Option<String> = None;
        loop {
            let request = directory::members(organization, from.as_deref())?;
            let page = self.service.api.send(request, self.call()).await?;
            self.put(page.members.into_iter()).await?;
            match page.next {
                None => return Ok(()),
                // A cursor that leads back would never end.
                Some(next) if !cursors.insert(next.clone()) => break,
                Some(next) => from = Some(next),
            }
        }
        let message = format!("{}: the list of members does not end.", directory::MEMBERS);
        Err(directory::MEMBERS.error(ApiCategory::Response, 1, message))
    }
}
