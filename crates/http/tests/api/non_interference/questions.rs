//! Everything there is to ask: the routes of the router, about everything, with every parameter the document has.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};
use tenantry_domain::{AccountId, RoleId, UserId};
use tenantry_http::api;

use crate::requirements::{ROLES, UNKNOWN};

/// What one can ask about.
pub struct Subjects {
    accounts: Vec<String>,
    users: Vec<String>,
    roles: Vec<String>,
    hidden: Vec<String>,
    /// One of each that is seen and that is not.
    few_accounts: Vec<String>,
    few_roles: Vec<String>,
}

type Inhabited = (Vec<AccountId>, Vec<(UserId, RoleId)>);

impl Subjects {
    pub fn new(seen: &Inhabited, hidden: &Inhabited) -> Self {
        let hidden_accounts = hidden.0.iter().map(ToString::to_string);
        let hidden_people = hidden.1.iter().flat_map(|(user, role)| [user.to_string(), role.to_string()]);
        let all = |ids: Vec<String>| ids.into_iter().chain([UNKNOWN.to_owned()]).collect();
        let people = || seen.1.iter().chain(&hidden.1);
        let few_accounts = [seen.0.first(), hidden.0.first()].into_iter().flatten().map(ToString::to_string);
        let few_roles = [seen.1.first(), hidden.1.first()].into_iter().flatten().map(|(_, role)| role.to_string());
        Self {
            few_accounts: all(few_accounts.collect()),
            few_roles: all(few_roles.collect()),
            hidden: hidden_accounts.chain(hidden_people).collect(),
            accounts: all(seen.0.iter().chain(&hidden.0).map(ToString::to_string).collect()),
            users: all(people().map(|(user, _)| user.to_string()).collect()),
            roles: all(people().map(|(_, role)| role.to_string()).collect()),
        }
    }

    pub fn hidden(&self) -> Vec<String> {
        self.hidden.clone()
    }

    /// What can stand in place of a parameter of a path or a query.
    fn values(&self, path: &str, parameter: &str) -> Vec<String> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        match parameter {
            "{id}" if path.contains("/accounts/") => self.accounts.clone(),
            "{id}" if path.contains("/roles/") => self.roles.clone(),
            "{id}" if path.contains("/users/") => self.users.clone(),
            "{account}" if path.contains("{role}") => self.few_accounts.clone(),
            "{account}" => self.accounts.clone(),
            "parent" | "accountId" | "account" | "to" => self.few_accounts.clone(),
            "{role}" => self.few_roles.clone(),
            "{id}" | "{name}" | "{*rest}" => words(&["nothing"]),
            "{code}" => words(&["US"]),
            // Of no logo, and no colours.
            "{hash}" | "{colors}" => words(&["5a5a5a5a"]),
            "q" => words(&["a", "li", "aardvark"]),
            "kind" => words(&["platform", "reseller", "customer"]),
            "status" => words(&["active", "suspended", "removed"]),
            "scope" => words(&["own", "subtree"]),
            "role" => [self.few_roles.clone(), words(&ROLES)].concat(),
            "provisioning" => words(&["pending", "provisioned", "failed"]),
            "sort" => words(&["name", "-name", "loginName", "-loginName", "created", "-created"]),
            "limit" => words(&["1", "7"]),
            "loginName" => {
                words(&["aaa@contoso.example", "zzz@tailspin.example", "aaa@litware.example", "a@new.example"])
            }
            "size" => words(&["thumbnail", "full"]),
            "view" => words(&["tree"]),
            "switch" => words(&["1"]),
            // Pages are turned as they are given.
            "after" | "before" => Vec::new(),
            unknown => panic!("`{unknown}` of {path} has no values to try"),
        }
    }
}

/// What pages take beside the path: no document tells.
const OF_PAGES: [(&str, &[&str]); 5] = [
    ("/console/accounts", &["view", "parent", "q", "kind", "status", "switch"]),
    ("/console/accounts/new", &["parent", "kind"]),
    ("/console/accounts/{account}/users", &["scope", "q", "status", "role", "sort"]),
    ("/console/accounts/{account}/move", &["to", "q"]),
    ("/console/users/{id}/access", &["account"]),
];

