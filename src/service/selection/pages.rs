//! Reads everything that a search finds, although Auth0 shows only the first 1,000 hits of each: a span of time with more is
//! divided until every part has few enough.

use super::finding::Selection;
use crate::auth0::directory::{FoundUser, Hits, PAGE_SIZE};
use crate::auth0::endpoint::Request;
use crate::auth0::lucene::Span;
use crate::auth0::response::JsonBody;
use crate::error::Result;

/// Auth0's limit.
const MAX_HITS: usize = 1_000;

const TOO_MANY: &str = "Auth0 shows no more than 1,000 results of a search, and the rest could not be reached by dividing it.";
const CHANGED: &str =
    "The results changed while they were read, and fewer arrived than Auth0 had announced.";

/// Something that can be searched, also within a span of time.
pub trait Source {
    type Row: Send + 'static;

    /// `page` counts from 0.
    fn request(&self, span: Option<Span>, page: usize) -> Result<Request<Hits<Self::Row>>>
    where
        Hits<Self::Row>: JsonBody;

    /// The span of everything that the search finds, if it can be divided by time.
    fn span(&self, selection: &Selection<'_>) -> impl Future<Output = Result<Option<Span>>> + Send;

    fn user(row: Self::Row) -> Option<FoundUser>;
}

impl Selection<'_> {
    pub async fn all_hits<S>(&mut self, source: &S, span: Option<Span>) -> Result<()>
    where
        S: Source + Sync,
        Hits<S::Row>: JsonBody,
    {
        let mut open = vec![span];
        while let Some(span) = open.pop() {
            let first = self.hits(source, span, 0).await?;
            if first.total.is_none_or(|total| total <= MAX_HITS) {
                self.rest(source, span, first).await?;
                continue;
            }
            let whole = match span {
                Some(span) => Some(span),
                None => source.span(self).await?,
            };
            if let Some(halves) = whole.and_then(Span::halves) {
                open.extend(halves.into_iter().rev().map(Some));
            } else {
                self.incomplete(TOO_MANY);
                self.rest(source, span, first).await?;
            }
        }
        Ok(())
    }

    async fn rest<S>(&mut self, source: &S, span: Option<Span>, first: Hits<S::Row>) -> Result<()>
    where
        S: Source + Sync,
        Hits<S::Row>: JsonBody,
    {
        let first_total = first.total;
        let total = first_total.unwrap_or(MAX_HITS);
        let mut read = 0;
        let mut hits = first;
        for next_page in 1.. {
            let is_empty = hits.rows.is_empty();
            read += hits.rows.len();
            self.put(hits.rows.into_iter().filter_map(S::user)).await?;
            if is_empty || read >= total.min(MAX_HITS) || next_page * PAGE_SIZE >= MAX_HITS {
                break;
            }
            hits = self.hits(source, span, next_page).await?;
        }
        match first_total {
            Some(total) if read < total.min(MAX_HITS) => self.incomplete(CHANGED),
            None if read >= MAX_HITS => self.incomplete(TOO_MANY),
            _ => {}
        }
        Ok(())
    }

    async fn hits<S>(&self, source: &S, span: Option<Span>, page: usize) -> Result<Hits<S::Row>>
    where
        S: Source + Sync,
        Hits<S::Row>: JsonBody,
    {
        let request = source.request(span, page)?;
        self.service.api.send(request, self.call()).await
    }
}
