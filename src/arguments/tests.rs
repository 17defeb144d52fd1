//! Arguments as any language could pass them, with JSON in place of its values.

use serde_json::{Value as Json, json};

use super::*;
use crate::error::ErrorKind;

impl Value for &Json {
    type Thrown = ();

    fn kind(self) -> Result<Kind, ()> {
        Ok(match self {
            Json::Null => Kind::Null,
            Json::Bool(_) => Kind::Boolean,
            Json::Number(_) => Kind::Number,
            Json::String(_) => Kind::String,
            Json::Array(_) | Json::Object(_) => Kind::Object,
        })
    }

    fn flag(self) -> Result<bool, ()> {
        self.as_bool().ok_or(())
    }

    fn number(self) -> Result<f64, ()> {
        self.as_f64().ok_or(())
    }

    fn text(self, most: usize) -> Result<JsText, ()> {
        let text = self.as_str().ok_or(())?;
        if text.encode_utf16().count() > most {
            return Ok(JsText::TooLong);
        }
        Ok(JsText::Valid(text.to_owned()))
    }

    fn property(self, name: &str) -> Result<Option<Self>, ()> {
        Ok(self.get(name))
    }

    fn property_names(self) -> Result<Result<Vec<String>, &'static str>, ()> {
        let object = self.as_object().ok_or(())?;
        Ok(Ok(object.keys().cloned().collect()))
    }

    fn length(self) -> Result<Option<u32>, ()> {
        let length = self.as_array().map(|items| items.len().try_into().ok());
        Ok(length.flatten())
    }

    fn element(self, index: u32) -> Result<Option<Self>, ()> {
        Ok(self.get(index as usize))
    }

    fn plain(self, _: usize) -> Result<Option<Json>, ()> {
        Ok(Some(self.clone()))
    }

    fn is_bytes(self) -> Result<bool, ()> {
        Ok(false)
    }

    fn date(self) -> Result<Option<i64>, ()> {
        Ok(None)
    }
}

fn given(arguments: &Json) -> Arguments<&Json> {
    Arguments::new(arguments.as_array().expect("a list").iter().collect())
}

fn message<T: std::fmt::Debug>(decoded: Result<T, Rejection<()>>) -> String {
    match decoded.expect_err("a rejection") {
        Rejection::Failure(error) => {
            assert!(matches!(error.kind, ErrorKind::InvalidArgument { .. }));
            error.message.into_owned()
        }
        Rejection::Thrown(()) => panic!("nothing throws here"),
    }
}

#[test]
fn a_call_is_by_object_if_a_user_or_a_session_is_one() {
    for (arguments, form) in [
        (json!(["auth0|a", "s"]), Form::ById),
        (json!([{ "sub": "auth0|a" }, "s"]), Form::ByObject),
        (json!(["auth0|a", { "id": "s" }]), Form::ByObject),
        (json!([{ "email": "a@b" }, { "id": "s" }]), Form::ByObject),
    ] {
        let mut given = given(&arguments);
        given.user().expect("a user");
        let session = given.session().expect("a session");
        assert_eq!((session.as_deref(), given.form), (Some("s"), form));
    }
}

#[test]
fn a_connection_url_is_made_by_id_unless_a_redirect_url_follows() {
    for (arguments, is_by_id) in [
        (json!(["github", "https://app.example.com"]), false),
        (json!(["github", "anything"]), false),
        (json!(["custom", "https://app.example.com"]), false),
        (json!(["auth0|a", "https://app.example.com"]), true),
        (json!(["auth0|a", "github"]), true),
        (json!(["custom", "github"]), true),
        (json!([{ "sub": "auth0|a" }, "github"]), true),
        (json!(["custom", "x".repeat(3000)]), false),
        (json!([]), true),
    ] {
        let found = given(&arguments).is_connection_by_id();
        assert_eq!(found.expect("a form"), is_by_id, "{arguments}");
    }
}

