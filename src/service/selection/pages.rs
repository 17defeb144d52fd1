//! Reads everything that a search finds, although Auth0 shows only the first 1,000 hits of each: the next search begins at
//! the time of the last hit.

use chrono::{DateTime, SecondsFormat, TimeDelta};

use super::finding::Selection;
use crate::auth0::directory::{FoundUser, Hits, MAX_HITS, PAGE_SIZE};
use crate::auth0::endpoint::Request;
use crate::auth0::response::JsonBody;
use crate::error::Result;

const MAX_PAGES: usize = MAX_HITS / PAGE_SIZE;

const TOO_MANY: &str = "Auth0 shows no more than 1,000 results of a search, and more than that have the same time: the \
                        rest could not be reached.";

/// Something that can be searched in the order of time.
pub trait Source {
    type Row: Send + 'static;

    /// The hits from this time on, the oldest first. `page` counts from 0.
    fn request(&self, from: Option<&str>, page: usize) -> Result<Request<Hits<Self::Row>>>
    where
        Hits<Self::Row>: JsonBody;

    /// As Auth0 wrote it.
    fn time(row: &Self::Row) -> Option<&str>;

    fn user(row: Self::Row) -> Option<FoundUser>;
}

impl Selection<'_> {
    pub async fn all_hits<S>(&mut self, source: &S, begin: Option<String>) -> Result<()>
    where
        S: Source + Sync,
        Hits<S::Row>: JsonBody,
    {
        let mut from = begin;
        loop {
            let Some(last) = self.first_hits(source, from.as_deref()).await? else {
                return Ok(());
            };
            // Hits at this very time are read again, because there may be more of them.
            from = if from.as_deref() == Some(&last) {
                self.incomplete(TOO_MANY);
                let Some(later) = later(&last) else {
                    return Ok(());
                };
                Some(later)
            } else {
                Some(last)
            };
        }
    }

    /// Reads as many hits as Auth0 shows. Returns the time of the last one if there may be more.
    async fn first_hits<S>(&mut self, source: &S, from: Option<&str>) -> Result<Option<String>>
    where
        S: Source + Sync,
        Hits<S::Row>: JsonBody,
    {
        let mut last = None;
        for page in 0..MAX_PAGES {
            let request = source.request(from, page)?;
            let hits = self.service.api.send(request, self.call()).await?;
            // A page may be shorter than was asked for, and what Auth0 says about the number of hits may be that of the
            // page: only an empty one is the end.
            let Some(row) = hits.rows.last() else {
                return Ok(None);
            };
            last = S::time(row).map(str::to_owned);
            self.put(hits.rows.into_iter().filter_map(S::user)).await?;
        }
        if last.is_none() {
            self.incomplete(TOO_MANY);
        }
        Ok(last)
    }
}

/// The next millisecond.
fn later(time: &str) -> Option<String> {
    let time = DateTime::parse_from_rfc3339(time).ok()?;
    let next = time.to_utc() + TimeDelta::milliseconds(1);
    Some(next.to_rfc3339_opts(SecondsFormat::Millis, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_millisecond_is_later() {
        let next = later("2026-01-31T23:59:59.999Z").unwrap();
        assert_eq!(next, "2026-02-01T00:00:00.000Z");
        assert_eq!(later("yesterday"), None);
    }
}
