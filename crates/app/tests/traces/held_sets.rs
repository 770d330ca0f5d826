//! More of what one does with sets.

use crate::held::{Held, Tree, Verbs, verb};

impl Held {
    pub fn nothing(tree: &Tree) -> Self {
        Self::by(tree, [])
    }

    /// What is held here or there.
    pub fn and(&self, other: &Self) -> Self {
        self.zip(other, |mine, theirs| mine | theirs)
    }

    /// What is held here, but not there.
    pub fn without(&self, other: &Self) -> Self {
        self.zip(other, |mine, theirs| mine & !theirs)
    }

    fn zip(&self, other: &Self, both: impl Fn(Verbs, Verbs) -> Verbs) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(mine, theirs)| both(*mine, *theirs)).collect())
    }

    /// Whether there is no account where something may be changed and not viewed.
    pub fn views_what_it_changes(&self) -> bool {
        const VIEWS: Verbs = 0x1111_1111;
        // To make an account one need not view the account that it is made beneath.
        let changes = |verbs: Verbs| verbs & !verb("accounts.add");
        self.0.iter().all(|verbs| (changes(*verbs) >> 1 | verbs >> 2 | verbs >> 3) & VIEWS & !verbs == 0)
    }
}
