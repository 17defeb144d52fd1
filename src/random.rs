//! Random bytes from the operating system.

use std::cell::RefCell;

use ring::rand::{SecureRandom, SystemRandom};

use crate::error::{Error, Result};

/// How many ids one request to the operating system yields: every call takes one.
const IDS: usize = 32;

thread_local! {
    static UNUSED_IDS: RefCell<Vec<u128>> = const { RefCell::new(Vec::new()) };
}

pub fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// An id that nothing else has. Not for secrets, because ids wait in memory for their turn.
pub fn id() -> Result<u128> {
    UNUSED_IDS.with_borrow_mut(|unused| {
        if let Some(id) = unused.pop() {
            return Ok(id);
        }
        let mut fresh = [[0; size_of::<u128>()]; IDS];
        fill(fresh.as_flattened_mut())?;
        let [id, others @ ..] = fresh.map(u128::from_le_bytes);
        unused.extend(others);
        Ok(id)
    })
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    SystemRandom::new()
        .fill(bytes)
        .map_err(|_| Error::internal("The operating system provided no random bytes."))
}
