//! Users as the Management API returns them.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::ids::UserId;

pub fn user(id: UserId, now: DateTime<Utc>) -> Value {
    let digits = id.digits();
    let created = (now - TimeDelta::days(90)).to_rfc3339_opts(SecondsFormat::Millis, true);
    json!({
        "user_id": id.text(),
        "email": email(id),
        "email_verified": true,
        "name": format!("Person {}", id.number),
        "nickname": format!("person{}", id.number),
        "picture": format!("https://images.example.com/{digits}.png"),
        "created_at": created,
        "updated_at": created,
        "identities": [
            {
                "provider": "auth0",
                "user_id": digits,
                "connection": "Username-Password-Authentication",
                "isSocial": false,
            },
            {
                "provider": "google-oauth2",
                "user_id": format!("1{:020}", id.number),
                "connection": "google-oauth2",
                "isSocial": true,
                "profileData": {
                    "email": email(id),
                    "email_verified": true,
                    "name": format!("Person {}", id.number),
                },
            },
        ],
    })
}

fn email(id: UserId) -> String {
    format!("{}@example.com", id.digits())
}
