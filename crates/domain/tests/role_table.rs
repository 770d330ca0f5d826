//! The built-in roles, cell by cell, as the requirement states them. Written down here a second time, on
//! purpose: a changed cell in the implementation must disagree with this table.

#![allow(clippy::indexing_slicing, clippy::expect_used, reason = "tests")]

use tenantry_domain::permission::{
    BuiltInRole::{self, BasicAccess, CustomerAdministrator, FullAccess, NoAccess, ResellerAdministrator, User},
    Cell, PermissionMatrix,
};

/// For each permission the six roles in the order of [`BuiltInRole::ALL`]; `o` is held in the own scope, `c` in the child
/// scope, `b` in both, `-` in none.
const TABLE: &[(&str, [char; 6])] = &[
    //                          Full Basic None Resel Cust User
    ("account_info.view", ['b', 'b', '-', 'b', 'o', 'o']),
    ("account_info.add", ['-', '-', '-', '-', '-', '-']),
    ("account_info.edit", ['b', 'c', '-', 'b', 'o', '-']),
    ("account_info.remove", ['-', '-', '-', '-', '-', '-']),
    ("accounts.view", ['c', 'c', '-', 'c', '-', '-']),
    ("accounts.add", ['c', 'c', '-', 'c', '-', '-']),
    ("accounts.edit", ['c', 'c', '-', 'c', '-', '-']),
    ("accounts.remove", ['c', 'c', '-', 'c', '-', '-']),
    ("users.view", ['b', 'c', '-', 'b', 'o', '-']),
    ("users.add", ['b', 'c', '-', 'b', 'o', '-']),
    ("users.edit", ['b', 'c', '-', 'b', 'o', '-']),
    ("users.remove", ['b', 'c', '-', 'b', 'o', '-']),
    ("services.view", ['b', 'c', '-', 'b', 'o', '-']),
    ("services.add", ['b', 'c', '-', 'b', 'o', '-']),
    ("services.edit", ['b', 'c', '-', 'b', 'o', '-']),
    ("services.remove", ['b', 'c', '-', 'b', 'o', '-']),
    ("catalog.view", ['b', 'c', '-', 'b', 'o', '-']),
    ("catalog.add", ['-', '-', '-', '-', '-', '-']),
    ("catalog.edit", ['b', 'c', '-', 'b', '-', '-']),
    ("catalog.remove", ['-', '-', '-', '-', '-', '-']),
    ("reports.view", ['b', 'b', '-', 'b', 'o', '-']),
    ("reports.add", ['-', '-', '-', '-', '-', '-']),
    ("reports.edit", ['-', '-', '-', '-', '-', '-']),
    ("reports.remove", ['-', '-', '-', '-', '-', '-']),
    ("price_schedules.view", ['b', 'c', '-', 'b', '-', '-']),
    ("price_schedules.add", ['b', 'c', '-', 'b', '-', '-']),
    ("price_schedules.edit", ['b', 'c', '-', 'b', '-', '-']),
    ("price_schedules.remove", ['b', 'c', '-', 'b', '-', '-']),
    ("support.view", ['b', 'b', '-', 'b', 'o', 'o']),
    ("support.add", ['-', '-', '-', '-', '-', '-']),
    ("support.edit", ['-', '-', '-', '-', '-', '-']),
    ("support.remove", ['-', '-', '-', '-', '-', '-']),
];

fn expected(cell: Cell, column: usize) -> bool {
    let name = cell.permission.to_string();
    let (_, marks) =
        TABLE.iter().find(|(permission, _)| *permission == name).expect("every permission is in the table");
    match cell.scope.key() {
        "own" => matches!(marks[column], 'o' | 'b'),
        _ => matches!(marks[column], 'c' | 'b'),
    }
}

#[test]
fn every_cell_of_every_role_is_as_the_requirement_says() {
    let mut wrong = Vec::new();
    for (column, role) in BuiltInRole::ALL.into_iter().enumerate() {
        for cell in Cell::all() {
            if role.matrix().contains(cell) != expected(cell, column) {
                wrong.push(format!("{} {cell}", role.key()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn roles_include_each_other_as_the_requirement_says() {
    let strictly_inside = |inner: BuiltInRole, outer: BuiltInRole| {
        outer.matrix().contains_all(inner.matrix()) && inner.matrix() != outer.matrix()
    };
    assert_eq!(FullAccess.matrix(), ResellerAdministrator.matrix());
    for chain in
        [[NoAccess, User, CustomerAdministrator, ResellerAdministrator], [NoAccess, User, BasicAccess, FullAccess]]
    {
        assert!(chain.windows(2).all(|pair| strictly_inside(pair[0], pair[1])), "{chain:?}");
    }
    let (basic, customer) = (BasicAccess.matrix(), CustomerAdministrator.matrix());
    assert!(!basic.contains_all(customer) && !customer.contains_all(basic));
}

#[test]
fn roles_have_as_many_cells_as_the_requirement_says() {
    let sizes = BuiltInRole::ALL.map(|role| role.matrix().len());
    assert_eq!(sizes, [40, 25, 0, 40, 13, 2]);
}

#[test]
fn whoever_may_change_something_may_see_it() {
    for role in BuiltInRole::ALL {
        for cell in role.matrix().cells() {
            let view = Cell::find(&format!("{}.{}.view", cell.scope.key(), cell.permission.resource.key())).unwrap();
            assert!(role.matrix().contains(view), "{} holds {cell} but not {view}", role.key());
        }
    }
}

#[test]
fn only_no_access_may_not_edit_the_own_profile() {
    let locked: Vec<_> = BuiltInRole::ALL.into_iter().filter(|role| !role.edits_own_profile()).collect();
    assert_eq!(locked, [NoAccess]);
}

#[test]
fn an_administrator_holds_all_of_the_own_users() {
    let administrators: Vec<_> =
        BuiltInRole::ALL.into_iter().filter(|role| role.matrix().administers_anchor()).collect();
    assert_eq!(administrators, [FullAccess, ResellerAdministrator, CustomerAdministrator]);
}

#[test]
fn a_matrix_is_the_set_of_its_cells() {
    for role in BuiltInRole::ALL {
        assert_eq!(role.matrix().cells().collect::<PermissionMatrix>(), role.matrix());
    }
}
