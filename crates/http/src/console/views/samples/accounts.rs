//! The accounts within reach, and one of them.

use super::{super::*, HOSTILE, Samples, at, countries, frame, region, support, users::dialog, values};

fn row(name: &str, kind: &str, path: &str, chip: StatusChip, work: RowWork) -> AccountRow {
    let id = name.to_lowercase().replace(' ', "-");
    AccountRow {
        name: name.into(),
        initials: initials_of(name),
        hue: hue_of(&id),
        kind: kind.into(),
        chip,
        removed: (work == RowWork::Restore).then(|| at(3000)),
        path: path.into(),
        primary_domain: format!("{id}.example"),
        has_below: kind != "Customer",
        work,
        children: (kind != "Customer").then(|| "1,204".into()),
        users: Some("12".into()),
        users_href: Some(format!("/console/accounts/{id}/users")),
        id,
    }
}

fn crumbs() -> Vec<Crumb> {
    [("a0", "Northwind"), ("a1", "Contoso")].map(|(id, name)| Crumb { id: id.into(), name: name.into() }).into()
}

impl Samples for AccountsPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let below = "Northwind › Contoso";
        let choice = |value: &str, label: &str| Choice::new(value, label);
        let page = Self {
            frame: frame("Accounts", NavPlace::Accounts),
            query: AccountsQuery::default(),
            kind_options: vec![choice("customer", "Customer"), choice("reseller", "Reseller")],
            status_options: vec![choice("active", "Active"), choice("removed", "Removed")],
            trail: Vec::new(),
            elsewhere: Vec::new(),
            add: Some(AddLinks { parent_id: "a1".into(), parent_name: "Contoso".into() }),
            rows: vec![
                row("Northwind", "Reseller", "", StatusChip::Active, RowWork::Offered),
                row("Contoso", "Reseller", "Northwind", StatusChip::Active, RowWork::Here),
                row("Harbour Dental Group", "Customer", below, StatusChip::SuspendedAbove, RowWork::Offered),
                row("Brightwater Logistics", "Customer", below, StatusChip::Suspended, RowWork::Offered),
                row(HOSTILE, "Customer", below, StatusChip::Removed, RowWork::Restore),
            ],
            before: None,
            after: Some("b2xkZXI".into()),
            count: Some("14 accounts".into()),
            kept_for: "30 days".into(),
        };
        let tree_query = AccountsQuery { view: "tree".into(), parent: "a1".into(), ..AccountsQuery::default() };
        let elsewhere = vec![Crumb { id: "a9".into(), name: "Litware".into() }];
        let tree = Self { query: tree_query, trail: crumbs(), elsewhere, ..page.clone() };
        let asking = |q: &str, status: &str, switch: &str| AccountsQuery {
            q: q.into(),
            status: status.into(),
            switch: switch.into(),
            ..AccountsQuery::default()
        };
        let none = |query| Self { query, rows: Vec::new(), add: None, count: None, after: None, ..page.clone() };
        vec![
            ("accounts-no-match", none(asking("zzz", "", "1"))),
            ("accounts-none-removed", none(asking("", "removed", ""))),
            ("accounts-tree-empty", Self { rows: Vec::new(), after: None, count: None, ..tree.clone() }),
            ("accounts-tree", tree),
            ("accounts", page),
        ]
    }
}

