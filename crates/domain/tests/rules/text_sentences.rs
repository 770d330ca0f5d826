//! The two texts, sentence by sentence: what each says about a role, and nothing that only follows from it.

use tenantry_domain::permission::{
    BuiltInRole::{self, BasicAccess, CustomerAdministrator, FullAccess, NoAccess, ResellerAdministrator, User},
    Cell, PermissionMatrix,
};

use crate::role_table::{Table, of};

/// A sentence, the role it is about, and what that role therefore holds and lacks: `both users add edit` is four cells,
/// `own users *` is all four of the own scope, and `* * add` is every such cell.
struct Sentence {
    text: &'static str,
    role: BuiltInRole,
    holds: &'static [&'static str],
    lacks: &'static [&'static str],
}

const fn holds(role: BuiltInRole, text: &'static str, holds: &'static [&'static str]) -> Sentence {
    Sentence { text, role, holds, lacks: &[] }
}

const SENTENCES: &[Sentence] = &[
    // The edition with Full, Basic and No Access.
    holds(
        FullAccess,
        "Account information (Viewing and editing in the active account and child accounts)",
        &["both account_info view edit"],
    ),
    holds(FullAccess, "Accounts (Add, edit, and delete child accounts)", &["child accounts add edit remove"]),
    holds(
        FullAccess,
        "Users (Adding, editing, and removing in the active account and child accounts)",
        &["both users add edit remove"],
    ),
    holds(
        FullAccess,
        "Services (Adding, managing, and cancelling in the active account and child accounts)",
        &["both services add edit remove"],
    ),
    holds(FullAccess, "Reports (In the active account and child accounts)", &["both reports view"]),
    holds(
        FullAccess,
        "Price Schedules (Adding, editing, and removing in the active account and child accounts)",
        &["both price_schedules add edit remove"],
    ),
    Sentence {
        text: "Account information (View only in active account, full management in child accounts)",
        role: BasicAccess,
        holds: &["own account_info view", "child account_info view edit"],
        lacks: &["own account_info add edit remove"],
    },
    holds(BasicAccess, "Accounts (Add, edit, and delete child accounts)", &["child accounts add edit remove"]),
    Sentence {
        text: "Users (No access in active account, full management in child accounts)",
        role: BasicAccess,
        holds: &["child users *"],
        lacks: &["own users *"],
    },
    Sentence {
        text: "Services (No access in active account, full management in child accounts)",
        role: BasicAccess,
        holds: &["child services *"],
        lacks: &["own services *"],
    },
    holds(BasicAccess, "Reports (In the active account and child accounts)", &["both reports view"]),
    Sentence {
        text: "Pricing (No access in active account, full management in child accounts)",
        role: BasicAccess,
        holds: &["child price_schedules *"],
        lacks: &["own price_schedules *"],
    },
    Sentence { text: "Access only to their own user dashboard.", role: NoAccess, holds: &[], lacks: &["both * *"] },
    // The edition with administrators and users.
    holds(
        ResellerAdministrator,
        "Reseller Administrators have the ability to add, edit and delete customer accounts and users as well as edit \
         available services and pricing.",
        &[
            "child accounts add edit remove",
            "child users add edit remove",
            "child catalog edit",
            "own price_schedules edit",
        ],
    ),
    holds(
        CustomerAdministrator,
        "Customer Administrators have the ability to add, edit, and delete users and services, as well as edit company \
         information.",
        &["own users add edit remove", "own services add edit remove", "own account_info edit"],
    ),
    Sentence {
        text: "Users can edit their own profile information, as well as view company information and Support menu items. \
               Users do not have administrative capabilities.",
        role: User,
        holds: &["own account_info view", "own support view"],
        lacks: &["both * add edit remove", "child * *"],
    },
];

/// The cells that a shorthand stands for.
fn cells(shorthand: &str) -> impl Iterator<Item = Cell> {
    let words: Vec<String> = shorthand.split_whitespace().map(str::to_owned).collect();
    Cell::all().filter(move |cell: &Cell| {
        let means = |word: &str, wide: &str, key: &str| word == wide || word == key;
        means(&words[0], "both", cell.scope.key())
            && means(&words[1], "*", cell.permission.resource.key())
            && words[2..].iter().any(|word| means(word, "*", cell.permission.action.key()))
    })
}

/// The cells in which a table is not what the sentences say.
pub fn check(table: &Table) -> Vec<String> {
    let mut wrong = Vec::new();
    for Sentence { text, role, holds, lacks } in SENTENCES {
        let matrix: PermissionMatrix = of(table, *role);
        let not_held = holds.iter().flat_map(|shorthand| cells(shorthand)).filter(|cell| !matrix.contains(*cell));
        let held = lacks.iter().flat_map(|shorthand| cells(shorthand)).filter(|cell| matrix.contains(*cell));
        wrong.extend(not_held.chain(held).map(|cell| format!("{cell} of {}: {text}", role.label())));
    }
    wrong
}

#[test]
fn a_shorthand_stands_for_the_cells_it_says() {
    let names = |shorthand| cells(shorthand).map(|cell| cell.to_string()).collect::<Vec<_>>();
    assert_eq!(
        names("both users add edit"),
        ["own.users.add", "own.users.edit", "child.users.add", "child.users.edit"]
    );
    assert_eq!(names("own reports *").len(), 4);
    assert_eq!(names("child * *").len(), 32);
    assert!(SENTENCES.iter().all(|sentence| sentence.holds.iter().chain(sentence.lacks).all(|s| cells(s).count() > 0)));
}
