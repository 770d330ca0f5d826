//! Trees.

use std::collections::BTreeSet;

use crate::held::Tree;

/// Every rooted tree of so many accounts, one for each shape.
pub fn shapes(accounts: usize) -> Vec<Tree> {
    let mut all = vec![vec![None]];
    for next in 1..accounts {
        all = all
            .iter()
            .flat_map(|tree| {
                (0..next).map(move |parent| tree.iter().copied().chain([Some(parent)]).collect::<Vec<_>>())
            })
            .collect();
    }
    let mut seen = BTreeSet::new();
    all.into_iter().map(Tree).filter(|tree| seen.insert(drawn(tree, 0, (0, 0)))).collect()
}

/// Every two places in a tree, one after the other, of pairs that look the same only the first: leaves beside each other are
/// interchangeable.
pub fn places(tree: &Tree) -> Vec<(usize, usize)> {
    let mut seen = BTreeSet::new();
    let accounts = 0..tree.0.len();
    let pairs = accounts.clone().flat_map(|first| accounts.clone().map(move |second| (first, second)));
    pairs.filter(|pair| seen.insert(drawn(tree, 0, *pair))).collect()
}

/// A tree with two places marked, as brackets, the same for every order of siblings.
fn drawn(tree: &Tree, account: usize, marked: (usize, usize)) -> String {
    let children = (0..tree.0.len()).filter(|child| tree.0[*child] == Some(account));
    let mut children: Vec<String> = children.map(|child| drawn(tree, child, marked)).collect();
    children.sort();
    let first = if account == marked.0 { "1" } else { "" };
    let second = if account == marked.1 { "2" } else { "" };
    format!("({first}{second}{})", children.concat())
}

#[test]
fn there_are_seventeen_trees_of_up_to_five_accounts() {
    let counts = (1..=5).map(|accounts| shapes(accounts).len()).collect::<Vec<_>>();
    assert_eq!(counts, [1, 1, 2, 4, 9]);
}

#[test]
fn two_places_are_marked_in_every_way_that_looks_different() {
    let star = Tree(vec![None, Some(0), Some(0), Some(0)]);
    assert_eq!(places(&star), [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)]);
    let chain = Tree(vec![None, Some(0), Some(1)]);
    assert_eq!(places(&chain).len(), 9);
}