fn account_page() -> AccountPage {
    let record = DnsRecord {
        name: "_tenantry.harbour.example".into(),
        value: "tenantry-verification=pJ0cNmbVYkDtkW1FjVYlLYv5tqTQKQnMMjL2vSyWq6s".into(),
    };
    let domain = |name: &str, primary, chip| DomainRow {
        shown: name.into(),
        name: name.into(),
        primary,
        chip,
        record: (chip == DomainChip::NotVerified).then(|| record.clone()),
        is_open: false,
        error: String::new(),
    };
    let all = AccountActions {
        work_here: true,
        edit: true,
        suspend: true,
        resume: false,
        convert: true,
        relocate: true,
        remove: true,
        change_domains: true,
        add_accounts: true,
    };
    AccountPage {
        frame: frame("Harbour Dental Group", NavPlace::Accounts),
        account_id: "a3".into(),
        name: "Harbour Dental Group".into(),
        initials: "HG".into(),
        hue: 6,
        kind: "Customer".into(),
        chip: StatusChip::Active,
        trail: crumbs(),
        may_view_info: true,
        phone: Some("+1 425 555 0180".into()),
        address_lines: vec!["9 Pier Road".into(), "Seattle, WA 98101".into(), "United States".into()],
        website: Some("https://harbour-dental.example/".into()),
        domains: vec![
            domain("harbour-dental.example", true, DomainChip::Verified),
            domain("harbour.example", false, DomainChip::NotVerified),
        ],
        new_domain: String::new(),
        errors: FieldErrorsView::default(),
        notes: Some(AccountNotes {
            billing: "Subscription".into(),
            reference_id: "C-1047".into(),
            sales_manager: String::new(),
        }),
        policy: vec!["Passwords are not e-mailed in plain text.".into()],
        looks: AccountLooks {
            logo: Some("/brand/logos/ab".into()),
            colors: vec!["#0b5a70".into()],
            is_inherited: true,
            edit_href: Some("/console/accounts/a3/branding".into()),
        },
        support: Some(support()),
        current: false,
        may: all,
        users_href: Some("/console/accounts/a3/users".into()),
        create_user_href: Some("/console/accounts/a3/users/new".into()),
        is_new: false,
        created: None,
    }
}

impl Samples for AccountPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = account_page();
        let little = Self {
            may_view_info: false,
            notes: None,
            users_href: None,
            create_user_href: None,
            may: AccountActions::default(),
            ..page.clone()
        };
        let mut taken = Self { new_domain: "taken.example".into(), ..page.clone() };
        taken.errors.add("domain", "This domain is not available. Choose another one.");
        taken.domains[1].error =
            "The DNS does not show this record yet. It may take some hours; then verify again.".into();
        taken.domains[1].is_open = true;
        let created = Self { is_new: true, created: Some(dialog()), ..page.clone() };
        vec![("account-little", little), ("account-created", created), ("account-domains", taken), ("account", page)]
    }
}

fn brand_values() -> BrandValues {
    BrandValues { primary_color: "#ffe600".into(), secondary_color: HOSTILE.into(), logo: "iVBORw0KGgo=".into() }
}

fn brand_preview() -> BrandPreview {
    BrandPreview { stylesheet: "/brand/colors/ffe600-none.css?for=preview".into(), notes: vec!["A note.".into()] }
}

impl Samples for BrandingPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame("Branding of Harbour Dental Group", NavPlace::Accounts),
            account_id: "a3".into(),
            account_name: "Harbour Dental Group".into(),
            version: "3".into(),
            conflict: false,
            logo: Some("/brand/logos/ab".into()),
            is_inherited: false,
            brand: brand_values(),
            preview: brand_preview(),
            errors: FieldErrorsView::default(),
        };
        let mut wrong = Self { logo: None, is_inherited: true, conflict: true, ..page.clone() };
        wrong.errors.add("branding.primaryColor", "Enter a colour such as #0b5a70.");
        wrong.errors.add("branding.logo", "Choose a PNG, JPEG, WebP or GIF image.");
        vec![("branding-wrong", wrong), ("branding", page)]
    }
}

impl Samples for SupportPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame("Support", NavPlace::Support),
            support: Some(support()),
            edit_href: Some("/console/accounts/a3/edit".into()),
            is_own: true,
            is_shown: true,
        };
        let hidden = Self { support: None, edit_href: None, is_shown: false, ..page.clone() };
        let none = Self { support: None, edit_href: None, ..page.clone() };
        vec![("support-none", none), ("support-hidden", hidden), ("support", page)]
    }
}

fn account_values() -> AccountValues {
    AccountValues {
        name: "Harbour Dental Group".into(),
        kind: "customer".into(),
        reference_id: "C-1047".into(),
        support_email: "help@harbour-dental.example".into(),
        primary_domain: "harbour-dental.example".into(),
        alias_domains: vec!["harbour.example".into(), String::new()],
        website: "https://harbour-dental.example/".into(),
        ..AccountValues::default()
    }
}

