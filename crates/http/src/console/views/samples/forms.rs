//! Creating and editing users, and oneself.

use super::{
    super::*, Samples, at, company_address, countries, frame, region, role_groups, toast, users::facts, values,
};

fn refused() -> FieldErrorsView {
    let mut errors = FieldErrorsView::default();
    errors.add("loginName", "mara.lindqvist@contoso.example is taken. Choose another name or another domain.");
    errors.add("address.state", "Choose a state of the United States.");
    errors.add("phone", "Add the country code, for example +1 425 555 0142.");
    errors.add("security.password", "At least 15 characters.");
    errors.add("role", "Choose a role.");
    errors
}

fn create_page() -> CreateUserPage {
    CreateUserPage {
        frame: frame("Create New User", NavPlace::Users),
        account_id: "a1".into(),
        account_name: "Contoso".into(),
        values: values(),
        security: SecurityValues { recipient_kind: "alternative".into(), ..SecurityValues::default() },
        errors: FieldErrorsView::default(),
        domains: ["contoso.example", "contoso-labs.example"].map(|name| Choice::new(name, name)).into(),
        availability: Some(Availability { available: true, message: "mara.lindqvist@contoso.example is free".into() }),
        countries: countries(),
        region: region(),
        company_address: company_address(),
        generated_password: None,
        mail_password_allowed: true,
        link_valid_for: "24 hours".into(),
        role_groups: role_groups(),
        idempotency_key: "0199a1c2-77aa-7000-8000-000000000001".into(),
    }
}

impl Samples for CreateUserPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = create_page();
        let security = SecurityValues {
            security_method: "manual".into(),
            email_password: true,
            email_to_kind: "custom".into(),
            ..SecurityValues::default()
        };
        let empty = Self {
            values: UserValues { login_domain: "contoso.example".into(), ..UserValues::default() },
            security: SecurityValues::default(),
            availability: None,
            region: RegionRules::default(),
            mail_password_allowed: false,
            ..page.clone()
        };
        let generated_password = Some("kR7-vexu-Tamo-93-lyd-Pirq".into());
        let mut wrong = Self { errors: refused(), availability: None, security: security.clone(), ..page.clone() };
        wrong.values.display_name = "Mara Lindqvist (Contoso)".into();
        wrong.frame.title = "Error: Create New User".into();
        vec![
            ("create-user-empty", empty),
            ("create-user-manual", Self { security, generated_password, ..page.clone() }),
            ("create-user-errors", wrong),
            ("create-user", page),
        ]
    }
}

impl Samples for EditUserPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: frame("Edit Mara Lindqvist", NavPlace::Users),
            user_id: "u1".into(),
            user_name: "Mara Lindqvist".into(),
            account_id: "a1".into(),
            account_name: "Contoso".into(),
            version: "3".into(),
            conflict: false,
            values: values(),
            errors: FieldErrorsView::default(),
            domains: vec![Choice::new("contoso.example", "contoso.example")],
            countries: countries(),
            region: region(),
            company_address: company_address(),
            role_groups: Vec::new(),
        };
        let clash =
            Self { conflict: true, errors: FieldErrorsView::default(), role_groups: role_groups(), ..page.clone() };
        vec![("edit-user-conflict", clash), ("edit-user", page)]
    }
}

impl Samples for ProfilePage {
    fn samples() -> Vec<(&'static str, Self)> {
        let session = |id: &str, device: &str, current| SessionRow {
            id: id.into(),
            device: device.into(),
            address: "192.0.2.7".into(),
            started: at(200),
            last_used: at(1),
            current,
        };
        let pictured = Avatar { image_url: Some("avatar.png".into()), ..Avatar::of("u1", "Mara Lindqvist") };
        let page = Self {
            frame: Frame { toast: Some(toast()), ..frame("Your profile", NavPlace::Dashboard) },
            avatar: pictured,
            facts: facts(),
            editable: true,
            version: "3".into(),
            conflict: false,
            values: values(),
            errors: FieldErrorsView::default(),
            countries: countries(),
            region: region(),
            password_changed: Some(at(30_000)),
            last_sign_in: Some(at(1500)),
            sessions: vec![session("s1", "Firefox on Linux", true), session("s2", "Chromium on Android", false)],
            image_error: None,
        };
        let fixed = Self { editable: false, avatar: Avatar::of("u1", "Mara Lindqvist"), ..page.clone() };
        vec![("profile-read-only", fixed), ("profile", page)]
    }
}
