#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| auth0_user_security_fuzz::users_export::check(data));
