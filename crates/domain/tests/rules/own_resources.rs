//! The engine over somebody else's resources: as many as there may be, so that every bit of a matrix is somebody's.

use std::collections::BTreeSet;

use tenantry_domain::permission::{
    Action, Authority, Cell, Decision, Grant, Grantable, Permission, PermissionMatrix, ResourceKind, Scope, Standing,
};

use crate::{
    oracle::Tree,
    worlds::{World, now},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Letter(u8);

const LETTERS: [&str; 16] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"];

const ALL_LETTERS: [Letter; 16] = {
    let mut letters = [Letter(0); 16];
    let mut number = 0;
    while number < 16 {
        letters[number as usize] = Letter(number);
        number += 1;
    }
    letters
};

impl ResourceKind for Letter {
    const ALL: &'static [Self] = &ALL_LETTERS;

    fn number(self) -> u8 {
        self.0
    }

    fn key(self) -> &'static str {
        LETTERS[usize::from(self.0)]
    }
}

#[derive(Debug, Clone, Copy)]
struct OneCell(Cell<Letter>);

impl Grantable for OneCell {
    type Resource = Letter;

    fn matrix(&self) -> PermissionMatrix<Letter> {
        PermissionMatrix::EMPTY.with_cell(self.0)
    }
}

#[test]
fn sixteen_resources_fill_a_matrix() {
    let cells: Vec<Cell<Letter>> = Cell::all().collect();
    let names: BTreeSet<String> = cells.iter().map(ToString::to_string).collect();
    let full: PermissionMatrix<Letter> = cells.iter().copied().collect();
    assert_eq!((cells.len(), names.len(), full.len()), (128, 128, 128));
    assert!(cells.iter().all(|cell| Cell::find(&cell.to_string()) == Some(*cell)));
    let halves = Scope::ALL.map(|scope| {
        ALL_LETTERS.iter().fold(PermissionMatrix::EMPTY, |matrix, letter| matrix.with(&[scope], *letter, &Action::ALL))
    });
    let [own, child] = halves;
    assert_eq!((own.len(), child.len(), own.union(child) == full, own.difference(child)), (64, 64, true, own));
    assert_eq!((child.seen_from_below(), own.seen_from_below()), (full, PermissionMatrix::EMPTY));
}

#[test]
fn a_number_beyond_fifteen_stays_in_its_scope() {
    let own = PermissionMatrix::<Letter>::EMPTY.with_number(&[Scope::Own], 17, &Action::ALL);
    assert_eq!(own, PermissionMatrix::EMPTY.with(&[Scope::Own], Letter(1), &Action::ALL));
    assert!(own.seen_from_below().is_empty());
}

/// Whoever holds a single cell may do that one thing: at the anchor or below it, and nowhere else.
#[test]
fn each_of_128_cells_gives_one_permission_in_one_scope() {
    let world = World::of(Tree { parents: vec![None, Some(0), Some(1), Some(0)] });
    for cell in Cell::all() {
        let grant = Grant::new(OneCell(cell), world.paths[1].clone());
        let person = Authority::new(Standing::Active, world.paths[1].clone(), vec![grant], now());
        let indexed = person.on(&world.index);
        for (permission, target) in Permission::all().flat_map(|permission| (0..4).map(move |to| (permission, to))) {
            let place = if cell.scope == Scope::Own { 1 } else { 2 };
            let expected = (permission == cell.permission && target == place).then_some(cell);
            for decision in
                [person.decide(permission, &world.paths[target]), indexed.decide(permission, world.numbers[target])]
            {
                let given = match decision {
                    Decision::Allowed(allowed) => Some(allowed.cell),
                    Decision::Denied(_) => None,
                };
                assert_eq!(given, expected, "{permission} at {target} by {cell}");
            }
        }
    }
}

#[test]
fn the_view_of_a_cell_is_missing_exactly_where_something_may_be_changed_unseen() {
    for cell in Cell::<Letter>::all() {
        let missing: Vec<_> = PermissionMatrix::EMPTY.with_cell(cell).missing_views().cells().collect();
        let expected = if cell.permission.action == Action::View { vec![] } else { vec![cell.view()] };
        assert_eq!(missing, expected, "{cell}");
        assert_eq!(PermissionMatrix::EMPTY.with_cell(cell).with_cell(cell.view()).missing_views().len(), 0);
        assert_eq!(cell.view().to_string(), format!("{}.{}.view", cell.scope.key(), cell.permission.resource.key()));
    }
}
