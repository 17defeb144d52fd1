//! Replays every saved input of the fuzz targets without a fuzzer, so that fixed findings stay fixed.

#[path = "../../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::path::Path;

/// Seeds are written by hand; the corpus is what the fuzzer found on new paths through the code.
const FOLDERS: [&str; 2] = ["fuzz/seeds", "fuzz/corpus"];

fn replay(target: &str, check: fn(&[u8])) {
    for folder in FOLDERS {
        let folder = Path::new(folder).join(target);
        let inputs = fs::read_dir(&folder).unwrap_or_else(|_| panic!("no {}", folder.display()));
        let mut paths: Vec<_> = inputs.map(|input| input.unwrap().path()).collect();
        assert!(!paths.is_empty(), "{} is empty", folder.display());
        paths.sort();
        for path in paths {
            // Shown only when the test fails: the last line names the input.
            println!("{}", path.display());
            check(&fs::read(&path).unwrap());
        }
    }
}

#[test]
fn responses_become_values_or_errors_that_quote_nothing() {
    replay("decode", targets::decode::check);
}

#[test]
fn a_domain_is_exactly_the_configured_host() {
    replay("domain", targets::domain::check);
}

#[test]
fn headers_result_in_sensible_waits() {
    replay("headers", targets::headers::check);
}

#[test]
fn ids_stay_in_their_segments_and_redirects_at_their_hosts() {
    replay("ids", targets::ids::check);
}

#[test]
fn no_state_opens_that_was_not_sealed() {
    replay("state", targets::state::check);
}

#[test]
fn user_agents_show_documented_shapes() {
    replay("user_agent", targets::user_agent::check);
}

#[test]
fn every_target_is_replayed_here() {
    for target in fs::read_dir("fuzz/fuzz_targets").unwrap() {
        let path = target.unwrap().path();
        let replayed = format!("replay(\"{}\"", path.file_stem().unwrap().to_string_lossy());
        assert!(include_str!("corpora.rs").contains(&replayed), "{replayed}");
    }
}

#[test]
fn a_users_export_loses_nobody_unnoticed() {
    replay("users_export", targets::users_export::check);
}
