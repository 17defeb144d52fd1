//! What callers see. The structs carry their JavaScript names, and their documentation becomes
//! that of the TypeScript types.

mod session;

pub use session::{SessionAuthenticationMethod, UserSession};
