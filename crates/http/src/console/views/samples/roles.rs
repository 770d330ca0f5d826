//! The list of roles, one of them, and the form for one.

use super::{super::*, HOSTILE, Samples, at, frame};

fn customer(cell: &str) -> bool {
    cell.starts_with("own.") && !cell.contains("price") && cell != "own.catalog.edit" && !cell.contains("accounts")
}

fn user(cell: &str) -> bool {
    ["own.account_info.view", "own.support.view"].contains(&cell)
}

fn basic(cell: &str) -> bool {
    (cell.starts_with("child.") || ["own.account_info.view", "own.reports.view", "own.support.view"].contains(&cell))
        && applies(cell)
}

fn desk(cell: &str) -> bool {
    user(cell) || cell.ends_with(".users.view") || cell == "child.users.edit" || cell == "child.account_info.view"
}

/// Whether some role holds the cell.
fn applies(cell: &str) -> bool {
    let only_view = ["reports", "support"].iter().any(|area| cell.contains(area)) && !cell.ends_with("view");
    let no_more = ["account_info", "catalog"].iter().any(|area| cell.contains(area))
        && (cell.ends_with("add") || cell.ends_with("remove"));
    !only_view && !no_more && !cell.starts_with("own.accounts")
}

fn summary(name: &str, text: &str, kind: &str, holders: Option<&str>, holds: fn(&str) -> bool) -> RoleSummary {
    RoleSummary {
        href: format!("/console/accounts/a1/roles/{}", name.to_lowercase().replace(' ', "_")),
        name: name.into(),
        text: text.into(),
        kind: kind.into(),
        holders: holders.map(Into::into),
        rows: matrix_rows(holds),
    }
}

fn section(title: &str, text: &str, roles: Vec<RoleSummary>) -> RoleSection {
    RoleSection { title: title.into(), text: text.into(), roles }
}

fn built_in() -> Vec<RoleSection> {
    let of = |name: &str, text: &str, holders, holds| summary(name, text, "Built-in", holders, holds);
    let everything = "Manages everything in this account and in all accounts below it.";
    let below =
        "Manages everything in the accounts below; in this account only looks at company information and reports.";
    let selling = "Manages customers, users, services and prices in this account and in all accounts below it.";
    let office = "Manages the users, services and company information of this account.";
    let own = "Edits the own profile, sees company information and support.";
    vec![
        section(
            "Access levels",
            "How far somebody reaches.",
            vec![
                of("Full Access", everything, Some("2 people"), |_| true),
                of("Basic Access", below, Some("5 people"), basic),
                of("No Access", "Sees the own dashboard only.", None, |_| false),
            ],
        ),
        section(
            "Account roles",
            "What somebody does in the company.",
            vec![
                of("Reseller Administrator", selling, Some("1 person"), |_| true),
                of("Customer Administrator", office, Some("12 people"), customer),
                of("User", own, Some("31 people"), user),
            ],
        ),
    ]
}

fn custom() -> Vec<RoleSection> {
    vec![
        section(
            "Roles of Contoso",
            "Defined here. They can be given in Contoso and in the accounts below it.",
            vec![
                summary("Support desk", "Answers support requests of customers.", "Version 3", Some("4 people"), desk),
                summary(HOSTILE, "", "Version 1", None, user),
            ],
        ),
        section(
            "Roles of Northwind",
            "Defined above Contoso. They can be given here, and are changed in Northwind.",
            vec![summary("Price reader", "Looks at price schedules only.", "Version 1", Some("1 person"), |cell| {
                cell.ends_with("price_schedules.view")
            })],
        ),
    ]
}

fn choices() -> Vec<ChoiceGroup> {
    let choice = |role: &RoleSummary| GroupedChoice {
        value: role.name.to_lowercase().replace(' ', "_"),
        label: role.name.clone(),
        refused: None,
    };
    let group = |section: &RoleSection| ChoiceGroup {
        title: section.title.clone(),
        choices: section.roles.iter().map(choice).collect(),
    };
    built_in().iter().chain(&custom()).map(group).collect()
}

fn comparison() -> Comparison {
    Comparison {
        first: "Customer Administrator".into(),
        second: "Basic Access".into(),
        rows: compared_rows(|cell| customer(cell) && applies(cell), basic),
        edits_profile: (true, true),
    }
}

