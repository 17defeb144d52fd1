//! Holds the layers apart: a `use` that points the wrong way fails here, before a reviewer sees it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// What each module may import of ours, and which foreign crates only it may use.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("model", &[]),
    ("user_agent", &[]),
    ("cpu", &[]),
    ("redirect_url", &["error"]),
    ("geo", &["error"]),
    ("signing_key", &["error"]),
    ("config", &["error", "geo", "redirect_url", "signing_key"]),
    ("user", &["error"]),
    ("arguments", &["error", "user"]),
    ("failure_object", &["error"]),
    ("logging", &["config"]),
    ("shared_state", &["config", "logging"]),
    ("transport", &["config", "error", "logging", "shared_state"]),
    ("auth0", &["config", "error", "signing_key", "transport"]),
    (
        "credentials",
        &["auth0", "config", "error", "shared_state", "transport"],
    ),
    (
        "service",
        &[
            "geo",
            "redirect_url",
            "auth0",
            "config",
            "cpu",
            "credentials",
            "error",
            "logging",
            "model",
            "shared_state",
            "transport",
            "user",
            "user_agent",
        ],
    ),
    (
        "binding",
        &[
            "arguments",
            "config",
            "error",
            "failure_object",
            "logging",
            "model",
            "service",
            "user",
        ],
    ),
];

/// Crates that only one place may name.
const CONFINED: &[(&str, &[&str])] = &[
    ("redis::", &["src/shared_state/"]),
    ("reqwest::", &["src/transport/http"]),
    ("hyper::", &["src/transport/http/"]),
    ("hyper_util::", &["src/transport/http/"]),
    ("h2::", &["src/transport/http/"]),
    ("rustls_platform_verifier::", &["src/transport/http/"]),
    (
        "rustls::",
        &[
            "src/config/authorities.rs",
            "src/shared_state/socket.rs",
            "src/transport/http/",
        ],
    ),
    ("tokio_rustls::", &["src/shared_state/socket.rs"]),
    ("rustls_native_certs::", &["src/shared_state/socket.rs"]),
    ("napi::", &["src/binding/"]),
    ("regex::", &["src/user_agent/rules.rs"]),
    ("maxminddb::", &["src/geo.rs"]),
];

#[test]
fn modules_import_only_what_lies_below_them() {
    for (path, code) in sources() {
        let module = module_of(&path);
        if module == "lib" {
            continue;
        }
        let (_, allowed) = MAY_IMPORT
            .iter()
            .find(|(name, _)| *name == module)
            .unwrap_or_else(|| panic!("{module} has no rule"));
        for imported in code.split("crate::").skip(1).map(first_word) {
            assert!(
                imported == module || allowed.contains(&imported),
                "{} may not import crate::{imported}",
                path.display()
            );
        }
    }
}

#[test]
fn decisions_and_requests_know_neither_runtime_nor_client() {
    for name in [
        "limit",
        "mark",
        "pace",
        "provenance",
        "rate_limit",
        "refill",
        "request",
        "retry",
    ] {
        let file = format!("src/transport/{name}.rs");
        let code = without_tests(&fs::read_to_string(&file).unwrap());
        for foreign in ["tokio::", "reqwest::", "SystemTime", "Instant"] {
            assert!(!code.contains(foreign), "{file} uses {foreign}");
        }
    }
}

#[test]
fn foreign_crates_stay_where_they_belong() {
    for (path, code) in sources() {
        for (foreign, places) in CONFINED {
            let path = path.display().to_string();
            let is_home = places.iter().any(|place| path.starts_with(place));
            assert!(is_home || !code.contains(foreign), "{path} uses {foreign}");
        }
    }
}

#[test]
fn unsafe_code_is_in_one_file_at_most() {
    let with_unsafe = sources()
        .into_iter()
        .filter(|(_, code)| code.contains("unsafe ") || code.contains("allow(unsafe_code)"))
        .count();
    assert!(with_unsafe <= 1);
}

/// A panic that crossed the boundary would end the process.
#[test]
fn every_function_of_the_boundary_catches_panics() {
    let code: Vec<String> = sources()
        .into_iter()
        .filter(|(path, _)| path.starts_with("src/binding"))
        .map(|(_, code)| code)
        .collect();
    let code = code.join("\n");
    let exported: Vec<&str> = code
        .split("#[napi")
        .skip(1)
        .filter(|item| item.contains("]\npub fn "))
        .map(|item| item.split(']').next().unwrap_or_default())
        .collect();
    assert!(exported.len() > 10, "{}", exported.len());
    for attribute in exported {
        assert!(attribute.contains("catch_unwind"), "#[napi{attribute}]");
    }
}

#[test]
fn files_stay_short_enough_for_one_idea() {
    for (path, _) in sources() {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 300, "{} has {lines} lines", path.display());
    }
}

/// Every source file with its code, comments and unit tests left out.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    collect(Path::new("src"), &mut found);
    assert!(found.len() > 10, "the tests run in the folder of the crate");
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let code = without_tests(&fs::read_to_string(&path).unwrap());
            found.push((path, code));
        }
    }
}

fn without_tests(code: &str) -> String {
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    code.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix("src").unwrap();
    let first = inside.components().next().unwrap().as_os_str();
    first.to_str().unwrap().trim_end_matches(".rs").to_owned()
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    &text[..end.unwrap_or(text.len())]
}
