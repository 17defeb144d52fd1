//! The `state` of a connection ticket: sealed and expiring, so that nothing needs to be stored and
//! any process with the same credentials can complete what another began.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use ring::hmac;

use crate::config::{ClientAuthentication, LONGEST_LINK_STATE, Secret};
use crate::credentials::derived_key::derive_key;
use crate::error::{Error, LinkingReason, Result};
use crate::random;

const VERSION: u8 = 2;
const RANDOM_BYTES: usize = 16;
const TAG_BYTES: usize = 32;
/// A separator that no name of a provider or a connection contains.
const SEPARATOR: char = '\n';
const HEAD_BYTES: usize = 2 + 8 + RANDOM_BYTES;
/// Far longer than any state made here; a longer one is not worth decoding.
const MAX_STATE_CHARS: usize = 1024;

/// Seals and opens states with a key derived from the credentials.
#[derive(Debug)]
pub struct StateSealer {
    key: hmac::Key,
    lifetime: Duration,
}

/// The flow that a state belongs to. The seal covers redirect URL and user, but the state does not contain them:
/// they are known again when the flow returns.
#[derive(Debug, Clone, Copy)]
pub struct Flow<'a> {
    pub redirect_url: &'a str,
    pub user: Option<&'a str>,
}

/// A freshly sealed state and what is derived from it.
#[derive(Debug)]
pub struct SealedState {
    pub state: String,
    pub nonce: String,
    /// Only for a state that is bound to a user: without one the callback could not derive it.
    pub code_verifier: Option<Secret>,
    pub expires_at: DateTime<Utc>,
}

/// A state that was made here, has not expired and belongs to the flow.
#[derive(Debug)]
pub struct OpenedState {
    pub provider: String,
    /// The connection that the person was sent to.
    pub connection: String,
    pub nonce: String,
    pub code_verifier: Option<Secret>,
    pub issued_at: DateTime<Utc>,
    /// When no process accepts it any longer.
    pub expires_at: DateTime<Utc>,
    /// Identifies the state among the used ones, without revealing it.
    pub once: String,
}

impl StateSealer {
    pub fn new(authentication: &ClientAuthentication) -> Self {
        let key = derive_key(authentication, "link-state/v1");
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &*key),
            lifetime: LONGEST_LINK_STATE,
        }
    }

    /// States expire sooner than the default ten minutes.
    #[must_use]
    pub fn valid_for(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    pub fn seal(
        &self,
        provider: &str,
        connection: &str,
        flow: Flow,
        now: DateTime<Utc>,
    ) -> Result<SealedState> {
        let mut payload = vec![VERSION, u8::from(flow.user.is_some())];
        payload.extend(now.timestamp().to_be_bytes());
        payload.extend(random::bytes::<RANDOM_BYTES>()?);
        payload.extend(format!("{provider}{SEPARATOR}{connection}").as_bytes());
        let tag = self.tag(&payload, flow);
        payload.extend(tag.as_ref());
        let state = URL_SAFE_NO_PAD.encode(&payload);
        Ok(SealedState {
            nonce: self.derive("nonce", &state),
            code_verifier: flow.user.map(|_| self.code_verifier(&state)),
            state,
            expires_at: now + self.lifetime,
        })
    }

    pub fn open(&self, state: &str, flow: Flow, now: DateTime<Utc>) -> Result<OpenedState> {
        if state.len() > MAX_STATE_CHARS {
            return Err(invalid());
        }
        let sealed = URL_SAFE_NO_PAD.decode(state).map_err(|_| invalid())?;
        let split = sealed.len().checked_sub(TAG_BYTES).ok_or_else(invalid)?;
        let (payload, tag) = sealed.split_at(split);
        if payload.len() < HEAD_BYTES || payload[0] != VERSION {
            return Err(invalid());
        }
        let is_bound = payload[1] == 1;
        if is_bound && flow.user.is_none() {
            return Err(invalid());
        }
        let sealed_flow = Flow {
            user: flow.user.filter(|_| is_bound),
            ..flow
        };
        hmac::verify(&self.key, &covered(payload, sealed_flow), tag).map_err(|_| invalid())?;
        let mut seconds = [0; 8];
        seconds.copy_from_slice(&payload[2..10]);
        let issued_at = DateTime::from_timestamp(i64::from_be_bytes(seconds), 0);
        let issued_at = issued_at.ok_or_else(invalid)?;
        if issued_at + self.lifetime <= now {
            return Err(self.expired());
        }
        let target = String::from_utf8_lossy(&payload[HEAD_BYTES..]);
        let (provider, connection) = target.split_once(SEPARATOR).ok_or_else(invalid)?;
        Ok(OpenedState {
            provider: provider.to_owned(),
            connection: connection.to_owned(),
            nonce: self.derive("nonce", state),
            code_verifier: is_bound.then(|| self.code_verifier(state)),
            issued_at,
            expires_at: issued_at + LONGEST_LINK_STATE,
            once: self.derive("once", state),
        })
    }

    fn expired(&self) -> Error {
        let lifetime = self.lifetime.as_secs();
        let problem = format!("The state has expired; it is valid for {lifetime} s.");
        let message = format!("{problem} Start the connection again.");
        Error::linking(LinkingReason::StateExpired, message)
    }

    fn tag(&self, payload: &[u8], flow: Flow) -> hmac::Tag {
        hmac::sign(&self.key, &covered(payload, flow))
    }

    fn derive(&self, purpose: &str, state: &str) -> String {
        let tag = hmac::sign(&self.key, format!("{purpose}:{state}").as_bytes());
        URL_SAFE_NO_PAD.encode(tag)
    }

    fn code_verifier(&self, state: &str) -> Secret {
        Secret::new(self.derive("pkce", state))
    }
}

