//! Random bytes from the operating system.

use ring::rand::{SecureRandom, SystemRandom};

use crate::error::{Error, Result};

pub fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Error::internal("The operating system provided no random bytes."))?;
    Ok(bytes)
}
