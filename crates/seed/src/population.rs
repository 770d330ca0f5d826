//! All of it, in batches, so that nobody has to hold a million people at once.

use jiff::Timestamp;
use tenantry_app::ports::HashedPassword;
use tenantry_domain::{
    AccountId, InvalidValue, UserId,
    account::{Account, AccountPath},
};
use tenantry_infra_sql::seed::SeedBatch;
use uuid::{Builder, Uuid};

use crate::{
    accounts::Accounts,
    dice::Dice,
    people::{Given, People, between},
    plan::{PlannedAccount, plan},
};

/// The first account is as old as this: the second of January 2023.
const FROM: i64 = 1_672_617_600;
/// Nothing is younger than this: the first of January 2026.
const UNTIL: i64 = 1_767_225_600;
/// A batch ends with the account that makes it as large.
const USERS_A_BATCH: usize = 4_000;
const ACCOUNTS_A_BATCH: usize = 1_000;
/// The reseller in the middle of the tree has about this part of all accounts below it.
const MIDDLE: usize = 10;

/// How large.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// All accounts, the platform included.
    pub accounts: usize,
    /// All users; each account has one as long as there are enough.
    pub users: usize,
    /// The levels of the tree, the platform's included.
    pub depth: usize,
}

/// Somebody to sign in as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub login_name: String,
    pub role: String,
    pub account_name: String,
    /// How many accounts are below that one.
    pub below: usize,
}

/// The accounts and people, batch by batch.
pub struct Population {
    planned: Vec<PlannedAccount>,
    /// How many people each account has.
    people: Vec<usize>,
    paths: Vec<(AccountPath, Timestamp)>,
    middle: usize,
    accounts: Accounts,
    hash: HashedPassword,
    dice: Dice,
    logins: Vec<Login>,
}

impl Population {
    /// The one that belongs to a number; everybody has the password that was hashed.
    pub fn new(size: Size, seed: u64, hash: HashedPassword) -> Self {
        let mut dice = Dice::new(seed);
        let planned = plan(size.accounts.max(1), size.depth, &mut dice.fork());
        let people = spread(size.users, planned.len(), &mut dice.fork());
        let wanted = planned.len() / MIDDLE;
        let resellers = planned.iter().enumerate().filter(|(_, account)| account.level > 1 && !account.is_leaf);
        let middle = resellers.min_by_key(|(_, account)| account.below.abs_diff(wanted)).map_or(0, |(place, _)| place);
        let paths = Vec::with_capacity(planned.len());
        Self { planned, people, paths, middle, accounts: Accounts::default(), hash, dice, logins: Vec::new() }
    }

    /// An administrator of the platform, and one of the reseller in the middle, once these were made.
    pub fn logins(&self) -> &[Login] {
        &self.logins
    }

    /// The account with about so many accounts, itself included, once all were made.
    pub fn subtree_of(&self, accounts: usize) -> Option<AccountId> {
        let nearest =
            self.planned.iter().zip(&self.paths).min_by_key(|(planned, _)| (planned.below + 1).abs_diff(accounts));
        nearest.map(|(_, (path, _))| path.id())
    }

    fn next_batch(&mut self) -> Result<Option<SeedBatch>, InvalidValue> {
        let mut batch = SeedBatch::default();
        while self.paths.len() < self.planned.len()
            && batch.users.len() < USERS_A_BATCH
            && batch.accounts.len() < ACCOUNTS_A_BATCH
        {
            self.add_account(&mut batch)?;
        }
        Ok((!batch.accounts.is_empty()).then_some(batch))
    }

    fn add_account(&mut self, batch: &mut SeedBatch) -> Result<(), InvalidValue> {
        let place = self.paths.len();
        let (Some(planned), Some(people)) = (self.planned.get(place), self.people.get(place)) else { return Ok(()) };
        let mut dice = self.dice.fork();
        let above = planned.parent.and_then(|parent| self.paths.get(parent));
        let until = Timestamp::from_second(UNTIL).unwrap_or(Timestamp::MAX);
        let created_at = match above {
            // The older half of the time that is left, so that there is some left eight levels below.
            Some((_, since)) => between(*since, middle_of(*since, until), &mut dice),
            None => Timestamp::from_second(FROM).unwrap_or(Timestamp::UNIX_EPOCH),
        };
        let id = AccountId::new(id_at(created_at, &mut dice));
        let account = self.accounts.make(planned, id, above.map(|(path, _)| path), &mut dice)?;
        let mut of_account = People::of(&account);
        for _ in 0..*people {
            let born = between(created_at, until, &mut dice);
            let user_id = UserId::new(id_at(born, &mut dice));
            let given = Given { user_id, created_at: born, hash: &self.hash, until };
            batch.users.push(of_account.make(&given, &mut dice)?);
        }
        if (place == 0 || place == self.middle) && *people > 0 {
            self.logins.extend(login(&account, planned.below, batch, *people));
        }
        self.paths.push((account.path.clone(), created_at));
        batch.accounts.push((account, created_at));
        Ok(())
    }
}

