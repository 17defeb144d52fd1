//! Buffers for secrets.

use std::ops::Deref;

use bytes::Bytes;
use zeroize::optimization_barrier;

/// Bytes that are wiped on drop, as `Zeroizing` does but in one go: byte by byte, wiping a page of sessions takes a
/// tenth of the time of decoding it.
#[derive(Default)]
pub struct Wiped(Vec<u8>);

impl Wiped {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Appends a chunk. A buffer that is too small is copied into a larger one and wiped; `Vec`'s own growth would
    /// leave the old bytes behind.
    pub(super) fn append(&mut self, chunk: &[u8]) {
        let length = self.0.len() + chunk.len();
        if length > self.0.capacity() {
            let mut larger = Self::with_capacity(length.next_power_of_two());
            larger.0.extend_from_slice(&self.0);
            *self = larger;
        }
        self.0.extend_from_slice(chunk);
    }
}

impl From<Vec<u8>> for Wiped {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Deref for Wiped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.fill(0);
        optimization_barrier(self.0.as_slice());
    }
}

/// Joins the parts in one buffer, which is wiped when the HTTP client drops it.
pub(super) fn wiped(parts: &[&str]) -> Bytes {
    let mut buffer = Wiped::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        buffer.append(part.as_bytes());
    }
    Bytes::from_owner(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_joined_and_chunks_appended() {
        assert_eq!(wiped(&["Bearer ", "token"]), "Bearer token");
        let mut buffer = Wiped::with_capacity(4);
        buffer.append(b"abc");
        let before = buffer.as_ptr();
        buffer.append(b"d");
        assert_eq!(buffer.as_ptr(), before, "there was room");
        buffer.append(b"efgh");
        buffer.append(b"");
        assert_eq!(&*buffer, b"abcdefgh");
    }
}
