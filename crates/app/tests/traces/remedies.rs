//! P33: what is explained is what is decided, and what is said to help does.

use tenantry_app::{
    Actor, Denied, UseCaseError,
    permissions::{DecisionExplained, ExplainDecisionInput, Explanation, Grantor, Remedy},
    roles::RoleInput,
    testing::TestPlatform,
    users::{ChangeUserStatus, GrantInput, RestoreUser, SetGrantsInput},
};
use tenantry_domain::{
    UserId,
    permission::{Grant, Permission, Standing},
    user::UserStatus,
};

use crate::{
    facts::Facts,
    step::Step,
    world::{World, choose},
};

struct Question<'a> {
    p: &'a TestPlatform,
    about: UserId,
    permission: Permission,
    account: usize,
}

/// Asks whether somebody may do something somewhere, and tries what is said to help. Nothing of it stays.
pub async fn explain(world: &World<'_>, actor: &Actor, step: Step, facts: &Facts) -> Result<(), String> {
    let stage = world.stage;
    let about = choose(&world.people, step.target);
    let permissions: Vec<Permission> = Permission::all().collect();
    let permission = choose(&permissions, step.role);
    let account = usize::from(step.account) % stage.accounts.len();
    let input = ExplainDecisionInput {
        user_id: Some(about.to_string()),
        account_id: Some(stage.accounts[account].to_string()),
        resource: Some(permission.resource.key().to_owned()),
        action: Some(permission.action.key().to_owned()),
    };
    let answer = match input.parse().unwrap().execute(&stage.p.app, actor).await {
        Ok(answer) => answer,
        Err(UseCaseError::Denied(Denied::NotFound | Denied::PasswordChangeRequired)) => return Ok(()),
        Err(error) => return Err(format!("P33: {error}")),
    };
    let question = Question { p: &stage.p, about, permission, account };
    let allowed = facts.held(about).holds(&permission.to_string(), account);
    if answer.allowed != allowed {
        return Err(format!("P33: {permission} of {about} at {account} is {allowed}, explained as {answer:?}"));
    }
    let before = stage.p.memory().snapshot();
    let tried = question.try_out(world, answer).await;
    stage.p.memory().restore(&before);
    tried
}

impl Question<'_> {
    async fn try_out(&self, world: &World<'_>, answer: DecisionExplained) -> Result<(), String> {
        match answer.explanation {
            Explanation::Granted { .. } => Ok(()),
            Explanation::NotHeld { remedy } => self.take(world, &remedy).await,
            Explanation::NotActive { standing, activators, remedy } => {
                let Some(Grantor { user_id, .. }) = activators.first() else { return Ok(()) };
                let actor = self.p.actor(*user_id).await;
                // That comes first for everybody, and then they can.
                if actor.must_change_password() {
                    return Ok(());
                }
                let (user_id, status) = (self.about, UserStatus::Active);
                let outcome = if standing == Standing::Removed {
                    RestoreUser { user_id }.execute(&self.p.app, &actor).await
                } else {
                    let activate = ChangeUserStatus { user_id, status, expected_version: None };
                    activate.execute(&self.p.app, &actor).await
                };
                outcome.map_err(|error| format!("P33: who could activate {user_id} cannot: {error}"))?;
                // Who was restored may still be suspended.
                let is_active = self.p.principal(user_id).await.authority.standing() == Standing::Active;
                if remedy.is_none() && is_active { self.is_allowed(world) } else { Ok(()) }
            }
        }
    }

    /// Everybody named makes the change. Where the person has something at the anchor already, that stays.
    async fn take(&self, world: &World<'_>, remedy: &Remedy) -> Result<(), String> {
        for grantor in &remedy.grantors {
            if self.p.principal(grantor.user_id).await.must_change_password {
                continue;
            }
            let before = self.p.memory().snapshot();
            let given = self.give(world, remedy, grantor.user_id).await;
            given.map_err(|error| format!("P33: {} cannot give {remedy:?}: {error:?}", grantor.user_id))?;
            self.is_allowed(world)?;
            self.p.memory().restore(&before);
        }
        Ok(())
    }

    async fn give(&self, world: &World<'_>, remedy: &Remedy, by: UserId) -> Result<(), UseCaseError> {
        let actor = self.p.actor(by).await;
        let record = self.p.record(self.about).await;
        let there = record.grants.iter().find(|grant| grant.anchor.id() == remedy.anchor.id);
        let mut cells: Vec<String> = remedy.smallest_role.clone();
        cells.extend(there.iter().flat_map(|grant| grant.role.matrix().cells()).map(|cell| cell.to_string()));
        let role = RoleInput { name: Some("Remedy".to_owned()), cells: Some(cells), ..RoleInput::default() };
        let defined = role.parse()?.execute(&self.p.app, &actor, remedy.anchor.id).await;
        let role = match (defined, remedy.roles.first()) {
            (Ok(row), _) => row.role.id.to_string(),
            (Err(_), Some(role)) => role.key().to_string(),
            (Err(error), None) => return Err(error),
        };
        let given = GrantInput {
            role: Some(role),
            anchor_account_id: Some(remedy.anchor.id.to_string()),
            ..GrantInput::default()
        };
        let others = record.grants.iter().filter(|grant| grant.anchor.id() != remedy.anchor.id);
        let facts = world.facts();
        let is_there = |grant: &&Grant| facts.is_there(world.stage.reader.number(grant.anchor.id()));
        let in_view = others.filter(is_there).filter(|grant| actor.authority().views_account(&grant.anchor));
        let kept = in_view.map(|grant| GrantInput {
            role: Some(grant.role.key().to_string()),
            anchor_account_id: Some(grant.anchor.id().to_string()),
            starts_at: grant.starts_at.map(|at| at.to_string()),
            ends_at: grant.ends_at.map(|at| at.to_string()),
        });
        let grants = std::iter::once(given).chain(kept).collect();
        SetGrantsInput { grants }.parse()?.execute(&self.p.app, &actor, self.about, None).await.map(drop)
    }

    fn is_allowed(&self, world: &World<'_>) -> Result<(), String> {
        let held = world.facts().held(self.about);
        if held.holds(&self.permission.to_string(), self.account) {
            return Ok(());
        }
        Err(format!("P33: it was to help, and {} of {} is still not allowed", self.permission, self.about))
    }
}
