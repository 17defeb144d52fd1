//! A rough risk level from what a dashboard shows.

use crate::model::EMAIL_PASSWORD;

/// The scoring documented in the README: many sessions, no password and many methods add up.
pub fn risk_level(sessions: u32, providers: &[String]) -> &'static str {
    let many_sessions = match sessions {
        0 | 1 => 0,
        2 | 3 => 1,
        _ => 2,
    };
    let has_password = providers.iter().any(|provider| provider == EMAIL_PASSWORD);
    let no_password = if has_password { 0 } else { 2 };
    let many_methods = u32::from(providers.len() > 3);
    match many_sessions + no_password + many_methods {
        4.. => "high",
        2 | 3 => "medium",
        _ => "low",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_adds_up_as_the_readme_says() {
        let level = |sessions, providers: &[&str]| {
            let providers: Vec<String> = providers.iter().map(|&name| name.to_owned()).collect();
            risk_level(sessions, &providers)
        };
        assert_eq!(level(1, &["email-password"]), "low");
        assert_eq!(level(3, &["email-password"]), "low");
        assert_eq!(level(4, &["email-password"]), "medium");
        assert_eq!(level(0, &["github"]), "medium");
        assert_eq!(level(2, &["github"]), "medium");
        assert_eq!(level(4, &["github"]), "high");
        assert_eq!(level(4, &["email-password", "a", "b", "c"]), "medium");
        assert_eq!(level(2, &["d", "a", "b", "c"]), "high");
    }
}
