//! Subtrees as intervals.

/// What an account and everything beneath it fill when a tree is numbered from its root down, each account before those
/// beneath it.
#[derive(Clone, Copy)]
pub struct Interval {
    /// The account's own mark.
    pub enter: u32,
    /// The first mark behind those beneath it.
    pub exit: u32,
}

/// The intervals of a tree, given the place of each account's parent. Parents stand before their children.
pub fn intervals(parents: &[Option<u32>]) -> Vec<Interval> {
    let mut sizes = vec![1; parents.len()];
    for (place, parent) in parents.iter().enumerate().rev() {
        if let Some(parent) = parent {
            sizes[*parent as usize] += sizes[place];
        }
    }
    // By account: where the next one beneath it begins.
    let mut free = vec![0; parents.len()];
    let mut root = 0;
    let place_one = |(place, parent): (usize, &Option<u32>)| {
        let next = parent.map_or(&mut root, |parent| &mut free[parent as usize]);
        let enter = *next;
        *next += sizes[place];
        free[place] = enter + 1;
        Interval { enter, exit: enter + sizes[place] }
    };
    parents.iter().enumerate().map(place_one).collect()
}
