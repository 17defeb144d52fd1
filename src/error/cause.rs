//! The underlying cause of a failure, in words that no server, proxy or Redis can choose.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use super::Error;

/// Callers print causes, so their text comes only from this library or the operating system. It cannot be created
/// from a string at run time.
#[derive(Debug, Clone)]
pub enum Cause {
    /// A failure of this library.
    Failure(Arc<Error>),
    Words(Words),
    /// What a function of the caller threw, by the number under which JavaScript has it.
    Thrown(i64),
}

#[derive(Debug, Clone)]
pub struct Words {
    text: Cow<'static, str>,
    next: Option<Box<Cause>>,
}

impl Words {
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn next(&self) -> Option<&Cause> {
        self.next.as_deref()
    }
}

impl Cause {
    /// The system's own message for an error number, or the name of the kind of error. The message of any other I/O
    /// error may come from a library, and so from data that the library has read.
    pub fn of_system(error: &io::Error) -> Self {
        let text = match error.raw_os_error() {
            Some(number) => io::Error::from_raw_os_error(number).to_string(),
            None => error.kind().to_string(),
        };
        Self::words(text.into())
    }

    /// The whole message of a connection error, which occurs before anything can be received: it is where the
    /// system says why a name cannot be resolved.
    pub fn of_connecting(error: &io::Error) -> Self {
        Self::words(error.to_string().into())
    }

    #[must_use]
    pub fn because(self, next: Option<Self>) -> Self {
        match self {
            Self::Failure(_) | Self::Thrown(_) => self,
            Self::Words(words) => Self::Words(Words {
                next: next.map(Box::new).or(words.next),
                ..words
            }),
        }
    }

    fn words(text: Cow<'static, str>) -> Self {
        Self::Words(Words { text, next: None })
    }
}

impl From<&'static str> for Cause {
    fn from(text: &'static str) -> Self {
        Self::words(text.into())
    }
}

impl From<Error> for Cause {
    fn from(error: Error) -> Self {
        Self::Failure(Arc::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_an_error_that_a_library_made_is_left_out() {
        let custom = io::Error::new(io::ErrorKind::ConnectionReset, "canary");
        let shown = format!("{:?}", Cause::of_system(&custom));
        assert!(shown.contains("connection reset"), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }

    #[test]
    fn an_error_of_the_system_keeps_its_text() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert!(format!("{:?}", Cause::of_system(&refused)).contains("refused"));
        let number = io::Error::from_raw_os_error(2);
        let shown = format!("{:?}", Cause::of_system(&number));
        assert!(shown.contains("os error 2"), "{shown}");
    }
}