/// Every address there is, each parameter tried by itself; the first page of each list.
pub fn all(subjects: &Subjects) -> BTreeSet<String> {
    let document = serde_json::to_value(api::openapi()).unwrap();
    let mut all = BTreeSet::new();
    for (_, template) in tenantry_http::routes().into_iter().filter(|(method, _)| method == Method::GET) {
        let parameters = parameters(&document, &template);
        for path in paths(subjects, &template) {
            all.insert(path.clone());
            all.extend(queries(subjects, &path, &parameters));
        }
    }
    all
}

fn parameters(document: &Value, template: &str) -> Vec<String> {
    let of_page = OF_PAGES.iter().find(|(page, _)| *page == template);
    if let Some((_, names)) = of_page {
        return names.iter().map(|name| (*name).to_owned()).collect();
    }
    let path = &document["paths"][template];
    let listed = [&path["get"]["parameters"], &path["parameters"]].into_iter().filter_map(Value::as_array).flatten();
    let of_query = listed.filter(|parameter| parameter["in"] == "query");
    of_query.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect()
}

fn paths(subjects: &Subjects, template: &str) -> Vec<String> {
    let mut paths = vec![template.to_owned()];
    for placeholder in template.split('/').filter(|segment| segment.starts_with('{')) {
        let values = subjects.values(template, placeholder);
        let filled = |path: &String| values.iter().map(|value| path.replace(placeholder, value)).collect::<Vec<_>>();
        paths = paths.iter().flat_map(filled).collect();
    }
    paths
}

fn queries(subjects: &Subjects, path: &str, parameters: &[String]) -> Vec<String> {
    let mut queries = Vec::new();
    for name in parameters {
        let values = subjects.values(path, name);
        queries.extend(values.iter().map(|value| format!("{path}?{name}={value}")));
        if name == "sort" {
            // The order tells the most where most is listed.
            queries.extend(values.iter().map(|value| format!("{path}?scope=subtree&limit=20&{name}={value}")));
        }
    }
    if path.ends_with("/login-name") {
        let domains = ["contoso.example", "tailspin.example", "litware.example"];
        queries.extend(domains.map(|domain| format!("{path}?local=aaa&domain={domain}")));
    }
    if path.ends_with("/access") && path.starts_with("/console") {
        let about = |account: &String| format!("{path}?action=edit&resource=users&accountId={account}");
        queries.extend(subjects.few_accounts.iter().map(about));
    }
    queries
}

/// The address of the next page, if the answer tells of one.
pub fn next_page(uri: &str, body: &str) -> Option<String> {
    let token = match serde_json::from_str::<Value>(body) {
        Ok(list) => list["nextCursor"].as_str()?.to_owned(),
        Err(_) => {
            let (_, rest) = body.split_once("after=")?;
            rest.split(['"', '&', '\'']).next()?.to_owned()
        }
    };
    let first = uri.split("after=").next()?.trim_end_matches(['?', '&']);
    Some(format!("{first}{}after={token}", if first.contains('?') { '&' } else { '?' }))
}

/// Whether the answer is a stream of what happens.
pub fn never_ends(uri: &str) -> bool {
    uri.starts_with("/api/v1/users/") && uri.ends_with("/events")
}

/// Who may do what, and why not.
pub fn decisions(subjects: &Subjects) -> Vec<(Value, String)> {
    let mut asked = Vec::new();
    for account in &subjects.few_accounts {
        for (resource, action) in [("users", "add"), ("accounts", "remove"), ("price_schedules", "edit")] {
            let question = json!({"accountId": account, "resource": resource, "action": action});
            let of_others = subjects
                .users
                .iter()
                .map(|user| json!({"userId": user, "accountId": account, "resource": resource, "action": action}));
            asked.extend(of_others.chain([question]));
        }
    }
    asked.into_iter().map(|question| (question.clone(), format!("POST /decisions {question}"))).collect()
}