/// Each part is prefixed with its length, so that no two flows cover the same bytes.
fn covered(payload: &[u8], flow: Flow) -> Vec<u8> {
    let mut bytes = Vec::new();
    let user = flow.user.unwrap_or_default();
    for part in [payload, flow.redirect_url.as_bytes(), user.as_bytes()] {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part);
    }
    bytes
}

fn invalid() -> Error {
    Error::linking(
        LinkingReason::StateInvalid,
        "The state was not made for this user and redirect URL. Start the connection again.",
    )
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::error::ErrorKind;

    const REDIRECT: &str = "https://app.example.com/callback";

    fn sealer() -> StateSealer {
        sealer_of("secret")
    }

    fn sealer_of(secret: &str) -> StateSealer {
        let secret = Secret::new(secret.to_owned());
        StateSealer::new(&ClientAuthentication::Secret(secret))
    }

    fn flow(user: Option<&str>) -> Flow<'_> {
        Flow {
            redirect_url: REDIRECT,
            user,
        }
    }

    fn reason(result: Result<OpenedState>) -> LinkingReason {
        match result.expect_err("a refusal").kind {
            ErrorKind::AccountLinking { reason } => reason,
            other => panic!("not a linking error: {other:?}"),
        }
    }

    #[test]
    fn another_process_with_the_same_credentials_opens_the_state() {
        let now = Utc::now();
        let sealed = sealer()
            .seal("github", "github", flow(Some("id:auth0|1")), now)
            .expect("sealed");
        let opened = sealer()
            .open(&sealed.state, flow(Some("id:auth0|1")), now)
            .expect("opened");
        assert_eq!(opened.provider, "github");
        assert_eq!(opened.nonce, sealed.nonce);
        assert_eq!(opened.code_verifier, sealed.code_verifier);
        assert_eq!(opened.issued_at.timestamp(), now.timestamp());
    }

    #[test]
    fn a_state_opens_for_its_own_flow_only() {
        let now = Utc::now();
        let sealed = sealer()
            .seal("github", "github", flow(Some("id:auth0|1")), now)
            .expect("sealed");
        let open = |flow| sealer().open(&sealed.state, flow, now);
        assert_eq!(
            reason(open(flow(Some("id:auth0|2")))),
            LinkingReason::StateInvalid
        );
        assert_eq!(reason(open(flow(None))), LinkingReason::StateInvalid);
        let nameless = sealer().seal("github", "github", flow(Some("")), now);
        let opened = sealer().open(&nameless.expect("sealed").state, flow(None), now);
        assert_eq!(reason(opened), LinkingReason::StateInvalid);
        let elsewhere = Flow {
            redirect_url: "https://evil.example.com/callback",
            user: Some("id:auth0|1"),
        };
        assert_eq!(reason(open(elsewhere)), LinkingReason::StateInvalid);
        let opened = sealer_of("other").open(&sealed.state, flow(Some("id:auth0|1")), now);
        assert_eq!(reason(opened), LinkingReason::StateInvalid);
    }

    #[test]
    fn no_changed_byte_goes_unnoticed() {
        let now = Utc::now();
        let sealed = sealer()
            .seal("github", "github", flow(None), now)
            .expect("sealed");
        let bytes = URL_SAFE_NO_PAD.decode(&sealed.state).expect("base64");
        for position in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[position] ^= 1;
            let state = URL_SAFE_NO_PAD.encode(changed);
            assert!(
                sealer().open(&state, flow(None), now).is_err(),
                "byte {position}"
            );
        }
        for state in ["", "x", "AAAA", &"A".repeat(5000), "\u{0}", "ü"] {
            assert_eq!(
                reason(sealer().open(state, flow(None), now)),
                LinkingReason::StateInvalid
            );
        }
    }

    #[test]
    fn a_state_lives_ten_minutes() {
        let now = Utc::now();
        let sealed = sealer()
            .seal("github", "github", flow(None), now)
            .expect("sealed");
        let at =
            |minutes| sealer().open(&sealed.state, flow(None), now + TimeDelta::minutes(minutes));
        assert!(at(9).is_ok());
        assert_eq!(reason(at(10)), LinkingReason::StateExpired);
    }

    #[test]
    fn a_state_can_be_made_to_live_for_a_shorter_time() {
        let now = Utc::now();
        let brief = sealer().valid_for(Duration::from_secs(30));
        let sealed = brief.seal("github", "github", flow(None), now);
        let state = sealed.expect("sealed").state;
        let after = |seconds| brief.open(&state, flow(None), now + TimeDelta::seconds(seconds));
        let opened = after(28).expect("opened");
        assert_eq!(opened.issued_at.timestamp(), now.timestamp());
        assert!(after(30).unwrap_err().message.contains("30 s."));
    }
}
