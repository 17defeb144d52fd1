//! The results for any user agent have the documented format.

use auth0_user_security::user_agent;

/// Only 1,024 characters of a user agent are read, and a rule adds a word or two to what it copies.
const MAX_CHARS: usize = 4 * 1024;
const DEVICES: [&str; 6] = ["Desktop", "Mobile", "Tablet", "TV", "Bot", "Unknown"];

pub fn check(data: &[u8]) {
    let text = super::text(data);
    let agent = user_agent::parse(Some(&text));
    assert!(DEVICES.contains(&&*agent.device), "{}", agent.device);
    for shown in [&agent.browser, &agent.os] {
        assert!(
            (1..=MAX_CHARS).contains(&shown.chars().count()),
            "{} long",
            shown.len()
        );
        assert!(!shown.chars().any(char::is_control), "{shown:?}");
    }
    assert_eq!(user_agent::parse(Some(&text)), agent, "the same again");
}
