//! The index of a tree against the tree itself, through every change.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tenantry_domain::{
    AccountId,
    account::{AccountIndex, AccountPath, TreeError},
};
use uuid::Uuid;

use crate::{
    comparison::Asked,
    oracle::{self, Tree},
    worlds::{World, grants},
};

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

    /// The accounts by their position in the model, and their ids.
    fn tree(&self) -> (Tree, Vec<AccountId>) {
        let position = |account: u8| self.0.keys().position(|other| *other == account).unwrap();
        let parents = self.0.values().map(|parent| parent.map(position)).collect();
        (Tree { parents }, self.0.keys().map(|account| id(*account)).collect())
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
        for other in model.0.keys() {
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
    fn an_index_with_a_history_gives_the_answers_of_the_paths(
        changes in changes(),
        grants in proptest::collection::vec(grants(24), 0..4),
    ) {
        let (mut index, mut model) = (AccountIndex::default(), Model::default());
        for change in changes {
            let _ = apply(&mut index, change);
            let _ = model.apply(change);
        }
        prop_assume!(!index.is_empty());
        let (tree, ids) = model.tree();
        let grants = grants.into_iter().map(|grant| oracle::Grant { anchor: grant.anchor % tree.len(), ..grant });
        let person = oracle::Person { is_active: true, home: 0, grants: grants.collect() };
        let world = World::with_index(tree, &ids, index);
        let authority = world.authority(&person);
        let asked = Asked::new(&world, &person, &authority);
        prop_assert_eq!(asked.decides(), Ok(()));
        prop_assert_eq!(asked.is_in_effect(), Ok(()));
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
fn what_moves_to_where_little_room_is_left_keeps_its_order() {
    let tree = [(id(0), None), (id(1), Some(id(0))), (id(2), Some(id(0))), (id(3), Some(id(2))), (id(4), Some(id(2)))];
    let mut index = AccountIndex::build(tree).unwrap();
    // The room before the first account below 1 is halved each time, until all marks are made anew.
    for number in 10..110 {
        index.insert(id(number), Some(id(1))).unwrap();
        let mut moved = index.clone();
        moved.move_below(id(2), Some(id(1))).unwrap();
        let is_above =
            |above: u8, below: u8| moved.is_above(moved.find(id(above)).unwrap(), moved.find(id(below)).unwrap());
        let line = [(0, 1), (1, 2), (2, 3), (2, 4), (1, 3), (1, number)];
        assert!(line.iter().all(|(above, below)| is_above(*above, *below) && !is_above(*below, *above)), "{number}");
        assert!(!is_above(3, 4) && !is_above(4, 3) && !is_above(2, number) && !is_above(number, 2), "{number}");
    }
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
