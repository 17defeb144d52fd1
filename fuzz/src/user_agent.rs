//! Whatever a user agent holds, what is shown of it has the documented shapes.

use auth0_user_security::user_agent;

/// A user agent counts up to 1024 characters, and a rule adds a word or two to what it takes over.
const MAX_CHARS: usize = 4 * 1024;
const DEVICES: [&str; 6] = ["Desktop", "Mobile", "Tablet", "TV", "Bot", "Unknown"];

pub fn check(data: &[u8]) {
    let text = super::text(data);
    let agent = user_agent::parse(Some(&text));
    assert!(DEVICES.contains(&agent.device.as_str()), "{}", agent.device);
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
