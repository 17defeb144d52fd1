//! Enforces the layers: a `use` in the wrong direction fails here, before review.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Crates that may be used in one place only.
const CONFINED: &[(&str, &[&str])] = &[
    ("redis::", &["src/shared_state/"]),
    ("http_body_util::", &["src/transport/http/"]),
    ("hyper::", &["src/transport/http/"]),
    ("hyper_util::", &["src/transport/http/"]),
    ("hyper_rustls::", &["src/transport/http/"]),
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
    ("napi_derive::", &["src/binding/", "src/model/"]),
    ("regex::", &["src/user_agent/rules.rs"]),
    ("maxminddb::", &["src/geo.rs"]),
];

/// Models and decisions, which know neither a clock nor the runtime nor the HTTP client.
const PURE: &[&str] = &[
    "src/transport/provenance.rs",
    "src/transport/request.rs",
    "src/transport/retry.rs",
    "src/transport/pacing/limit.rs",
    "src/transport/pacing/rate_limit_headers.rs",
    "src/transport/pacing/bucket/",
    "src/transport/pacing/queue/",
    "src/transport/pacing/scheduler/",
    "src/transport/pacing/shared_budget/",
];
/// Exceptions for single files among them.
const PURE_EXCEPTIONS: &[(&str, &[&str])] = &[
    (
        "src/transport/pacing/queue/wait_queue.rs",
        &["tokio::sync::Notify"],
    ),
    (
        "src/transport/pacing/scheduler/turns.rs",
        &["tokio::sync::Notify"],
    ),
    (
        "src/transport/pacing/shared_budget/budget.rs",
        &["tokio::", "Instant"],
    ),
];

#[test]
fn every_file_of_tests_is_part_of_their_program() {
    let program = include_str!("main.rs");
    for entry in fs::read_dir("tests/rust").unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy();
        let is_declared = program.contains(&format!("\nmod {name};\n"));
        assert!(
            name == "main" || is_declared,
            "{} never runs: declare it in tests/rust/main.rs",
            path.display()
        );
    }
}

#[test]
fn layers_import_only_lower_layers() {
    let document = fs::read_to_string("ARCHITECTURE.md").unwrap();
    let rules = rules_of(&document);
    for (path, code) in sources() {
        let module = module_of(&path);
        if module == "lib" {
            continue;
        }
        let allowed = rules
            .get(module.as_str())
            .unwrap_or_else(|| panic!("{module} is not in the table of ARCHITECTURE.md"));
        for imported in code.split("crate::").skip(1).map(first_word) {
            assert!(
                imported == module || allowed.contains(imported),
                "{} may not import crate::{imported}",
                path.display()
            );
        }
    }
}

#[test]
fn every_row_of_the_table_is_about_modules() {
    let document = fs::read_to_string("ARCHITECTURE.md").unwrap();
    let rules = rules_of(&document);
    let modules: BTreeSet<String> = sources().iter().map(|(path, _)| module_of(path)).collect();
    for (module, allowed) in &rules {
        assert!(modules.contains(*module), "{module} does not exist");
        for other in allowed {
            assert!(modules.contains(*other), "{other} does not exist");
            let is_mutual = rules.get(other).is_some_and(|back| back.contains(module));
            assert!(!is_mutual, "{module} and {other} may import each other");
        }
    }
}

/// The table "Module | May import": for each module, the others that it may import.
fn rules_of(document: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let (_, table) = document.split_once("| Module | May import |").unwrap();
    let rows = table.lines().skip(2).take_while(|row| row.starts_with('|'));
    let mut rules = BTreeMap::new();
    for row in rows {
        let mut columns = row.split('|').skip(1).map(in_code);
        let (modules, allowed) = (columns.next().unwrap(), columns.next().unwrap());
        for module in modules {
            rules.insert(module, allowed.iter().copied().collect());
        }
    }
    assert!(rules.len() > 10);
    rules
}

fn in_code(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn models_and_decisions_know_neither_clock_nor_runtime_nor_client() {
    let is_pure = |path: &str| PURE.iter().any(|place| path.starts_with(place));
    for (path, mut code) in sources() {
        let file = path.display().to_string();
        let exceptions = PURE_EXCEPTIONS.iter().filter(|(name, _)| *name == file);
        for allowed in exceptions.flat_map(|(_, allowed)| *allowed) {
            code = code.replace(allowed, "");
        }
        for foreign in ["tokio::", "hyper", "SystemTime", "Instant"] {
            let is_used = is_pure(&file) && code.contains(foreign);
            assert!(!is_used, "{file} uses {foreign}");
        }
    }
    for place in PURE {
        assert!(Path::new(place).exists(), "{place} has moved");
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
        .filter_map(|item| item.split_once(']'))
        .filter(|(_, item)| item.trim_start().starts_with("pub fn "))
        .map(|(attribute, _)| attribute)
        .collect();
    // One of them is in the macro that declares the methods.
    let methods = code.matches("method!(").count();
    assert!(exported.len() - 1 + methods > 10, "{}", exported.len());
    for attribute in exported {
        assert!(attribute.contains("catch_unwind"), "#[napi{attribute}]");
    }
}

#[test]
fn files_stay_short_enough_for_one_idea() {
    let folders = ["fuzz/fuzz_targets", "fuzz/src", "src", "tests"];
    let files = folders.map(|folder| rust_files(Path::new(folder)));
    for path in files.concat() {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 300, "{} has {lines} lines", path.display());
    }
}

/// Every source file with its code, comments and unit tests left out.
fn sources() -> Vec<(PathBuf, String)> {
    let files = rust_files(Path::new("src")).into_iter();
    let found: Vec<_> = files
        .map(|path| {
            let code = without_tests(&fs::read_to_string(&path).unwrap());
            (path, code)
        })
        .collect();
    assert!(found.len() > 10, "the tests run in the folder of the crate");
    found
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// Unit tests are at the end of a file; `mod tests;` can be anywhere in it.
fn without_tests(code: &str) -> String {
    let code = code
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
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