impl Samples for EditAccountPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame("Edit Harbour Dental Group", NavPlace::Accounts),
            account_id: "a3".into(),
            account_name: "Harbour Dental Group".into(),
            version: "3".into(),
            conflict: false,
            edits_information: true,
            edits_notes: true,
            account: account_values(),
            values: values(),
            errors: FieldErrorsView::default(),
            countries: countries(),
            region: region(),
            role_families: vec![Choice { value: "administrators".into(), label: "Account roles".into() }],
        };
        let clash = Self { conflict: true, edits_notes: false, ..page.clone() };
        vec![("edit-account-conflict", clash), ("edit-account", page)]
    }
}

impl Samples for MoveAccountPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let to = |id: &str, name: &str, chosen| Destination {
            id: id.into(),
            name: name.into(),
            text: "Reseller, below Northwind".into(),
            chosen,
        };
        let gains = AffectedRow {
            user_id: "u4".into(),
            name: "Tomás Aguilar".into(),
            text: "May view users in Harbour Dental Group, and 3 more rights.".into(),
        };
        let page = Self {
            frame: frame("Move Harbour Dental Group", NavPlace::Accounts),
            account_id: "a3".into(),
            account_name: "Harbour Dental Group".into(),
            parent_name: "Contoso".into(),
            q: String::new(),
            destinations: vec![to("a7", "Alder & Finch", true), to("a8", "Litware", false)],
            is_cut: true,
            refused: None,
            outcome: Some(MoveOutcome {
                parent_id: "a7".into(),
                parent_name: "Alder & Finch".into(),
                gaining: vec![gains],
                losing: Vec::new(),
                is_cut: false,
            }),
        };
        let refused = Some("You would hold more there than here.".into());
        vec![("move-account-refused", Self { refused, outcome: None, ..page.clone() }), ("move-account", page)]
    }
}

impl Samples for RemoveDomainPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame("Remove harbour.example?", NavPlace::Accounts),
            account_id: "a3".into(),
            shown: "harbour.example".into(),
            name: "harbour.example".into(),
            used_by: "14 login names use it".into(),
            reserved_for: "30 days".into(),
            others: vec![Choice::new("harbour-dental.example", "harbour-dental.example")],
        };
        vec![("remove-domain-nowhere", Self { others: Vec::new(), ..page.clone() }), ("remove-domain", page)]
    }
}

impl Samples for AccountWizardPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame("Add Customer", NavPlace::Accounts),
            step: WizardStep::Account,
            parent_id: "a1".into(),
            parent_name: "Contoso".into(),
            account: account_values(),
            brand: brand_values(),
            preview: brand_preview(),
            logo: None,
            values: values(),
            security: SecurityValues { security_method: "manual".into(), ..SecurityValues::default() },
            errors: FieldErrorsView::default(),
            hidden: Vec::new(),
            countries: countries(),
            region: region(),
            domains: vec![Choice::new("harbour-dental.example", "harbour-dental.example")],
            role_groups: super::role_groups(),
            link_valid_for: "24 hours".into(),
            offers_user: true,
            review: vec![ReviewSection {
                id: "review-account",
                title: "Account",
                text: "What it is.".into(),
                facts: vec![("Name", vec![HOSTILE.into()]), ("Website", Vec::new())],
            }],
            is_fresh: true,
        };
        let mut wrong = Self { is_fresh: false, ..page.clone() };
        wrong.errors.add("name", "Fill this in.");
        wrong.errors.add("domains.primary", "Fill this in.");
        wrong.errors.add("domains.aliases.0", "This domain is there already.");
        let hidden = vec![("name".to_owned(), HOSTILE.to_owned())];
        vec![
            ("wizard-user", Self { step: WizardStep::User, hidden: hidden.clone(), ..page.clone() }),
            ("wizard-review", Self { step: WizardStep::Review, hidden, ..page.clone() }),
            ("wizard-errors", wrong),
            ("wizard", page),
        ]
    }
}
