//! Finds modules that use each other in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::module_graph::ModuleGraph;

/// Which children of a folder use which. A file next to a folder of the same name counts as one with it, and
/// the folder's own file is named `mod`.
pub fn uses_within(graph: &ModuleGraph, folder: &[String]) -> BTreeSet<(String, String)> {
    let child = |module: &[String]| match module.get(folder.len()) {
        Some(child) => child.clone(),
        None => "mod".to_owned(),
    };
    let is_inside = |module: &[String]| module.starts_with(folder);
    let uses = graph.uses().into_iter();
    let inside = uses.filter(|(from, to)| is_inside(from) && is_inside(to));
    let between = inside.map(|(from, to)| (child(from), child(&to)));
    between.filter(|(from, to)| from != to).collect()
}

/// The children along a circle, if there is one.
pub fn circle_in(uses: &BTreeSet<(String, String)>) -> Option<Vec<&str>> {
    let mut used_by: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in uses {
        used_by.entry(from).or_default().push(to);
    }
    let mut done = BTreeSet::new();
    let mut starts = used_by.keys();
    starts.find_map(|start| walk(start, &used_by, &mut Vec::new(), &mut done))
}

fn walk<'a>(
    from: &'a str,
    uses: &BTreeMap<&'a str, Vec<&'a str>>,
    path: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
) -> Option<Vec<&'a str>> {
    if let Some(start) = path.iter().position(|child| *child == from) {
        return Some([&path[start..], &[from]].concat());
    }
    if done.contains(from) {
        return None;
    }
    path.push(from);
    let mut next = uses.get(from).into_iter().flatten();
    let circle = next.find_map(|to| walk(to, uses, path, done));
    path.pop();
    done.insert(from);
    circle
}
