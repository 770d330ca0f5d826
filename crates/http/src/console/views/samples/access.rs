//! What somebody may do, and the form for the grants.

use super::{super::*, HOSTILE, Samples, at, frame};

fn customer(cell: &str) -> bool {
    let held = ["own.account_info.view", "own.account_info.edit", "own.catalog.view", "own.reports.view"];
    held.contains(&cell)
        || cell == "own.support.view"
        || cell.starts_with("own.users.")
        || cell.starts_with("own.services.")
}

fn no_end(role: &str, anchor: &str) -> GrantRow {
    GrantRow {
        role: role.into(),
        role_href: Some(format!("/console/accounts/a1/roles/{}", role.to_lowercase().replace(' ', "_"))),
        anchor: anchor.into(),
        is_home: anchor == "Contoso",
        window: GrantWindow::Now { since: None, until: None },
        given: Some(at(90)),
        given_by: Some("Avery Quinn of Northwind".into()),
        change_href: Some("/console/users/u1/grants#grant-0-title".into()),
    }
}

fn grants() -> Vec<GrantRow> {
    let later = GrantWindow::Later { from: at(-4000), until: Some(at(-90_000)) };
    vec![
        no_end("Customer Administrator", "Contoso"),
        GrantRow { window: later, ..no_end("Support desk", "Harbour Dental Group") },
        GrantRow {
            window: GrantWindow::Over { ended: at(5000) },
            role_href: None,
            given_by: None,
            ..no_end(HOSTILE, "Brightwater Logistics")
        },
    ]
}

fn accounts() -> Vec<Choice> {
    [("a1", "Contoso"), ("a3", "Harbour Dental Group"), ("a4", "Brightwater Logistics"), ("a5", HOSTILE)]
        .map(|(id, name)| Choice::new(id, name))
        .into()
}

fn denied() -> Answer {
    Answer {
        what: "edit price schedules in Contoso".into(),
        verdict: Verdict::NotHeld {
            why: "The only grant in effect, Customer Administrator of Contoso, does not allow it.".into(),
            remedy: RemedyText {
                cell: "own.price_schedules.edit".into(),
                anchor: "Contoso".into(),
                roles: vec!["Full Access".into(), "Reseller Administrator".into()],
                grantors: vec!["you".into(), "Tomás Aguilar".into(), "Dana Novak".into()],
            },
        },
    }
}

fn page() -> UserAccessPage {
    UserAccessPage {
        frame: frame("Access of Mara Lindqvist", NavPlace::Users),
        user_id: "u1".into(),
        account_id: "a1".into(),
        name: "Mara Lindqvist".into(),
        first_name: "Mara".into(),
        login_name: "mara.lindqvist@contoso.example".into(),
        avatar: Avatar::of("u1", "Mara Lindqvist"),
        chip: StatusChip::Provisioning,
        is_self: false,
        may: UserActions { edit: true, suspend: true, remove: true, ..UserActions::default() },
        not_in_effect: None,
        chosen_id: "a1".into(),
        chosen_name: "Contoso".into(),
        accounts: accounts(),
        rows: held_rows(customer, "own.price_schedules.edit"),
        edits_profile: true,
        actions: action_choices(),
        areas: area_choices(),
        question: Question { action: "edit".into(), resource: "price_schedules".into(), account_id: "a1".into() },
        answer: Some(denied()),
        grants: grants(),
        add_href: Some("/console/users/u1/grants#grant-3-title".into()),
    }
}

