//! Who may do what: the product's table, transcribed here sign by sign and never taken from the code.

use tenantry_domain::AccountId;

use crate::support::World;

/// The built-in roles, in the order of the columns.
pub const ROLES: [&str; 6] =
    ["full_access", "basic_access", "no_access", "reseller_administrator", "customer_administrator", "user"];

/// Own and child cell for each of [`ROLES`]: anything but `–` and `n/a` is a yes.
const TABLE: [(&str, &str); 15] = [
    ("account_info.view", "●/● | ●/● | –/– | ◇/◇ | ○/– | ●/–"),
    ("account_info.edit", "●/● | –/● | –/– | ◇/◇ | ●/– | –/–"),
    ("accounts.view", "n/a/○ | n/a/○ | –/– | n/a/○ | –/– | –/–"),
    ("accounts.add, edit, remove", "n/a/● | n/a/● | –/– | n/a/● | –/– | –/–"),
    ("users.view", "○/○ | –/○ | –/– | ◇/○ | ○/– | –/–"),
    ("users.add, edit, remove", "●/● | –/● | –/– | ◇/● | ●/– | –/–"),
    ("services.view", "○/○ | –/○ | –/– | ◇/◇ | ○/– | –/–"),
    ("services.add, edit, remove", "●/● | –/● | –/– | ◇/◇ | ●/– | –/–"),
    ("catalog.view", "◇/◇ | –/◇ | –/– | ◇/○ | ◇/– | –/–"),
    ("catalog.edit", "◇/◇ | –/◇ | –/– | ◇/● | –/– | –/–"),
    ("reports.view", "●/● | ●/● | –/– | ◇/◇ | ◇/– | –/–"),
    ("price_schedules.view", "○/○ | –/○ | –/– | ○/◇ | –/– | –/–"),
    ("price_schedules.edit", "●/● | –/● | –/– | ●/◇ | –/– | –/–"),
    ("price_schedules.add, remove", "●/● | –/● | –/– | ◇/◇ | –/– | –/–"),
    ("support.view", "◇/◇ | ◇/◇ | –/– | ◇/◇ | ◇/– | ●/–"),
];
/// Of nothing there is.
pub const UNKNOWN: &str = "0195a0b0-0000-7000-8000-00000000ffff";
const EDITS_OWN_PROFILE: &str = "yes | yes | no | yes | yes | yes";

/// Where an account, or somebody's home, stands as seen from an actor at Contoso.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The actor.
    Oneself,
    /// The actor's account.
    Own,
    Child,
    Grandchild,
    Parent,
    Sibling,
    /// Below the sibling.
    Foreign,
    Unknown,
}

impl Relation {
    pub fn account(self, world: &World) -> AccountId {
        match self {
            Self::Oneself | Self::Own => world.contoso,
            Self::Child => world.fabrikam,
            Self::Grandchild => world.tailspin,
            Self::Parent => world.northwind,
            Self::Sibling => world.litware,
            Self::Foreign => world.proseware,
            Self::Unknown => UNKNOWN.parse().expect("an id"),
        }
    }

    /// The primary domain of that account.
    pub fn domain(self) -> &'static str {
        match self {
            Self::Oneself | Self::Own | Self::Unknown => "contoso.example",
            Self::Child => "fabrikam.example",
            Self::Grandchild => "tailspin.example",
            Self::Parent => "northwind.example",
            Self::Sibling => "litware.example",
            Self::Foreign => "proseware.example",
        }
    }
}

/// Whether a role at the actor's account holds a permission, such as `users.view`, at an account.
pub fn holds(permission: &str, role: &str, relation: Relation) -> bool {
    let cells = TABLE.iter().find(|(row, _)| permissions(row).any(|known| known == permission));
    let (own, child) = cells_of(cells.unwrap_or_else(|| panic!("no row {permission}")).1, role);
    match relation {
        // Asked about the account to add beneath, which is beneath the actor's too.
        Relation::Oneself | Relation::Own if permission == "accounts.add" => child,
        Relation::Oneself | Relation::Own => own,
        Relation::Child | Relation::Grandchild => child,
        Relation::Parent | Relation::Sibling | Relation::Foreign | Relation::Unknown => false,
    }
}

/// Whether a role at the actor's account holds all that another role gives at an account in its reach: what giving that role
/// there, or laying hands on somebody who has it, takes.
pub fn covers(role: &str, other: &str, relation: Relation) -> bool {
    TABLE.iter().all(|(row, cells)| {
        let (own, child) = cells_of(cells, other);
        let permission = permissions(row).next().expect("a permission");
        // Wherever in its reach: the accounts below are below the actor's too.
        (!own || holds(&permission, role, relation)) && (!child || holds(&permission, role, Relation::Child))
    })
}

/// Whether an account is there for somebody: the own one always, others where one may view them.
pub fn views_account(role: &str, relation: Relation) -> bool {
    matches!(relation, Relation::Oneself | Relation::Own)
        || holds("account_info.view", role, relation)
        || holds("accounts.view", role, relation)
}

pub fn edits_own_profile(role: &str) -> bool {
    column(EDITS_OWN_PROFILE, role) == "yes"
}

/// `users.add, edit` is two.
fn permissions(row: &str) -> impl Iterator<Item = String> {
    let (resource, actions) = row.split_once('.').expect("a resource");
    actions.split(", ").map(move |action| format!("{resource}.{action}"))
}

fn cells_of(cells: &str, role: &str) -> (bool, bool) {
    let is_held = |sign: &str| !matches!(sign, "–" | "n/a");
    let (own, child) = column(cells, role).rsplit_once('/').expect("two signs");
    (is_held(own), is_held(child))
}

fn column<'a>(row: &'a str, role: &str) -> &'a str {
    let index = ROLES.iter().position(|known| *known == role).expect("a built-in role");
    row.split(" | ").nth(index).expect("six columns")
}
