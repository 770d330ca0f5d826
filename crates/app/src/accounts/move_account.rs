//! Moving an account, with everything below it, below another one.

use std::{collections::BTreeMap, iter};

use jiff::Timestamp;
use serde_json::json;
use tenantry_domain::{
    AccountId, UserId,
    account::{Account, AccountPath, AccountStatus},
    permission::{Authority, Permission, PermissionMatrix, Standing},
};

use super::{
    find, find_covered_beyond, keep_administrators_elsewhere, require_covered_visitors, require_elsewhere,
    show_account::{AccountPage, ShowAccount},
};
use crate::{
    Actor, App, Conflict, Denied, Permit, UseCaseError,
    actor::cell_names,
    app::Attempted,
    ports::{Principal, UnitOfWork, UserRecord},
};

/// Moves an account.
#[derive(Debug, Clone, Copy)]
pub struct MoveAccount {
    /// Which.
    pub account_id: AccountId,
    /// Below which.
    pub parent_id: AccountId,
}

/// What a move would do to people's rights over the account and what is below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovePreview {
    /// Who would hold more than now; only people the asker may view.
    pub gaining: Vec<Affected>,
    /// Who would hold less than now; only people the asker may view.
    pub losing: Vec<Affected>,
    /// Whether there are more people than were looked at.
    pub is_cut: bool,
}

/// Somebody whose rights a move changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// Whose.
    pub user_id: UserId,
    /// The name shown.
    pub display_name: String,
    /// The cells gained, or lost, as `child.users.add`.
    pub cells: Vec<String>,
}

/// How many people a preview looks at on either side.
const LOOKED_AT: u32 = 200;

impl MoveAccount {
    /// Moves the account. That takes `accounts.edit` and `accounts.remove` on it and `accounts.add` at the destination, and gives the
    /// mover nothing that was not held before, now or when a grant of the mover's begins or ends. A move below a suspended account
    /// suspends whoever is in the account: sessions and links end. One from below a suspended account takes the right to resume that. And
    /// whoever is in the account and holds more elsewhere, or the other way round, holds nothing that the mover does not: else a
    /// suspension could be made to reach those it must not.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`]; [`UseCaseError::Invalid`] if the destination is the account itself or below it;
    /// [`Conflict::AccountIsLeaf`]; [`Conflict::LastAdministrator`] if the move shuts the last one of another account out.
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<AccountPage, UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::in_account("account.move", self.account_id), outcome).await?;
        ShowAccount { account_id: self.account_id }.once_changed(app, actor).await
    }

    /// What the move would change, without moving anything. It takes the same rights.
    ///
    /// # Errors
    /// Those of [`MoveAccount::execute`], but for [`Conflict::LastAdministrator`].
    pub async fn preview(&self, app: &App, actor: &Actor) -> Result<MovePreview, UseCaseError> {
        let (account, parent) = app.retrying(|| Box::pin(self.look(app, actor))).await?;
        let (here, there) = (&account.path, parent.path.child(account.id()));
        let directory = app.directory();
        let now_above = directory.list_grant_holders(here, app.now(), LOOKED_AT).await?;
        let then_above = directory.list_grant_holders(&parent.path, app.now(), LOOKED_AT).await?;
        let is_cut = [&now_above, &then_above].iter().any(|holders| holders.len() == LOOKED_AT as usize);
        let views = |holder: &Principal| actor.authority().holds(Permission::USERS_VIEW, holder.authority.home());
        let in_view = now_above.into_iter().chain(then_above).filter(views);
        let once: BTreeMap<UserId, Principal> = in_view.map(|holder| (holder.user_id, holder)).collect();
        let mut holders: Vec<Principal> = once.into_values().collect();
        holders.sort_by(|one, other| one.display_name.cmp(&other.display_name));
        let changes: Vec<_> = holders.iter().map(|holder| (holder, change(holder, here, &there, app.now()))).collect();
        let affected = |side: fn(&Change) -> PermissionMatrix| {
            let touched = changes.iter().filter(|(_, change)| !side(change).is_empty());
            touched.map(|(holder, change)| Affected::new(holder, side(change))).collect()
        };
        Ok(MovePreview { gaining: affected(|change| change.gained), losing: affected(|change| change.lost), is_cut })
    }

    /// Asks for the move and does not make it.
    async fn look(&self, app: &App, actor: &Actor) -> Result<(Account, Account), UseCaseError> {
        let uow = app.begin_large().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let Allowed { account, parent, .. } = self.allowed(app, &*uow, &actor).await?;
        uow.commit().await?;
        Ok((account, parent))
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin_large().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let Allowed { account, parent, permit, beyond } = self.allowed(app, &*uow, &actor).await?;
        if is_there(&account, &parent) {
            return Ok(uow.commit().await?);
        }
        let (was_open, is_open) =
            (is_open(&*uow, &account.path).await?, is_open(&*uow, &parent.path.child(account.id())).await?);
        if was_open && !is_open {
            uow.users().shut_out_subtree(&account.path, app.now()).await?;
        }
        uow.accounts().move_below(&account.path, &parent.path).await?;
        if was_open && !is_open {
            keep_administrators_elsewhere(app, &*uow, &actor, &beyond).await?;
        }
        let entry = permit.entry(app, "account.move").in_account(self.account_id);
        let before = json!({"parentId": account.path.parent_id().map(|id| id.to_string())});
        let entry = entry.changing(before, json!({"parentId": self.parent_id.to_string()}));
        uow.audit_log().append(&entry).await?;
        Ok(uow.commit().await?)
    }

    /// All that can be said before anything is changed. Who is there already stays, whoever is inside.
    async fn allowed(&self, app: &App, uow: &dyn UnitOfWork, actor: &Actor) -> Result<Allowed, UseCaseError> {
        let account = find(uow, self.account_id).await?;
        let permit = Self::permit_taking(actor, &account)?;
        let parent = find(uow, self.parent_id).await?;
        let mover = uow.users().find(actor.user_id()).await?.ok_or(UseCaseError::NotSignedIn)?;
        Self::permit_putting((actor, &mover), &account, &parent, app.now())?;
        let mut beyond = Vec::new();
        if !is_there(&account, &parent) {
            for left in left_behind(&account.path, &parent.path) {
                permit_leaving(actor, &find(uow, left).await?)?;
            }
            beyond = find_covered_beyond(uow, actor, &account).await?;
            require_covered_visitors(uow, actor, &account).await?;
        }
        Ok(Allowed { account, parent, permit, beyond })
    }

    /// Asked before the destination is looked up: who may not move the account must not learn whether that exists.
    fn permit_taking(actor: &Actor, account: &Account) -> Result<Permit, UseCaseError> {
        actor.permit(Permission::ACCOUNTS_REMOVE, &account.path)?;
        let permit = actor.permit(Permission::ACCOUNTS_EDIT, &account.path)?;
        require_elsewhere(actor, account)?;
        Ok(permit)
    }

    fn permit_putting(
        (actor, mover): (&Actor, &UserRecord),
        account: &Account,
        parent: &Account,
        now: Timestamp,
    ) -> Result<(), UseCaseError> {
        actor.permit(Permission::ACCOUNTS_ADD, &parent.path)?;
        if account.path.is_at_or_above(&parent.path) {
            let message = "Choose an account that is not the account itself and not below it.";
            return Err(UseCaseError::field("parentId", "cycle", message));
        }
        if !parent.kind.may_hold(account.kind) {
            return Err(Conflict::AccountIsLeaf.into());
        }
        let gained = gained(mover, &account.path, &parent.path.child(account.id()), now);
        if gained.is_empty() { Ok(()) } else { Err(Denied::MoveGains { gained }.into()) }
    }
}

