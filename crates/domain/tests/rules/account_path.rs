//! Paths against the tree they come from.

use proptest::prelude::*;
use tenantry_domain::account::AccountPath;

use crate::worlds::{World, id, trees};

proptest! {
    #[test]
    fn a_path_knows_what_is_above_it(tree in trees()) {
        let world = World::of(tree);
        for (account, path) in world.paths.iter().enumerate() {
            let parent = world.tree.parents[account];
            prop_assert_eq!((path.id(), path.parent_id()), (id(account), parent.map(id)));
            let mut upwards: Vec<usize> =
                std::iter::successors(Some(account), |account| world.tree.parents[*account]).collect();
            upwards.reverse();
            prop_assert_eq!(path.depth(), upwards.len() - 1);
            prop_assert_eq!(path.iter().collect::<Vec<_>>(), upwards.iter().map(|account| id(*account)).collect::<Vec<_>>());
            let above: Vec<_> = path.ancestors_and_self().collect();
            prop_assert_eq!(&above, &upwards.iter().map(|account| world.paths[*account].clone()).collect::<Vec<_>>());
            for (other, other_path) in world.paths.iter().enumerate() {
                let is_above = world.tree.is_above(account, other);
                prop_assert_eq!(path.is_above(other_path), is_above);
                prop_assert_eq!(path.is_at_or_above(other_path), is_above || account == other);
            }
        }
    }

    #[test]
    fn bytes_are_read_as_they_are_written_and_keep_subtrees_together(tree in trees()) {
        let world = World::of(tree);
        for (account, path) in world.paths.iter().enumerate() {
            let bytes = path.to_bytes();
            prop_assert_eq!(bytes.len(), 16 * (path.depth() + 1));
            prop_assert_eq!(AccountPath::from_bytes(&bytes), Ok(path.clone()));
            prop_assert!(AccountPath::from_bytes(&bytes[1..]).is_err());
            for (other, other_path) in world.paths.iter().enumerate() {
                let starts_with = other_path.to_bytes().starts_with(&bytes);
                prop_assert_eq!(starts_with, account == other || world.tree.is_above(account, other));
            }
        }
    }
}

#[test]
fn no_bytes_are_no_path() {
    assert!(AccountPath::from_bytes(&[]).is_err());
    assert!(AccountPath::from_bytes(&[0; 17]).is_err());
}

#[test]
fn a_path_shows_its_ids() {
    let path = AccountPath::root(id(0)).child(id(1));
    assert_eq!(format!("{path:?}"), format!("[{}, {}]", id(0), id(1)));
}
