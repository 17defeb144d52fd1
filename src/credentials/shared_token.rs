//! The token that all processes with the same credentials share: one of them fetches it for all.
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
use crate::shared_state::{Shared, SharedState, Unavailable};
use crate::transport::pipeline::Call;

/// Longer than a token request takes as a rule. A process that died while it fetched keeps the
/// others waiting for this long; one that is slower costs no more than a second token.
const CLAIM_LIFE: Duration = Duration::from_secs(3);
/// Two processes in a row may die this way; after that everybody goes on alone.
const MAX_WAIT: Duration = Duration::from_secs(6);
/// Short beside a token request, long beside a question to Redis.
const POLL_PAUSE: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub struct SharedToken {
    state: SharedState,
    sealer: TokenSealer,
    order: TokenOrder,
    distrust: Mutex<Distrust>,
}

/// What is not taken from Redis although it was sealed with our credentials.
#[derive(Debug, PartialEq, Eq)]
enum Distrust {
    Nothing,
    /// Auth0 refused this token.
    Token(Secret),
    /// Auth0 refused the one that came after it too: somebody may be putting old ones back.
    Everything,
}

enum Found {
    Token(AccessToken),
    /// It is for this process to fetch one, and without a claim the others do not wait for it.
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

    /// The token that is stored, or the one that another process is fetching, or the one of `fetch`.
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
        let _claim = match found {
            Ok(Found::Token(token)) => return Ok(token),
            Ok(Found::Nothing(claim)) => claim,
            Err(Unavailable) => None,
        };
        let token = fetch.await?;
        *self.distrust() = Distrust::Nothing;
        self.store(&token).await;
        Ok(token)
    }

    /// Takes back neither a token that Auth0 refused nor, if that is the second one in a row, any.
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
        let owner = call.correlation_id();
        let mut claim = None;
        while Instant::now() < give_up_at {
            if let Some(token) = self.stored().await? {
                return Ok(Found::Token(token));
            }
            // Looked once more after the claim: the last holder may just have stored a token.
            if claim.is_some() {
                break;
            }
            claim = Claim::take(&self.state, self.sealer.name(), &owner).await?;
            if claim.is_none() {
                sleep(POLL_PAUSE).await;
            }
        }
        Ok(Found::Nothing(claim))
    }

    async fn stored(&self) -> Shared<Option<AccessToken>> {
        let name = self.sealer.name();
        let Some(stored) = self.state.get(name).await? else {
            return Ok(None);
        };
        let Some(Content {
            token,
            scopes,
            number,
        }) = self.sealer.open(&stored.value)
        else {
            return Ok(None);
        };
        if !self.order.admits(number) {
            return Ok(None);
        }
        let is_refused = matches!(&*self.distrust(), Distrust::Token(refused) if *refused == token);
        if is_refused {
            self.state.delete_if(name, &stored.value).await?;
            return Ok(None);
        }
        Ok(Some(AccessToken {
            secret: token,
            scopes,
            // The life that Redis counts down needs no clock that agrees with ours.
            renew_at: Instant::now() + stored.life.min(MAX_LIFETIME),
            is_shared: true,
        }))
    }

    /// A token that could not be stored serves this process all the same.
    async fn store(&self, token: &AccessToken) {
        let life = token.renew_at.saturating_duration_since(Instant::now());
        let content = Content {
            token: token.secret.clone(),
            scopes: token.scopes.clone(),
            number: self.order.next(),
        };
        if let (false, Some(sealed)) = (life.is_zero(), self.sealer.seal(&content)) {
            let _ = self.state.put(self.sealer.name(), &sealed, life).await;
        }
    }

    fn distrust(&self) -> MutexGuard<'_, Distrust> {
        self.distrust.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps other processes from fetching too, until it is dropped: with the token stored, after a
/// failure, or because nobody waits any more.
struct Claim {
    state: SharedState,
    /// Empty for a claim that turned out to be another's.
    name: String,
    owner: String,
}

impl Claim {
    async fn take(state: &SharedState, token_name: &str, owner: &str) -> Shared<Option<Self>> {
        let name = format!("{token_name}:claim");
        // Made before it is known to be ours: a call that is given up meanwhile must not leave it.
        let mut claim = Self {
            state: state.clone(),
            name,
            owner: owner.to_owned(),
        };
        let life = CLAIM_LIFE;
        let is_ours = state.claim(&claim.name, owner.as_bytes(), life).await?;
        if !is_ours {
            claim.name.clear();
        }
        Ok(is_ours.then_some(claim))
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
        // Where nothing can run any more, the claim ends with its life.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { state.delete_if(&name, owner.as_bytes()).await });
        }
    }
}
