//! Pages before sign-in, errors, one's own password, the dashboard.

use super::{super::*, HOSTILE, Samples, at, frame, gate, support};

impl Samples for SignInPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            gate: gate("Sign in"),
            login_name: String::new(),
            next: "/console".into(),
            failed: None,
            notice: None,
            idle_for: "30 minutes".into(),
        };
        let failed = Self {
            login_name: HOSTILE.into(),
            failed: Some("The login name or the password is wrong, or you may not sign in.".into()),
            notice: Some("Your session has ended. Sign in to go on.".into()),
            ..page.clone()
        };
        vec![("sign-in", page), ("sign-in-failed", failed)]
    }
}

impl Samples for ForgotPasswordPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self { gate: gate("Forgot your password"), login_name: String::new(), error: None };
        let wrong = Self { error: Some("Type your login name.".into()), ..page.clone() };
        vec![("forgot-password", page), ("forgot-password-error", wrong)]
    }
}

impl Samples for ForgotPasswordSentPage {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("forgot-password-sent", Self { gate: gate("Check your mail"), valid_for: "30 minutes".into() })]
    }
}

impl Samples for SetPasswordPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut errors = FieldErrorsView::default();
        errors.add("password", "At least 15 characters. 4 more are needed.");
        errors.add("passwordRepeat", "The two do not agree.");
        let page = Self {
            gate: gate("Set your password"),
            login_name: "mara.lindqvist@contoso.example".into(),
            valid_until: Some(at(-1440)),
            least: 15,
            errors: FieldErrorsView::default(),
        };
        vec![("set-password-errors", Self { errors, ..page.clone() }), ("set-password", page)]
    }
}

impl Samples for LinkUnusablePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |problem: LinkProblem| Self { gate: gate(problem.heading()), problem };
        vec![("link-unknown", page(LinkProblem::Unknown)), ("link-over", page(LinkProblem::Over))]
    }
}

impl Samples for PasswordSetPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let login_name = "mara.lindqvist@contoso.example".into();
        vec![("password-set", Self { gate: gate("Your password is set"), login_name })]
    }
}

impl Samples for ChangePasswordPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let mut errors = FieldErrorsView::default();
        errors.add("currentPassword", "This is not your current password.");
        let frame = frame("Change your password", NavPlace::Dashboard);
        let bare = Frame { nav: Vec::new(), switcher: Vec::new(), working_elsewhere: false, ..frame.clone() };
        vec![
            ("change-password", Self { frame, forced: false, least: 15, errors }),
            (
                "change-password-forced",
                Self { frame: bare, forced: true, least: 20, errors: FieldErrorsView::default() },
            ),
        ]
    }
}

impl Samples for EmptyDatabasePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let gate = Gate {
            title: "Nothing is set up yet".into(),
            brand: "Tenantry".into(),
            initials: "Te".into(),
            theme: Theme::Dark,
            ..Gate::default()
        };
        vec![("empty-database", Self { gate })]
    }
}

impl Samples for ErrorPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |status| Self { gate: gate("Error"), error: ErrorText::new(status, "0199a1c2-77aa") };
        vec![("error-404", page(404)), ("error-429", page(429)), ("error-500", page(500)), ("error-503", page(503))]
    }
}

impl Samples for FramedErrorPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page =
            |status| Self { frame: frame("Error", NavPlace::Users), error: ErrorText::new(status, "0199a1c2-77aa") };
        vec![("framed-403", page(403)), ("framed-409", page(409)), ("framed-413", page(413))]
    }
}

impl Samples for DashboardPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame("Dashboard", NavPlace::Dashboard),
            first_name: "Avery".into(),
            roles: vec![RoleLine {
                role: "Reseller Administrator".into(),
                text: "Customers, users, available services and pricing.".into(),
                account: "Northwind".into(),
            }],
            abilities: vec![
                "View and edit the company information of Contoso and of the accounts below it.".into(),
                "View, add, edit and remove users in Contoso and in the accounts below it.".into(),
                "View reports.".into(),
            ],
            shortcuts: vec![
                Shortcut {
                    href: "/console/accounts/a1/users/new".into(),
                    label: "Create New User".into(),
                    text: "In Contoso; the address is filled in already.".into(),
                    icon: "plus",
                },
                Shortcut {
                    href: "/console/accounts/a1/users".into(),
                    label: "Users".into(),
                    text: "Everyone who can sign in to Contoso.".into(),
                    icon: "users",
                },
            ],
            only_dashboard: false,
            company_lines: vec!["1 Main Street, Redmond".into(), "+1 425 555 0100".into()],
            primary_domain: Some("contoso.example".into()),
            support: Some(support()),
            last_sign_in: Some(at(1500)),
            may_edit_profile: true,
        };
        let bare = Self {
            frame: Frame {
                nav: frame("Dashboard", NavPlace::Dashboard).nav.into_iter().take(1).collect(),
                switcher: Vec::new(),
                breadcrumb: Vec::new(),
                working_elsewhere: false,
                ..page.frame.clone()
            },
            abilities: Vec::new(),
            shortcuts: Vec::new(),
            only_dashboard: true,
            company_lines: Vec::new(),
            primary_domain: None,
            last_sign_in: None,
            may_edit_profile: false,
            ..page.clone()
        };
        vec![("dashboard", page), ("dashboard-no-access", bare)]
    }
}

impl Samples for SamplePage {
    fn samples() -> Vec<(&'static str, Self)> {
        vec![("samples", Self::default())]
    }
}
