//! The access token that all processes with the same credentials share: one of them fetches it for all.
//! Without Redis each process fetches its own.

use std::mem::take;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

use crate::config::Secret;
use crate::credentials::access_token::{AccessToken, MAX_LIFETIME};
use crate::credentials::token_order::TokenOrder;
use crate::credentials::token_sealer::{Content, TokenSealer};
use crate::error::Result;
use crate::shared_state::{GetOrClaim, Shared, SharedState, Stored, Unavailable};
use crate::transport::call::Call;

/// Longer than a token request usually takes. A process that dies while fetching keeps the others
/// waiting for this long; one that is slower costs no more than a second token.
const CLAIM_LIFE: Duration = Duration::from_secs(3);
/// Two processes in a row may die this way; after that each process fetches its own token.
const MAX_WAIT: Duration = Duration::from_secs(6);
/// Short compared to a token request, long compared to a Redis command.
const POLL_PAUSE: Duration = Duration::from_millis(50);

/// Limits the delay that an attacker can cause by storing unusable values.
const MAX_UNUSABLE: u32 = 2;

#[derive(Debug)]
pub struct SharedToken {
    state: SharedState,
    sealer: TokenSealer,
    order: TokenOrder,
    distrust: Mutex<Distrust>,
}

/// What is not accepted from Redis even if it was sealed with our credentials.
#[derive(Debug, PartialEq, Eq)]
enum Distrust {
    Nothing,
    /// Auth0 refused this token.
    Token(Secret),
    /// Auth0 refused its successor too: someone may be restoring old tokens.
    Everything,
}

enum Found {
    Token(AccessToken),
    /// This process has to fetch a token. Without a claim, the others do not wait for it.
    Nothing(Option<Claim>),
}

impl SharedToken {
    pub fn new(state: SharedState, sealer: TokenSealer) -> Self {
        Self {
            state,
            order: TokenOrder::new(sealer.name().to_owned()),
            sealer,
            distrust: Mutex::new(Distrust::Nothing),
        }
    }

    /// The stored token, the one that another process is fetching, or else that of `fetch`.
    pub async fn get_or(
        &self,
        fetch: impl Future<Output = Result<AccessToken>>,
        call: Call,
    ) -> Result<AccessToken> {
        let found = if *self.distrust() == Distrust::Everything {
            Ok(Found::Nothing(None))
        } else {
            self.find(call).await
        };
        let claim = match found {
            Ok(Found::Token(token)) => return Ok(token),
            Ok(Found::Nothing(claim)) => claim,
            Err(Unavailable) => None,
        };
        let token = fetch.await?;
        *self.distrust() = Distrust::Nothing;
        self.store(&token, claim);
        Ok(token)
    }

    /// From now on rejects the refused token or, if it is the second one in a row, any from Redis.
    pub fn refused(&self, token: &AccessToken, is_second: bool) {
        *self.distrust() = if is_second {
            Distrust::Everything
        } else {
            Distrust::Token(token.secret.clone())
        };
    }

    async fn find(&self, call: Call) -> Shared<Found> {
        // Half of the time is left for a request of our own.
        let give_up_at = Instant::now() + MAX_WAIT.min(call.time_left() / 2);
        let name = self.sealer.name();
        let mut unusable = 0;
        while unusable < MAX_UNUSABLE && Instant::now() < give_up_at {
            let claim = Claim::new(&self.state, name, &call.correlation_id());
            match claim.or_stored(name).await? {
                (GetOrClaim::Claimed, claim) => return Ok(Found::Nothing(claim)),
                (GetOrClaim::Taken, _) => sleep(POLL_PAUSE).await,
                (GetOrClaim::Stored(stored), _) => {
                    if let Some(token) = self.open(&stored) {
                        return Ok(Found::Token(token));
                    }
                    unusable += 1;
                    // Another process may have stored a usable one in the meantime.
                    self.state.delete_if(name, &stored.value).await?;
                }
            }
        }
        Ok(Found::Nothing(None))
    }

    fn open(&self, stored: &Stored) -> Option<AccessToken> {
        let Content {
            token,
            scopes,
            number,
        } = self.sealer.open(&stored.value)?;
        if !self.order.admits(number) {
            return None;
        }
        let is_refused = matches!(&*self.distrust(), Distrust::Token(refused) if *refused == token);
        (!is_refused).then(|| AccessToken {
            secret: token,
            scopes,
            // Redis counts down the lifetime, so the clocks do not have to agree.
            renew_at: Instant::now() + stored.life.min(MAX_LIFETIME),
            is_shared: true,
        })
    }

    /// Runs in the background: a token that could not be stored still serves this process.
    fn store(&self, token: &AccessToken, claim: Option<Claim>) {
        let life = token.renew_at.saturating_duration_since(Instant::now());
        let content = Content {
            token: token.secret.clone(),
            scopes: token.scopes.clone(),
            number: self.order.next(),
        };
        let sealed = self.sealer.seal(&content);
        let (Some(sealed), false, Ok(runtime)) = (sealed, life.is_zero(), Handle::try_current())
        else {
            return;
        };
        let (state, name) = (self.state.clone(), self.sealer.name().to_owned());
        runtime.spawn(async move {
            let _ = state.put(&name, &sealed, life).await;
            drop(claim);
        });
    }

    fn distrust(&self) -> MutexGuard<'_, Distrust> {
        self.distrust.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps other processes from fetching too. Dropped when the token is stored, after a failure, or when no call
/// is waiting any more.
struct Claim {
    state: SharedState,
    /// Empty for a claim that turned out not to be ours.
    name: String,
    owner: String,
}

impl Claim {
    /// Created before it is known to be ours: a call that is dropped meanwhile must not leave it behind.
    fn new(state: &SharedState, token_name: &str, owner: &str) -> Self {
        Self {
            state: state.clone(),
            name: format!("{token_name}:claim"),
            owner: owner.to_owned(),
        }
    }

    /// Claims the token unless it is stored already.
    async fn or_stored(mut self, token_name: &str) -> Shared<(GetOrClaim, Option<Self>)> {
        let owner = self.owner.as_bytes();
        let found = self
            .state
            .get_or_claim(token_name, &self.name, owner, CLAIM_LIFE);
        let found = found.await?;
        if found != GetOrClaim::Claimed {
            self.name.clear();
            return Ok((found, None));
        }
        Ok((found, Some(self)))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.name.is_empty() {
            return;
        }
        let (state, name, owner) = (
            self.state.clone(),
            take(&mut self.name),
            take(&mut self.owner),
        );
        // If nothing can run any more, the claim simply expires.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { state.delete_if(&name, owner.as_bytes()).await });
        }
    }
}
