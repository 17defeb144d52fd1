//! Neither folders nor files of one folder use each other in a circle.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/circles.rs"]
mod circles;
#[path = "support/module_graph.rs"]
mod module_graph;

use std::collections::BTreeSet;
use std::path::Path;

use circles::{circle_in, uses_within};
use module_graph::ModuleGraph;

/// Circles that exist, each by the use that closes it and the reason why it stays. A folder's own module
/// is named `mod`.
const KNOWN_CIRCLES: &[(&str, &str, &str)] = &[
    (
        "binding/limits",
        "binding/arguments",
        "a limit that is exceeded is a rejected argument",
    ),
    (
        "config/mod",
        "config/settings",
        "the configuration is read by functions that return its own types",
    ),
];

#[test]
fn neither_folders_nor_files_of_a_folder_use_each_other_in_a_circle() {
    let graph = ModuleGraph::read(Path::new("src"));
    let mut circles = Vec::new();
    let mut known = BTreeSet::new();
    for folder in graph.folders() {
        let mut uses = uses_within(&graph, folder);
        for (from, to, _) in KNOWN_CIRCLES {
            let name = |child: &str| [folder, &[child.to_owned()]].concat().join("/");
            let before = uses.len();
            uses.retain(|(user, used)| name(user) != *from || name(used) != *to);
            if uses.len() < before {
                known.insert((*from, *to));
            }
        }
        while let Some(circle) = circle_in(&uses) {
            circles.push(format!("src/{}: {}", folder.join("/"), circle.join(" → ")));
            let [.., last, first] = circle.as_slice() else {
                break;
            };
            let closing = ((*last).to_owned(), (*first).to_owned());
            uses.remove(&closing);
        }
    }
    let stale: Vec<_> = KNOWN_CIRCLES
        .iter()
        .filter(|(from, to, _)| !known.contains(&(*from, *to)))
        .collect();
    assert!(circles.is_empty(), "{circles:#?}");
    assert!(stale.is_empty(), "no longer used: {stale:?}");
}
