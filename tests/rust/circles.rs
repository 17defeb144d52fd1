//! Neither folders nor files of one folder use each other in a circle.

use std::path::Path;

use crate::support::circles::{circle_in, uses_within};
use crate::support::module_graph::ModuleGraph;

#[test]
fn neither_folders_nor_files_of_a_folder_use_each_other_in_a_circle() {
    let graph = ModuleGraph::read(Path::new("src"));
    let uses = uses_within(&graph, &[]);
    assert!(uses.contains(&("service".to_owned(), "transport".to_owned())));
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

#[test]
fn a_circle_is_found() {
    let uses =
        [("a", "b"), ("b", "c"), ("c", "b")].map(|(from, to)| (from.to_owned(), to.to_owned()));
    let circle = uses.into_iter().collect();
    assert_eq!(circle_in(&circle).unwrap(), ["b", "c", "b"]);
}
