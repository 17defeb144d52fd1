//! Measures the replies of Redis as they arrive: a hostile server must not exhaust memory, neither with bytes nor
//! with a length that memory would be allocated for.

use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The scripts ignore values of more than 64 KiB, and add a few numbers to them.
const MAX_REPLY_BYTES: usize = 128 * 1024;
/// No reply to the commands here has more than four items.
const MAX_ITEMS: usize = 16;
/// As many digits as `MAX_REPLY_BYTES` has, and a carriage return.
const MAX_LENGTH_CHARS: usize = 7;

/// A stream that fails when it reads a reply that is too large, or that is not RESP2.
pub struct Limited<S> {
    stream: S,
    meter: ReplyMeter,
}

impl<S> Limited<S> {
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            meter: ReplyMeter::default(),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Limited<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        Poll::Ready(self.meter.read(&buffer.filled()[before..]))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Limited<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The position of the next byte within a reply.
#[derive(Debug, Default)]
struct ReplyMeter {
    /// Bytes of the current reply.
    bytes: usize,
    /// Items still to come in it, including the current one; 0 between replies.
    items: usize,
    place: Place,
}

#[derive(Debug, Default)]
enum Place {
    #[default]
    Type,
    /// In a line whose text does not matter. `bool`: the last byte was a carriage return.
    Line(bool),
    /// In the line with the length of a string or a list, as far as it was read.
    Length(Kind, String),
    /// In a string: what is left of it, including its line break.
    Text(usize),
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    List,
}

impl ReplyMeter {
    fn read(&mut self, bytes: &[u8]) -> Result<()> {
        bytes.iter().try_for_each(|byte| self.step(*byte))
    }

    fn step(&mut self, byte: u8) -> Result<()> {
        if self.items == 0 {
            (self.bytes, self.items) = (0, 1);
        }
        self.bytes += 1;
        if self.bytes > MAX_REPLY_BYTES {
            return Err(ErrorKind::FileTooLarge.into());
        }
        match &mut self.place {
            Place::Type => self.place = place_after(byte)?,
            Place::Line(true) if byte == b'\n' => self.end_item(),
            Place::Line(is_end) => *is_end = byte == b'\r',
            Place::Text(1) => self.end_item(),
            Place::Text(left) => *left -= 1,
            Place::Length(kind, length) if byte == b'\n' => {
                let (kind, length) = (*kind, parsed(length)?);
                self.begin(kind, length)?;
            }
            Place::Length(_, length) if length.len() < MAX_LENGTH_CHARS => {
                length.push(char::from(byte));
            }
            Place::Length(..) => return Err(ErrorKind::FileTooLarge.into()),
        }
        Ok(())
    }

    fn begin(&mut self, kind: Kind, length: Option<usize>) -> Result<()> {
        match (kind, length) {
            (Kind::Text, Some(length)) => self.place = Place::Text(length + 2),
            (Kind::List, Some(length)) => {
                self.end_item();
                self.items += length;
                if self.items > MAX_ITEMS {
                    return Err(ErrorKind::FileTooLarge.into());
                }
            }
            (_, None) => self.end_item(),
        }
        Ok(())
    }

    fn end_item(&mut self) {
        self.items -= 1;
        self.place = Place::Type;
    }
}

fn place_after(byte: u8) -> Result<Place> {
    match byte {
        b'+' | b'-' | b':' => Ok(Place::Line(false)),
        b'$' => Ok(Place::Length(Kind::Text, String::new())),
        b'*' => Ok(Place::Length(Kind::List, String::new())),
        _ => Err(ErrorKind::InvalidData.into()),
    }
}

/// The length in a line that ends with a carriage return; `None` for nothing (-1). Only plain digits
/// count, so that no parser can read a different length.
fn parsed(line: &str) -> Result<Option<usize>> {
    let invalid = || Error::from(ErrorKind::InvalidData);
    let digits = line.strip_suffix('\r').ok_or_else(invalid)?;
    if digits == "-1" {
        return Ok(None);
    }
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid());
    }
    digits.parse().map(Some).map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The results of the replies, read whole and byte by byte.
    fn outcome(replies: &[u8]) -> Result<()> {
        let whole = ReplyMeter::default().read(replies);
        let mut meter = ReplyMeter::default();
        let pieces = replies.iter().try_for_each(|byte| meter.read(&[*byte]));
        assert_eq!(whole.is_ok(), pieces.is_ok());
        whole
    }

    fn text(length: usize) -> Vec<u8> {
        let head = format!("${length}\r\n").into_bytes();
        [head, vec![b'x'; length], b"\r\n".to_vec()].concat()
    }

    #[test]
    fn replies_of_redis_pass_however_many_there_are() {
        for reply in [
            "+OK\r\n",
            "-ERR no\r\n",
            ":-12\r\n",
            "$-1\r\n",
            "*-1\r\n",
            "$0\r\n\r\n",
            "$4\r\n\r\n\r\n\r\n",
            "*0\r\n",
            "*4\r\n$-1\r\n:-2\r\n$10\r\n1800000000\r\n$1\r\n0\r\n",
            "*2\r\n*2\r\n:1\r\n:2\r\n*1\r\n+x\r\n",
            "+a\rb\r\r\n",
        ] {
            let many = reply.repeat(MAX_REPLY_BYTES / reply.len() + 1);
            assert!(outcome(many.as_bytes()).is_ok(), "{reply}");
        }
        assert!(outcome(&text(65_536).repeat(3)).is_ok());
    }

    #[test]
    fn a_reply_that_is_too_large_fails_before_it_is_there() {
        let endless = format!("+{}", "x".repeat(MAX_REPLY_BYTES));
        let nested = "*1\r\n".repeat(MAX_REPLY_BYTES);
        for reply in [
            endless.as_bytes(),
            &text(MAX_REPLY_BYTES),
            b"$99999999",
            b"*17\r\n",
            b"*99999999999999999999",
            b"*9\r\n*9\r\n",
            nested.as_bytes(),
            &[&b"*2\r\n"[..], &text(65_536), &text(65_536)].concat(),
        ] {
            let error = outcome(reply).expect_err("a refusal");
            assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_no_reply() {
        for reply in [
            "HTTP/1.1 400 Bad Request\r\n",
            "%1\r\n",
            "~1\r\n",
            ">1\r\n",
            "=5\r\n",
            "(1\r\n",
            "$ 5\r\n",
            "$+5\r\n",
            "$5 \r\n",
            "$-2\r\n",
            "$5\n",
            "$\r\n",
            "*0x1\r\n",
            "\r\n",
        ] {
            let error = outcome(reply.as_bytes()).expect_err(reply);
            assert_eq!(error.kind(), ErrorKind::InvalidData, "{reply}");
        }
    }
}