/// What is moved where, by what right, and the people inside who hold more outside.
struct Allowed {
    account: Account,
    parent: Account,
    permit: Permit,
    beyond: Vec<UserRecord>,
}

fn is_there(account: &Account, parent: &Account) -> bool {
    account.path.parent_id() == Some(parent.id())
}

/// The accounts above one that are not above it any more once it is below another.
fn left_behind<'a>(here: &'a AccountPath, parent: &'a AccountPath) -> impl Iterator<Item = AccountId> + 'a {
    let id = here.id();
    here.iter().filter(move |above| *above != id && parent.iter().all(|kept| kept != *above))
}

/// Refuses to take an account out from below a suspended one that the mover may not resume.
fn permit_leaving(actor: &Actor, above: &Account) -> Result<(), Denied> {
    let is_held = above.status == AccountStatus::Suspended;
    if is_held && actor.permit(Permission::ACCOUNTS_EDIT, &above.path).is_err() {
        return Err(Denied::SuspendedAbove);
    }
    Ok(())
}

/// Whether an account and all above it are active, as of this transaction.
async fn is_open(uow: &dyn UnitOfWork, path: &AccountPath) -> Result<bool, UseCaseError> {
    for account_id in path.iter() {
        if find(uow, account_id).await?.status != AccountStatus::Active {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The cells that somebody would hold over the account after the move and does not before: now, or once one of the grants has
/// begun or ended, so that nobody waits for what a move cannot give at once. What is below the account moves along, and whoever is
/// above the account is above that: the account stands for all of it.
fn gained(mover: &UserRecord, here: &AccountPath, there: &AccountPath, now: Timestamp) -> Vec<String> {
    let bounds = mover.grants.iter().flat_map(|grant| [grant.starts_at, grant.ends_at]).flatten();
    let gains = iter::once(now).chain(bounds.filter(|at| *at > now)).map(|at| {
        let authority = Authority::new(Standing::Active, mover.home.clone(), mover.grants.clone(), at);
        authority.effective_at(there).difference(authority.effective_at(here))
    });
    cell_names(gains.fold(PermissionMatrix::EMPTY, PermissionMatrix::union))
}

/// What a move does to one person's rights over the account.
struct Change {
    gained: PermissionMatrix,
    lost: PermissionMatrix,
}

/// Grants anchored at the account or below it move along, so that nobody gains or loses what they give.
fn change(holder: &Principal, here: &AccountPath, there: &AccountPath, now: Timestamp) -> Change {
    let authority = &holder.authority;
    let held_by = |inside: bool, at: &AccountPath| {
        let grants = authority.grants().iter().filter(|grant| here.is_at_or_above(&grant.anchor) == inside);
        let part = Authority::new(authority.standing(), authority.home().clone(), grants.cloned().collect(), now);
        part.effective_at(at)
    };
    let (before, after, stays) = (held_by(false, here), held_by(false, there), held_by(true, here));
    Change { gained: after.difference(before).difference(stays), lost: before.difference(after).difference(stays) }
}

impl Affected {
    fn new(holder: &Principal, cells: PermissionMatrix) -> Self {
        Self { user_id: holder.user_id, display_name: holder.display_name.clone(), cells: cell_names(cells) }
    }
}
