//! What is searched: the users, or the events of the tenant's log.

use super::pages::Source;
use crate::auth0::directory::{self, FoundUser, Hits, LogEvent};
use crate::auth0::endpoint::Request;
use crate::auth0::lucene::{between, quoted};
use crate::error::Result;

pub struct UserSearch {
    pub query: String,
}

impl Source for UserSearch {
    type Row = FoundUser;

    fn request(&self, from: Option<&str>, page: usize) -> Result<Request<Hits<FoundUser>>> {
        let Some(from) = from else {
            return directory::search(&self.query, page);
        };
        let later = between("created_at", from, "*");
        directory::search(&format!("({}) AND {later}", self.query), page)
    }

    fn time(row: &FoundUser) -> Option<&str> {
        row.created_at.as_deref()
    }

    fn user(row: FoundUser) -> Option<FoundUser> {
        Some(row)
    }
}

pub struct LogSearch<'a> {
    pub fields: &'a [(&'static str, String)],
    pub until: String,
}

impl Source for LogSearch<'_> {
    type Row = LogEvent;

    fn request(&self, from: Option<&str>, page: usize) -> Result<Request<Hits<LogEvent>>> {
        let date = between("date", from.unwrap_or("*"), &self.until);
        let conditions = self.fields.iter();
        let conditions = conditions.map(|(field, value)| format!("{field}:{}", quoted(value)));
        let all: Vec<String> = std::iter::once(date).chain(conditions).collect();
        directory::logs(&all.join(" AND "), page)
    }

    fn time(row: &LogEvent) -> Option<&str> {
        row.date.as_deref()
    }

    fn user(row: LogEvent) -> Option<FoundUser> {
        let user_id = row.user_id.filter(|id| !id.is_empty())?;
        Some(FoundUser {
            user_id,
            ..FoundUser::default()
        })
    }
}
