//! The index of a tree against the tree itself, through every change.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use tenantry_domain::{
    AccountId,
    account::{AccountIndex, AccountPath, TreeError},
    permission::{Authority, BuiltInRole, Grant, Permission, Standing},
};
use uuid::Uuid;

fn id(number: u8) -> AccountId {
    AccountId::new(Uuid::from_u128(u128::from(number)))
}

/// A change to a tree of accounts called by small numbers.
#[derive(Debug, Clone, Copy)]
enum Change {
    Insert(u8, Option<u8>),
    Move(u8, Option<u8>),
    Remove(u8),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let (account, parent) = (0..24_u8, proptest::option::weighted(0.9, 0..24_u8));
    proptest::collection::vec(
        prop_oneof![
            4 => (account.clone(), parent.clone()).prop_map(|(id, parent)| Change::Insert(id, parent)),
            2 => (account.clone(), parent).prop_map(|(id, parent)| Change::Move(id, parent)),
            1 => account.prop_map(Change::Remove),
        ],
        0..80,
    )
}

/// Parents alone: the simplest tree there is.
#[derive(Debug, Default, Clone)]
struct Model(BTreeMap<u8, Option<u8>>);

impl Model {
    fn is_at_or_above(&self, above: u8, below: u8) -> bool {
        above == below || self.0.get(&below).copied().flatten().is_some_and(|parent| self.is_at_or_above(above, parent))
    }

    fn path(&self, account: u8) -> AccountPath {
        match self.0[&account] {
            Some(parent) => self.path(parent).child(id(account)),
            None => AccountPath::root(id(account)),
        }
    }

    /// What an index must answer to a change.
    fn apply(&mut self, change: Change) -> Result<(), TreeError> {
        let known =
            |account: u8| if self.0.contains_key(&account) { Ok(()) } else { Err(TreeError::Unknown(id(account))) };
        match change {
            Change::Insert(account, parent) => {
                parent.map_or(Ok(()), known)?;
                if self.0.contains_key(&account) {
                    return Err(TreeError::Duplicate(id(account)));
                }
                self.0.insert(account, parent);
            }
            Change::Move(account, parent) => {
                known(account)?;
                parent.map_or(Ok(()), known)?;
                if parent.is_some_and(|parent| self.is_at_or_above(account, parent)) {
                    return Err(TreeError::Cycle(id(account)));
                }
                self.0.insert(account, parent);
            }
            Change::Remove(account) => {
                known(account)?;
                if self.0.values().any(|parent| *parent == Some(account)) {
                    return Err(TreeError::HasChildren(id(account)));
                }
                self.0.remove(&account);
            }
        }
        Ok(())
    }
}

fn apply(index: &mut AccountIndex, change: Change) -> Result<(), TreeError> {
    match change {
        Change::Insert(account, parent) => index.insert(id(account), parent.map(id)).map(drop),
        Change::Move(account, parent) => index.move_below(id(account), parent.map(id)),
        Change::Remove(account) => index.remove(id(account)),
    }
}

fn assert_same(index: &AccountIndex, model: &Model) {
    assert_eq!(index.len(), model.0.len());
    for account in 0..24 {
        let number = index.find(id(account));
        assert_eq!(number.is_some(), model.0.contains_key(&account), "{account}");
        let Some(number) = number else { continue };
        assert_eq!(index.path(number), Some(model.path(account)));
        for (other, _) in &model.0 {
            let other_number = index.find(id(*other)).unwrap();
            let at_or_above = model.is_at_or_above(account, *other);
            assert_eq!(index.is_at_or_above(number, other_number), at_or_above, "{account} {other}");
            assert_eq!(index.is_above(number, other_number), at_or_above && account != *other, "{account} {other}");
        }
    }
}

proptest! {
    #[test]
    fn index_follows_the_tree_through_every_change(changes in changes()) {
        let (mut index, mut model) = (AccountIndex::default(), Model::default());
        for change in changes {
            prop_assert_eq!(apply(&mut index, change), model.apply(change), "{:?}", change);
        }
        assert_same(&index, &model);
        let rebuilt = AccountIndex::build(model.0.iter().map(|(account, parent)| (id(*account), parent.map(id)))).unwrap();
        assert_same(&rebuilt, &model);
    }

    #[test]
    fn index_and_paths_give_the_same_answers(
        changes in changes(),
        grants in proptest::collection::vec((proptest::sample::select(BuiltInRole::ALL.to_vec()), 0..24_u8), 0..4),
    ) {
        let (mut index, mut model) = (AccountIndex::default(), Model::default());
        for change in changes {
            let _ = apply(&mut index, change);
            let _ = model.apply(change);
        }
        let stored = grants.iter().filter(|(_, anchor)| model.0.contains_key(anchor));
        let grants = stored.map(|(role, anchor)| Grant::new(*role, model.path(*anchor))).collect();
        let person = Authority::new(Standing::Active, AccountPath::root(id(99)), grants, Timestamp::UNIX_EPOCH);
        let indexed = person.on(&index);
        for (account, _) in &model.0 {
            let (path, number) = (model.path(*account), index.find(id(*account)).unwrap());
            prop_assert_eq!(indexed.effective_at(number), person.effective_at(&path));
            for permission in Permission::all() {
                prop_assert_eq!(indexed.decide(permission, number), person.decide(permission, &path));
                prop_assert_eq!(indexed.holds(permission, number), person.holds(permission, &path));
            }
        }
    }
}

#[test]
fn room_never_runs_out_at_one_place() {
    let mut index = AccountIndex::build([(id(0), None)]).unwrap();
    let new = |number: u128| AccountId::new(Uuid::from_u128(1000 + number));
    for number in 0..5_000 {
        index.insert(new(number), Some(id(0))).unwrap();
    }
    for number in 5_000..6_000 {
        index.insert(new(number), Some(new(number - 1))).unwrap();
    }
    let find = |number| index.find(new(number)).unwrap();
    assert!(index.is_above(find(4_999), find(5_999)));
    assert!(!index.is_at_or_above(find(4_998), find(5_999)));
    assert!((5_000..6_000).all(|number| index.is_above(find(number - 1), find(number))));
}

#[test]
fn the_number_of_a_removed_account_is_nobodys() {
    let mut index = AccountIndex::build([(id(0), None), (id(1), Some(id(0)))]).unwrap();
    let one = index.find(id(1)).unwrap();
    index.remove(id(1)).unwrap();
    let two = index.insert(id(2), Some(id(0))).unwrap();
    assert_ne!(one, two);
    assert_eq!((index.id(one), index.path(one)), (None, None));
    let zero = index.find(id(0)).unwrap();
    assert!(!index.is_at_or_above(zero, one) && !index.is_at_or_above(one, one) && !index.is_at_or_above(one, zero));
    let again = index.insert(id(1), Some(id(2))).unwrap();
    assert_ne!(one, again);
    assert_eq!(index.id(one), None);
}

#[test]
fn a_tree_is_refused_that_is_none() {
    let twice = AccountIndex::build([(id(1), None), (id(1), None)]);
    assert_eq!(twice.err(), Some(TreeError::Duplicate(id(1))));
    let orphan = AccountIndex::build([(id(1), Some(id(2)))]);
    assert_eq!(orphan.err(), Some(TreeError::Unknown(id(2))));
    let circle = AccountIndex::build([(id(0), None), (id(1), Some(id(2))), (id(2), Some(id(1)))]);
    assert!(matches!(circle.err(), Some(TreeError::Cycle(_))));
}
