//! The endpoints that the public methods call, and the scopes derived from them.

use crate::transport::request::Route;

/// The endpoints that one method may call, except for optional requests. Declared next to the code of the method.
pub(super) struct Needs {
    pub method: &'static str,
    pub routes: &'static [&'static Route],
}

impl Needs {
    /// The scopes of its endpoints, without duplicates.
    pub fn scopes(&self) -> Vec<&'static str> {
        let mut scopes = Vec::new();
        for scope in self.routes.iter().flat_map(|route| route.scopes) {
            if !scopes.contains(scope) {
                scopes.push(*scope);
            }
        }
        scopes
    }
}