impl Samples for UserAccessPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = page();
        let allowed = Answer {
            what: "edit users in Contoso".into(),
            verdict: Verdict::Granted {
                cell: "own.users.edit".into(),
                role: "Customer Administrator".into(),
                anchor: "Contoso".into(),
                window: GrantWindow::Now { since: None, until: None },
            },
        };
        let granted = Self {
            rows: held_rows(customer, "own.users.edit"),
            question: Question { resource: "users".into(), ..page.question.clone() },
            answer: Some(allowed),
            grants: grants().into_iter().take(1).collect(),
            ..page.clone()
        };
        let unseen = Verdict::GrantedOutOfView { cell: "child.price_schedules.edit".into() };
        let elsewhere = Self { answer: Some(Answer { verdict: unseen, ..denied() }), ..page.clone() };
        let why = "Mara Lindqvist is suspended.".to_owned();
        let suspended = Self {
            chip: StatusChip::Suspended,
            not_in_effect: Some(why.clone()),
            answer: Some(Answer { verdict: Verdict::NotActive { why }, ..denied() }),
            may: UserActions { edit: true, activate: true, ..UserActions::default() },
            ..page.clone()
        };
        let fresh = Self {
            rows: held_rows(customer, ""),
            question: Question::default(),
            answer: None,
            accounts: accounts().into_iter().take(1).collect(),
            add_href: None,
            grants: vec![GrantRow { change_href: None, ..no_end("Customer Administrator", "Contoso") }],
            edits_profile: false,
            ..granted.clone()
        };
        vec![
            ("access-granted", granted),
            ("access-elsewhere", elsewhere),
            ("access-suspended", suspended),
            ("access-fresh", fresh),
            ("access", page),
        ]
    }
}

fn roles(refused: Option<&str>) -> Vec<ChoiceGroup> {
    let choice = |value: &str, label: &str, refused: Option<&str>| GroupedChoice {
        value: value.into(),
        label: label.into(),
        refused: refused.map(Into::into),
    };
    let group = |title: &str, choices| ChoiceGroup { title: title.into(), choices };
    vec![
        group(
            "Access levels",
            vec![
                choice("full_access", "Full Access", refused),
                choice("basic_access", "Basic Access", refused),
                choice("no_access", "No Access", None),
            ],
        ),
        group(
            "Account roles",
            vec![
                choice("reseller_administrator", "Reseller Administrator", refused),
                choice("customer_administrator", "Customer Administrator", None),
                choice("user", "User", None),
            ],
        ),
        group("Roles of Contoso", vec![choice("r1", "Support desk", None), choice("r2", HOSTILE, None)]),
    ]
}

fn fields(at: usize, kind: GrantKind, role: &str, account_id: &str) -> GrantFields {
    GrantFields {
        at,
        fixed_account: (kind == GrantKind::Base).then(|| "Contoso".into()),
        roles: roles((kind == GrantKind::Base).then_some("more than you hold here")),
        note: "Given 3 days ago by Avery Quinn of Northwind.".into(),
        role: role.into(),
        account_id: account_id.into(),
        starts_at: String::new(),
        ends_at: String::new(),
        remove: false,
        find: if kind == GrantKind::New { HOSTILE.into() } else { String::new() },
        accounts: accounts(),
        found: if kind == GrantKind::New { "2 accounts match.".into() } else { String::new() },
        kind,
    }
}

impl Samples for GrantsFormPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let timed = GrantFields {
            starts_at: "2026-11-25T08:00".into(),
            ends_at: "2027-01-24T00:00".into(),
            ..fields(1, GrantKind::Stored, "r1", "a3")
        };
        let base = fields(0, GrantKind::Base, "customer_administrator", "a1");
        let page = Self {
            frame: frame("Grants of Mara Lindqvist", NavPlace::Users),
            user_id: "u1".into(),
            name: "Mara Lindqvist".into(),
            account_name: "Contoso".into(),
            version: "3".into(),
            conflict: false,
            errors: FieldErrorsView::default(),
            rows: vec![base.clone(), timed.clone(), fields(2, GrantKind::New, "", "")],
        };
        let mut errors = FieldErrorsView::default();
        errors
            .add("grants.0.role", "Needs the right to add users in child accounts, which you do not hold at Contoso.");
        errors.add("grants.1.endsAt", "Choose a time after the start.");
        errors.add("grants.2.anchorAccountId", "Choose an account.");
        let typed = GrantFields { ends_at: "2026-11-24T08:00".into(), remove: true, ..timed };
        let rows = vec![base, typed, fields(2, GrantKind::New, "user", ""), fields(3, GrantKind::New, "", "")];
        let wrong = Self { errors, rows, ..page.clone() };
        let clash = Self { conflict: true, ..page.clone() };
        vec![("grants-errors", wrong), ("grants-conflict", clash), ("grants", page)]
    }
}
