//! Zeroizing buffers for secrets.

use bytes::Bytes;
use zeroize::Zeroizing;

/// Joins the parts in one buffer, which is wiped when the HTTP client drops it.
pub(super) fn wiped(parts: &[&str]) -> Bytes {
    let length = parts.iter().map(|part| part.len()).sum();
    let mut buffer = Zeroizing::new(Vec::with_capacity(length));
    for part in parts {
        buffer.extend_from_slice(part.as_bytes());
    }
    Bytes::from_owner(buffer)
}

/// Appends a chunk. A buffer that is too small is copied into a larger one and wiped; `Vec`'s own growth
/// would leave the old bytes behind.
pub(super) fn append(buffer: &mut Zeroizing<Vec<u8>>, chunk: &[u8]) {
    let length = buffer.len() + chunk.len();
    if length > buffer.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity(length.next_power_of_two()));
        larger.extend_from_slice(buffer);
        *buffer = larger;
    }
    buffer.extend_from_slice(chunk);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_joined_and_chunks_appended() {
        assert_eq!(wiped(&["Bearer ", "token"]), "Bearer token");
        let mut buffer = Zeroizing::new(Vec::with_capacity(4));
        append(&mut buffer, b"abc");
        let before = buffer.as_ptr();
        append(&mut buffer, b"d");
        assert_eq!(buffer.as_ptr(), before, "there was room");
        append(&mut buffer, b"efgh");
        append(&mut buffer, b"");
        assert_eq!(&**buffer, b"abcdefgh");
    }
}
