//! The shape of the tree: a few resellers with a large part of it below them, many with little, and mostly leaves.

use crate::dice::Dice;

/// With fewer accounts below it, a reseller has customers only.
const FEW: usize = 4;
/// The most resellers directly below one account.
const MOST_RESELLERS: usize = 60;
/// With more accounts below it, a reseller sells through others and has few customers of its own.
const DISTRIBUTOR: usize = 20_000;

/// One account of the tree; the first is the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedAccount {
    /// The place of the account above, which comes before.
    pub parent: Option<usize>,
    /// The platform's is 1.
    pub level: usize,
    pub is_leaf: bool,
    /// How many accounts are below it.
    pub below: usize,
}

/// A tree of so many accounts, at most so deep.
pub fn plan(accounts: usize, depth: usize, dice: &mut Dice) -> Vec<PlannedAccount> {
    let below = accounts.saturating_sub(1);
    let mut planning = Planning { planned: Vec::with_capacity(accounts), depth, dice };
    planning.planned.push(PlannedAccount { parent: None, level: 1, is_leaf: false, below });
    planning.fill(0, below, 2);
    planning.planned
}

struct Planning<'a> {
    planned: Vec<PlannedAccount>,
    depth: usize,
    dice: &'a mut Dice,
}

impl Planning<'_> {
    /// Puts `budget` accounts below `parent`, whose children are on `level`.
    fn fill(&mut self, parent: usize, budget: usize, level: usize) {
        let sells_through_others = level < self.depth && budget >= FEW;
        let customers = if sells_through_others { budget * self.customers_of_hundred(budget) / 100 } else { budget };
        for share in shares(budget - customers, parent == 0) {
            let reseller = self.planned.len();
            self.planned.push(PlannedAccount { parent: Some(parent), level, is_leaf: false, below: share - 1 });
            self.fill(reseller, share - 1, level + 1);
        }
        let leaf = PlannedAccount { parent: Some(parent), level, is_leaf: true, below: 0 };
        self.planned.extend(std::iter::repeat_n(leaf, customers));
    }

    fn customers_of_hundred(&mut self, budget: usize) -> usize {
        if budget > DISTRIBUTOR { 3 } else { 10 + self.dice.below(50) }
    }
}

/// How much of `rest` each reseller gets, itself included: the second half of what the first one gets, the third a third, and so
/// on. The largest one of the platform has half of everything.
fn shares(rest: usize, of_platform: bool) -> Vec<usize> {
    if rest == 0 {
        return Vec::new();
    }
    let resellers = (rest.isqrt() / 2).clamp(1, MOST_RESELLERS);
    let mut weights: Vec<usize> = (1..=resellers).map(|place| 1_000_000 / place).collect();
    if let (true, [first, others @ ..]) = (of_platform, weights.as_mut_slice()) {
        *first = others.iter().sum::<usize>().max(1);
    }
    let sum: usize = weights.iter().sum();
    let mut shares: Vec<usize> = weights.iter().map(|weight| rest * weight / sum).collect();
    let left_over = rest - shares.iter().sum::<usize>();
    if let Some(first) = shares.first_mut() {
        *first += left_over;
    }
    shares.retain(|share| *share > 0);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(accounts: usize, depth: usize) -> Vec<PlannedAccount> {
        plan(accounts, depth, &mut Dice::new(1))
    }

    #[test]
    fn there_are_as_many_accounts_as_asked_for_and_parents_come_first() {
        for accounts in [1, 2, 3, 5, 17, 100, 1_000, 12_345] {
            let tree = tree(accounts, 8);
            assert_eq!(tree.len(), accounts);
            for (place, account) in tree.iter().enumerate().skip(1) {
                let parent = account.parent.unwrap();
                assert!(parent < place && !tree[parent].is_leaf && tree[parent].level + 1 == account.level);
            }
        }
    }

    #[test]
    fn what_is_below_an_account_is_counted_rightly() {
        let tree = tree(2_000, 5);
        let mut below = vec![0; tree.len()];
        for place in (1..tree.len()).rev() {
            below[tree[place].parent.unwrap()] += below[place] + 1;
        }
        assert_eq!(tree.iter().map(|account| account.below).collect::<Vec<_>>(), below);
    }

    #[test]
    fn a_large_tree_is_exactly_as_deep_as_asked_for() {
        for depth in [2, 4, 8] {
            assert_eq!(tree(100_000, depth).iter().map(|account| account.level).max(), Some(depth));
        }
    }

    #[test]
    fn a_large_tree_is_skewed() {
        let tree = tree(100_000, 8);
        let largest = tree.iter().skip(1).map(|account| account.below).max();
        assert!(largest.is_some_and(|below| below > 40_000));
        let resellers: Vec<_> = tree.iter().filter(|account| !account.is_leaf).collect();
        let small = resellers.iter().filter(|account| account.below <= 20).count();
        assert!(small * 2 > resellers.len(), "{small} of {}", resellers.len());
        assert!(tree.iter().any(|account| account.level > 2 && (8_000..12_000).contains(&account.below)));
    }
}
