//! Every view with made-up data, for the tests and for looking at the pages without a server.

mod access;
mod accounts;
mod forms;
mod gates;
mod roles;
mod users;

use askama::Template;
use jiff::Timestamp;

use super::{
    ActiveAccount, Avatar, Choice, CompanyAddress, Crumb, Frame, Gate, MatrixRow, Moment, NavItem, NavPlace, Person,
    RegionRules, RoleCard, RoleGroup, Support, SwitcherEntry, Toast, ToastKind, UserValues, hue_of, initials_of,
    matrix_rows,
};

/// A view that can show itself.
pub(super) trait Samples: Template + Sized {
    /// File name and view.
    fn samples() -> Vec<(&'static str, Self)>;

    fn rendered() -> Vec<(String, String)> {
        Self::samples().into_iter().map(|(name, view)| (name.to_owned(), view.render().unwrap())).collect()
    }
}

/// Every sample of every view, as name and page.
pub(super) fn all() -> Vec<(String, String)> {
    use super::*;
    [
        SignInPage::rendered(),
        ForgotPasswordPage::rendered(),
        ForgotPasswordSentPage::rendered(),
        SetPasswordPage::rendered(),
        LinkUnusablePage::rendered(),
        PasswordSetPage::rendered(),
        ChangePasswordPage::rendered(),
        EmptyDatabasePage::rendered(),
        ErrorPage::rendered(),
        FramedErrorPage::rendered(),
        DashboardPage::rendered(),
        UsersPage::rendered(),
        CreateUserPage::rendered(),
        EditUserPage::rendered(),
        UserPage::rendered(),
        ConfirmPage::rendered(),
        ProfilePage::rendered(),
        AccountsPage::rendered(),
        AccountPage::rendered(),
        EditAccountPage::rendered(),
        BrandingPage::rendered(),
        SupportPage::rendered(),
        MoveAccountPage::rendered(),
        RemoveDomainPage::rendered(),
        AccountWizardPage::rendered(),
        UserAccessPage::rendered(),
        GrantsFormPage::rendered(),
        RolesPage::rendered(),
        RolePage::rendered(),
        RoleFormPage::rendered(),
        SamplePage::rendered(),
    ]
    .concat()
}

/// Markup that must come out as text wherever it goes in.
pub(super) const HOSTILE: &str = "<script>x</script>\"'><img src=x>";

fn at(minutes_ago: i64) -> Moment {
    let now: Timestamp = "2026-11-22T09:43:00Z".parse().unwrap();
    let then = Timestamp::from_second(now.as_second() - minutes_ago * 60).unwrap();
    Moment::new(then, now)
}

fn support() -> Support {
    Support {
        name: "Contoso".into(),
        phone: Some("+1 425 555 0100".into()),
        email: Some("help@contoso.example".into()),
        url: Some("https://help.contoso.example/".into()),
    }
}

fn gate(title: &str) -> Gate {
    Gate {
        title: title.into(),
        brand: "Contoso".into(),
        initials: "Co".into(),
        support: Some(support()),
        ..Gate::default()
    }
}

fn entry(name: &str, path: &str, kind: &str, current: bool) -> SwitcherEntry {
    SwitcherEntry {
        id: format!("id-{}", name.to_lowercase().replace(' ', "-")),
        name: name.into(),
        path: path.into(),
        kind: kind.into(),
        initials: initials_of(name),
        hue: hue_of(name),
        current,
    }
}

fn frame(title: &str, place: NavPlace) -> Frame {
    let nav = [
        (NavPlace::Dashboard, "/console"),
        (NavPlace::Users, "/console/accounts/a1/users"),
        (NavPlace::Accounts, "/console/accounts"),
        (NavPlace::Roles, "/console/accounts/a1/roles"),
    ];
    Frame {
        title: title.into(),
        person: Person {
            name: "Avery Quinn".into(),
            login_name: "avery.quinn@northwind.example".into(),
            avatar: Avatar::of("u0", "Avery Quinn"),
        },
        account: ActiveAccount {
            id: "a1".into(),
            name: "Contoso".into(),
            kind: "Reseller".into(),
            initials: "Co".into(),
            hue: 1,
        },
        home_id: "a0".into(),
        home_name: "Northwind".into(),
        working_elsewhere: true,
        breadcrumb: vec![Crumb { id: "a0".into(), name: "Northwind".into() }],
        nav: nav.map(|(at, href)| NavItem { place: at, href: href.into(), current: at == place }).into(),
        switcher: vec![
            entry("Northwind", "Your home account", "Reseller", false),
            entry("Contoso", "Northwind", "Reseller", true),
            entry("Harbour Dental Group", "Northwind › Contoso", "Customer", false),
        ],
        support: Some(support()),
        password_length: 15,
        here: "/console".into(),
        ..Frame::default()
    }
}

fn toast() -> Toast {
    Toast { kind: ToastKind::Success, text: "Jonas Weidmann was suspended.".into() }
}

fn countries() -> Vec<Choice> {
    [("AT", "Austria"), ("CA", "Canada"), ("DE", "Germany"), ("SE", "Sweden"), ("US", "United States")]
        .map(|(code, name)| Choice::new(code, name))
        .into()
}

fn region() -> RegionRules {
    RegionRules {
        state_label: "State".into(),
        state_required: true,
        states: vec![Choice::new("CA", "California"), Choice::new("WA", "Washington")],
        postal_label: "Zip code".into(),
        postal_required: true,
    }
}

fn company_address() -> CompanyAddress {
    CompanyAddress {
        country: "US".into(),
        state: "WA".into(),
        city: "Redmond".into(),
        postal_code: "98052".into(),
        street: "1 Main Street".into(),
        phone: "+1 425 555 0100".into(),
    }
}

fn values() -> UserValues {
    let mut values = UserValues {
        first_name: "Mara".into(),
        last_name: "Lindqvist".into(),
        display_name: "Mara Lindqvist".into(),
        company: "Contoso".into(),
        job_title: "Office manager".into(),
        login_local: "mara.lindqvist".into(),
        login_domain: "contoso.example".into(),
        email: "mara.lindqvist@contoso.example".into(),
        alternative_email: "mara@lindqvist.example".into(),
        status: "active".into(),
        role: "customer_administrator".into(),
        ..UserValues::default()
    };
    company_address().fill(&mut values);
    values
}

fn role(key: &str, name: &str, text: &str, refused: Option<&str>, rows: Vec<MatrixRow>) -> RoleCard {
    RoleCard { key: key.into(), name: name.into(), text: text.into(), refused: refused.map(Into::into), rows }
}

fn role_groups() -> Vec<RoleGroup> {
    let why = "Needs users add in child accounts, which you do not hold at Contoso.";
    let basic = |cell: &str| {
        cell.starts_with("child.") || ["own.account_info.view", "own.reports.view", "own.support.view"].contains(&cell)
    };
    let customer = |cell: &str| cell.starts_with("own.") && !cell.contains("price") && cell != "own.catalog.edit";
    let user = |cell: &str| ["own.account_info.view", "own.support.view"].contains(&cell);
    let full = "Everything in Contoso and in the accounts below it.";
    let access = vec![
        role("full_access", "Full Access", full, Some(why), matrix_rows(|_| true)),
        role("basic_access", "Basic Access", "Views Contoso, manages everything below it.", None, matrix_rows(basic)),
        role("no_access", "No Access", "Only the user’s own dashboard.", None, matrix_rows(|_| false)),
    ];
    let reseller = "Customers, users, available services and pricing.";
    let office = "Users, services and company information of Contoso.";
    let own = "Own profile; views company information and Support.";
    let roles = vec![
        role("reseller_administrator", "Reseller Administrator", reseller, Some(why), matrix_rows(|_| true)),
        role("customer_administrator", "Customer Administrator", office, None, matrix_rows(customer)),
        role("user", "User", own, None, matrix_rows(user)),
    ];
    let desk = |cell: &str| user(cell) || cell.ends_with(".users.view");
    let custom = vec![role("r1", "Support desk", "Answers support requests.", None, matrix_rows(desk))];
    vec![
        RoleGroup { title: "Access levels".into(), roles: access },
        RoleGroup { title: "Account roles".into(), roles },
        RoleGroup { title: "Roles of Contoso".into(), roles: custom },
    ]
}
