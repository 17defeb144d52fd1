#![no_main]

use auth0_user_security::user_agent::warm_up;

// The rules take longer to compile here than any input may take.
libfuzzer_sys::fuzz_target!(
    init: warm_up(),
    |data: &[u8]| auth0_user_security_fuzz::user_agent::check(data)
);
