//! The library that Node.js loads. Everything that it exports is registered by the core's `binding`.

use auth0_user_security as _;
