//! The users that were met, so that each is processed once. Millions fit into little memory: only a hash of each is kept,
//! keyed and long enough that two users never share one.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use ring::digest::{Context, SHA256};

use crate::error::Result;
use crate::random;
use crate::user::UserRef;

/// A set doubles its memory when it grows. Of many small ones, only one does so at a time.
const SHARDS: usize = 256;

/// That two of a billion users share one has a probability of 6 in 10^12.
type Hash = [u8; 12];
type Shard = HashSet<Hash, BuildHasherDefault<Itself>>;

pub struct Seen {
    key: [u8; 16],
    shards: Vec<Shard>,
}

impl Seen {
    pub fn new() -> Result<Self> {
        Ok(Self {
            key: random::bytes()?,
            shards: vec![Shard::default(); SHARDS],
        })
    }

    /// Whether the user is named like this for the first time. A name that cannot exist is one of a user of its own.
    pub fn is_new(&mut self, user: &UserRef) -> bool {
        match user {
            UserRef::Id { id, connection } => self.insert("id", id, connection.as_deref()),
            // Auth0 looks an email up as it is spelled, too.
            UserRef::Email { email, connection } => {
                self.insert("email", email, connection.as_deref())
            }
            UserRef::Impossible | UserRef::ImpossibleEmail(_) => true,
        }
    }

    fn insert(&mut self, kind: &str, name: &str, connection: Option<&str>) -> bool {
        let mut context = Context::new(&SHA256);
        context.update(&self.key);
        for part in [kind, name, connection.unwrap_or_default()] {
            context.update(part.as_bytes());
            // No id, email or connection contains it.
            context.update(&[0]);
        }
        let digest = context.finish();
        let Some((hash, rest)) = digest.as_ref().split_first_chunk::<{ size_of::<Hash>() }>()
        else {
            return true;
        };
        let shard = rest.first().map_or(0, |byte| usize::from(*byte) % SHARDS);
        self.shards
            .get_mut(shard)
            .is_some_and(|shard| shard.insert(*hash))
    }
}

/// The hash of a hash.
#[derive(Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }

    /// The last to be written are the bytes themselves.
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes
            .iter()
            .fold(0, |all, byte| all << 8 | u64::from(*byte));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::JsText;

    fn email(email: &str, connection: Option<&str>) -> UserRef {
        let email = JsText::Valid(email.to_owned());
        UserRef::from_email(email, connection.map(str::to_owned))
    }

    #[test]
    fn a_user_is_new_once() {
        let mut seen = Seen::new().unwrap();
        assert!(seen.is_new(&UserRef::known("auth0|a")));
        assert!(!seen.is_new(&UserRef::known("auth0|a")));
        assert!(seen.is_new(&email("Ada@example.com", None)));
        assert!(!seen.is_new(&email("Ada@example.com", None)));
        assert!(seen.is_new(&email("ada@example.com", None)));
        assert!(seen.is_new(&email("ada@example.com", Some("github"))));
    }

    #[test]
    fn an_id_is_not_an_email() {
        let mut seen = Seen::new().unwrap();
        assert!(seen.is_new(&UserRef::known("ada@example.com")));
        assert!(seen.is_new(&email("ada@example.com", None)));
    }

    #[test]
    fn none_of_many_users_is_taken_for_another() {
        let mut seen = Seen::new().unwrap();
        for number in 0..100_000 {
            assert!(seen.is_new(&UserRef::known(&format!("auth0|{number}"))));
        }
        let sizes: Vec<usize> = seen.shards.iter().map(HashSet::len).collect();
        assert!(
            sizes.iter().all(|size| (200..600).contains(size)),
            "{sizes:?}"
        );
    }

    #[test]
    fn a_name_that_cannot_exist_is_never_a_duplicate() {
        let mut seen = Seen::new().unwrap();
        assert!(seen.is_new(&UserRef::Impossible));
        assert!(seen.is_new(&UserRef::Impossible));
    }
}
