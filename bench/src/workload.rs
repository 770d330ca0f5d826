//! What is asked: a tree, people with grants in it, and questions. The same in every run.

use crate::numbering::{Interval, intervals};
use tenantry_domain::permission::{Action, BuiltInRole, Permission, Resource};
use uuid::{Builder, Uuid};

/// How many people hold grants. Enough that the branches of one do not stay predicted, few enough that their grants stay
/// in the processor's caches, as those of the people who are signed in to one node would.
const USERS: u32 = 512;
const QUESTIONS: usize = 16_384;
/// Of one person.
pub const MOST_GRANTS: usize = 3;
/// The root is at depth 0.
const GREATEST_DEPTH: u32 = 8;

/// A tree of accounts, people and questions.
pub struct Workload {
    /// In the order in which they were opened, the root first. A place in this list is a dense number that stays the same
    /// when accounts move.
    pub accounts: Vec<Account>,
    pub users: Vec<User>,
    pub questions: Vec<Question>,
}

pub struct Account {
    pub id: Uuid,
    /// The place of the account above; `None` for the root.
    pub parent: Option<u32>,
}

pub struct User {
    pub grants: Vec<Grant>,
}

#[derive(Clone, Copy)]
pub struct Grant {
    pub role: BuiltInRole,
    /// The place of the anchor account.
    pub anchor: u32,
}

/// May this user do that at the target?
#[derive(Debug, Clone, Copy)]
pub struct Question {
    pub user: u32,
    pub permission: Permission,
    /// The place of the account asked about.
    pub target: u32,
}

impl Workload {
    pub fn new(accounts: u32) -> Self {
        let mut random = Random(0x7E4A_4712);
        let accounts = grow_tree(accounts, &mut random);
        let subtrees = Subtrees::of(&accounts);
        let users: Vec<User> = (0..USERS).map(|_| make_user(&accounts, &mut random)).collect();
        let questions = (0..QUESTIONS).map(|_| ask(&subtrees, &users, &mut random)).collect();
        Self { accounts, users, questions }
    }
}

/// What a numbering needs to know of a tree.
pub fn parents(accounts: &[Account]) -> Vec<Option<u32>> {
    accounts.iter().map(|account| account.parent).collect()
}

/// Accounts are opened one after the other, more often beneath older ones: that gives a few large resellers, many small
/// ones, and mostly leaves.
fn grow_tree(count: u32, random: &mut Random) -> Vec<Account> {
    let mut accounts = vec![Account { id: random.id(0), parent: None }];
    let mut depths = vec![0];
    for opened in 1..count {
        let parent = loop {
            let oldest = random.below(opened) + 1;
            let candidate = random.below(oldest);
            if depths[candidate as usize] < GREATEST_DEPTH {
                break candidate;
            }
        };
        accounts.push(Account { id: random.id(opened), parent: Some(parent) });
        depths.push(depths[parent as usize] + 1);
    }
    accounts
}

/// For picking an account at or beneath another one.
struct Subtrees {
    intervals: Vec<Interval>,
    /// The place of the account with each mark.
    by_mark: Vec<u32>,
}

impl Subtrees {
    fn of(accounts: &[Account]) -> Self {
        let intervals = intervals(&parents(accounts));
        let mut by_mark: Vec<u32> = (0..).take(accounts.len()).collect();
        by_mark.sort_by_key(|place| intervals[*place as usize].enter);
        Self { intervals, by_mark }
    }

    fn pick(&self, top: u32, random: &mut Random) -> u32 {
        let Interval { enter, exit } = self.intervals[top as usize];
        self.by_mark[(enter + random.below(exit - enter)) as usize]
    }
}

/// One grant for most, two or three for some, at any account or above it: anchors are leaves, large resellers and everything between.
fn make_user(accounts: &[Account], random: &mut Random) -> User {
    let grant = |random: &mut Random| {
        let role = random.one_of(&BuiltInRole::ALL);
        let account = random.below(accounts.len() as u32);
        let line: Vec<u32> = std::iter::successors(Some(account), |place| accounts[*place as usize].parent).collect();
        Grant { role, anchor: random.one_of(&line) }
    };
    let count = [1, 1, 1, 1, 1, 1, 1, 1, 2, MOST_GRANTS][random.below(10) as usize];
    User { grants: (0..count).map(|_| grant(random)).collect() }
}

/// Half of the questions are about any account; in a large tree nearly all of those are a no. The other half are about an
/// account that one of the person's grants reaches.
fn ask(subtrees: &Subtrees, users: &[User], random: &mut Random) -> Question {
    let user = random.below(USERS);
    let permission = Permission::new(random.one_of(&Resource::ALL), random.one_of(&Action::ALL));
    let anchor = random.one_of(&users[user as usize].grants).anchor;
    let top = if random.below(2) == 0 { 0 } else { anchor };
    Question { user, permission, target: subtrees.pick(top, random) }
}

/// `SplitMix64`: a few lines, and the same numbers for ever, which no crate promises.
#[derive(Clone)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// From 0 up to, but without, `limit`.
    fn below(&mut self, limit: u32) -> u32 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u32
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u32) as usize]
    }

    /// Version 7, like the ids in production: the first half nearly the same for all.
    fn id(&mut self, opened: u32) -> Uuid {
        let mut noise = [0; 10];
        noise.copy_from_slice(&u128::from(self.next()).wrapping_mul(0x1_0001_0001_0001).to_le_bytes()[..10]);
        Builder::from_unix_timestamp_millis(1_700_000_000_000 + u64::from(opened) * 997, &noise).into_uuid()
    }
}
