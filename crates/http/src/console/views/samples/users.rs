//! The list of users, the dialog over it, a user's page, confirmations.

use super::{super::*, HOSTILE, Samples, at, frame, toast};

const MAY: RowActions =
    RowActions { edit: true, suspend: true, activate: false, send_link: true, remove: true, restore: false };

fn row(id: &str, name: &str, chip: StatusChip, note: Option<&str>, role: &str) -> UserRow {
    UserRow {
        id: id.into(),
        avatar: Avatar::of(id, name),
        name: name.into(),
        login_name: format!("{}@contoso.example", name.to_lowercase().replace(' ', ".")),
        chip,
        chip_note: note.map(Into::into),
        role: role.into(),
        account_name: "Harbour Dental Group".into(),
        last_sign_in: (chip == StatusChip::Active).then(|| at(180)),
        created: Some(at(3000)),
        settled: chip != StatusChip::Provisioning,
        is_new: false,
        may: MAY,
    }
}

fn rows() -> Vec<UserRow> {
    let office = "Customer Administrator";
    vec![
        row("u1", "Mara Lindqvist", StatusChip::Provisioning, Some("1 of 2 services"), office),
        row("u2", "Jonas Weidmann", StatusChip::Invited, Some("Link valid 21 more hours"), "User"),
        row("u3", "Eleni Papadaki", StatusChip::Failed, Some("Mail: domain not verified"), office),
        row("u4", "Tomás Aguilar", StatusChip::Active, None, "Reseller Administrator"),
        row("u5", HOSTILE, StatusChip::Active, None, "Basic Access"),
        row("u6", "Ірина Бондар", StatusChip::Removed, Some("Restorable until 21 December"), office),
        UserRow {
            may: RowActions { suspend: false, activate: true, ..MAY },
            ..row("u7", "Olumide Adeyemi-Bright", StatusChip::Suspended, None, "User")
        },
    ]
}

fn listed() -> UsersList {
    let count = Some("7 of 214 users".into());
    UsersList::Rows { rows: rows(), before: None, after: Some("b2xkZXI".into()), count }
}

pub(super) fn dialog() -> CreatedDialog {
    let step = |name: &str, state, note: Option<&str>| Step { name: name.into(), note: note.map(Into::into), state };
    let wait = "Usually takes two to three minutes. You need not wait here.";
    CreatedDialog {
        user_id: "u1".into(),
        name: "Mara Lindqvist".into(),
        login_name: "mara.lindqvist@contoso.example".into(),
        role: "Customer Administrator".into(),
        account_name: "Contoso".into(),
        first_password: FirstPassword::LinkSent {
            to: "mara@lindqvist.example".into(),
            valid_for: "24 hours".into(),
            until: Some(at(-1440)),
        },
        generated_password: None,
        steps: vec![step("Tenantry", StepState::Done, None), step("Mail service", StepState::Now, Some(wait))],
        settled: false,
        another_href: "/console/accounts/a1/users/new?like=u1".into(),
        back_href: "/console/accounts/a1/users".into(),
        back_label: "Back to Users".into(),
    }
}

fn with_dialog(page: &UsersPage, first_password: FirstPassword, generated: Option<&str>) -> UsersPage {
    let dialog = CreatedDialog { first_password, generated_password: generated.map(Into::into), ..dialog() };
    UsersPage { created: Some(dialog), ..page.clone() }
}

impl Samples for UsersPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let query = UsersQuery {
            account: "a1".into(),
            scope: "subtree".into(),
            role: "user".into(),
            sort: "-created".into(),
            ..UsersQuery::default()
        };
        let page = Self {
            frame: frame("Users", NavPlace::Users),
            account_name: "Contoso".into(),
            query,
            may_create: true,
            may_look_below: true,
            status_options: vec![Choice::new("active", "Active"), Choice::new("suspended", "Suspended")],
            role_options: vec![Choice::new("user", "User"), Choice::new("no_access", "No Access")],
            sortable: vec!["name", "created", "lastSignIn"],
            list: listed(),
            created: None,
        };
        let own = UsersQuery { account: "a1".into(), ..UsersQuery::default() };
        let empty = |list| Self { query: own.clone(), list, ..page.clone() };
        let to: String = "mara@lindqvist.example".into();
        let secret = Some("kR7-vexu-Tamo-93-lyd-Pirq");
        let by_hand = FirstPassword::SetByHand { must_change: true };
        vec![
            ("users-none", empty(UsersList::NoneYet)),
            ("users-no-match", empty(UsersList::NoneMatch)),
            ("users-only-below", Self { may_create: false, ..empty(UsersList::OnlyBelow) }),
            ("users-own", Self { frame: Frame { toast: Some(toast()), ..page.frame.clone() }, ..empty(listed()) }),
            ("created", Self { created: Some(dialog()), ..page.clone() }),
            ("created-generated", with_dialog(&page, by_hand, secret)),
            ("created-suspended", with_dialog(&page, FirstPassword::LinkHeld { to: to.clone() }, None)),
            ("created-mailed", with_dialog(&page, FirstPassword::Mailed { to }, None)),
            ("users", page),
        ]
    }
}

