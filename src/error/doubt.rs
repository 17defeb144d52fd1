//! Whether a change that ended with an error may have been made. Any kind of error can be in doubt: what obscures the
//! outcome of a change need not be a response to it.

use super::{EffectState, Error};

impl Error {
    /// Auth0 may have acted although it did not report success.
    pub fn is_ambiguous(&self) -> bool {
        self.is_in_doubt
    }

    /// The same error, for a change whose outcome could not be determined.
    #[must_use]
    pub fn in_doubt(self) -> Self {
        self.in_doubt_if(true)
    }

    /// The same, if there is a reason to doubt.
    #[must_use]
    pub fn in_doubt_if(mut self, is_in_doubt: bool) -> Self {
        self.is_in_doubt |= is_in_doubt;
        self
    }

    /// What is known of a change whose request failed with this error.
    pub fn state_of_change(&self) -> EffectState {
        if self.is_ambiguous() {
            EffectState::Unknown
        } else {
            EffectState::NotDone
        }
    }
}
