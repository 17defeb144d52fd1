//! All users, from a users export: a job of Auth0 that writes a file, which is downloaded and read in pieces.

use std::fs::File;
use std::io;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep, timeout};

use super::finding::Selection;
use crate::auth0::exported_users::ExportedUsers;
use crate::auth0::users_export::{self, ExportJob, FILE, JOB};
use crate::config::Secret;
use crate::error::{ApiCategory, Cause, Error, Result};
use crate::transport::http::{Http, NotDownloaded, SendError};
use crate::transport::pipeline::{Trace, no_response};
use crate::transport::request::RawRequest;
use crate::transport::retry::Failure;

/// How long to wait between two looks at the job: first, and at most.
const INTERVALS: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));
/// How long Auth0 may take for the file, and the download.
const LONGEST: Duration = Duration::from_secs(3600);
/// Before another download, with a new link.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(2)];
/// Compressed; some hundred million users.
const MAX_FILE: u64 = 8 * 1024 * 1024 * 1024;
/// Lines that are read at once.
const GROUP: usize = 200;

const UNREADABLE: &str =
    "The users export has lines that could not be read: the users in them are missing.";

impl Selection<'_> {
    pub async fn export(&mut self) -> Result<()> {
        let mut file = ExportedUsers::new(self.file().await?);
        loop {
            // Reading waits for the disk.
            let read = spawn_blocking(move || (file.next(GROUP), file)).await;
            let ((lines, damage), rest) =
                read.map_err(|_| Error::internal("The users export could not be read."))?;
            if lines.is_incomplete {
                self.incomplete(UNREADABLE);
            }
            self.put(lines.users.into_iter()).await?;
            if let Some(damage) = damage {
                return Err(unusable(damage));
            }
            if lines.is_end {
                return Ok(());
            }
            file = rest;
        }
    }

    /// Creates the export and downloads its file.
    async fn file(&self) -> Result<File> {
        let create = users_export::create()?;
        let job = self.service.api.send(create, self.call()).await?;
        let mut pauses = PAUSES.iter();
        let mut attempts = 0;
        loop {
            let link = self.link(&job.id).await?;
            attempts += 1;
            let failed = match self.download(&link, attempts).await? {
                Downloaded::File(file) => return Ok(file),
                Downloaded::Failed(failed) => failed,
            };
            match pauses.next() {
                Some(pause) if may_pass(failed.failure) => sleep(*pause).await,
                _ => return Err(no_response(&FILE, failed, attempts, self.call())),
            }
        }
    }

    /// Waits until the job has written its file.
    async fn link(&self, job: &str) -> Result<Secret> {
        let until = Instant::now() + LONGEST;
        let mut interval = INTERVALS.0;
        loop {
            let request = users_export::job(job)?;
            let ExportJob {
                status, location, ..
            } = self.service.api.send(request, self.call()).await?;
            match (status.as_deref(), location) {
                (Some("completed"), Some(link)) => return Ok(link),
                (Some("pending" | "processing"), _) if Instant::now() < until => {}
                _ => return Err(no_file()),
            }
            sleep(interval).await;
            interval = (interval * 2).min(INTERVALS.1);
        }
    }

    /// The link is a credential of its own: no access token is sent along.
    async fn download(&self, link: &Secret, attempt: u32) -> Result<Downloaded> {
        let config = &self.service.config;
        let link = config.file_link(link.expose()).ok_or_else(untrusted_link)?;
        let request = RawRequest::new(&FILE, link.target.to_owned());
        let http = Http::new(config, &link.origin);
        let download = http.download(&request, config.attempt_timeout, MAX_FILE);
        let trace = Trace::of(&self.service.logger, &FILE, self.call());
        let begun = trace.now();
        let downloaded = timeout(LONGEST, download).await;
        match downloaded.unwrap_or_else(|_| Err(SendError::timed_out().into())) {
            Ok(file) => {
                trace.attempted(attempt, begun, Ok(200));
                Ok(Downloaded::File(file))
            }
            Err(NotDownloaded::NotStored(error)) => Err(not_stored(&error)),
            Err(NotDownloaded::NotSent(mut failed)) => {
                trace.attempted(attempt, begun, Err(&failed));
                // What helps with a tenant that cannot be reached would mislead here.
                if failed.failure == Failure::NotSent {
                    failed.remedy = Some(CHECK_STORAGE);
                }
                Ok(Downloaded::Failed(failed))
            }
        }
    }
}

enum Downloaded {
    File(File),
    Failed(SendError),
}

const CHECK_STORAGE: &str = "Check that this machine can reach the storage to which Auth0 exports: DNS, firewall, and the \
                             setting `proxy`.";

/// Whether a new link may help, or a moment.
fn may_pass(failure: Failure) -> bool {
    match failure {
        Failure::Foreign(status) => matches!(status, 403 | 408 | 425 | 429 | 500..),
        Failure::Barred => false,
        _ => true,
    }
}

fn no_file() -> Error {
    let message = format!("{JOB}: Auth0 did not provide the file of the users export. Try again.");
    JOB.error(ApiCategory::Response, 1, message)
}

fn untrusted_link() -> Error {
    let message = format!(
        "{JOB}: the link to the users export is not an https:// URL with the name of a host, so nothing was downloaded."
    );
    JOB.error(ApiCategory::Response, 1, message)
}

fn unusable(damage: &str) -> Error {
    let message = format!("{FILE}: the file {damage}. Try again.");
    FILE.error(ApiCategory::Response, 1, message)
}

fn not_stored(error: &io::Error) -> Error {
    let error = Cause::of_system(error);
    Error::configuration(
        "TMPDIR",
        "or the usual directory for temporary files cannot hold the users export",
        "Name a writable directory with room: a million users take about 50 MB",
    )
    .with_cause(error)
}
