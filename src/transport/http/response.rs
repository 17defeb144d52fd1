//! A response, read to its end.

use std::fmt;

use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use super::SendError;
use super::memory::Wiped;
use crate::transport::pacing::rate_limit_headers::RateLimitHeaders;
use crate::transport::retry::Failure;

/// The largest body that is read. A page of 50 sessions takes about 60 kB.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;
/// The most that is allocated up front for a body whose length is known.
const MAX_RESERVED_BYTES: usize = 256 * 1024;
/// A response of any status. The body may contain tokens, so it is wiped on drop.
pub struct Response {
    pub status: u16,
    pub media_type: MediaType,
    pub rate_limit: RateLimitHeaders,
    pub body: Wiped,
}

impl fmt::Debug for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Response({}, {} bytes)",
            self.status,
            self.body.len()
        )
    }
}

pub(super) async fn read_body(status: u16, mut body: Incoming) -> Result<Wiped, SendError> {
    let length = body.size_hint().exact().unwrap_or_default();
    let reserved =
        usize::try_from(length).map_or(MAX_RESERVED_BYTES, |length| length.min(MAX_RESERVED_BYTES));
    let mut content = Wiped::with_capacity(reserved);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| SendError::of_body(&error))?;
        // Trailers say nothing.
        let Some(chunk) = frame.data_ref() else {
            continue;
        };
        if content.len() + chunk.len() > MAX_BODY_BYTES {
            // Auth0 never sends this much, so the status proves neither success nor absence.
            let failure = Failure::Foreign(status);
            return Err(SendError::new(failure, "sent a response larger than 8 MiB"));
        }
        content.append(chunk);
    }
    Ok(content)
}

/// The `Content-Type` of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaType {
    Json,
    /// Another type, such as `text/html`, without its parameters.
    Other(Box<str>),
    Missing,
}

impl MediaType {
    /// Anything that is not a media type counts as missing, because error messages show the type and the
    /// server chooses the text.
    pub fn of(content_type: Option<&str>) -> Self {
        let essence = content_type.and_then(|text| text.split(';').next());
        let essence = essence.unwrap_or_default().trim().to_ascii_lowercase();
        if essence == "application/json" || essence.ends_with("+json") {
            return Self::Json;
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+-./".contains(&byte);
        let is_type = essence.len() <= 64 && essence.contains('/') && essence.bytes().all(is_plain);
        if is_type {
            Self::Other(essence.into())
        } else {
            Self::Missing
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Json => "JSON",
            Self::Other(essence) => essence,
            Self::Missing => "no content type",
        })
    }
}
