//! What is stored, as the naive rules see it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use jiff::Timestamp;
use tenantry_app::{ports::UserRecord, testing::MemoryStorage};
use tenantry_domain::{
    AccountId, RoleId, UserId,
    account::{Account, AccountStatus},
    permission::{Grant, Role},
    user::UserStatus,
};

use crate::{
    held::{Cells, Held, ROLES, Tree, verb},
    places::Place,
};

/// Everybody and every account, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub people: BTreeMap<UserId, Person>,
    pub places: Vec<Place>,
    /// How the accounts stand to each other.
    pub tree: Tree,
    pub now: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub home: usize,
    pub is_active: bool,
    pub is_removed: bool,
    pub grants: Vec<Given>,
}

/// A grant with what its role gives now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub role: String,
    pub cells: Cells,
    pub anchor: usize,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
}

impl Given {
    pub fn is_in_effect(&self, now: Timestamp) -> bool {
        self.starts_at.is_none_or(|start| start <= now) && self.ends_at.is_none_or(|end| now < end)
    }
}

impl Facts {
    /// What somebody may do now.
    pub fn held(&self, user_id: UserId) -> Held {
        self.people.get(&user_id).map_or_else(|| Held::nothing(&self.tree), |person| self.held_by(person))
    }

    /// What all grants would give, whatever the time and the status.
    pub fn held_ever(&self, user_id: UserId) -> Held {
        self.people.get(&user_id).map_or_else(|| Held::nothing(&self.tree), |person| self.held_ever_by(person))
    }

    /// Nobody holds anything by what is given at a removed account.
    pub fn held_by(&self, person: &Person) -> Held {
        let is_live = self.is_live(person);
        let counts = |given: &&Given| is_live && given.is_in_effect(self.now) && self.is_there(given.anchor);
        self.given(person.grants.iter().filter(counts))
    }

    pub fn held_ever_by(&self, person: &Person) -> Held {
        self.given(&person.grants)
    }

    /// What grants give.
    pub fn given<'a>(&self, grants: impl IntoIterator<Item = &'a Given>) -> Held {
        Held::by(&self.tree, grants.into_iter().map(|given| (given.cells, given.anchor)))
    }

    /// Whether somebody administers an account, now and without an end.
    pub fn administers_for_good(&self, person: &Person, account: usize) -> bool {
        let administers = |given: &Given| given.anchor == account && given.cells.administers();
        let for_good = |given: &Given| given.is_in_effect(self.now) && given.ends_at.is_none();
        self.is_live(person) && person.grants.iter().any(|given| administers(given) && for_good(given))
    }

    pub fn administers_above(&self, person: &Person, account: usize) -> bool {
        let counts = |given: &&Given| given.is_in_effect(self.now) && self.is_there(given.anchor);
        let mut grants = person.grants.iter().filter(counts).filter(|given| given.cells.administers());
        self.is_live(person) && grants.any(|given| self.tree.is_below(account, given.anchor))
    }
}

/// Reads facts; knows the cells of roles it has seen.
#[derive(Debug, Default)]
pub struct Reader {
    accounts: Vec<AccountId>,
    cells: RefCell<HashMap<(RoleId, i64), Cells>>,
}

impl Reader {
    pub fn new(accounts: &[AccountId]) -> Self {
        Self { accounts: accounts.to_vec(), cells: RefCell::default() }
    }

    /// For another trace: versions begin anew.
    pub fn forget(&self) {
        self.cells.borrow_mut().clear();
    }

    pub fn read(&self, memory: &MemoryStorage, now: Timestamp) -> Facts {
        let people = memory.users().into_iter().map(|record| (record.user.id, self.person(&record)));
        let mut places = vec![Place::GONE; self.accounts.len()];
        for (number, place) in memory.accounts(|account, with| (self.number(account.id()), self.place(account, with))) {
            places[number] = place;
        }
        Facts { people: people.collect(), tree: Place::tree(&places), places, now }
    }

    pub fn number(&self, account_id: AccountId) -> usize {
        self.accounts.iter().position(|known| *known == account_id).unwrap()
    }

    fn place(&self, account: &Account, removed_with: Option<AccountId>) -> Place {
        Place {
            line: account.path.iter().map(|id| self.number(id)).collect(),
            is_active: account.status == AccountStatus::Active,
            removed_with: removed_with.map(|id| self.number(id)),
        }
    }

    /// Grants are in no order of their own.
    fn person(&self, record: &UserRecord) -> Person {
        let mut grants: Vec<Given> = record.grants.iter().map(|grant| self.given_by(grant)).collect();
        grants.sort_by_key(|given| given.anchor);
        Person {
            home: self.number(record.user.account_id),
            is_active: record.user.status == UserStatus::Active,
            is_removed: record.user.removed_at.is_some(),
            grants,
        }
    }

    fn given_by(&self, grant: &Grant) -> Given {
        Given {
            role: grant.role.key().to_string(),
            cells: self.cells(&grant.role),
            anchor: self.number(grant.anchor.id()),
            starts_at: grant.starts_at,
            ends_at: grant.ends_at,
        }
    }

    /// Of a built-in role by the table of the description, of another one by the names of its cells.
    fn cells(&self, role: &Role) -> Cells {
        match role {
            Role::BuiltIn(role) => built_in(role.key()),
            Role::Custom(role) => {
                let mut known = self.cells.borrow_mut();
                *known.entry((role.id, role.version)).or_insert_with(|| {
                    let names: Vec<String> = role.definition.matrix().cells().map(|cell| cell.to_string()).collect();
                    named(names.iter().map(String::as_str))
                })
            }
        }
    }
}

thread_local! {
    static BUILT_IN: [Cells; 6] = std::array::from_fn(Cells::built_in);
}

pub fn built_in(key: &str) -> Cells {
    let column = ROLES.iter().position(|known| *known == key).unwrap();
    BUILT_IN.with(|cells| cells[column])
}

/// Cells by their names.
pub fn named<'a>(names: impl Iterator<Item = &'a str>) -> Cells {
    let mut cells = Cells::default();
    for name in names {
        match name.split_once('.').unwrap() {
            ("own", name) => cells.own |= verb(name),
            ("child", name) => cells.child |= verb(name),
            _ => panic!("{name}"),
        }
    }
    cells
}
