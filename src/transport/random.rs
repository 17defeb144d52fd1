//! Random numbers, where a missing source costs only the spreading of retries and the distinction between calls.

/// A random number from 0 to 1.
pub(super) fn jitter() -> f64 {
    f64::from(u32::from_le_bytes(random_bytes())) / f64::from(u32::MAX)
}

pub(super) fn random_bytes<const N: usize>() -> [u8; N] {
    use ring::rand::SecureRandom;
    let mut bytes = [0; N];
    let _ = ring::rand::SystemRandom::new().fill(&mut bytes);
    bytes
}
