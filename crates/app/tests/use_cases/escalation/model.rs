//! The permission rules once more, naively: what a role gives is a set of pairs of account and verb. The role table is
//! copied from the description of the product and not taken from the code.

use std::collections::BTreeSet;

use tenantry_app::testing::TestPlatform;
use tenantry_domain::{AccountId, permission::BuiltInRole};

use crate::verdict::Verdict;

/// Where the other user is, seen from the actor, who is at Contoso.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    SameAccount,
    Child,
    Grandchild,
    Parent,
    Sibling,
}

impl Relation {
    pub const ALL: [Self; 5] = [Self::SameAccount, Self::Child, Self::Grandchild, Self::Parent, Self::Sibling];

    pub const fn account(self, p: &TestPlatform) -> AccountId {
        match self {
            Self::SameAccount => p.contoso,
            Self::Child => p.fabrikam,
            Self::Grandchild => p.tailspin,
            Self::Parent => p.northwind,
            Self::Sibling => p.litware,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::SameAccount => "contoso",
            Self::Child => "fabrikam",
            Self::Grandchild => "tailspin",
            Self::Parent => "northwind",
            Self::Sibling => "litware",
        }
    }
}

/// Each account with the one above it. The `… new` ones do not exist yet; whoever holds something below an account holds it
/// for them too.
const TREE: [(&str, &str); 12] = [
    ("northwind", ""),
    ("contoso", "northwind"),
    ("fabrikam", "contoso"),
    ("tailspin", "fabrikam"),
    ("litware", "northwind"),
    ("proseware", "litware"),
    ("northwind new", "northwind"),
    ("contoso new", "contoso"),
    ("fabrikam new", "fabrikam"),
    ("tailspin new", "tailspin"),
    ("litware new", "litware"),
    ("proseware new", "proseware"),
];

/// Resource, actions at the anchor, actions below it: `v`iew, `a`dd, `e`dit, `r`emove.
type Row = (&'static str, &'static str, &'static str);

const FULL: &[Row] = &[
    ("account_info", "ve", "ve"),
    ("accounts", "", "vaer"),
    ("users", "vaer", "vaer"),
    ("services", "vaer", "vaer"),
    ("catalog", "ve", "ve"),
    ("reports", "v", "v"),
    ("price_schedules", "vaer", "vaer"),
    ("support", "v", "v"),
];
const BASIC: &[Row] = &[
    ("account_info", "v", "ve"),
    ("accounts", "", "vaer"),
    ("users", "", "vaer"),
    ("services", "", "vaer"),
    ("catalog", "", "ve"),
    ("reports", "v", "v"),
    ("price_schedules", "", "vaer"),
    ("support", "v", "v"),
];
const CUSTOMER: &[Row] = &[
    ("account_info", "ve", ""),
    ("users", "vaer", ""),
    ("services", "vaer", ""),
    ("catalog", "v", ""),
    ("reports", "v", ""),
    ("support", "v", ""),
];
const USER: &[Row] = &[("account_info", "v", ""), ("support", "v", "")];

const fn table(role: BuiltInRole) -> &'static [Row] {
    match role {
        BuiltInRole::FullAccess | BuiltInRole::ResellerAdministrator => FULL,
        BuiltInRole::BasicAccess => BASIC,
        BuiltInRole::NoAccess => &[],
        BuiltInRole::CustomerAdministrator => CUSTOMER,
        BuiltInRole::User => USER,
    }
}

type Held = BTreeSet<(&'static str, &'static str, char)>;

fn is_below(account: &str, above: &str) -> bool {
    let parent = TREE.iter().find(|(name, _)| *name == account).map_or("", |(_, parent)| *parent);
    !parent.is_empty() && (parent == above || is_below(parent, above))
}

/// Everything a role at an account gives.
fn held(role: BuiltInRole, anchor: &str) -> Held {
    let mut held = Held::new();
    for (account, _) in TREE {
        for (resource, own, child) in table(role) {
            let actions = if account == anchor {
                own
            } else if is_below(account, anchor) {
                child
            } else {
                ""
            };
            held.extend(actions.chars().map(|action| (account, *resource, action)));
        }
    }
    held
}

/// What doing something to a user with a role must come to. `action` is what it needs over users.
pub fn touching(actor: BuiltInRole, target: BuiltInRole, relation: Relation, action: char) -> Verdict {
    let (mine, theirs) = (held(actor, "contoso"), held(target, relation.name()));
    if !mine.contains(&(relation.name(), "users", 'v')) {
        Verdict::NotFound
    } else if !mine.contains(&(relation.name(), "users", action)) || (action != 'v' && !theirs.is_subset(&mine)) {
        Verdict::Refused
    } else {
        Verdict::Allowed
    }
}

/// What giving a user with a role another role must come to.
pub fn changing_role(actor: BuiltInRole, before: BuiltInRole, after: BuiltInRole, relation: Relation) -> Verdict {
    let verdict = touching(actor, before, relation, 'e');
    let covered = held(after, relation.name()).is_subset(&held(actor, "contoso"));
    if verdict == Verdict::Allowed && before != after && !covered { Verdict::Refused } else { verdict }
}

/// What creating a user with a role must come to.
pub fn creating(actor: BuiltInRole, role: BuiltInRole, relation: Relation) -> Verdict {
    let mine = held(actor, "contoso");
    let in_view = relation == Relation::SameAccount
        || mine.contains(&(relation.name(), "account_info", 'v'))
        || mine.contains(&(relation.name(), "accounts", 'v'));
    if !in_view {
        Verdict::NotFound
    } else if !mine.contains(&(relation.name(), "users", 'a')) || !held(role, relation.name()).is_subset(&mine) {
        Verdict::Refused
    } else {
        Verdict::Allowed
    }
}
