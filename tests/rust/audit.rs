//! A Rust caller of `Service` cannot change anything without an audit event.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use auth0_user_security::config::Secret;
use auth0_user_security::error::{Error, Result};
use auth0_user_security::service::{
    Call, CheckedMethods, ConnectionUrlOptions, DashboardOptions, Operation, Proof, RevokeOptions,
    Service, TicketOptions, Timing,
};
use auth0_user_security::user::UserRef;
use serde_json::{Value, json};

use crate::support::protection;
use crate::support::server::{Recorded, Reply, Server, token};

const OWNER: &str = "auth0|1";
const ACTOR: &str = "support|7";

/// Every public method of `Service` that changes something in the tenant.
fn changes() -> impl Iterator<Item = &'static str> {
    OTHER_CHANGES.iter().chain(protection::CHANGES).copied()
}

/// Those that defend an account are apart.
const OTHER_CHANGES: &[&str] = &[
    "link_account",
    "unlink_account",
    "generate_password_change_ticket",
    "revoke_all_user_sessions",
    "revoke_other_user_sessions",
    "revoke_user_session",
];

fn owner() -> UserRef {
    UserRef::known(OWNER)
}

fn identities() -> Value {
    json!([
        { "provider": "auth0", "user_id": "1", "connection": "db" },
        { "provider": "github", "user_id": "3", "connection": "github" },
    ])
}

/// A tenant with one user, who has two sessions and two identities; `id|2` is a separate account.
fn tenant() -> Server {
    Server::start(|line| {
        let (method, target) = line.split_once(' ').unwrap();
        let path = target.split('?').next().unwrap();
        if let Some(reply) = protection::reply(method, path, OWNER) {
            return reply;
        }
        let sessions = json!([{ "id": "a", "user_id": OWNER }, { "id": "b", "user_id": OWNER }]);
        let identities = identities();
        let user = json!({ "user_id": OWNER, "email": "a@b.example", "identities": identities });
        match (method, path) {
            (_, "/userinfo") => {
                Reply::Json(200, json!({ "sub": "google|2", "email_verified": true }))
            }
            ("GET", path) if path.ends_with("/sessions") => {
                Reply::Json(200, json!({ "sessions": sessions }))
            }
            ("GET", path) if path.starts_with("/api/v2/sessions/") => {
                Reply::Json(200, sessions[0].clone())
            }
            ("GET", path) if path.ends_with('2') => {
                let identity = json!({ "provider": "google", "user_id": "2" });
                Reply::Json(
                    200,
                    json!({ "user_id": "google|2", "identities": [identity] }),
                )
            }
            ("GET", _) => Reply::Json(200, user),
            ("DELETE", path) if path.contains("/identities/") => {
                Reply::Json(200, json!([identities[0]]))
            }
            ("POST", path) if path.ends_with("/identities") => {
                let linked = json!({ "provider": "google", "user_id": "2" });
                Reply::Json(201, json!([identities[0], linked]))
            }
            ("POST", path) if path.ends_with("/password-change") => {
                Reply::Json(201, json!({ "ticket": "https://elsewhere.example/" }))
            }
            _ => Reply::Raw(202, "", String::new()),
        }
    })
}

/// Calls the method as a Rust program would.
async fn change(method: &str, service: &Service, operation: &Operation, call: Call) -> Result<()> {
    let (user, options) = (owner(), RevokeOptions::default());
    match method {
        "revoke_user_session" => {
            service
                .revoke_user_session(&user, Some("a"), options, operation, call)
                .await
        }
        "revoke_all_user_sessions" => {
            service
                .revoke_all_user_sessions(&user, options, operation, call)
                .await
        }
        "revoke_other_user_sessions" => service
            .revoke_other_user_sessions(&user, "a", options, operation, call)
            .await
            .map(drop),
        "link_account" => {
            let proof = Proof::AccessToken {
                provider: "google".to_owned(),
                token: Secret::new("token".to_owned()),
            };
            service
                .link_account(&user, &proof, false, operation, call)
                .await
                .map(drop)
        }
        "unlink_account" => service
            .unlink_account(&user, "github", Some("3"), operation, call)
            .await
            .map(drop),
        "generate_password_change_ticket" => service
            .generate_password_change_ticket(&user, &TicketOptions::default(), operation, call)
            .await
            .map(drop),
        other => protection::change(other, service, &user, operation, call)
            .await
            .unwrap_or_else(|| panic!("{other} is not called by this test")),
    }
}

/// The method's writes, its result, and what was reported.
async fn audited(method: &'static str) -> (Vec<String>, Result<()>, Recorded) {
    let server = tenant();
    let (service, recorded) = server.service(&json!({}));
    let operation = Operation::new(Some(ACTOR.to_owned()));
    let call = service.call(method, Timing::default());
    let result = change(method, &service, &operation, call).await;
    (writes(&server), result, recorded)
}

