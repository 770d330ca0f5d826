//! Random trees, and calls that get into each other's way.

use super::{
    calls::{Call, Change},
    model::{HOME, ROOT, Tree},
};

const RESELLERS: [&str; 4] = [HOME, "Fabrikam", "Litware", "Adatum"];
const CUSTOMERS: [&str; 2] = ["Tailspin", "Proseware"];

/// A linear congruential generator.
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn pick(&mut self, among: &[&str]) -> String {
        among[self.below(among.len())].to_owned()
    }

    /// Three resellers, each another one.
    fn three(&mut self) -> [String; 3] {
        let mut names = RESELLERS.to_vec();
        [(); 3].map(|()| names.remove(self.below(names.len())).to_owned())
    }
}

/// A tree, and two to four calls.
pub fn choose(dice: &mut Dice) -> (Tree, Vec<Call>) {
    let tree = tree(dice);
    let mut changes = collision(dice);
    for _ in 0..dice.below(5 - changes.len()) {
        let number = changes.len();
        changes.push(anything(dice, number));
    }
    // Creating looks at the caller before its transaction, which may be another place than within it.
    let delegate = dice.below(2 * changes.len());
    let calls = changes.into_iter().enumerate().map(|(number, change)| Call {
        is_delegate: number == delegate && !matches!(change, Change::Create { .. }),
        change,
    });
    (tree, calls.collect())
}

/// Half of them flat, where most moves are possible.
fn tree(dice: &mut Dice) -> Tree {
    let mut tree = Tree::default();
    tree.add(ROOT, None, false);
    let mut parents = vec![ROOT];
    let is_flat = dice.below(2) == 0;
    for name in RESELLERS {
        let parent = if is_flat { ROOT.to_owned() } else { dice.pick(&parents) };
        tree.add(name, Some(&parent), false);
        parents.push(name);
    }
    for name in CUSTOMERS {
        let parent = dice.pick(&parents);
        tree.add(name, Some(&parent), true);
    }
    tree
}

fn moving(account: &str, parent: &str) -> Change {
    Change::Move { account: account.to_owned(), parent: parent.to_owned() }
}

/// At least two that cannot both go their way, or only one after the other.
fn collision(dice: &mut Dice) -> Vec<Change> {
    let [one, two, three] = dice.three();
    let create = |parent: &str| Change::Create { parent: parent.to_owned(), name: "Wingtip".to_owned() };
    match dice.below(10) {
        0..=2 => vec![moving(&one, &two), moving(&two, &one)],
        3..=4 => vec![moving(&one, &two), moving(&two, &three), moving(&three, &one)],
        5 => vec![moving(&one, &two), create(&one)],
        6 => vec![Change::Remove(one.clone()), create(&one)],
        7 => vec![moving(&one, &two), Change::Give(one)],
        8 => vec![moving(&one, &two), Change::Suspend([one, two][dice.below(2)].clone())],
        _ => vec![Change::Remove(two.clone()), moving(&one, &two)],
    }
}

fn anything(dice: &mut Dice, number: usize) -> Change {
    let anyone = [&RESELLERS[..], &CUSTOMERS].concat();
    match dice.below(6) {
        0..=2 => moving(&dice.pick(&anyone), &dice.pick(&[&RESELLERS[..], &[ROOT]].concat())),
        3 => Change::Suspend(dice.pick(&anyone)),
        4 => Change::Remove(dice.pick(&anyone)),
        _ => Change::Create { parent: dice.pick(&anyone), name: format!("Woodgrove {number}") },
    }
}
