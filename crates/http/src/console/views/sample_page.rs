//! `GET /console/_samples`, in debug builds: every component in both themes.

use askama::Template;

use super::{
    account_wizard::WizardStep,
    grant_window::GrantWindow,
    matrix::{FullRow, HeldCell, TickCell, compared_rows, held_rows, tick_rows},
    role_cards::{RoleCard, matrix_rows},
    roles::{Comparison, RoleSummary},
    shown::{Avatar, StatusChip, Step, StepState},
    user_access::{Answer, GrantRow, RemedyText, Verdict},
};

#[derive(Debug, Clone, Template)]
#[template(path = "pages/samples.html")]
pub struct SamplePage {
    pub chips: Vec<StatusChip>,
    pub avatars: Vec<Avatar>,
    pub roles: Vec<RoleCard>,
    pub steps: Vec<Step>,
    pub role_links: Vec<RoleSummary>,
    pub held: Vec<FullRow<HeldCell>>,
    pub comparison: Comparison,
    pub ticks: Vec<FullRow<TickCell>>,
    pub answers: Vec<Answer>,
    pub grants: Vec<GrantRow>,
    pub stages: [WizardStep; 3],
    /// The stage that is shown.
    pub stage: WizardStep,
}

impl Default for SamplePage {
    fn default() -> Self {
        let names =
            ["Mara Lindqvist", "Jonas Weidmann", "Eleni Papadaki", "Tomás Aguilar", "Ірина Бондар", "Idris Bello"];
        let step =
            |name: &str, state, note: Option<&str>| Step { name: name.into(), state, note: note.map(Into::into) };
        let chips = vec![
            StatusChip::Active,
            StatusChip::Invited,
            StatusChip::Provisioning,
            StatusChip::Suspended,
            StatusChip::SuspendedAbove,
            StatusChip::Failed,
            StatusChip::Removed,
        ];
        Self {
            chips,
            avatars: (1..=6).zip(names).map(|(hue, name)| Avatar { hue, ..Avatar::of(name, name) }).collect(),
            roles: sample_roles(),
            steps: vec![
                step("Directory", StepState::Done, None),
                step("Mail service", StepState::Now, None),
                step("Archive", StepState::Failed, Some("The domain is not verified.")),
            ],
            role_links: vec![RoleSummary {
                href: "/console/_samples".into(),
                name: "Support desk".into(),
                text: "Answers support requests of customers.".into(),
                kind: "Version 3".into(),
                holders: Some("4 people".into()),
                rows: matrix_rows(views_users),
            }],
            held: held_rows(office, "own.price_schedules.edit"),
            comparison: Comparison {
                first: "Customer Administrator".into(),
                second: "Support desk".into(),
                rows: compared_rows(office, views_users),
                edits_profile: (true, true),
            },
            ticks: tick_rows(views_users, |cell| !cell.contains("price")),
            answers: sample_answers(),
            grants: sample_grants(),
            stages: WizardStep::ALL,
            stage: WizardStep::User,
        }
    }
}

fn office(cell: &str) -> bool {
    cell.starts_with("own.users.") || cell.starts_with("own.services.") || cell == "own.support.view"
}

fn views_users(cell: &str) -> bool {
    cell.ends_with(".users.view") || cell == "own.support.view"
}

const NO_END: GrantWindow = GrantWindow::Now { since: None, until: None };

fn sample_answers() -> Vec<Answer> {
    let (role, anchor) = ("Customer Administrator".to_owned(), "Contoso".to_owned());
    let remedy = RemedyText {
        cell: "own.price_schedules.edit".into(),
        anchor: anchor.clone(),
        roles: vec!["Full Access".into()],
        grantors: vec!["you".into(), "Tomás Aguilar".into()],
    };
    let why = "The only grant, Customer Administrator of Contoso, does not allow it.".into();
    let granted = Verdict::Granted { cell: "own.users.edit".into(), role, anchor, window: NO_END };
    vec![
        Answer { what: "edit users in Contoso".into(), verdict: granted },
        Answer { what: "edit price schedules in Contoso".into(), verdict: Verdict::NotHeld { why, remedy } },
    ]
}

fn sample_grants() -> Vec<GrantRow> {
    vec![GrantRow {
        role: "Customer Administrator".into(),
        role_href: None,
        anchor: "Contoso".into(),
        is_home: true,
        window: NO_END,
        given: None,
        given_by: Some("Avery Quinn of Northwind".into()),
        change_href: Some("#main".into()),
    }]
}

fn sample_roles() -> Vec<RoleCard> {
    vec![
        RoleCard {
            key: "customer_administrator".into(),
            name: "Customer Administrator".into(),
            text: "Users, services and company information of Contoso.".into(),
            refused: None,
            rows: matrix_rows(|cell| cell.starts_with("own.") && !cell.contains("price") && cell != "own.catalog.edit"),
        },
        RoleCard {
            key: "full_access".into(),
            name: "Full Access".into(),
            text: "Everything in Contoso and in the accounts below it.".into(),
            refused: Some("Needs users add in child accounts, which you do not hold at Contoso.".into()),
            rows: matrix_rows(|_| true),
        },
    ]
}
