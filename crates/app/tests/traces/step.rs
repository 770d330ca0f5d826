//! Steps by numbers that mean something whatever exists.

use std::fmt;

use proptest::prelude::{Strategy, any};
use tenantry_domain::permission::BuiltInRole;

use crate::world::choose;

/// What to do. The mildest come first: a failing trace shrinks towards them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Wait,
    SignIn,
    UseSession,
    Explain,
    Create,
    SetGrants,
    ChangeRole,
    DefineRole,
    EditRole,
    RemoveRole,
    Suspend,
    Activate,
    Remove,
    Restore,
    ChangeEmail,
    SetPassword,
    SendLink,
    RedeemLink,
    MoveAccount,
    ResumeAccount,
    RestoreAccount,
    SuspendAccount,
    RemoveAccount,
}

impl What {
    pub const fn is_on_account(self) -> bool {
        matches!(
            self,
            Self::MoveAccount | Self::ResumeAccount | Self::RestoreAccount | Self::SuspendAccount | Self::RemoveAccount
        )
    }
}

/// How often each comes, out of their sum.
const WEIGHTS: [(What, u8); 23] = [
    (What::Wait, 6),
    (What::SignIn, 8),
    (What::UseSession, 9),
    (What::Explain, 8),
    (What::Create, 14),
    (What::SetGrants, 30),
    (What::ChangeRole, 14),
    (What::DefineRole, 14),
    (What::EditRole, 22),
    (What::RemoveRole, 4),
    (What::Suspend, 7),
    (What::Activate, 5),
    (What::Remove, 7),
    (What::Restore, 5),
    (What::ChangeEmail, 5),
    (What::SetPassword, 6),
    (What::SendLink, 6),
    (What::RedeemLink, 7),
    (What::MoveAccount, 18),
    (What::ResumeAccount, 9),
    (What::RestoreAccount, 9),
    (What::SuspendAccount, 5),
    (What::RemoveAccount, 4),
];

/// One step. Numbers are taken modulo what there is to choose from.
#[derive(Clone, Copy)]
pub struct Step {
    pub what: What,
    pub actor: u8,
    pub target: u8,
    pub account: u8,
    pub role: u8,
    /// Whatever else there is to choose.
    pub choice: [u8; 3],
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, actor, target, account, role, choice } = self;
        write!(f, "{what:?} by {actor} to {target} at {account} with {role}, {choice:x?}")
    }
}

impl Step {
    fn decode([what, actor, target, account, role, one, two, three]: [u8; 8]) -> Self {
        let sum: u32 = WEIGHTS.iter().map(|(_, weight)| u32::from(*weight)).sum();
        let mut left = u32::from(what) * sum / 256;
        let mut chosen = What::Wait;
        for (what, weight) in WEIGHTS {
            chosen = what;
            match left.checked_sub(u32::from(weight)) {
                Some(rest) => left = rest,
                None => break,
            }
        }
        Self { what: chosen, actor, target, account, role, choice: [one, two, three] }
    }

    /// Cells of a role: those of a built-in one, or some with their views.
    pub fn cells(self) -> Vec<String> {
        let [one, two, three] = self.choice;
        if one % 3 == 0 {
            let like = choose(&BuiltInRole::ALL, two);
            return like.matrix().cells().map(|cell| cell.to_string()).collect();
        }
        let mut names = Vec::new();
        for byte in [one, two, three, self.target] {
            let scopes: &[&str] = choose(&[&["own"][..], &["child"], &["own", "child"]], byte);
            let resource = choose(&["users", "account_info", "users", "accounts", "services"], byte / 3);
            let actions: &[&str] = choose(
                &[&["view"][..], &["view", "edit"], &["view", "add", "edit", "remove"], &["view", "remove"]],
                byte / 16,
            );
            for scope in scopes {
                names.extend(actions.iter().map(|action| format!("{scope}.{resource}.{action}")));
            }
        }
        names
    }
}

/// Traces of at most sixty steps.
pub fn traces() -> impl Strategy<Value = Vec<Step>> {
    let step = any::<[u8; 8]>().prop_map(Step::decode);
    proptest::collection::vec(step, 1..=60)
}
