//! `GET /console/_samples`, in debug builds: every component in both themes.

use askama::Template;

use super::{
    role_cards::{RoleCard, matrix_rows},
    shown::{Avatar, StatusChip, Step, StepState},
};

#[derive(Debug, Clone, Template)]
#[template(path = "pages/samples.html")]
pub struct SamplePage {
    pub chips: Vec<StatusChip>,
    pub avatars: Vec<Avatar>,
    pub roles: Vec<RoleCard>,
    pub steps: Vec<Step>,
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
        }
    }
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
