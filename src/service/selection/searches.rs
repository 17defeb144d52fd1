//! What is searched: the users, or the events of the tenant's log.

use chrono::DateTime;

use super::finding::Selection;
use super::pages::Source;
use crate::auth0::directory::{self, FoundUser, Hits, LogEvent, PAGE_SIZE, Sort};
use crate::auth0::endpoint::Request;
use crate::auth0::lucene::{Span, quoted};
use crate::error::Result;

pub struct UserSearch {
    pub query: String,
}

impl Source for UserSearch {
    type Row = FoundUser;

    fn request(&self, span: Option<Span>, page: usize) -> Result<Request<Hits<FoundUser>>> {
        let query = match span {
            Some(span) => format!("({}) AND {}", self.query, span.of("created_at")),
            None => self.query.clone(),
        };
        directory::search(&query, Sort::OldestFirst, page, PAGE_SIZE)
    }

    /// From the oldest user to the newest.
    async fn span(&self, selection: &Selection<'_>) -> Result<Option<Span>> {
        let (oldest, newest) = tokio::try_join!(
            self.created_at(Sort::OldestFirst, selection),
            self.created_at(Sort::NewestFirst, selection)
        )?;
        Ok(oldest.zip(newest).map(|(from, to)| Span { from, to }))
    }

    fn user(row: FoundUser) -> Option<FoundUser> {
        Some(row)
    }
}

impl UserSearch {
    /// When the first user in this order was created.
    async fn created_at(&self, sort: Sort, selection: &Selection<'_>) -> Result<Option<i64>> {
        let request = directory::search(&self.query, sort, 0, 1)?;
        let found = selection
            .service
            .api
            .send(request, selection.call())
            .await?;
        let first = found.rows.into_iter().next();
        let created_at = first.and_then(|user| user.created_at);
        let date = created_at.and_then(|date| DateTime::parse_from_rfc3339(&date).ok());
        Ok(date.map(|date| date.timestamp_millis()))
    }
}

pub struct LogSearch<'a> {
    pub fields: &'a [(&'static str, String)],
    pub span: Span,
}

impl Source for LogSearch<'_> {
    type Row = LogEvent;

    fn request(&self, span: Option<Span>, page: usize) -> Result<Request<Hits<LogEvent>>> {
        let date = span.unwrap_or(self.span).of("date");
        let conditions = self.fields.iter();
        let conditions = conditions.map(|(field, value)| format!("{field}:{}", quoted(value)));
        let all: Vec<String> = std::iter::once(date).chain(conditions).collect();
        directory::logs(&all.join(" AND "), page)
    }

    async fn span(&self, _: &Selection<'_>) -> Result<Option<Span>> {
        Ok(Some(self.span))
    }

    fn user(row: LogEvent) -> Option<FoundUser> {
        let user_id = row.user_id.filter(|id| !id.is_empty())?;
        Some(FoundUser {
            user_id,
            email: None,
            name: None,
            last_ip: None,
            last_login: None,
            created_at: None,
        })
    }
}
