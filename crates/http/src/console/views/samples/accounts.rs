//! The accounts within reach, and one of them.

use super::{super::*, Samples, frame, support};

fn row(name: &str, kind: &str, path: &str, chip: StatusChip, current: bool) -> AccountRow {
    let id = name.to_lowercase().replace(' ', "-");
    AccountRow {
        name: name.into(),
        initials: initials_of(name),
        hue: hue_of(&id),
        kind: kind.into(),
        chip,
        path: path.into(),
        primary_domain: format!("{id}.example"),
        current,
        may_work_here: !current,
        users_href: Some(format!("/console/accounts/{id}/users")),
        id,
    }
}

impl Samples for AccountsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let below = "Northwind › Contoso";
        let page = Self {
            frame: frame("Accounts", NavPlace::Accounts),
            q: String::new(),
            switching: false,
            rows: vec![
                row("Northwind", "Reseller", "", StatusChip::Active, false),
                row("Contoso", "Reseller", "Northwind", StatusChip::Active, true),
                row("Harbour Dental Group", "Customer", below, StatusChip::Active, false),
                row("Brightwater Logistics", "Customer", below, StatusChip::Suspended, false),
            ],
            newer_href: None,
            older_href: Some("/console/accounts?after=x".into()),
            count: Some("14 accounts".into()),
        };
        let none = Self { q: "zzz".into(), switching: true, rows: Vec::new(), ..page.clone() };
        vec![("accounts-no-match", none), ("accounts", page)]
    }
}

impl Samples for AccountPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame("Harbour Dental Group", NavPlace::Accounts),
            account_id: "a3".into(),
            name: "Harbour Dental Group".into(),
            initials: "HG".into(),
            hue: 6,
            kind: "Customer".into(),
            chip: StatusChip::Active,
            path: "Northwind › Contoso".into(),
            may_view_info: true,
            phone: Some("+1 425 555 0180".into()),
            address_lines: vec!["9 Pier Road".into(), "Seattle, WA 98101".into(), "United States".into()],
            website: Some("https://harbour-dental.example/".into()),
            primary_domain: Some("harbour-dental.example".into()),
            alias_domains: Vec::new(),
            support: Some(support()),
            current: false,
            may_work_here: true,
            users_href: Some("/console/accounts/a3/users".into()),
            create_user_href: Some("/console/accounts/a3/users/new".into()),
        };
        let little = Self { may_view_info: false, users_href: None, create_user_href: None, ..page.clone() };
        vec![("account-little", little), ("account", page)]
    }
}
