//! The algorithms that Auth0 accepts and that a key can sign with.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Rs256,
    Rs384,
    Ps256,
    Es256,
}

impl Algorithm {
    const ALL: [Self; 4] = [Self::Rs256, Self::Rs384, Self::Ps256, Self::Es256];

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// As in a JWT's header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
        }
    }
}
