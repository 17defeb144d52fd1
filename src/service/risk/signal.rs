//! The signals that a policy can weigh.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    Bot,
    CountryChanged,
    DelegatedSession,
    ImpossibleTravel,
    ManyMethods,
    ManySessions,
    NetworkChanged,
    NoPassword,
    RefreshTokenReuse,
    SeveralSessions,
    SystemChanged,
}

impl Signal {
    /// In the order of their ids.
    pub const ALL: [Self; 11] = [
        Self::Bot,
        Self::CountryChanged,
        Self::DelegatedSession,
        Self::ImpossibleTravel,
        Self::ManyMethods,
        Self::ManySessions,
        Self::NetworkChanged,
        Self::NoPassword,
        Self::RefreshTokenReuse,
        Self::SeveralSessions,
        Self::SystemChanged,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::CountryChanged => "countryChanged",
            Self::DelegatedSession => "delegatedSession",
            Self::ImpossibleTravel => "impossibleTravel",
            Self::ManyMethods => "manyMethods",
            Self::ManySessions => "manySessions",
            Self::NetworkChanged => "networkChanged",
            Self::NoPassword => "noPassword",
            Self::RefreshTokenReuse => "refreshTokenReuse",
            Self::SeveralSessions => "severalSessions",
            Self::SystemChanged => "systemChanged",
        }
    }

    pub fn with_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.id() == id)
    }

    /// Those of the original package's README count without a policy, as they do there.
    pub fn default_weight(self) -> f64 {
        match self {
            Self::ManySessions | Self::NoPassword => 2.0,
            Self::ManyMethods | Self::SeveralSessions => 1.0,
            _ => 0.0,
        }
    }

    /// Whether it depends on more than the number of sessions.
    pub fn reads_sessions(self) -> bool {
        matches!(
            self,
            Self::Bot
                | Self::CountryChanged
                | Self::DelegatedSession
                | Self::ImpossibleTravel
                | Self::NetworkChanged
                | Self::SystemChanged
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_sorted_and_lead_to_their_signals() {
        assert!(Signal::ALL.map(Signal::id).is_sorted());
        for signal in Signal::ALL {
            assert_eq!(Signal::with_id(signal.id()), Some(signal));
        }
        assert_eq!(Signal::with_id("Bot"), None);
    }
}
