//! Responses of a broken or hostile server, and how the library handles them.

use auth0_user_security::error::{ApiCategory, Error, ErrorKind, NetworkReason};
use auth0_user_security::model::UserSession;
use auth0_user_security::service::Timing;
use auth0_user_security::user::UserRef;
use serde_json::json;

use crate::support::server::{Reply, SECRET, Server, token};

const JSON: &str = "content-type: application/json\r\n";

/// Lists the sessions of a user whose pages the test writes.
async fn list(
    mut page: impl FnMut(u32) -> Reply + Send + 'static,
) -> (Result<Vec<UserSession>, Error>, Server) {
    let mut pages = 0;
    let server = Server::start(move |line| {
        if line.starts_with("POST /oauth/token") {
            return token();
        }
        pages += 1;
        page(pages)
    });
    let (service, _) = server.service(&json!({}));
    let user = UserRef::known("auth0|1");
    let listed = service
        .find_user_sessions(&user, None, service.call("test", Timing::default()))
        .await;
    (listed, server)
}

fn assert_unreadable(result: Result<Vec<UserSession>, Error>, expected: &str) {
    let error = result.expect_err(expected);
    assert!(
        matches!(&error.kind, ErrorKind::Api(f) if f.category == ApiCategory::Response),
        "{error:?}"
    );
    assert!(error.message.contains(expected), "{error}");
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
}

#[tokio::test]
async fn truncated_json_says_so() {
    let (listed, _) = list(|_| Reply::Raw(200, JSON, r#"{"sessions":[{"id":"a""#.to_owned())).await;
    assert_unreadable(listed, "ends too early");
}

#[tokio::test]
async fn another_content_type_says_so() {
    let html = "<html>canary</html>".to_owned();
    let reply = move |_| Reply::Raw(200, "content-type: text/html\r\n", html.clone());
    let (listed, _) = list(reply).await;
    let error = listed.expect_err("a page");
    let failure = error.api().expect("an API failure");
    assert_eq!(failure.category, ApiCategory::Foreign);
    assert!(
        error.message.contains("(200, text/html, 19 bytes)"),
        "{error}"
    );
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
}

#[tokio::test]
async fn a_list_without_a_session_in_it_names_its_place_and_quotes_no_value() {
    let (listed, _) =
        list(|_| Reply::Json(200, json!({ "sessions": [{ "id": null }, "canary"] }))).await;
    assert_unreadable(listed, "at `sessions`");
    let (listed, _) = list(|_| Reply::Json(200, json!({ "sessions": "canary" }))).await;
    assert_unreadable(listed, "expected an object with an array `sessions`");
}

#[tokio::test]
async fn optional_fields_of_any_type_lose_no_session() {
    let odd = json!({ "sessions": [
        { "id": "a", "device": null, "clients": null, "authentication": 5, "created_at": {},
          "expires_at": 1, "session_metadata": [], "user_id": 7, "last_interacted_at": "soon",
          "cookie": "x", "idle_expires_at": true },
        { "id": "b", "device": { "last_user_agent": 5, "last_ip": [] }, "clients": [null, {}] },
    ] });
    let (listed, _) = list(move |_| Reply::Json(200, odd.clone())).await;
    let listed = listed.expect("both sessions");
    assert_eq!(listed.len(), 2);
    assert!(
        listed
            .iter()
            .all(|session| &*session.browser == "Unknown" && session.user_id == "auth0|1")
    );
}

#[tokio::test]
async fn a_repeated_cursor_ends_in_an_error() {
    let (listed, server) =
        list(|_| Reply::Json(200, json!({ "sessions": [{ "id": "a" }], "next": "same" }))).await;
    assert_unreadable(listed, "repeats a page");
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn an_endless_list_ends_in_an_error() {
    let (listed, _) = list(|page| {
        Reply::Json(
            200,
            json!({ "sessions": [], "next": format!("page{page}") }),
        )
    })
    .await;
    assert_unreadable(listed, "does not end");
}

#[tokio::test]
async fn an_empty_last_page_is_accepted() {
    let (listed, _) = list(|page| match page {
        1 => Reply::Json(200, json!({ "sessions": [{ "id": "a" }], "next": "more" })),
        _ => Reply::Json(200, json!({ "sessions": [] })),
    })
    .await;
    assert_eq!(listed.expect("one session").len(), 1);
}

#[tokio::test]
async fn a_body_over_the_cap_is_not_read() {
    let (listed, server) = list(|_| Reply::Raw(200, JSON, " ".repeat(9 * 1024 * 1024))).await;
    let error = listed.expect_err("too large");
    let failure = error.api().expect("an API failure");
    assert_eq!(
        failure.category,
        ApiCategory::Foreign,
        "what was not read proves nothing"
    );
    assert!(error.message.contains("larger than 8 MiB"), "{error}");
    assert_eq!(server.asked().len(), 2, "and not asked for again");
}

#[tokio::test]
async fn redirects_are_never_followed() {
    let (listed, server) =
        list(|_| Reply::Raw(302, "location: /elsewhere\r\n", String::new())).await;
    assert_unreadable(listed, "never followed");
    assert!(!server.asked().iter().any(|line| line.contains("elsewhere")));
}

#[tokio::test]
async fn a_broken_connection_is_retried_and_then_a_network_error() {
    let (listed, server) = list(|_| Reply::Hangup).await;
    let error = listed.expect_err("no response");
    let failure = error.api().expect("an API failure");
    let reason = Some(NetworkReason::Closed);
    assert_eq!(
        (failure.category, failure.attempts, failure.status),
        (ApiCategory::Network { reason }, 3, None)
    );
    assert_eq!(server.asked().len(), 4);
    let (listed, _) = list(|page| match page {
        1 => Reply::Hangup,
        _ => Reply::Json(200, json!({ "sessions": [] })),
    })
    .await;
    assert!(listed.expect("the second attempt").is_empty());
}

#[tokio::test]
async fn a_rejected_token_is_renewed_once() {
    let (listed, server) =
        list(|_| Reply::Json(401, json!({ "statusCode": 401, "message": "canary" }))).await;
    assert_eq!(listed.expect_err("401").status(), Some(401));
    let tokens = server
        .asked()
        .iter()
        .filter(|line| line.contains("/oauth/token"))
        .count();
    assert_eq!((tokens, server.asked().len()), (2, 4));
}

#[tokio::test]
async fn rejected_credentials_are_a_configuration_error_without_a_retry() {
    for (status, code, field) in [
        (401, "access_denied", "clientSecret"),
        (401, "invalid_client", "clientSecret"),
        (403, "access_denied", "audience"),
        (403, "unauthorized_client", "clientId"),
    ] {
        let description = format!("Service not found: {SECRET}");
        let body = json!({ "error": code, "error_description": description });
        let server = Server::start(move |_| Reply::Json(status, body.clone()));
        let (service, _) = server.service(&json!({}));
        let user = UserRef::known("auth0|1");
        let error = service
            .find_user_sessions(&user, None, service.call("test", Timing::default()))
            .await
            .expect_err("no token");
        assert!(
            matches!(&error.kind, ErrorKind::Configuration { field: Some(f), .. } if f == field),
            "{error:?}"
        );
        assert_eq!(error.description(), Some("Service not found: [redacted]"));
        assert!(!format!("{error:?}{error}").contains(SECRET));
        assert_eq!(server.asked().len(), 1);
    }
}
