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

use std::path::Path;

use circles::{circle_in, uses_within};
use module_graph::ModuleGraph;

#[test]
fn neither_folders_nor_files_of_a_folder_use_each_other_in_a_circle() {
    let graph = ModuleGraph::read(Path::new("src"));
    let mut circles = Vec::new();
    for folder in graph.folders() {
        let mut uses = uses_within(&graph, folder);
        while let Some(circle) = circle_in(&uses) {
            circles.push(format!("src/{}: {}", folder.join("/"), circle.join(" → ")));
            let [.., last, first] = circle.as_slice() else {
                break;
            };
            let closing = ((*last).to_owned(), (*first).to_owned());
            uses.remove(&closing);
        }
    }
    assert!(circles.is_empty(), "{circles:#?}");
}
