//! Prints `docs/permissions.md`: the built-in roles as the code holds them.

use tenantry_domain::permission::{Action, BuiltInRole, Cell, Permission, Resource, Scope};

const INTRODUCTION: &str = "\
# Permissions

Generated from the code by `cargo xtask codegen`; do not edit by hand.

A permission is a cell: scope × resource × action. A role is a set of cells, and a *grant* ties a user to a role at an
**anchor** account. The `own` cells of the role hold at the anchor, the `child` cells at every account below it.

Somebody may do something at an account when the user, the home account and all accounts above it are active, and one grant
in effect is anchored **at** that account with the `own` cell, or **above** it with the `child` cell. Grants unite; nothing
takes away. `accounts.add` is asked about the account to add beneath, so a grant anchored there answers with its `child` cell.

What one may not view does not exist: the answer is 404. What one may view but not do is 403.

## The built-in roles

Each mark is own / child: ● held, – not held. Permissions that no built-in role holds are left out.
";

const CUSTOM_ROLES: &str = "
## Custom roles

An account may define roles of its own, for itself and the accounts below it. Whoever defines one holds `users.edit` at the
account and every cell of the role there; a role that holds `add`, `edit` or `remove` of something holds its `view` in the same
scope. It is in view for those who may view the account's users, and giving it is capped again, at each account, as above.

Changing a role changes what everybody has who was given it, with their next request. It takes the role's cells before and
after at its account, the right to give what it becomes wherever somebody has it, and `users.edit` over all these people with
everything they hold. Nobody changes a role they have themselves, and a role that somebody has is not removed.

## Grants

Every user has one grant at the home account and may have others elsewhere, at most one for each account, each with a start
and an end if wanted. Nobody sets their own. Grants at accounts outside one's view are neither shown nor touched, and
neither are those at removed accounts: they come back with the account. An administrator whose grant ends does not count as the
one whom an account must keep.

## Accounts

Suspending and resuming an account takes `accounts.edit` over it, removing and restoring it `accounts.remove`, moving it both of them and
`accounts.add` at the destination. Nobody does it to the account they are in. People in the account who hold something elsewhere
are neither shut out nor let in with it by somebody who does not hold that too; a move below a suspended account, or from below one, is
no other way to do it. A move gives the mover nothing, also not when one of the mover's grants begins or ends later. Whoever holds
something above the destination holds it over what was moved; the preview of a move says who that is.";

fn mark(role: BuiltInRole, scope: Scope, permission: Permission) -> char {
    if role.matrix().contains(Cell::new(scope, permission)) { '●' } else { '–' }
}

fn main() {
    println!("{INTRODUCTION}");
    let heads: Vec<&str> = BuiltInRole::ALL.iter().map(|role| role.label()).collect();
    println!("| permission | {} |", heads.join(" | "));
    println!("|---{}|", "|---".repeat(heads.len()));
    for resource in Resource::ALL {
        for action in Action::ALL {
            let permission = Permission::new(resource, action);
            let marks: Vec<String> = BuiltInRole::ALL
                .iter()
                .map(|role| {
                    format!("{}/{}", mark(*role, Scope::Own, permission), mark(*role, Scope::Child, permission))
                })
                .collect();
            if marks.iter().any(|marks| marks.contains('●')) {
                println!("| `{permission}` | {} |", marks.join(" | "));
            }
        }
    }
    let own_profile: Vec<&str> =
        BuiltInRole::ALL.iter().map(|role| if role.edits_own_profile() { "yes" } else { "no" }).collect();
    println!("| edit the own profile | {} |", own_profile.join(" | "));
    println!("\nThe own dashboard, password, sessions and picture are for everyone.\n\n## Who may give what\n");
    println!(
        "A role may be given at an account by whoever holds `users.add` or `users.edit` there **and** every cell of the role: each"
    );
    println!(
        "`own` cell in effect at the account, each `child` cell from a grant at the account or above it. A peer may be made, never"
    );
    println!("more. Changing, suspending, removing or resetting a user needs the same of **all** that user's grants.");
    println!("{CUSTOM_ROLES}");
}