#[test]
fn options_may_take_the_place_of_an_optional_text() {
    for (arguments, text) in [
        (json!(["u", { "actor": "me" }]), Some("u")),
        (json!([{ "actor": "me" }]), None),
        (json!([null, { "actor": "me" }]), None),
    ] {
        let mut given = given(&arguments);
        let found = given.optional_text("redirectUrl").expect("a text or none");
        assert_eq!(found.as_deref(), text);
        let options = given.change_options().expect("options");
        assert_eq!(options.actor.as_deref(), Some("me"));
    }
}

#[test]
fn an_identity_is_given_by_object_or_by_its_parts() {
    let expected = ("github".to_owned(), Some("1".to_owned()));
    for arguments in [
        json!([{ "provider": "github", "id": "1" }]),
        json!(["github", "1"]),
    ] {
        let identity = given(&arguments).identity().expect("an identity");
        assert_eq!(identity, expected);
    }
    let half = given(&json!([{ "provider": "github" }])).identity();
    assert!(message(half).contains("must have id and provider"));
}

#[test]
fn an_option_of_another_method_is_refused_by_name() {
    let arguments = json!([{ "waitUntilGone": true }]);
    let mut options = given(&arguments).options().expect("options");
    assert_eq!(
        options.text("currentSessionId").expect("a text or none"),
        None
    );
    assert_eq!(
        message(options.finish()),
        "options.waitUntilGone is not a known option. Known: timeoutMs, priority, currentSessionId, signal."
    );
    assert!(options.flag("waitUntilGone").expect("a flag"));
    options.finish().expect("all options are known");
}

#[test]
fn ids_that_disagree_name_nobody() {
    let arguments = json!([{ "sub": "auth0|a", "user_id": "auth0|b" }]);
    let refused = given(&arguments).user();
    assert!(message(refused).starts_with("user.sub and user.user_id name different users"));
}

#[test]
fn a_risk_policy_is_read_whole_and_left_out_parts_stay_open() {
    let arguments = json!([{
        "signals": { "bot": 2, "noPassword": 0.5 },
        "thresholds": { "high": 5 },
        "events": [{ "type": "ferrt" }, {}],
    }]);
    let policy = given(&arguments).risk_policy().expect("a policy");
    let expected = [("bot".to_owned(), 2.0), ("noPassword".to_owned(), 0.5)];
    assert_eq!(policy.weights, expected);
    assert_eq!((policy.medium, policy.high), (None, Some(5.0)));
    let types = policy.event_types.expect("events");
    assert_eq!(types, ["ferrt".to_owned(), String::new()]);
    assert_eq!(policy.max_speed_kmh, None);
    for nothing in [json!([]), json!([null]), json!([{}])] {
        let policy = given(&nothing).risk_policy().expect("a policy");
        assert!(policy.weights.is_empty() && policy.event_types.is_none());
    }
}

#[test]
fn a_weight_that_is_null_is_no_weight_that_was_left_out() {
    let arguments = json!([{ "signals": { "bot": null } }]);
    assert_eq!(
        message(given(&arguments).risk_policy()),
        "policy.signals.bot must be a number, but is of type null."
    );
}

#[test]
fn a_stored_session_is_read_as_far_as_signals_depend_on_it() {
    let arguments = json!([[
        { "device": "Bot", "lastActivityAt": "2026-01-31T09:00:00+01:00", "actor": { "sub": "a" } },
        { "id": "s", "os": null },
    ]]);
    let (sessions, count) = given(&arguments).sessions().expect("sessions");
    let facts = session_facts(&sessions).expect("facts");
    assert_eq!((count, facts.len()), (2, 2));
    assert_eq!(facts[0].device.as_deref(), Some("Bot"));
    let at = facts[0].last_activity_at.expect("a date");
    assert_eq!(at.to_rfc3339(), "2026-01-31T08:00:00+00:00");
    assert!(facts[0].is_delegated && !facts[1].is_delegated);
    assert_eq!((&facts[1].os, facts[1].last_activity_at), (&None, None));
}
