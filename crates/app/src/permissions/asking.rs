//! Working out an explanation: one person, one permission, one account, and somebody who asks.

use tenantry_domain::{
    account::AccountPath,
    permission::{Addition, Allowed, Authority, BuiltInRole, Grant, Permission, Resource, Role, Standing, additions},
};

use super::{Explanation, GrantExplained, Grantor, NamedAccount, Remedy};
use crate::{
    Actor, App, Denied, UseCaseError,
    actor::cell_names,
    ports::Principal,
    roles::{is_offered, offer_roles},
};

/// The most people looked at, and named, as those who could help.
const MOST_CANDIDATES: u32 = 200;
const MOST_NAMED: usize = 5;

/// Whom the question is about.
pub(super) struct Subject {
    pub principal: Principal,
    /// All grants, whether in effect or not.
    pub grants: Vec<Grant>,
}

/// A question, and who asks.
pub(super) struct Asking<'a> {
    pub app: &'a App,
    pub actor: &'a Actor,
    pub subject: &'a Subject,
    pub permission: Permission,
    pub account: &'a AccountPath,
}

impl Asking<'_> {
    pub async fn granted(&self, allowed: Allowed<'_>) -> Result<Explanation, UseCaseError> {
        let Grant { role, anchor, ends_at, .. } = allowed.grant;
        let grant = if self.is_known(anchor) {
            Some(GrantExplained { role: role.clone(), anchor: self.named(anchor).await?, ends_at: *ends_at })
        } else {
            None
        };
        Ok(Explanation::Granted { cell: allowed.cell.to_string(), grant })
    }

    pub async fn not_active(&self, standing: Standing) -> Result<Explanation, UseCaseError> {
        let subject = &self.subject.principal.authority;
        // What would be decided if nothing but the grants counted.
        let grants = self.subject.grants.clone();
        let active = Authority::new(Standing::Active, subject.home().clone(), grants, self.app.now());
        let is_all = active.holds(self.permission, self.account);
        let remedy = if is_all { None } else { Some(self.remedy().await?) };
        let needed = match standing {
            Standing::Suspended => Some(Permission::USERS_EDIT),
            Standing::Removed => Some(Permission::USERS_REMOVE),
            Standing::Active | Standing::AccountSuspended => None,
        };
        let activators = match needed {
            Some(needed) => {
                let may = |person: &Principal| person.authority.holds(needed, subject.home());
                self.helpers(subject.home(), may).await?
            }
            None => Vec::new(),
        };
        Ok(Explanation::NotActive { standing, activators, remedy })
    }

    pub async fn remedy(&self) -> Result<Remedy, UseCaseError> {
        let addition = self.smallest_addition()?;
        let mut roles: Vec<Role> = offer_roles(self.app, self.actor, &addition.anchor)
            .await?
            .into_iter()
            .map(|offer| offer.role)
            .filter(|role| role.matrix().contains(addition.cell))
            .collect();
        roles.sort_by_key(|role| role.matrix().len());
        let smallest = addition.smallest_role();
        let subject_home = self.subject.principal.authority.home();
        let may_give = |Principal { authority, .. }: &Principal| {
            authority.holds(Permission::USERS_EDIT, subject_home) && gives(authority, &addition, &roles)
        };
        Ok(Remedy {
            cell: addition.cell.to_string(),
            smallest_role: cell_names(smallest),
            grantors: self.helpers(&addition.anchor, may_give).await?,
            full_access_at: self.full_access_at(&addition).await?,
            anchor: self.named(&addition.anchor).await?,
            roles,
        })
    }

    /// The grant nearest to the account that would do, of those whose anchors the asker may know: at the account itself, or
    /// where no built-in role has that cell (an account does not change itself) above it.
    fn smallest_addition(&self) -> Result<Addition<Resource>, Denied> {
        let known = || {
            let all = additions(self.permission, self.account);
            all.filter(|addition| self.actor.authority().views_account(&addition.anchor))
        };
        let usual = known().find(|addition| BuiltInRole::ALL.iter().any(|role| role.matrix().contains(addition.cell)));
        usual.or_else(|| known().next()).ok_or(Denied::NotFound)
    }

    /// People in the asker's view who could change something about the subject: active, not the subject, covering all it holds, and
    /// `able` to make that change.
    async fn helpers(&self, at: &AccountPath, able: impl Fn(&Principal) -> bool) -> Result<Vec<Grantor>, UseCaseError> {
        let candidates = self.app.directory().list_grant_holders(at, self.app.now(), MOST_CANDIDATES).await?;
        let is_in_view = |person: &Principal| {
            person.user_id == self.actor.user_id()
                || self.actor.authority().holds(Permission::USERS_VIEW, person.authority.home())
        };
        let helps = |person: &Principal| {
            person.user_id != self.subject.principal.user_id
                && is_in_view(person)
                && person.authority.standing() == Standing::Active
                && person.authority.covers_all(&self.subject.grants)
                && able(person)
        };
        let named = candidates.into_iter().filter(helps).take(MOST_NAMED);
        Ok(named.map(|person| Grantor { user_id: person.user_id, display_name: person.display_name }).collect())
    }

    /// The accounts at or above the anchor whose Full Access covers the addition and all the subject holds.
    async fn full_access_at(&self, addition: &Addition<Resource>) -> Result<Vec<NamedAccount>, UseCaseError> {
        let subject_home = self.subject.principal.authority.home();
        let mut named = Vec::new();
        for account in addition.anchor.ancestors_and_self() {
            if !self.actor.authority().views_account(&account) || !account.is_at_or_above(subject_home) {
                continue;
            }
            let grant = Grant::new(BuiltInRole::FullAccess.into(), account.clone());
            let holder = Authority::new(Standing::Active, account.clone(), vec![grant], self.app.now());
            let gives = holder.may_grant(addition.smallest_role(), &addition.anchor).is_ok();
            if gives && holder.covers_all(&self.subject.grants) {
                named.push(self.named(&account).await?);
            }
        }
        named.reverse();
        Ok(named)
    }

    fn is_known(&self, account: &AccountPath) -> bool {
        self.subject.principal.user_id == self.actor.user_id() || self.actor.authority().views_account(account)
    }

    async fn named(&self, account: &AccountPath) -> Result<NamedAccount, UseCaseError> {
        let names = self.app.directory().account_names(&[account.id()]).await?;
        let name = names.into_iter().next().map(|(_, name)| name).unwrap_or_default();
        Ok(NamedAccount { id: account.id(), name })
    }
}

/// Whether somebody could give what is missing: by one of these roles, as far as that person may view it, or by one defined for
/// it there.
fn gives(authority: &Authority, addition: &Addition<Resource>, roles: &[Role]) -> bool {
    let anchor = &addition.anchor;
    let covers = |matrix| authority.may_grant(matrix, anchor).is_ok();
    let defines = || authority.holds(Permission::USERS_EDIT, anchor) && covers(addition.smallest_role());
    let is_given = |role: &Role| is_offered(authority, role, anchor) && covers(role.matrix());
    authority.views_account(anchor) && (defines() || roles.iter().any(is_given))
}
