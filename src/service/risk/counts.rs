//! Signals that counting shows.

use super::words::count;
use crate::model::EMAIL_PASSWORD;
use crate::risk_input::SessionFacts;

/// Auth0's type of the log event about a rotating refresh token that was used again. Not "fertft", the failure of any other
/// exchange: most such tokens have just expired.
const REUSED_TOKEN: &str = "ferrt";

pub fn several_sessions(sessions: u32) -> Option<String> {
    matches!(sessions, 2 | 3).then(|| format!("There are {sessions} sessions."))
}

pub fn many_sessions(sessions: u32) -> Option<String> {
    (sessions > 3).then(|| format!("There are {sessions} sessions."))
}

pub fn many_methods(providers: &[String]) -> Option<String> {
    let methods = providers.len();
    (methods > 3).then(|| format!("There are {methods} sign-in methods."))
}

pub fn no_password(providers: &[String]) -> Option<String> {
    if providers.iter().any(|provider| provider == EMAIL_PASSWORD) {
        return None;
    }
    Some(match providers.len() {
        0 => "There are no sign-in methods.".to_owned(),
        1 => "The only sign-in method is not a password.".to_owned(),
        methods => format!("None of the {methods} sign-in methods is a password."),
    })
}

pub fn bots(sessions: &[SessionFacts]) -> Option<String> {
    let is_bot = |session: &&SessionFacts| session.device.as_deref() == Some("Bot");
    match sessions.iter().filter(is_bot).count() {
        0 => None,
        1 => Some("1 session has the user agent of a bot.".to_owned()),
        bots => Some(format!("{bots} sessions have the user agent of a bot.")),
    }
}

pub fn delegated(sessions: &[SessionFacts]) -> Option<String> {
    let delegated = sessions.iter().filter(|session| session.is_delegated);
    let sessions = match delegated.count() {
        0 => return None,
        1 => "1 session is".to_owned(),
        sessions => format!("{sessions} sessions are"),
    };
    Some(format!(
        "{sessions} delegated: someone else acts as the user."
    ))
}

pub fn reuse(event_types: &[String]) -> Option<String> {
    let reused = event_types.iter().filter(|kind| *kind == REUSED_TOKEN);
    match reused.count() {
        0 => None,
        reused => {
            let events = count(event_types.len(), "log event");
            Some(format!(
                "A refresh token was reused, according to {reused} of {events}."
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn sessions_are_several_or_many_but_not_both() {
        for (sessions, several, many) in [
            (0, false, false),
            (1, false, false),
            (2, true, false),
            (3, true, false),
            (4, false, true),
            (10_000, false, true),
        ] {
            assert_eq!(several_sessions(sessions).is_some(), several);
            assert_eq!(many_sessions(sessions).is_some(), many);
        }
    }

    #[test]
    fn the_absence_of_a_password_is_said_for_any_number_of_methods() {
        let why = |providers: &[&str]| no_password(&texts(providers));
        assert_eq!(why(&["github", "email-password"]), None);
        assert_eq!(why(&[]).as_deref(), Some("There are no sign-in methods."));
        assert_eq!(
            why(&["github"]).as_deref(),
            Some("The only sign-in method is not a password.")
        );
        assert_eq!(
            why(&["github", "apple"]).as_deref(),
            Some("None of the 2 sign-in methods is a password.")
        );
    }

    #[test]
    fn only_a_reused_token_is_a_reuse() {
        let others = ["s", "sertft", "fertft", "", "FERRT"];
        assert_eq!(reuse(&texts(&others)), None);
        let why = |types: &[&str]| reuse(&texts(types)).expect("a reuse");
        assert_eq!(
            why(&["ferrt"]),
            "A refresh token was reused, according to 1 of 1 log event."
        );
        assert_eq!(
            why(&["ferrt", "s", "fertft", "ferrt"]),
            "A refresh token was reused, according to 2 of 4 log events."
        );
    }
}
