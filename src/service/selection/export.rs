//! All users, from a users export: a job of Auth0 that writes a file, which is downloaded and read in pieces.

use std::fs::File;
use std::time::Duration;

use tokio::time::sleep;

use super::finding::{Selection, abandoned};
use crate::auth0::exported_users::ExportedUsers;
use crate::auth0::users_export::{self, ExportJob, FILE, JOB};
use crate::config::Secret;
use crate::cpu;
use crate::error::{ApiCategory, Error, Result};
use crate::transport::http::Http;
use crate::transport::pipeline::no_response;
use crate::transport::request::RawRequest;
use crate::transport::retry::Failure;

/// How long to wait between two looks at the job: first, and at most.
const INTERVALS: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));
/// Each with a new link.
const DOWNLOADS: u32 = 3;
/// Compressed; some hundred million users.
const MAX_FILE: u64 = 16 * 1024 * 1024 * 1024;
/// Users that are read at once.
const GROUP: usize = 200;

impl Selection<'_> {
    pub async fn export(&mut self) -> Result<()> {
        let file = tokio::select! {
            file = self.file() => file?,
            () = self.abandoned() => return Err(abandoned()),
        };
        let mut users = ExportedUsers::new(file);
        loop {
            // Reading waits for the disk, and takes time.
            let read = cpu::run_to_end(move || (users.next(GROUP), users)).await;
            let ended = || Error::internal("The users export could not be read to its end.");
            let (group, rest) = read.ok_or_else(ended)?;
            let group = group.map_err(|damage| unusable(&damage))?;
            if group.is_empty() {
                return Ok(());
            }
            self.put(group.into_iter()).await?;
            users = rest;
        }
    }

    /// Creates the export and downloads its file.
    async fn file(&self) -> Result<File> {
        let create = users_export::create()?;
        let job = self.service.api.send(create, self.call()).await?;
        let mut downloads = 0;
        loop {
            let link = self.link(&job.id).await?;
            downloads += 1;
            match self.download(&link, downloads).await {
                Err(Unusable { error, is_final }) if is_final || downloads == DOWNLOADS => {
                    return Err(error);
                }
                Err(_) => {}
                Ok(file) => return Ok(file),
            }
        }
    }

    /// Waits until the job has written its file.
    async fn link(&self, job: &str) -> Result<Secret> {
        let mut interval = INTERVALS.0;
        loop {
            let looked = self
                .service
                .api
                .send(users_export::job(job)?, self.call())
                .await?;
            match looked {
                ExportJob {
                    status: Some(status),
                    location: Some(link),
                    ..
                } if status == "completed" => {
                    return Ok(link);
                }
                ExportJob {
                    status: Some(status),
                    ..
                } if is_running(&status) => {}
                _ => return Err(not_exported()),
            }
            sleep(interval).await;
            interval = (interval * 2).min(INTERVALS.1);
        }
    }

    /// The link is a credential of its own: no access token is sent along.
    async fn download(&self, link: &Secret, number: u32) -> Result<File, Unusable> {
        let config = &self.service.config;
        let Some(link) = config.file_link(link.expose()) else {
            return Err(Unusable::of(untrusted_link()));
        };
        let request = RawRequest::new(&FILE, link.target.to_owned());
        let http = Http::new(config, &link.origin);
        let downloaded = http
            .download(&request, config.attempt_timeout, MAX_FILE)
            .await;
        downloaded.map_err(|error| Unusable {
            is_final: error.failure == Failure::Barred,
            error: no_response(&FILE, error, number, self.call()),
        })
    }
}

/// Why there is no file, and whether a new link would make no difference.
struct Unusable {
    error: Error,
    is_final: bool,
}

impl Unusable {
    fn of(error: Error) -> Self {
        Self {
            error,
            is_final: true,
        }
    }
}

fn is_running(status: &str) -> bool {
    matches!(status, "pending" | "processing")
}

fn not_exported() -> Error {
    let message = format!("{JOB}: Auth0 did not complete the users export. Try again.");
    JOB.error(ApiCategory::Response, 1, message)
}

fn untrusted_link() -> Error {
    let message = format!(
        "{JOB}: the link to the users export is not an https:// URL of another host, so nothing was downloaded."
    );
    JOB.error(ApiCategory::Response, 1, message)
}

fn unusable(damage: &str) -> Error {
    let message = format!("{FILE}: the file {damage}. Try again.");
    FILE.error(ApiCategory::Response, 1, message)
}
