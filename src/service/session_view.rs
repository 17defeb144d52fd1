//! Turns Auth0's sessions into those that callers see: the live ones, most recently active first.

use std::cmp::Reverse;
use std::convert::Infallible;
use std::sync::{Arc, Once};

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::auth0::sessions::{Actor, AuthenticationEvent, Session};
use crate::cpu;
use crate::geo::{GeoDatabase, Place};
use crate::model::{Derived, SessionActor, SessionAuthenticationMethod, UserSession};
use crate::user_agent::{self, Agent};

const UNKNOWN: &str = "Unknown";

/// The inputs for turning the sessions of one list into views.
pub struct Viewer {
    pub owner: String,
    pub current_session_id: Option<String>,
    pub geoip: Option<Arc<GeoDatabase>>,
}

impl Viewer {
    pub fn place(&self, address: Option<&str>) -> Place {
        let geoip = self.geoip.as_deref().zip(address);
        let place = geoip.map(|(geoip, address)| geoip.place(address));
        place.unwrap_or_default()
    }
}

/// Call this before the first list is requested: what user agents need is compiled meanwhile.
pub fn prepare() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| drop(tokio::task::spawn_blocking(user_agent::prepare)));
}

/// `None` if the deadline passes first: parsing a crafted user agent can take long.
pub async fn live_sessions(
    mut sessions: Vec<Session>,
    viewer: Viewer,
    now: DateTime<Utc>,
    deadline: Instant,
) -> Option<Vec<UserSession>> {
    sessions.retain(|session| is_live(session, now));
    let sessions = sessions.into_iter().map(|session| {
        let agents = Agents::known(&session);
        (session, agents)
    });
    let view = move |(session, agents)| view(session, agents, &viewer);
    let is_quick = |(_, agents): &(Session, Option<Agents>)| agents.is_some();
    let mut views = cpu::map(deadline, sessions.collect(), is_quick, view).await?;
    views.sort_by_key(|session| Reverse(session.last_activity_at));
    Some(views)
}

/// What the user agents of a session say.
struct Agents {
    latest: Arc<Agent>,
    initial: Option<Arc<Agent>>,
}

impl Agents {
    /// If that is known without parsing.
    fn known(session: &Session) -> Option<Self> {
        Self::read(session, |text| user_agent::known(text).ok_or(())).ok()
    }

    fn parse(session: &Session) -> Self {
        let Ok(agents) = Self::read::<Infallible>(session, |text| Ok(user_agent::parse(text)));
        agents
    }

    /// The two user agents are the same in most sessions.
    fn read<E>(
        session: &Session,
        read: impl Fn(Option<&str>) -> Result<Arc<Agent>, E>,
    ) -> Result<Self, E> {
        let text = latest_user_agent(session);
        let latest = read(text)?;
        let initial = match initial_user_agent(session) {
            None => None,
            same if same == text => Some(latest.clone()),
            other => Some(read(other)?),
        };
        Ok(Self { latest, initial })
    }
}

fn latest_user_agent(session: &Session) -> Option<&str> {
    let latest = session.device.as_ref()?.last_user_agent.as_deref();
    latest.or_else(|| initial_user_agent(session))
}

fn initial_user_agent(session: &Session) -> Option<&str> {
    session.device.as_ref()?.initial_user_agent.as_deref()
}

/// Both expiry times must lie in the future; one that Auth0 does not return is ignored.
pub fn is_live(session: &Session, now: DateTime<Utc>) -> bool {
    [session.expires_at, session.idle_expires_at]
        .into_iter()
        .flatten()
        .all(|end| end > now)
}

fn view(session: Session, agents: Option<Agents>, viewer: &Viewer) -> UserSession {
    let agents = agents.unwrap_or_else(|| Agents::parse(&session));
    let agent = agents.latest;
    let created_at = created_at(&session);
    let device = session.device.unwrap_or_default();
    let address = device.last_ip.or_else(|| device.initial_ip.clone());
    let place = viewer.place(address.as_deref());
    let clients = session.clients.into_iter();
    let mode = session.cookie.and_then(|cookie| cookie.mode);
    let methods = session.authentication.unwrap_or_default().methods;
    let metadata = session.session_metadata;
    UserSession {
        current: viewer.current_session_id.as_deref() == Some(session.id.as_str()),
        id: session.id,
        user_id: session.user_id.unwrap_or_else(|| viewer.owner.clone()),
        client_id: Derived,
        client_ids: clients.filter_map(|client| client.client_id).collect(),
        created_at,
        updated_at: session.updated_at.unwrap_or(created_at),
        authenticated_at: session.authenticated_at,
        last_activity_at: session.last_interacted_at.or(session.updated_at),
        expires_at: session.expires_at,
        idle_expires_at: session.idle_expires_at,
        device: agent.device.clone(),
        browser: agent.browser.clone(),
        os: agent.os.clone(),
        platform: Derived,
        name: Derived,
        address: address.unwrap_or_else(|| UNKNOWN.to_owned()),
        initial_address: device.initial_ip,
        asn: device.last_asn.or_else(|| device.initial_asn.clone()),
        initial_asn: device.initial_asn,
        initial_os: agents.initial.map(|agent| agent.os.clone()),
        user_agent: device.last_user_agent.or(device.initial_user_agent),
        country: place.country,
        city: place.city,
        persistent: mode.map(|mode| mode == "persistent"),
        authentication_methods: methods.into_iter().filter_map(method_view).collect(),
        metadata: metadata.map(|metadata| metadata.into_iter().collect()),
        actor: session.actor.map(actor_view),
    }
}

/// The earliest date of the session, used if Auth0 does not say when it was created.
pub fn created_at(session: &Session) -> DateTime<Utc> {
    let known_dates = [
        session.authenticated_at,
        session.updated_at,
        session.last_interacted_at,
    ];
    let earliest = known_dates.into_iter().flatten().min();
    session.created_at.or(earliest).unwrap_or_default()
}

fn method_view(event: AuthenticationEvent) -> Option<SessionAuthenticationMethod> {
    Some(SessionAuthenticationMethod {
        name: event.name?,
        kind: event.kind,
        at: event.timestamp,
    })
}

fn actor_view(actor: Actor) -> SessionActor {
    SessionActor {
        sub: actor.sub,
        claims: actor.claims,
    }
}
