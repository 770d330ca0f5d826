//! What is stored, as the naive rules see it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use jiff::Timestamp;
use tenantry_app::{ports::UserRecord, testing::MemoryStorage};
use tenantry_domain::{
    AccountId, RoleId, UserId,
    permission::{Grant, Role},
    user::UserStatus,
};

use crate::held::{Cells, Held, ROLES, Tree, verb};

/// Everybody, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub people: BTreeMap<UserId, Person>,
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

impl Person {
    pub const fn is_live(&self) -> bool {
        self.is_active && !self.is_removed
    }

    /// What the person may do now.
    pub fn held(&self, tree: &Tree, now: Timestamp) -> Held {
        let live = self.grants.iter().filter(|given| self.is_live() && given.is_in_effect(now));
        Held::by(tree, live.map(|given| (given.cells, given.anchor)))
    }

    /// What all grants would give, whatever the time and the status.
    pub fn held_ever(&self, tree: &Tree) -> Held {
        Held::by(tree, self.grants.iter().map(|given| (given.cells, given.anchor)))
    }

    /// Whether the person administers an account, now and without an end.
    pub fn administers_for_good(&self, account: usize, now: Timestamp) -> bool {
        let administers = |given: &Given| given.anchor == account && given.cells.administers();
        self.is_live()
            && self.grants.iter().any(|given| administers(given) && given.is_in_effect(now) && given.ends_at.is_none())
    }

    pub fn administers_above(&self, tree: &Tree, account: usize, now: Timestamp) -> bool {
        let mut grants = self.grants.iter().filter(|given| given.is_in_effect(now) && given.cells.administers());
        self.is_live() && grants.any(|given| tree.is_below(account, given.anchor))
    }
}

impl Facts {
    pub fn held(&self, tree: &Tree, user_id: UserId) -> Held {
        self.people.get(&user_id).map_or_else(|| Held::nothing(tree), |person| person.held(tree, self.now))
    }

    pub fn held_ever(&self, tree: &Tree, user_id: UserId) -> Held {
        self.people.get(&user_id).map_or_else(|| Held::nothing(tree), |person| person.held_ever(tree))
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
        Facts { people: people.collect(), now }
    }

    pub fn number(&self, account_id: AccountId) -> usize {
        self.accounts.iter().position(|known| *known == account_id).unwrap()
    }

    fn person(&self, record: &UserRecord) -> Person {
        Person {
            home: self.number(record.user.account_id),
            is_active: record.user.status == UserStatus::Active,
            is_removed: record.user.removed_at.is_some(),
            grants: record.grants.iter().map(|grant| self.given(grant)).collect(),
        }
    }

    fn given(&self, grant: &Grant) -> Given {
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
