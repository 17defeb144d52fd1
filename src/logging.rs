//! Log lines and audit events of the core, passed to the caller's logger; knows no JavaScript.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::config::Level;

/// Distinguishes the lines of this library among those of others.
const PREFIX: &str = "auth0-user-security";

/// One line. Details are ids and counts, never secrets.
#[derive(Debug, Clone)]
pub struct LogLine {
    pub level: Level,
    pub message: String,
    pub details: Map<String, Value>,
}

/// Where lines and audit events go. Neither may fail: there is nowhere to report it.
pub trait Sink: Send + Sync {
    fn line(&self, line: LogLine);
    fn audit(&self, event: Map<String, Value>);
}

#[derive(Clone)]
pub struct Logger {
    /// The minimum level of the lines that are written; `None` writes nothing.
    threshold: Option<Level>,
    sink: Arc<dyn Sink>,
}

impl fmt::Debug for Logger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Logger({:?})", self.threshold)
    }
}

impl Logger {
    pub fn new(threshold: Option<Level>, sink: impl Sink + 'static) -> Self {
        Self {
            threshold,
            sink: Arc::new(sink),
        }
    }

    pub fn writes(&self, level: Level) -> bool {
        self.threshold.is_some_and(|threshold| level >= threshold)
    }

    /// An audit event reaches its sink whatever the threshold is, and is also a line at `info`.
    pub fn audit(&self, message: &str, event: &Value) {
        self.sink.audit(printable_fields(event));
        self.info(message, event);
    }

    /// Does not even compute the details unless the line is written.
    pub fn debug(&self, message: &str, details: impl FnOnce() -> Value) {
        if self.writes(Level::Debug) {
            self.line(Level::Debug, message, &details());
        }
    }

    pub fn info(&self, message: &str, details: &Value) {
        self.line(Level::Info, message, details);
    }

    pub fn warn(&self, message: &str, details: &Value) {
        self.line(Level::Warn, message, details);
    }

    fn line(&self, level: Level, message: &str, details: &Value) {
        if self.writes(level) {
            self.sink.line(LogLine {
                level,
                message: format!("{PREFIX}: {message}"),
                details: printable_fields(details),
            });
        }
    }
}

/// Longer than any id at Auth0.
const MAX_DETAIL_CHARS: usize = 1_024;

/// Some ids in details were chosen by a server, and control characters could manipulate terminals.
fn printable(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let plain = text.chars().filter(|character| !character.is_control());
            Value::String(plain.take(MAX_DETAIL_CHARS).collect())
        }
        Value::Object(_) => Value::Object(printable_fields(value)),
        other => other.clone(),
    }
}

fn printable_fields(details: &Value) -> Map<String, Value> {
    let fields = details.as_object().into_iter().flatten();
    fields
        .map(|(name, value)| (name.clone(), printable(value)))
        .collect()
}
