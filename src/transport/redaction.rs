//! Why Auth0 refused a request, in its own words. These are the server's, so they leave the transport on one line, at
//! limited length, and without the secrets of the request.

use std::ops::Range;

use percent_encoding::percent_decode_str;

use super::http::Response;
use super::provenance;
use super::request::{Body, RawRequest};
use crate::config::Secret;

/// Characters, as callers count them.
const LONGEST: usize = 300;
/// No sentence of Auth0's is nearly as long. Bounds the work on a hostile one.
const LONGEST_READ: usize = 1024;
/// Servers quote tokens in part, too. Fewer characters of a secret are of no use to anyone, and would be found in
/// ordinary words.
const PART: usize = 8;
const MASK: &str = "[redacted]";

/// Fields of a form that are no secrets: Auth0 names them when it explains what is wrong with them.
const PUBLIC_FIELDS: [&str; 5] = [
    "audience",
    "client_assertion_type",
    "client_id",
    "grant_type",
    "redirect_uri",
];

/// Makes the reason of a refusal fit to be shown. Nothing else of its body ever is.
pub(super) fn redact(request: &RawRequest, bearer: Option<&Secret>, response: &mut Response) {
    let Some(reason) = provenance::reason(request.route, response) else {
        return;
    };
    // Masked last but for the length: what is left out could have divided a secret.
    let shown = shortened(Secrets::of(request, bearer).masked(&on_one_line(&reason)));
    if shown != reason
        && let Some(body) = provenance::with_reason(request.route, &response.body, shown)
    {
        response.body = body.into();
    }
}

/// Without characters that move the cursor, reorder text or are invisible.
fn on_one_line(text: &str) -> String {
    let shown = text.chars().filter(|character| !is_unprintable(*character));
    let shown: String = shown.take(LONGEST_READ).collect();
    shown.trim().to_owned()
}

fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text,
        Some(_) => text.chars().take(LONGEST - 1).chain(['…']).collect(),
    }
}

/// What a request proves itself with.
struct Secrets(Vec<Secret>);

impl Secrets {
    fn of(request: &RawRequest, bearer: Option<&Secret>) -> Self {
        let mut secrets = Self(bearer.cloned().into_iter().collect());
        match &request.body {
            Body::Empty | Body::Json(_) => {}
            Body::Form(form) => secrets.add_form(form),
            Body::FreshForm(writer) => {
                if let Some(form) = writer.written() {
                    secrets.add_form(&form);
                }
            }
        }
        secrets
    }

    /// The fields both as they were sent and as Auth0 reads them.
    fn add_form(&mut self, form: &Secret) {
        for field in form.expose().split('&') {
            let (name, value) = field.split_once('=').unwrap_or(("", field));
            if !PUBLIC_FIELDS.contains(&name) {
                self.0.push(Secret::new(value.to_owned()));
                let read = percent_decode_str(value).decode_utf8_lossy();
                self.0.push(Secret::new(read.into_owned()));
            }
        }
    }

    fn masked(&self, text: &str) -> String {
        let mut is_secret = vec![false; text.len()];
        for secret in &self.0 {
            for found in occurrences(secret.expose(), text) {
                is_secret[found].fill(true);
            }
        }
        let mut shown = String::with_capacity(text.len());
        let mut was_secret = false;
        for (start, character) in text.char_indices() {
            match (is_secret[start], was_secret) {
                (false, _) => shown.push(character),
                (true, false) => shown.push_str(MASK),
                (true, true) => {}
            }
            was_secret = is_secret[start];
        }
        shown
    }
}

/// Where the text contains a part of the secret, or a short secret as a whole.
fn occurrences(secret: &str, text: &str) -> Vec<Range<usize>> {
    if secret.is_empty() {
        return Vec::new();
    }
    if secret.chars().count() <= PART {
        let whole = text.match_indices(secret);
        return whole.map(|(at, _)| at..at + secret.len()).collect();
    }
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let parts = text.char_indices().zip(ends.skip(PART));
    parts
        .map(|((start, _), end)| start..end)
        .filter(|part| secret.contains(&text[part.clone()]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::request::{FormWriter, Method, Replay, Route};

    static ROUTE: Route = Route {
        method: Method::Post,
        template: "/oauth/token",
        scopes: &[],
        replay: Replay::Safe,
        plan_bound: false,
        is_change: false,
    };

    fn with_body(body: Body) -> RawRequest {
        let mut request = RawRequest::new(&ROUTE, ROUTE.template.to_owned());
        request.body = body;
        request
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    fn masked(request: &RawRequest, bearer: Option<&str>, text: &str) -> String {
        let bearer = bearer.map(secret);
        Secrets::of(request, bearer.as_ref()).masked(text)
    }

    #[test]
    fn the_access_token_is_masked_as_a_whole_and_in_part() {
        let request = with_body(Body::Empty);
        for (text, shown) in [
            ("Bad token abcdefghijklmnop.", "Bad token [redacted]."),
            ("Bad token abcdefgh…", "Bad token [redacted]…"),
            ("…ijklmnop/ijklmnop", "…[redacted]/[redacted]"),
            ("Bad token abcdefg.", "Bad token abcdefg."),
        ] {
            assert_eq!(masked(&request, Some("abcdefghijklmnop"), text), shown);
        }
    }

    #[test]
    fn a_short_secret_is_masked_as_a_whole() {
        let request = with_body(Body::Empty);
        assert_eq!(
            masked(&request, Some("üb7"), "a üb7, b7"),
            "a [redacted], b7"
        );
    }

    #[test]
    fn secret_fields_are_masked_as_sent_and_as_read_and_others_are_shown() {
        let form = "client_id=the-client-id&audience=https%3A%2F%2Ft&code=the%2Bcode%2Bsent";
        let request = with_body(Body::Form(secret(form)));
        let text = "the+code+sent the%2Bcode%2Bsent the-client-id https://t";
        assert_eq!(
            masked(&request, None, text),
            "[redacted] [redacted] the-client-id https://t"
        );
    }

    #[test]
    fn a_form_that_was_written_for_its_attempt_is_masked_too() {
        let writer = FormWriter::new(|| Ok(secret("client_assertion=header.claims.signature")));
        writer.write().expect("a form");
        let request = with_body(Body::FreshForm(writer));
        let shown = masked(&request, None, "invalid header.claims.signature");
        assert_eq!(shown, "invalid [redacted]");
    }

    #[test]
    fn what_divides_a_secret_is_left_out_before_it_is_masked() {
        let text = on_one_line(" \u{1b}[31mabcdef\u{200b}gh\n\u{202e}ijklmnop\u{e0041} ");
        assert_eq!(text, "[31mabcdefghijklmnop");
        let shown = masked(&with_body(Body::Empty), Some("abcdefghijklmnop"), &text);
        assert_eq!(shown, "[31m[redacted]");
    }

    #[test]
    fn the_length_is_limited_in_characters() {
        assert_eq!(shortened("ü".repeat(300)), "ü".repeat(300));
        let shown = shortened("ü".repeat(301));
        assert_eq!(shown.chars().count(), 300);
        assert!(shown.ends_with("ü…"));
    }
}