impl Samples for RolesPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame("Roles", NavPlace::Roles),
            account_id: "a1".into(),
            account_name: "Contoso".into(),
            define_refused: None,
            custom: custom(),
            built_in: built_in(),
            compare: CompareForm { choices: choices(), ..CompareForm::default() },
        };
        let why = "To define a role here you need the right to edit users, which you do not hold at Contoso.";
        let none = Self { custom: Vec::new(), ..page.clone() };
        let compare = CompareForm {
            first: "customer_administrator".into(),
            second: "basic_access".into(),
            comparison: Some(comparison()),
            ..page.compare.clone()
        };
        vec![
            ("roles-none-may-not", Self { define_refused: Some(why.into()), ..none.clone() }),
            ("roles-none", none),
            ("roles-compared", Self { compare, ..page.clone() }),
            ("roles", page),
        ]
    }
}

fn holder(id: &str, name: &str, anchor: &str, window: GrantWindow) -> HolderRow {
    HolderRow {
        user_id: id.into(),
        name: name.into(),
        login_name: format!("{}@contoso.example", name.to_lowercase().replace(' ', ".")),
        avatar: Avatar::of(id, name),
        anchor: anchor.into(),
        window,
    }
}

fn role_page() -> RolePage {
    let since = Some(at(30_000));
    RolePage {
        frame: frame("Support desk", NavPlace::Roles),
        account_id: "a1".into(),
        account_name: "Contoso".into(),
        role: "r1".into(),
        name: "Support desk".into(),
        text: "Answers support requests of customers.".into(),
        owner: Some(RoleOwner { account_id: "a1".into(), name: "Contoso".into() }),
        version: Some("3".into()),
        changed: Some(at(4000)),
        changed_by: Some("Avery Quinn of Northwind".into()),
        edits_profile: true,
        rows: held_rows(desk, ""),
        holders: vec![
            holder("u4", "Tomás Aguilar", "Contoso", GrantWindow::Now { since: since.clone(), until: None }),
            holder("u2", "Jonas Weidmann", "Harbour Dental Group", GrantWindow::Now { since, until: Some(at(-9000)) }),
            holder("u5", HOSTILE, "Contoso", GrantWindow::Later { from: at(-4000), until: None }),
            holder("u7", "Olumide Adeyemi-Bright", "Contoso", GrantWindow::Over { ended: at(6000) }),
        ],
        holders_note: "And somebody whom you may not view.".into(),
        may_edit: true,
        may_define: true,
        removal: RoleRemoval::Refused("4 people have it. Once they have another role, it can be removed.".into()),
    }
}

impl Samples for RolePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = role_page();
        let unused =
            Self { holders: Vec::new(), holders_note: String::new(), removal: RoleRemoval::Offered, ..page.clone() };
        let built_in = Self {
            frame: frame("Customer Administrator", NavPlace::Roles),
            role: "customer_administrator".into(),
            name: "Customer Administrator".into(),
            text: "Manages the users, services and company information of this account.".into(),
            owner: None,
            version: None,
            changed: None,
            changed_by: None,
            rows: held_rows(|cell| customer(cell) && applies(cell), ""),
            may_edit: false,
            removal: RoleRemoval::NotOffered,
            ..page.clone()
        };
        vec![("role-unused", unused), ("role-built-in", built_in), ("role", page)]
    }
}

fn ticks() -> Vec<FullRow<TickCell>> {
    let ticked = |cell: &str| desk(cell) || cell == "child.price_schedules.view";
    tick_rows(ticked, |cell| !cell.contains("price_schedules") && applies(cell))
}

impl Samples for RoleFormPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame("Edit Support desk", NavPlace::Roles),
            account_id: "a1".into(),
            account_name: "Contoso".into(),
            edited: Some(("r1".into(), "Support desk".into())),
            values: RoleValues {
                name: "Support desk".into(),
                description: "Answers support requests of customers.".into(),
                edit_profile: true,
            },
            rows: ticks(),
            errors: FieldErrorsView::default(),
            version: "3".into(),
            conflict: false,
            notice: Some("4 people have this role. What you change holds for them as soon as it is saved.".into()),
        };
        let new = Self {
            frame: frame("Define a Role", NavPlace::Roles),
            edited: None,
            values: RoleValues { edit_profile: true, ..RoleValues::default() },
            rows: tick_rows(|_| false, applies),
            notice: None,
            version: String::new(),
            ..page.clone()
        };
        let mut errors = FieldErrorsView::default();
        errors.add("name", "There is a role called Support desk in Contoso already. Choose another name.");
        errors.add("cells", "Users in child accounts: editing needs viewing. Tick view too, or neither.");
        let wrong = Self {
            errors,
            values: page.values.clone(),
            rows: tick_rows(|cell| cell == "child.users.edit", applies),
            ..new.clone()
        };
        let clash = Self { conflict: true, notice: None, ..page.clone() };
        vec![("role-new", new), ("role-errors", wrong), ("role-conflict", clash), ("role-edit", page)]
    }
}
