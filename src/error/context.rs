//! What helps to find out why a call failed, and never decides anything.

use std::fmt;

#[derive(Clone, Default)]
pub(super) struct Context {
    pub description: Option<String>,
    pub correlation_id: Option<String>,
}

impl fmt::Debug for Context {
    /// Without the description: it is the server's text.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Context")
            .field("correlation_id", &self.correlation_id)
            .finish_non_exhaustive()
    }
}
