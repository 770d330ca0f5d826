//! Ours: a decision with its reason, as the domain crate gives it.

use crate::{
    allocation::measured,
    engine::{Contender, Engine, Kind},
    workload::{self, User, Workload},
};
use jiff::Timestamp;
use std::rc::Rc;
use tenantry_domain::{
    AccountId,
    account::{AccountIndex, AccountPath},
    permission::{Authority, Grant, IndexedAuthority, Permission, Standing},
};

pub struct Prepared {
    ids: Vec<AccountId>,
    paths: Vec<AccountPath>,
    paths_bytes: usize,
    index: AccountIndex,
    index_bytes: usize,
    people: Vec<Authority>,
}

/// Who asks for what, about a target in the form in which a service has it.
struct Question<A, T> {
    authority: A,
    permission: Permission,
    target: T,
}

impl Prepared {
    pub fn new(workload: &Workload) -> Self {
        let ids: Vec<AccountId> = workload.accounts.iter().map(|account| AccountId::new(account.id)).collect();
        let (paths, paths_bytes) = measured(|| collect_paths(workload));
        let (index, index_bytes) = measured(|| build_index(workload, &ids));
        let people = workload.users.iter().map(|user| load(user, &paths)).collect();
        Self { ids, paths, paths_bytes, index, index_bytes, people }
    }

    pub fn engines(&self, workload: &Workload) -> Vec<Box<dyn Engine + '_>> {
        vec![Box::new(self.by_paths(workload)), Box::new(self.by_numbers(workload)), Box::new(self.by_ids(workload))]
    }

    /// A path comes with the row of what is asked about.
    fn by_paths(&self, workload: &Workload) -> impl Engine + '_ {
        Contender {
            kind: Kind::Paths,
            tree_bytes: self.paths_bytes,
            questions: questions(workload, |user| &self.people[user], |account| self.paths[account].clone()),
            decide: |asked: &Question<&Authority, AccountPath>| asked.authority.holds(asked.permission, &asked.target),
        }
    }

    /// The number was found before: lists of many accounts keep it.
    fn by_numbers(&self, workload: &Workload) -> impl Engine + '_ {
        let people = self.people_on_index();
        let number = |account: usize| self.index.find(self.ids[account]).unwrap();
        Contender {
            kind: Kind::Numbers,
            tree_bytes: self.index_bytes,
            questions: questions(workload, |user| Rc::clone(&people[user]), number),
            decide: |asked: &Question<Rc<IndexedAuthority>, _>| asked.authority.holds(asked.permission, asked.target),
        }
    }

    /// A request names an account by its id.
    fn by_ids(&self, workload: &Workload) -> impl Engine + '_ {
        let people = self.people_on_index();
        Contender {
            kind: Kind::Ids,
            tree_bytes: self.index_bytes,
            questions: questions(workload, |user| Rc::clone(&people[user]), |account| self.ids[account]),
            decide: |asked: &Question<Rc<IndexedAuthority>, AccountId>| {
                let number = self.index.find(asked.target);
                number.is_some_and(|number| asked.authority.holds(asked.permission, number))
            },
        }
    }

    fn people_on_index(&self) -> Vec<Rc<IndexedAuthority<'_>>> {
        self.people.iter().map(|authority| Rc::new(authority.on(&self.index))).collect()
    }
}

fn questions<A, T>(
    workload: &Workload,
    authority: impl Fn(usize) -> A,
    target: impl Fn(usize) -> T,
) -> Vec<Question<A, T>> {
    let question = |asked: &workload::Question| Question {
        authority: authority(asked.user as usize),
        permission: asked.permission,
        target: target(asked.target as usize),
    };
    workload.questions.iter().map(question).collect()
}

fn collect_paths(workload: &Workload) -> Vec<AccountPath> {
    let mut paths: Vec<AccountPath> = Vec::with_capacity(workload.accounts.len());
    for account in &workload.accounts {
        let id = AccountId::new(account.id);
        paths.push(match account.parent {
            Some(parent) => paths[parent as usize].child(id),
            None => AccountPath::root(id),
        });
    }
    paths
}

fn build_index(workload: &Workload, ids: &[AccountId]) -> AccountIndex {
    let parent = |account: &workload::Account| account.parent.map(|parent| ids[parent as usize]);
    AccountIndex::build(workload.accounts.iter().map(|account| (AccountId::new(account.id), parent(account)))).unwrap()
}

fn load(user: &User, paths: &[AccountPath]) -> Authority {
    let path = |anchor: u32| paths[anchor as usize].clone();
    let grants: Vec<Grant> =
        user.grants.iter().map(|grant| Grant::new(grant.role.into(), path(grant.anchor))).collect();
    Authority::new(Standing::Active, path(user.grants[0].anchor), grants, Timestamp::UNIX_EPOCH)
}
