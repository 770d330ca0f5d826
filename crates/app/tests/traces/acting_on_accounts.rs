//! Steps that change accounts.

use tenantry_app::{
    Actor, UseCaseError,
    accounts::{ChangeAccountStatus, MoveAccount, RemoveAccount, RestoreAccount},
};
use tenantry_domain::account::AccountStatus;

use crate::{
    facts::Facts,
    places::Change,
    rules::Done,
    step::{Step, What},
    world::World,
};

impl World<'_> {
    pub async fn act_on_account(&mut self, step: Step, before: &Facts) -> Result<Done, String> {
        let all = before.places.len();
        let one = usize::from(step.account) % all;
        let (account, change) = match step.what {
            What::MoveAccount => (one, Change::MoveBelow(usize::from(step.role) % all)),
            What::ResumeAccount => {
                (which(step.account, before, |account| !before.places[account].is_active), Change::Resume)
            }
            What::RestoreAccount => {
                let is_top = |account: usize| before.places[account].removed_with == Some(account);
                (which(step.account, before, is_top), Change::Restore)
            }
            What::SuspendAccount => (one, Change::Suspend),
            _ => (one, Change::Remove),
        };
        let needed =
            if matches!(change, Change::Remove | Change::Restore) { "accounts.remove" } else { "accounts.edit" };
        let by = self.changer(step, before, (needed, account));
        let Some(actor) = self.acting_as(by, step, before).await else { return Ok(Done::default()) };
        let outcome = self.change(&actor, (account, change), step).await;
        if let Err(error @ UseCaseError::Storage(_)) = &outcome {
            return Err(format!("{:?}: {error}", step.what));
        }
        let allowed = outcome.is_ok();
        if allowed {
            self.has_acted(actor.user_id());
            self.shut_out_accounts(before, (account, change));
            self.note_inherited(before, change);
        }
        Ok(Done { actor: Some(actor.user_id()), allowed, account: Some((account, change)), ..Done::default() })
    }

    async fn change(&self, actor: &Actor, (account, change): (usize, Change), step: Step) -> Result<(), UseCaseError> {
        let (app, account_id) = (&self.stage.p.app, self.stage.accounts[account]);
        let set = |status| ChangeAccountStatus { account_id, status, expected_version: None };
        match change {
            Change::MoveBelow(parent) => {
                let parent_id = self.stage.accounts[parent];
                MoveAccount { account_id, parent_id }.execute(app, actor).await.map(drop)
            }
            Change::Suspend => set(AccountStatus::Suspended).execute(app, actor).await.map(drop),
            Change::Resume => set(AccountStatus::Active).execute(app, actor).await.map(drop),
            Change::Remove => {
                let cascade = step.choice[0] % 4 != 3;
                RemoveAccount { account_id, cascade, expected_version: None }.execute(app, actor).await
            }
            Change::Restore => RestoreAccount { account_id }.execute(app, actor).await.map(drop),
        }
    }

    /// P10: what shuts an account ends, for good, what lets anybody in who is at home in it.
    fn shut_out_accounts(&mut self, before: &Facts, (account, change): (usize, Change)) {
        let after = self.facts();
        let shuts_all = match change {
            Change::Suspend => before.places[account].is_active,
            change => change == Change::Remove,
        };
        for (user_id, person) in &before.people {
            let is_shut = before.is_in_use(person.home) && !after.is_in_use(person.home);
            if is_shut || shuts_all && before.is_within(person.home, account) {
                self.shut_out(*user_id, false);
            }
        }
    }

    fn note_inherited(&mut self, before: &Facts, change: Change) {
        if !matches!(change, Change::MoveBelow(_)) {
            return;
        }
        let after = self.facts();
        for user_id in after.people.keys() {
            let more = after.held_ever(*user_id).without(&before.held_ever(*user_id));
            self.inherited.entry(*user_id).and_modify(|held| *held = held.and(&more)).or_insert(more);
        }
    }
}

/// An account to which something is done that only those undergo of which it is true.
fn which(number: u8, before: &Facts, is_one: impl Fn(usize) -> bool) -> usize {
    let all: Vec<usize> = (0..before.places.len()).collect();
    let some: Vec<usize> = all.iter().copied().filter(|account| is_one(*account)).collect();
    crate::world::choose(if some.is_empty() { &all } else { &some }, number)
}
