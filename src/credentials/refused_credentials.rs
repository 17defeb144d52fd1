//! Credentials that Auth0 refused. Repeating the request does not change a setting, so there is a pause before the
//! next one, during which every caller gets the same error.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, ErrorKind, Result};

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A refusal is forgotten when the credential was not used for this long after the pause.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60);

/// By a hash of the credential and of what was requested with it.
type Refusals = Mutex<HashMap<[u8; 32], Refusal>>;

/// One credential. All services of a process that use it share what is known about it.
#[derive(Debug)]
pub struct Credential {
    id: [u8; 32],
    refusals: Arc<Refusals>,
}

#[derive(Debug)]
struct Refusal {
    error: Error,
    pause: Duration,
    until: Instant,
}

impl Credential {
    pub fn new(id: [u8; 32]) -> Self {
        static OF_PROCESS: LazyLock<Arc<Refusals>> = LazyLock::new(Arc::default);
        Self {
            id,
            refusals: OF_PROCESS.clone(),
        }
    }

    /// Makes the request, unless Auth0 has just refused the credential.
    pub async fn attempt<T>(&self, request: impl Future<Output = Result<T>>) -> Result<T> {
        let attempt = self.begin()?;
        let outcome = request.await;
        attempt.end(outcome.as_ref().err());
        outcome
    }

    /// After a pause one caller tries again; the others do not wait for it and still get the error.
    fn begin(&self) -> Result<Attempt<'_>> {
        let now = Instant::now();
        let mut refusals = self.refusals();
        refusals.retain(|_, refusal| now < refusal.until + FORGOTTEN_AFTER);
        let pause = match refusals.get_mut(&self.id) {
            Some(refusal) if now < refusal.until => return Err(refusal.error.clone()),
            Some(refusal) => {
                refusal.until = now + refusal.pause;
                (refusal.pause * 2).min(LONGEST_PAUSE)
            }
            None => FIRST_PAUSE,
        };
        Ok(Attempt {
            credential: self,
            pause: Some(pause),
        })
    }

    fn refusals(&self) -> MutexGuard<'_, HashMap<[u8; 32], Refusal>> {
        // Each entry is replaced as a whole, so a panic elsewhere cannot leave one half-written.
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request with the credential.
struct Attempt<'a> {
    credential: &'a Credential,
    /// The pause that follows if it is refused; `None` once it has ended.
    pause: Option<Duration>,
}

impl Attempt<'_> {
    fn end(mut self, error: Option<&Error>) {
        let refused = error.filter(|error| matches!(error.kind, ErrorKind::Configuration { .. }));
        let (Some(error), Some(pause)) = (refused, self.pause) else {
            if error.is_none() {
                self.pause = None;
                self.credential.refusals().remove(&self.credential.id);
            }
            return;
        };
        self.pause = None;
        let refusal = Refusal {
            error: error.clone(),
            pause,
            until: Instant::now() + pause,
        };
        self.credential
            .refusals()
            .insert(self.credential.id, refusal);
    }
}

impl Drop for Attempt<'_> {
    /// The request showed nothing about the credential, or was given up: the next caller may try at once.
    fn drop(&mut self) {
        if self.pause.is_none() {
            return;
        }
        if let Some(refusal) = self.credential.refusals().get_mut(&self.credential.id) {
            refusal.until = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use tokio::time::{advance, timeout};

    use super::*;

    fn refusals() -> Arc<Refusals> {
        Arc::default()
    }

    fn credential(refusals: &Arc<Refusals>, id: u8) -> Credential {
        Credential {
            id: [id; 32],
            refusals: refusals.clone(),
        }
    }

    fn refused<T>() -> Result<T> {
        Err(Error::configuration(
            "clientSecret",
            "was refused",
            "Check it",
        ))
    }

    /// How many of these calls, each of which Auth0 refuses, reach it.
    async fn requests_of(credential: &Credential, calls: usize) -> usize {
        let mut requests = 0;
        for _ in 0..calls {
            let attempt = credential.attempt(async {
                requests += 1;
                refused::<()>()
            });
            let error = attempt.await.expect_err("a refusal");
            assert_eq!(error.code(), "ERR_CONFIGURATION");
        }
        requests
    }

    #[tokio::test(start_paused = true)]
    async fn the_pause_begins_with_a_second_and_doubles_to_thirty() {
        let credential = credential(&refusals(), 1);
        for seconds in [1, 2, 4, 8, 16, 30, 30] {
            assert_eq!(requests_of(&credential, 3).await, 1);
            advance(Duration::from_millis(seconds * 1000 - 1)).await;
            assert_eq!(requests_of(&credential, 3).await, 0, "within {seconds} s");
            advance(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn services_share_the_pause_of_a_credential_and_of_no_other() {
        let all = refusals();
        assert_eq!(requests_of(&credential(&all, 1), 1).await, 1);
        assert_eq!(requests_of(&credential(&all, 1), 1).await, 0);
        assert_eq!(requests_of(&credential(&all, 2), 1).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_at_once_count_as_one() {
        let all = refusals();
        let [one, other] = [(); 2].map(|()| credential(&all, 1));
        let outcome = one.attempt(async {
            assert_eq!(requests_of(&other, 1).await, 1);
            refused::<()>()
        });
        assert!(outcome.await.is_err());
        advance(FIRST_PAUSE).await;
        assert_eq!(requests_of(&one, 1).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_success_ends_it() {
        let credential = credential(&refusals(), 1);
        for _ in 0..3 {
            assert_eq!(requests_of(&credential, 2).await, 1);
            advance(FIRST_PAUSE).await;
            assert!(credential.attempt(ready(Ok(()))).await.is_ok());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn while_one_tries_the_others_get_the_error() {
        let all = refusals();
        let [one, other] = [(); 2].map(|()| credential(&all, 1));
        assert_eq!(requests_of(&one, 1).await, 1);
        advance(FIRST_PAUSE).await;
        let outcome = one.attempt(async {
            assert_eq!(requests_of(&other, 1).await, 0);
            Ok(())
        });
        assert!(outcome.await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn what_shows_nothing_about_the_credential_prolongs_no_pause() {
        let credential = credential(&refusals(), 1);
        assert_eq!(requests_of(&credential, 1).await, 1);
        advance(FIRST_PAUSE).await;
        let failed = credential.attempt(ready(Err::<(), _>(Error::internal("lost"))));
        assert_eq!(failed.await.expect_err("failed").code(), "ERR_INTERNAL");
        let given_up = timeout(Duration::ZERO, credential.attempt(pending::<Result<()>>()));
        assert!(given_up.await.is_err());
        assert_eq!(requests_of(&credential, 2).await, 1);
        advance(Duration::from_millis(1999)).await;
        assert_eq!(requests_of(&credential, 1).await, 0, "the second pause");
    }

    #[tokio::test(start_paused = true)]
    async fn other_failures_pause_nothing() {
        let credential = credential(&refusals(), 1);
        for _ in 0..3 {
            let failed = credential.attempt(ready(Err::<(), _>(Error::internal("lost"))));
            assert_eq!(failed.await.expect_err("failed").code(), "ERR_INTERNAL");
        }
        assert!(credential.refusals().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn old_refusals_are_forgotten() {
        let all = refusals();
        assert_eq!(requests_of(&credential(&all, 1), 1).await, 1);
        advance(FIRST_PAUSE + FORGOTTEN_AFTER).await;
        assert_eq!(requests_of(&credential(&all, 2), 1).await, 1);
        assert_eq!(credential(&all, 1).refusals().len(), 1);
    }
}