pub(super) fn facts() -> PersonFacts {
    PersonFacts {
        display_name: "Mara Lindqvist".into(),
        first_name: "Mara".into(),
        last_name: "Lindqvist".into(),
        company: "Contoso".into(),
        job_title: "Office manager".into(),
        department: String::new(),
        login_name: "mara.lindqvist@contoso.example".into(),
        email: "mara.lindqvist@contoso.example".into(),
        alternative_email: "mara@lindqvist.example".into(),
        phone: "+1 425 555 0142".into(),
        address_lines: vec!["1 Main Street".into(), "Redmond, WA 98052".into(), "United States".into()],
        role: "Customer Administrator of Contoso".into(),
    }
}

fn mail(subject: &str, state: &str, failed: bool) -> MailRow {
    let to = "mara@lindqvist.example".into();
    MailRow { subject: subject.into(), to, state: state.into(), failed, at: at(2) }
}

fn user_page() -> UserPage {
    UserPage {
        frame: frame("Mara Lindqvist", NavPlace::Users),
        user_id: "u1".into(),
        account_id: "a1".into(),
        account_name: "Contoso".into(),
        avatar: Avatar::of("u1", "Mara Lindqvist"),
        chip: StatusChip::Provisioning,
        facts: facts(),
        is_self: false,
        password: "Not set yet".into(),
        pending_link: Some(PendingLink {
            to: "mara@lindqvist.example".into(),
            sent: Some(at(2)),
            until: Some(at(-1440)),
        }),
        last_sign_in: None,
        sessions: 0,
        mails: vec![mail("Welcome letter", "Sent.", false), mail("Password link", "Failed: mailbox unknown.", true)],
        steps: dialog().steps,
        settled: false,
        created: at(2),
        removed: None,
        may: UserActions {
            edit: true,
            suspend: true,
            send_link: true,
            void_link: true,
            set_password: true,
            change_image: true,
            remove: true,
            retry_provisioning: true,
            ..UserActions::default()
        },
        link_form: LinkForm::default(),
        password_form: ManualPasswordForm { must_change: true, mail_password_allowed: true, ..Default::default() },
        image_error: None,
    }
}

impl Samples for UserPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = user_page();
        let mut errors = FieldErrorsView::default();
        errors.add("reason", "Say why.");
        let link_form = LinkForm { open: true, recipient_kind: "custom".into(), errors, ..LinkForm::default() };
        let password_form = ManualPasswordForm {
            open: true,
            generated_password: Some("kR7-vexu-Tamo-93-lyd-Pirq".into()),
            email_password: true,
            ..page.password_form.clone()
        };
        let removed = Self {
            removed: Some(RemovedFacts { at: at(3000), purged: at(-40_000) }),
            chip: StatusChip::Removed,
            may: UserActions { restore: true, ..UserActions::default() },
            ..page.clone()
        };
        let image_error = Some("This file is not an image that can be used.".into());
        vec![
            ("user-link-error", Self { link_form, image_error, ..page.clone() }),
            ("user-generated", Self { password_form, ..page.clone() }),
            ("user-removed", removed),
            ("user", page),
        ]
    }
}

fn removal() -> ConfirmPage {
    let tick = ConfirmTick { name: "cascade", words: "And the 3 accounts below it".into(), error: String::new() };
    ConfirmPage {
        consequences: vec!["12 users are signed out at once and cannot sign in any more.".into()],
        fields: vec![("version", "3".into())],
        tick: Some(tick),
        ..ConfirmPage::about_account(
            frame("Remove Contoso?", NavPlace::Accounts),
            ("Remove", "Contoso"),
            "a1",
            "remove",
        )
    }
}

impl Samples for ConfirmPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = |action| Self::about_user(frame("Mara Lindqvist", NavPlace::Users), action, "u1", "Mara Lindqvist");
        vec![
            ("confirm-suspend", page(ConfirmAction::Suspend)),
            ("confirm-remove", page(ConfirmAction::Remove)),
            ("account-remove", removal()),
            (
                "role-remove",
                Self::about_role(frame("Remove Support desk?", NavPlace::Roles), "a1", "r1", "Support desk"),
            ),
        ]
    }
}
