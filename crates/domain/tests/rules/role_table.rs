//! The built-in roles against the requirement, as checks of any table of roles: of the crate's, which must pass, and of every
//! table that differs from it in one cell, which must not (`flips.rs`).

use tenantry_domain::permission::{
    Authority,
    BuiltInRole::{self, BasicAccess, CustomerAdministrator, FullAccess, NoAccess, ResellerAdministrator, User},
    Cell, Grant, Permission, PermissionMatrix, Standing,
};

use crate::{
    comparison::Asked,
    oracle::{self, Person, Tree},
    text_sentences,
    worlds::{Custom, World, is_same, now, roles},
};

/// What each built-in role holds, in the order of [`BuiltInRole::ALL`].
pub type Table = [PermissionMatrix; 6];

/// Says what is wrong with a table.
pub type Check = fn(&Table) -> Vec<String>;

pub const CHECKS: [(&str, Check); 7] = [
    ("transcription", cell_by_cell),
    ("answers", answers),
    ("sentences", text_sentences::check),
    ("inclusion", inclusion),
    ("sizes", sizes),
    ("views", views),
    ("administrators", administrators),
];

pub fn implemented() -> Table {
    BuiltInRole::ALL.map(BuiltInRole::matrix)
}

pub fn of(table: &Table, role: BuiltInRole) -> PermissionMatrix {
    table[role as usize]
}

/// The table as it was transcribed.
fn cell_by_cell(table: &Table) -> Vec<String> {
    let differs = |(role, cells): &&(BuiltInRole, oracle::Cells)| !is_same(of(table, *role), cells);
    roles().iter().filter(differs).map(|(role, _)| role.key().to_owned()).collect()
}

/// What holders of the roles may do, at an account, above and below it, and what is in effect there.
fn answers(table: &Table) -> Vec<String> {
    let world = World::of(Tree { parents: vec![None, Some(0), Some(1)] });
    let mut wrong = Vec::new();
    for (role, cells) in roles() {
        let person = Person { is_active: true, home: 1, grants: vec![oracle::Grant::always(cells.clone(), 1)] };
        let grant = Grant::new(Custom(of(table, *role)), world.paths[1].clone());
        let authority = Authority::new(Standing::Active, world.paths[1].clone(), vec![grant], now());
        let asked = Asked::new(&world, &person, &authority);
        wrong.extend(asked.decides().and(asked.is_in_effect()).err().map(|wrong| format!("{}: {wrong}", role.key())));
    }
    wrong
}

/// No Access < User < Customer Administrator < Reseller Administrator = Full Access, and User < Basic Access < Full Access.
fn inclusion(table: &Table) -> Vec<String> {
    let within = |inner, outer| of(table, outer).contains_all(of(table, inner));
    let mut wrong = Vec::new();
    for chain in
        [[NoAccess, User, CustomerAdministrator, ResellerAdministrator], [NoAccess, User, BasicAccess, FullAccess]]
    {
        for pair in chain.windows(2).filter(|pair| !within(pair[0], pair[1]) || within(pair[1], pair[0])) {
            wrong.push(format!("{:?} is not strictly within {:?}", pair[0], pair[1]));
        }
    }
    if of(table, FullAccess) != of(table, ResellerAdministrator) {
        wrong.push("the two highest differ".to_owned());
    }
    if within(BasicAccess, CustomerAdministrator) || within(CustomerAdministrator, BasicAccess) {
        wrong.push("Basic Access and Customer Administrator can be compared".to_owned());
    }
    wrong
}

fn sizes(table: &Table) -> Vec<String> {
    let sizes = table.map(PermissionMatrix::len);
    if sizes == [40, 25, 0, 40, 13, 2] { Vec::new() } else { vec![format!("{sizes:?}")] }
}

/// Whoever may change something may see it, in the same scope.
fn views(table: &Table) -> Vec<String> {
    let blind = |cell: &Cell, role: PermissionMatrix| {
        Cell::find(&format!("{}.{}.view", cell.scope.key(), cell.permission.resource.key()))
            .is_none_or(|view| !role.contains(view))
    };
    let blind = |role: PermissionMatrix| role.cells().filter(move |cell| blind(cell, role));
    table.iter().flat_map(|role| blind(*role)).map(|cell| cell.to_string()).collect()
}

fn administrators(table: &Table) -> Vec<String> {
    let administers = |role: &BuiltInRole| of(table, *role).administers_anchor();
    let found: Vec<_> = BuiltInRole::ALL.into_iter().filter(administers).collect();
    if found == [FullAccess, ResellerAdministrator, CustomerAdministrator] {
        Vec::new()
    } else {
        vec![format!("{found:?}")]
    }
}

#[test]
fn the_built_in_roles_are_what_the_requirement_says() {
    for (name, check) in CHECKS {
        assert_eq!(check(&implemented()), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn only_no_access_may_not_edit_the_own_profile() {
    let locked: Vec<_> = BuiltInRole::ALL.into_iter().filter(|role| !role.edits_own_profile()).collect();
    assert_eq!(locked, [NoAccess]);
}

#[test]
fn a_customer_administrator_may_give_three_roles_and_basic_access_all_six_below() {
    let world = World::of(Tree { parents: vec![None, Some(0)] });
    let grantable = |role: BuiltInRole, home: usize, at: usize| -> Vec<&str> {
        let grant = Grant::new(role, world.paths[home].clone());
        let person = Authority::new(Standing::Active, world.paths[home].clone(), vec![grant], now());
        let may_grant = |role: &BuiltInRole| person.may_grant(role.matrix(), &world.paths[at]).is_ok();
        BuiltInRole::ALL.into_iter().filter(may_grant).map(BuiltInRole::key).collect()
    };
    assert_eq!(grantable(CustomerAdministrator, 1, 1), ["no_access", "customer_administrator", "user"]);
    assert_eq!(grantable(BasicAccess, 0, 0), Vec::<&str>::new());
    assert_eq!(grantable(BasicAccess, 0, 1).len(), 6);
    assert_eq!(grantable(User, 1, 1), Vec::<&str>::new());
}

#[test]
fn adding_an_account_is_the_child_cells_at_the_anchor_too() {
    let cell = |permission: Permission| permission.cell_at_anchor().to_string();
    let odd: Vec<String> = Permission::all().map(cell).filter(|name| name.starts_with("child.")).collect();
    assert_eq!(odd, ["child.accounts.add"]);
}
