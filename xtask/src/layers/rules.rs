//! The rules themselves, on plain data.

use super::metadata::{Metadata, Package};
use crate::workspace::SourceFile;
use std::collections::BTreeSet;

const DOMAIN: &str = "tenantry-domain";
const APP: &str = "tenantry-app";
const HTTP: &str = "tenantry-http";
const SQL: &str = "tenantry-infra-sql";
const MAIL: &str = "tenantry-infra-mail";
const SYSTEM: &str = "tenantry-infra-system";
const SEED: &str = "tenantry-seed";

/// Which packages of ours each package may name; one that is not listed may name any.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    (DOMAIN, &[]),
    (APP, &[DOMAIN]),
    (SQL, &[APP, DOMAIN]),
    (MAIL, &[APP, DOMAIN]),
    (SYSTEM, &[APP, DOMAIN]),
    // A program of its own beside the product: it writes rows and hashes one password, and knows neither mail nor HTTP.
    (SEED, &[APP, DOMAIN, SQL, SYSTEM]),
    ("xtask", &[]),
];

/// A crate, or a family of crates where the name ends in `*`, and the only package that may name it.
const HOMES: &[(&str, &str)] = &[
    ("sea-orm*", SQL),
    ("sea-query*", SQL),
    ("sqlx*", SQL),
    ("lettre", MAIL),
    ("axum*", HTTP),
    ("tower-http", HTTP),
    ("argon2", SYSTEM),
    ("hickory*", SYSTEM),
    ("image", SYSTEM),
];

/// Nothing that waits, talks or draws may stand below the domain, not even through somebody else.
const RUNTIMES: &[&str] = &[
    "tokio",
    "async-std",
    "smol",
    "axum*",
    "hyper*",
    "tower*",
    "sea-orm*",
    "sqlx*",
    "lettre",
    "reqwest",
    "tracing",
    "askama",
    "argon2",
    "hickory*",
    "image",
];

/// Other services embed the domain: every crate below it is one that they have to trust.
const MOST_CRATES_OF_DOMAIN: usize = 60;

fn is_named(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(family) => name == family || name.strip_prefix(family).is_some_and(|rest| rest.starts_with('-')),
        None => name == pattern,
    }
}

/// Packages of ours, known by name: a rename elsewhere shows up as a missing package.
pub fn own_dependencies(packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, allowed) in MAY_DEPEND_ON {
        let Some(package) = packages.iter().find(|package| package.name == *name) else {
            findings.push(format!(
                "{name}: there is no such package; were the rules in xtask/src/layers/rules.rs forgotten?"
            ));
            continue;
        };
        for dependency in &package.dependencies {
            let ours = packages.iter().any(|other| other.name == *dependency);
            // A package may name itself: that is how its own tests switch one of its features on.
            if ours && dependency != name && !allowed.contains(&dependency.as_str()) {
                findings.push(format!("{name} depends on {dependency}; of ours it may know {}", list(allowed)));
            }
        }
    }
    findings
}

pub fn technologies(packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        for dependency in &package.dependencies {
            let home = HOMES.iter().find(|(pattern, _)| is_named(pattern, dependency)).map(|(_, home)| *home);
            if let Some(home) = home.filter(|home| *home != package.name) {
                findings.push(format!("{} depends on {dependency}, whose only home is {home}", package.name));
            }
        }
    }
    findings
}

pub fn runtimes_below_domain(metadata: &Metadata) -> Vec<String> {
    let below = metadata.closure(DOMAIN);
    below
        .into_iter()
        .filter(|name| RUNTIMES.iter().any(|pattern| is_named(pattern, name)))
        .map(|name| format!("{DOMAIN} is built with {name}; `cargo tree -p {DOMAIN} -i {name}` says through whom"))
        .collect()
}

/// `tree` names each crate that the domain is built with on a line, some of them often.
pub fn crates_below_domain(tree: &str) -> Option<String> {
    let crates: BTreeSet<&str> = tree.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let small = !crates.is_empty() && crates.len() <= MOST_CRATES_OF_DOMAIN;
    (!small).then(|| {
        format!(
            "{DOMAIN} without features is built from {} crates; {MOST_CRATES_OF_DOMAIN} are the limit",
            crates.len()
        )
    })
}

pub fn adapters_named_in_http(sources: &[SourceFile]) -> Vec<String> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.path.starts_with("crates/http/src/") && !composes(&source.path))
    {
        for (number, line) in source.lines() {
            if line.contains("tenantry_infra_") && !line.trim_start().starts_with("//") {
                findings.push(format!("{}:{number}: names an adapter; only composition.rs and cli/ may", source.path));
            }
        }
    }
    findings
}

