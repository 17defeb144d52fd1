//! Log lines of the core, handed to whatever the caller gave as logger; knows no JavaScript.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::config::LogLevel;

/// How a reader of many libraries' lines knows this one's.
const PREFIX: &str = "auth0-user-security";

/// One line. Details hold ids and counts, never secrets.
#[derive(Debug, Clone)]
pub struct LogLine {
    pub level: LogLevel,
    pub message: String,
    pub details: Map<String, Value>,
}

type Sink = dyn Fn(LogLine) + Send + Sync;

#[derive(Clone)]
pub struct Logger {
    threshold: LogLevel,
    sink: Arc<Sink>,
}

impl fmt::Debug for Logger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Logger({:?})", self.threshold)
    }
}

impl Logger {
    pub fn new(threshold: LogLevel, sink: impl Fn(LogLine) + Send + Sync + 'static) -> Self {
        Self {
            threshold,
            sink: Arc::new(sink),
        }
    }

    /// An audit event goes out whatever the threshold is, and as an `info` line where that is heard.
    pub fn audit(&self, message: impl Into<String>, event: &Value) {
        let message = message.into();
        (self.sink)(LogLine {
            level: LogLevel::Audit,
            message: message.clone(),
            details: printable_fields(event),
        });
        self.line(LogLevel::Info, message, event);
    }

    pub fn info(&self, message: impl AsRef<str>, details: &Value) {
        self.line(LogLevel::Info, message, details);
    }

    pub fn warn(&self, message: impl AsRef<str>, details: &Value) {
        self.line(LogLevel::Warn, message, details);
    }

    fn line(&self, level: LogLevel, message: impl AsRef<str>, details: &Value) {
        if level >= self.threshold {
            (self.sink)(LogLine {
                level,
                message: format!("{PREFIX}: {}", message.as_ref()),
                details: printable_fields(details),
            });
        }
    }
}

/// Longer than any id of Auth0.
const MAX_DETAIL_CHARS: usize = 1_024;

/// Some ids in details were chosen by whoever responded, and control characters rewrite terminals.
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
