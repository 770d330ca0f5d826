//! The people of one account.

use std::collections::HashMap;

use jiff::Timestamp;
use tenantry_app::ports::{Credential, HashedPassword, PasswordOrigin};
use tenantry_domain::{
    InvalidValue, Line, UserId,
    account::{Account, AccountKind},
    contact::EmailAddress,
    permission::{BuiltInRole, Grant},
    user::{ContactDetails, LoginName, PersonName, Profile, ProvisioningState, User, UserStatus},
};
use tenantry_infra_sql::seed::SeededUser;

use crate::{dice::Dice, names};

/// When somebody was created, and what everybody's password hashes to.
pub struct Given<'a> {
    pub user_id: UserId,
    pub created_at: Timestamp,
    pub hash: &'a HashedPassword,
    /// The latest instant there can be.
    pub until: Timestamp,
}

/// Makes the people of an account; the first is its administrator.
pub struct People<'a> {
    account: &'a Account,
    /// How often each local part was wanted.
    wanted: HashMap<String, usize>,
    count: usize,
}

impl<'a> People<'a> {
    pub fn of(account: &'a Account) -> Self {
        Self { account, wanted: HashMap::new(), count: 0 }
    }

    pub fn make(&mut self, given: &Given<'_>, dice: &mut Dice) -> Result<SeededUser, InvalidValue> {
        let is_first = self.count == 0;
        self.count += 1;
        let role = if is_first { administrator_of(self.account.kind) } else { some_role(self.account.kind, dice) };
        let user = self.user(given.user_id, is_first, dice)?;
        let signs_in = is_first || !dice.chance(50);
        let provisioning =
            if !is_first && dice.chance(3) { ProvisioningState::Failed } else { ProvisioningState::Provisioned };
        Ok(SeededUser {
            grant: Grant::new(role.into(), self.account.path.clone()),
            credential: signs_in.then(|| Credential {
                hash: given.hash.clone(),
                origin: PasswordOrigin::Own,
                must_change: false,
                set_at: given.created_at,
                expires_at: None,
            }),
            last_sign_in_at: (signs_in && dice.chance(800)).then(|| between(given.created_at, given.until, dice)),
            created_at: given.created_at,
            provisioning,
            user,
        })
    }

    fn user(&mut self, id: UserId, is_first: bool, dice: &mut Dice) -> Result<User, InvalidValue> {
        let ((first, first_in_ascii), (last, last_in_ascii)) = names::person(dice);
        let (first_name, last_name) = (PersonName::parse(first)?, PersonName::parse(last)?);
        let local = self.free_local_part(format!("{first_in_ascii}.{last_in_ascii}").to_lowercase());
        let login_name = LoginName::parse(&format!("{local}@{}", self.account.domains.primary))?;
        let (title, department) = names::job(dice);
        let knows_job = dice.chance(700);
        let job = |text| Line::parse_optional(knows_job.then_some(text));
        Ok(User {
            id,
            account_id: self.account.id(),
            profile: Profile {
                display_name: Profile::default_display_name(&first_name, &last_name)?,
                first_name,
                last_name,
                company: None,
                job_title: job(title)?,
                department: job(department)?,
            },
            contact: ContactDetails {
                email: EmailAddress::parse(&login_name.to_string())?,
                alternative_email: None,
                address: self.account.company.address.clone(),
                phone: self.account.company.phone.clone(),
            },
            login_name,
            status: if !is_first && dice.chance(30) { UserStatus::Suspended } else { UserStatus::Active },
            removed_at: None,
            image: None,
        })
    }

    fn free_local_part(&mut self, local: String) -> String {
        let times = self.wanted.entry(local.clone()).or_default();
        *times += 1;
        if *times == 1 { local } else { format!("{local}{times}") }
    }
}

const fn administrator_of(kind: AccountKind) -> BuiltInRole {
    match kind {
        AccountKind::Platform => BuiltInRole::FullAccess,
        AccountKind::Reseller => BuiltInRole::ResellerAdministrator,
        AccountKind::Customer => BuiltInRole::CustomerAdministrator,
    }
}

fn some_role(kind: AccountKind, dice: &mut Dice) -> BuiltInRole {
    use BuiltInRole::{BasicAccess, CustomerAdministrator, FullAccess, NoAccess, ResellerAdministrator, User};
    match (kind, dice.below(100)) {
        (AccountKind::Customer, 0..3) => CustomerAdministrator,
        (AccountKind::Customer, 3..10) => NoAccess,
        (AccountKind::Reseller, 0..5) => ResellerAdministrator,
        (AccountKind::Customer, 10..12) | (AccountKind::Reseller | AccountKind::Platform, 5..20) => BasicAccess,
        (AccountKind::Reseller | AccountKind::Platform, 20..24) => FullAccess,
        _ => User,
    }
}

/// Some instant between two.
pub fn between(from: Timestamp, until: Timestamp, dice: &mut Dice) -> Timestamp {
    let seconds = usize::try_from(until.as_second() - from.as_second()).unwrap_or_default();
    let later = i64::try_from(dice.below(seconds)).unwrap_or_default();
    // Within two instants that can be written, so that it can be written too.
    Timestamp::from_second(from.as_second() + later).unwrap_or(from)
}