fn composes(path: &str) -> bool {
    let inside = path.strip_prefix("crates/http/src/").unwrap_or(path);
    matches!(inside, "composition.rs" | "cli.rs") || inside.starts_with("composition/") || inside.starts_with("cli/")
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn package(name: &str, dependencies: &[&str]) -> Package {
        Package { name: name.to_owned(), dependencies: dependencies.iter().map(|&name| name.to_owned()).collect() }
    }

    /// The workspace as it should be, with one package replaced.
    fn workspace_with(replacement: Package) -> Vec<Package> {
        let mut packages = vec![
            package(DOMAIN, &["uuid"]),
            package(APP, &[DOMAIN, APP, "tokio"]),
            package(SQL, &[APP, DOMAIN, "sea-orm", "sea-orm-migration"]),
            package(MAIL, &[APP, DOMAIN, "lettre"]),
            package(SYSTEM, &[APP, DOMAIN, "argon2", "image"]),
            package(HTTP, &[DOMAIN, APP, SQL, MAIL, SYSTEM, "axum", "axum-extra"]),
            package(SEED, &[DOMAIN, APP, SQL, SYSTEM, "indicatif"]),
            package("xtask", &[]),
        ];
        packages.retain(|package| package.name != replacement.name);
        packages.push(replacement);
        packages
    }

    fn source(path: &str, text: &str) -> SourceFile {
        SourceFile { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn the_intended_workspace_is_clean() {
        let packages = workspace_with(package("xtask", &["serde_json"]));
        assert_eq!(own_dependencies(&packages), Vec::<String>::new());
        assert_eq!(technologies(&packages), Vec::<String>::new());
    }

    #[test]
    fn app_may_not_know_an_adapter() {
        let findings = own_dependencies(&workspace_with(package(APP, &[DOMAIN, SQL])));
        assert_eq!(findings, [format!("{APP} depends on {SQL}; of ours it may know {DOMAIN}")]);
    }

    #[test]
    fn adapters_may_not_know_each_other() {
        assert_eq!(own_dependencies(&workspace_with(package(MAIL, &[APP, SYSTEM]))).len(), 1);
    }

    #[test]
    fn a_missing_package_is_reported_rather_than_passed() {
        let packages = workspace_with(package("tenantry-core", &[]));
        let without_domain: Vec<Package> = packages.into_iter().filter(|package| package.name != DOMAIN).collect();
        assert!(own_dependencies(&without_domain)[0].starts_with("tenantry-domain: there is no such package"));
    }

    #[test]
    fn a_technology_outside_its_home_is_found_by_family() {
        assert_eq!(technologies(&workspace_with(package(APP, &[DOMAIN, "sea-orm-migration"]))).len(), 1);
        assert_eq!(technologies(&workspace_with(package(APP, &[DOMAIN, "sqlx-core"]))).len(), 1);
        assert_eq!(technologies(&workspace_with(package(APP, &[DOMAIN, "image-meta"]))), Vec::<String>::new());
    }

    #[test]
    fn a_runtime_below_domain_is_found_through_others() {
        let edge = |to: &str| BTreeSet::from([to.to_owned()]);
        let graph = BTreeMap::from([(DOMAIN.to_owned(), edge("innocent")), ("innocent".to_owned(), edge("tokio"))]);
        let findings = runtimes_below_domain(&Metadata { packages: Vec::new(), graph });
        assert_eq!(findings.len(), 1);
        assert!(findings[0].contains("built with tokio"));
    }

    #[test]
    fn domain_is_built_from_few_crates_each_counted_once() {
        let tree =
            |crates: usize| (0..crates).map(|number| format!("crate{number} v1.0.0\n")).collect::<Vec<_>>().concat();
        assert_eq!(crates_below_domain(&tree(60).repeat(2)), None);
        assert!(crates_below_domain(&tree(61)).is_some_and(|finding| finding.contains("61 crates")));
        assert!(crates_below_domain("").is_some(), "a tree that cannot be read");
    }

    #[test]
    fn only_the_composition_root_and_the_command_line_name_an_adapter() {
        let naming = "use tenantry_infra_sql::connect;\n";
        for allowed in ["composition.rs", "composition/mail.rs", "cli.rs", "cli/serve.rs"] {
            assert_eq!(
                adapters_named_in_http(&[source(&format!("crates/http/src/{allowed}"), naming)]),
                Vec::<String>::new()
            );
        }
        let findings = adapters_named_in_http(&[source("crates/http/src/api/users.rs", naming)]);
        assert_eq!(findings, ["crates/http/src/api/users.rs:1: names an adapter; only composition.rs and cli/ may"]);
    }

    #[test]
    fn a_comment_may_mention_an_adapter() {
        let file = source("crates/http/src/api.rs", "// see tenantry_infra_sql\n");
        assert_eq!(adapters_named_in_http(&[file]), Vec::<String>::new());
    }
}
