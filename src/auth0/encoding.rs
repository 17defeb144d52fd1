//! Encodes ids, query values and form fields, so that none of them can add to or change the request around it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::config::Secret;
use crate::error::{Error, Result};

/// All but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The path of a template, with each `{name}` replaced by one id, in order.
pub(super) fn path(template: &str, ids: &[&str]) -> Result<String> {
    let mut ids = ids.iter();
    let mut path = String::with_capacity(template.len() + 32);
    for segment in template.split('/').skip(1) {
        path.push('/');
        if segment.starts_with('{') {
            let id = ids
                .next()
                .ok_or_else(|| Error::internal("A path has fewer ids than its template."))?;
            path.push_str(&segment_of(id)?);
        } else {
            path.push_str(segment);
        }
    }
    Ok(path)
}

/// One id as one path segment. Ids were validated before; this is the last check, because an empty
/// or dotted segment would silently address another route.
fn segment_of(id: &str) -> Result<String> {
    if matches!(id, "" | "." | "..") {
        return Err(Error::internal(
            "An id that cannot be in a path reached the request.",
        ));
    }
    Ok(utf8_percent_encode(id, RESERVED).to_string())
}

/// Adds one parameter to the query of a target.
pub(super) fn add_query(target: &mut String, name: &str, value: &str) {
    target.push(if target.contains('?') { '&' } else { '?' });
    target.push_str(name);
    target.push('=');
    target.extend(utf8_percent_encode(value, RESERVED));
}

/// Form fields as `application/x-www-form-urlencoded`.
pub(super) fn form(fields: &[(&str, &str)]) -> Secret {
    // Sized for the longest encoding: growing the buffer would leave copies of its content in memory.
    let longest = |(name, value): &(&str, &str)| name.len() + 3 * value.len() + 2;
    let mut text = String::with_capacity(fields.iter().map(longest).sum());
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.extend(utf8_percent_encode(value, RESERVED));
    }
    Secret::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDENTITY: &str = "/api/v2/users/{id}/identities/{provider}/{user_id}";

    #[test]
    fn hostile_ids_stay_one_segment_each() {
        for id in [
            "a/b",
            "../..",
            "%2e%2e",
            "%2E",
            "a?b",
            "a#b",
            "a\\b",
            "a;b",
            "ü|😀 +&=",
            "...",
        ] {
            let target = path(IDENTITY, &[id, "auth0", id]).expect(id);
            let url = url::Url::parse(&format!("https://t.example{target}")).expect("a URL");
            assert_eq!(url.path(), target, "{id}");
            assert_eq!(url.path_segments().expect("segments").count(), 7, "{id}");
        }
    }

    #[test]
    fn segments_that_would_vanish_are_refused() {
        for id in ["", ".", ".."] {
            assert!(path(IDENTITY, &["auth0|1", "auth0", id]).is_err());
        }
    }

    #[test]
    fn query_values_cannot_add_parameters() {
        let mut target = path(IDENTITY, &["a", "b", "c"]).expect("a path");
        add_query(&mut target, "email", "a+b&x=1@é");
        add_query(&mut target, "page", "0");
        assert!(
            target.ends_with("?email=a%2Bb%26x%3D1%40%C3%A9&page=0"),
            "{target}"
        );
    }
}
