//! Every cell of every built-in role changed, one at a time: 384 wrong tables, and each of them must be noticed.

use tenantry_domain::permission::{BuiltInRole, Cell, PermissionMatrix};

use crate::role_table::{CHECKS, Table, implemented, of};

fn flipped(role: BuiltInRole, cell: Cell) -> Table {
    let mut table = implemented();
    let (held, one_cell) = (of(&table, role), PermissionMatrix::EMPTY.with_cell(cell));
    table[role as usize] = if held.contains(cell) { held.difference(one_cell) } else { held.union(one_cell) };
    table
}

/// Which checks notice that a table is wrong.
fn noticed_by(table: &Table) -> Vec<&'static str> {
    CHECKS.iter().filter(|(_, check)| !check(table).is_empty()).map(|(name, _)| *name).collect()
}

#[test]
fn every_one_of_384_flipped_cells_is_noticed_by_its_name_and_by_its_effect() {
    let mut flips = 0;
    for (role, cell) in BuiltInRole::ALL.into_iter().flat_map(|role| Cell::all().map(move |cell| (role, cell))) {
        let noticed = noticed_by(&flipped(role, cell));
        for check in ["transcription", "answers", "sizes"] {
            assert!(noticed.contains(&check), "{check} overlooks {cell} of {}; noticed by {noticed:?}", role.key());
        }
        flips += 1;
    }
    assert_eq!(flips, 384);
}

#[test]
fn every_check_notices_some_flip() {
    let noticed: Vec<_> = BuiltInRole::ALL
        .into_iter()
        .flat_map(|role| Cell::all().flat_map(move |cell| noticed_by(&flipped(role, cell))))
        .collect();
    for (name, _) in CHECKS {
        assert!(noticed.contains(&name), "{name} notices nothing");
    }
}