fn writes(server: &Server) -> Vec<String> {
    let is_read = |line: &String| line.starts_with("GET") || line.ends_with("/oauth/token");
    let asked = server.asked().into_iter();
    asked.filter(|line| !is_read(line)).collect()
}

#[tokio::test]
async fn each_method_that_changes_something_reports_one_event() {
    for method in changes() {
        let (writes, result, recorded) = audited(method).await;
        assert!(!writes.is_empty(), "{method}: {result:?}");
        let events = recorded.events.lock().unwrap();
        assert_eq!(events.len(), 1, "{method}: {events:?}");
        assert_eq!(events[0]["actor"], ACTOR, "{method}");
        let code = result.as_ref().err().map(Error::code);
        assert_eq!(events[0]["code"], json!(code), "{method}");
    }
}

#[tokio::test]
async fn the_actions_of_the_events_are_those_that_are_declared() {
    let mut reported = BTreeSet::new();
    for method in changes() {
        let (_, _, recorded) = audited(method).await;
        let events = recorded.events.lock().unwrap();
        reported.insert(events[0]["action"].as_str().unwrap().to_owned());
    }
    assert_eq!(reported, declared_actions());
}

/// The union type of `AuditEvent.action`.
fn declared_actions() -> BTreeSet<String> {
    let types = fs::read_to_string("types/prelude.d.ts").unwrap();
    let (_, event) = types.split_once("interface AuditEvent {").unwrap();
    let (_, action) = event.split_once("action:").unwrap();
    let (action, _) = action.split_once("/**").unwrap();
    let names = action.split('\'').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

#[tokio::test]
async fn all_other_methods_only_read() {
    let server = tenant();
    let (service, recorded) = server.service(&json!({ "redirectUri": "https://app.example.com/" }));
    let call = || service.call("test", Timing::default());
    let user = owner();
    service
        .find_user_sessions(&user, None, call())
        .await
        .unwrap();
    service
        .security_dashboard(&user, &DashboardOptions::default(), call())
        .await
        .unwrap();
    service
        .find_user_authentication_methods(&user, call())
        .await
        .unwrap();
    let every_method = CheckedMethods::named(None).unwrap();
    service.check_configuration(&every_method, call()).await;
    let bound = ConnectionUrlOptions {
        user: Some(owner()),
        ..ConnectionUrlOptions::default()
    };
    service.connection_url_for_user("github", &bound).unwrap();
    service.close();
    assert_eq!(writes(&server), Vec::<String>::new());
    assert_eq!(recorded.events.lock().unwrap().len(), 0);
}

/// Only a method that is given an operation can change anything: the Management API refuses changes outside of one.
#[test]
fn every_public_method_that_takes_an_operation_is_called_here() {
    let mut found = BTreeSet::new();
    for code in sources_in(Path::new("src/service")) {
        assert!(
            !code
                .split("#[cfg(test)]")
                .next()
                .unwrap()
                .contains("Operation::new(")
        );
        found.extend(methods_with_an_operation(&code));
    }
    let known: BTreeSet<String> = changes().map(str::to_owned).collect();
    assert_eq!(found, known);
}

fn sources_in(folder: &Path) -> Vec<String> {
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let sources = paths.map(|path| {
        if path.is_dir() {
            sources_in(&path)
        } else {
            vec![fs::read_to_string(path).unwrap()]
        }
    });
    sources.flatten().collect()
}

fn methods_with_an_operation(code: &str) -> BTreeSet<String> {
    let blocks = code.split("\nimpl Service {\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split("\n}\n").next());
    let methods = blocks.flat_map(|block| {
        ["    pub fn ", "    pub async fn "]
            .into_iter()
            .flat_map(|start| block.split(start).skip(1))
    });
    methods
        .filter_map(|method| method.split_once('('))
        .filter(|(_, rest)| rest.split(" {\n").next().unwrap().contains("&Operation"))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[tokio::test]
async fn a_call_that_is_dropped_midway_is_reported_as_cancelled() {
    let server = Server::start(|line| {
        if line.starts_with("POST /oauth/token") {
            return token();
        }
        Reply::Silence
    });
    let (service, recorded) = server.service(&json!({}));
    let operation = Operation::new(None);
    let call = service.call("test", Timing::default());
    let change = change("revoke_all_user_sessions", &service, &operation, call);
    let change = tokio::time::timeout(std::time::Duration::from_millis(300), change);
    assert!(change.await.is_err());
    let events = recorded.events.lock().unwrap();
    let outcomes: Vec<&Value> = events.iter().map(|event| &event["outcome"]).collect();
    assert_eq!(outcomes, ["cancelled"]);
}