impl Iterator for Population {
    type Item = Result<SeedBatch, InvalidValue>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_batch().transpose()
    }
}

/// The first of the people just made.
fn login(account: &Account, below: usize, batch: &SeedBatch, people: usize) -> Option<Login> {
    let first = batch.users.get(batch.users.len().checked_sub(people)?)?;
    Some(Login {
        login_name: first.user.login_name.to_string(),
        role: first.grant.role.key().to_string(),
        account_name: account.name.to_string(),
        below,
    })
}

fn middle_of(from: Timestamp, until: Timestamp) -> Timestamp {
    Timestamp::from_second(i64::midpoint(from.as_second(), until.as_second())).unwrap_or(until)
}

/// How many people each account has: mostly few, sometimes hundreds.
fn spread(users: usize, accounts: usize, dice: &mut Dice) -> Vec<usize> {
    let weights: Vec<usize> = (0..accounts).map(|_| 1_000_000 / (1 + dice.below(1_000))).collect();
    let sum = weights.iter().sum::<usize>().max(1);
    let beyond_the_first = users.saturating_sub(accounts);
    let mut people: Vec<usize> = weights.iter().map(|weight| beyond_the_first * weight / sum).collect();
    let left_over = users - people.iter().sum::<usize>();
    // At most twice around: one for everybody, and less than one more for what rounding lost.
    for place in 0..left_over {
        if let Some(count) = people.get_mut(place % accounts.max(1)) {
            *count += 1;
        }
    }
    people
}

/// A version 7 id made at this instant.
fn id_at(at: Timestamp, dice: &mut Dice) -> Uuid {
    let mut random = [0; 10];
    for (byte, rolled) in random.iter_mut().zip(dice.roll().to_le_bytes().into_iter().chain(dice.roll().to_le_bytes()))
    {
        *byte = rolled;
    }
    Builder::from_unix_timestamp_millis(at.as_millisecond().unsigned_abs(), &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn everything(seed: u64) -> (Vec<SeedBatch>, Vec<Login>) {
        let size = Size { accounts: 2_500, users: 9_000, depth: 8 };
        let mut population = Population::new(size, seed, HashedPassword("hash".to_owned()));
        let batches = population.by_ref().collect::<Result<Vec<_>, _>>().unwrap();
        (batches, population.logins().to_vec())
    }

    #[test]
    fn there_are_as_many_accounts_and_users_as_asked_for() {
        let (batches, _) = everything(1);
        assert!(batches.len() > 1);
        assert_eq!(batches.iter().map(|batch| batch.accounts.len()).sum::<usize>(), 2_500);
        assert_eq!(batches.iter().map(|batch| batch.users.len()).sum::<usize>(), 9_000);
    }

    #[test]
    fn the_same_number_makes_the_same_people() {
        let names = |seed| -> Vec<String> {
            everything(seed)
                .0
                .iter()
                .flat_map(|batch| batch.users.iter().map(|user| user.user.login_name.key()))
                .collect()
        };
        assert_eq!(names(7), names(7));
        assert_ne!(names(7), names(8));
    }

    #[test]
    fn subtrees_are_found_by_their_size() {
        let size = Size { accounts: 2_500, users: 9_000, depth: 8 };
        let mut population = Population::new(size, 1, HashedPassword("hash".to_owned()));
        assert_eq!(population.subtree_of(1), None);
        let paths: Vec<_> =
            population.by_ref().flat_map(|batch| batch.unwrap().accounts).map(|(account, _)| account.path).collect();
        for wanted in [1, 10, 300, 2_500] {
            let id = population.subtree_of(wanted).unwrap();
            let found = paths.iter().filter(|path| path.iter().any(|above| above == id)).count();
            assert!((wanted / 2..=wanted * 2).contains(&found), "{found} for {wanted}");
        }
    }

    #[test]
    fn one_can_sign_in_at_the_top_and_in_the_middle() {
        let (_, logins) = everything(1);
        let roles: Vec<_> = logins.iter().map(|login| login.role.as_str()).collect();
        assert_eq!(roles, ["full_access", "reseller_administrator"]);
        assert_eq!(logins[0].below, 2_499);
        assert!((150..400).contains(&logins[1].below), "{logins:?}");
    }
}
