//! The part of `cargo metadata` that the rules look at.

use crate::failure::{During as _, Failure};
use crate::process::{capture, cargo};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A package of the workspace and the crates its manifest names, whatever the section.
#[derive(Debug)]
pub struct Package {
    pub name: String,
    pub dependencies: Vec<String>,
}

#[derive(Debug)]
pub struct Metadata {
    pub packages: Vec<Package>,
    /// Package name → names of what it is built with (normal and build dependencies), for every package in the lock file.
    pub graph: BTreeMap<String, BTreeSet<String>>,
}

impl Metadata {
    pub fn load() -> Result<Self, Failure> {
        let text = capture(&mut cargo(&["metadata", "--format-version", "1", "--quiet"]))?;
        Self::parse(&text)
    }

    pub fn parse(text: &str) -> Result<Self, Failure> {
        let json: Value = serde_json::from_str(text).during("cannot read what `cargo metadata` printed")?;
        let members: BTreeSet<&str> = items(json.get("workspace_members")).filter_map(Value::as_str).collect();
        let mut names = BTreeMap::new();
        let mut packages = Vec::new();
        for package in items(json.get("packages")) {
            let (Some(id), Some(name)) = (text_of(package, "id"), text_of(package, "name")) else { continue };
            names.insert(id, name);
            if members.contains(id) {
                let dependencies =
                    items(package.get("dependencies")).filter_map(|dependency| text_of(dependency, "name"));
                packages
                    .push(Package { name: name.to_owned(), dependencies: dependencies.map(str::to_owned).collect() });
            }
        }
        if packages.is_empty() {
            return Err(Failure::new("`cargo metadata` names no package of the workspace"));
        }
        Ok(Self { packages, graph: graph(&json, &names) })
    }

    /// Everything that a package is built with, directly or not.
    pub fn closure(&self, package: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![package];
        while let Some(name) = open.pop() {
            for dependency in self.graph.get(name).into_iter().flatten() {
                if reached.insert(dependency.as_str()) {
                    open.push(dependency);
                }
            }
        }
        reached
    }
}

fn graph(json: &Value, names: &BTreeMap<&str, &str>) -> BTreeMap<String, BTreeSet<String>> {
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in items(json.pointer("/resolve/nodes")) {
        let Some(name) = text_of(node, "id").and_then(|id| names.get(id)) else { continue };
        let edges = graph.entry((*name).to_owned()).or_default();
        for dependency in items(node.get("deps")) {
            let for_tests_only = items(dependency.get("dep_kinds")).all(|kind| text_of(kind, "kind") == Some("dev"));
            if let Some(name) = text_of(dependency, "pkg").and_then(|id| names.get(id)).filter(|_| !for_tests_only) {
                edges.insert((*name).to_owned());
            }
        }
    }
    graph
}

fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_array).into_iter().flatten()
}

fn text_of<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_MEMBERS: &str = r#"{
        "packages": [
            {"id": "a#1", "name": "a", "dependencies": [{"name": "b", "kind": null}, {"name": "t", "kind": "dev"}]},
            {"id": "b#1", "name": "b", "dependencies": []},
            {"id": "r#1", "name": "r", "dependencies": []},
            {"id": "t#1", "name": "t", "dependencies": []}
        ],
        "workspace_members": ["a#1", "b#1"],
        "resolve": {"nodes": [
            {"id": "a#1", "deps": [{"pkg": "b#1", "dep_kinds": [{"kind": null}]}, {"pkg": "t#1", "dep_kinds": [{"kind": "dev"}]}]},
            {"id": "b#1", "deps": [{"pkg": "r#1", "dep_kinds": [{"kind": null}]}]}
        ]}
    }"#;

    #[test]
    fn only_members_of_the_workspace_are_packages() {
        let metadata = Metadata::parse(TWO_MEMBERS).unwrap();
        let names: Vec<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(metadata.packages[0].dependencies, ["b", "t"]);
    }

    #[test]
    fn closure_follows_all_edges_but_test_ones() {
        let metadata = Metadata::parse(TWO_MEMBERS).unwrap();
        assert_eq!(metadata.closure("a"), BTreeSet::from(["b", "r"]));
    }
}
