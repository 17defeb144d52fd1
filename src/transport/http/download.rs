//! Downloads a large file into a temporary one that has no name and is gone when it is closed.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::time::Duration;

use http::Version;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::response::Parts;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::{Begun, Http, SendError};
use crate::transport::request::RawRequest;
use crate::transport::retry::Failure;

/// What is collected before it is written.
const CHUNK: usize = 256 * 1024;

impl Http {
    /// Sends the request without an access token. No redirect is followed. `patience` is how long the server may send
    /// nothing.
    pub async fn download(
        &self,
        request: &RawRequest,
        patience: Duration,
        max_bytes: u64,
    ) -> Result<File, NotDownloaded> {
        let begun = timeout(patience, Box::pin(self.begin(request, None)));
        let Begun {
            head,
            body,
            guard: _guard,
        } = begun
            .await
            .unwrap_or_else(|_| Err(SendError::timed_out()))?;
        if head.status != 200 {
            let failure = Failure::Foreign(head.status.as_u16());
            return Err(SendError::new(failure, "sent something other than the file").into());
        }
        if !is_delimited(&head) {
            let problem = "sent a file without saying where it ends";
            return Err(SendError::new(Failure::Barred, problem).into());
        }
        let mut copy = Copy::begin().await?;
        copy.all(body, patience, max_bytes).await?;
        copy.end().await
    }
}

/// Why there is no file.
#[derive(Debug)]
pub enum NotDownloaded {
    NotSent(SendError),
    /// The temporary file could not be written.
    NotStored(io::Error),
}

impl From<SendError> for NotDownloaded {
    fn from(error: SendError) -> Self {
        Self::NotSent(error)
    }
}

impl From<io::Error> for NotDownloaded {
    fn from(error: io::Error) -> Self {
        Self::NotStored(error)
    }
}

/// Otherwise, a connection that is lost looks like the end of the file.
fn is_delimited(head: &Parts) -> bool {
    let headers = &head.headers;
    head.version == Version::HTTP_2
        || headers.contains_key(CONTENT_LENGTH)
        || headers.contains_key(TRANSFER_ENCODING)
}

/// A file that is written by a thread for blocking work.
struct Copy {
    file: Option<File>,
    pending: Vec<u8>,
    bytes: u64,
}

impl Copy {
    async fn begin() -> Result<Self, NotDownloaded> {
        let file = blocking(tempfile::tempfile).await?;
        Ok(Self {
            file: Some(file),
            pending: Vec::with_capacity(CHUNK),
            bytes: 0,
        })
    }

    async fn all(
        &mut self,
        mut body: Incoming,
        patience: Duration,
        max_bytes: u64,
    ) -> Result<(), NotDownloaded> {
        loop {
            let frame = timeout(patience, body.frame()).await;
            let Some(frame) = frame.map_err(|_| SendError::timed_out())? else {
                return self.write().await;
            };
            let frame = frame.map_err(|error| SendError::of_body(&error))?;
            let Some(chunk) = frame.data_ref() else {
                continue;
            };
            self.bytes += chunk.len() as u64;
            if self.bytes > max_bytes {
                let problem = "sent a file that is too large";
                return Err(SendError::new(Failure::Barred, problem).into());
            }
            self.pending.extend_from_slice(chunk);
            if self.pending.len() >= CHUNK {
                self.write().await?;
            }
        }
    }

    async fn write(&mut self) -> Result<(), NotDownloaded> {
        let Some(mut file) = self.file.take() else {
            return Ok(());
        };
        let mut pending = std::mem::take(&mut self.pending);
        let written = blocking(move || {
            file.write_all(&pending)?;
            pending.clear();
            Ok((file, pending))
        });
        let (file, pending) = written.await?;
        (self.file, self.pending) = (Some(file), pending);
        Ok(())
    }

    /// The file, from its beginning.
    async fn end(self) -> Result<File, NotDownloaded> {
        let mut file = self
            .file
            .ok_or_else(|| io::Error::other("the file was lost"))?;
        blocking(move || {
            file.rewind()?;
            Ok(file)
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, NotDownloaded> {
    let done = spawn_blocking(work).await;
    Ok(done.unwrap_or_else(|_| Err(io::Error::other("the thread has ended")))?)
}
