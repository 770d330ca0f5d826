//! The permission rules once more, naively, for tests to compare with: what somebody holds is a set of verbs for each account.
//! Shares no code with the product. The role table is copied, line by line, from the description of the product.

/// A set of verbs: one bit for each of eight resources and four actions.
pub type Verbs = u32;

const RESOURCES: [&str; 8] =
    ["account_info", "accounts", "users", "services", "catalog", "reports", "price_schedules", "support"];
const ACTIONS: [&str; 4] = ["view", "add", "edit", "remove"];

/// Own/child of Full Access, Basic Access, No Access, Reseller Administrator, Customer Administrator, User; `x` is held.
const TABLE: &str = "
account_info.view       x/x x/x -/- x/x x/- x/-
account_info.edit       x/x -/x -/- x/x x/- -/-
accounts.view           -/x -/x -/- -/x -/- -/-
accounts.add            -/x -/x -/- -/x -/- -/-
accounts.edit           -/x -/x -/- -/x -/- -/-
accounts.remove         -/x -/x -/- -/x -/- -/-
users.view              x/x -/x -/- x/x x/- -/-
users.add               x/x -/x -/- x/x x/- -/-
users.edit              x/x -/x -/- x/x x/- -/-
users.remove            x/x -/x -/- x/x x/- -/-
services.view           x/x -/x -/- x/x x/- -/-
services.add            x/x -/x -/- x/x x/- -/-
services.edit           x/x -/x -/- x/x x/- -/-
services.remove         x/x -/x -/- x/x x/- -/-
catalog.view            x/x -/x -/- x/x x/- -/-
catalog.edit            x/x -/x -/- x/x -/- -/-
reports.view            x/x x/x -/- x/x x/- -/-
price_schedules.view    x/x -/x -/- x/x -/- -/-
price_schedules.edit    x/x -/x -/- x/x -/- -/-
price_schedules.add     x/x -/x -/- x/x -/- -/-
price_schedules.remove  x/x -/x -/- x/x -/- -/-
support.view            x/x x/x -/- x/x x/- x/-
";
/// The columns of the table.
pub const ROLES: [&str; 6] =
    ["full_access", "basic_access", "no_access", "reseller_administrator", "customer_administrator", "user"];

/// The bit of a verb such as `users.view`.
pub fn verb(name: &str) -> Verbs {
    let (resource, action) = name.split_once('.').expect("resource.action");
    let resource = RESOURCES.iter().position(|known| *known == resource).expect("a resource");
    let action = ACTIONS.iter().position(|known| *known == action).expect("an action");
    1 << (resource * 4 + action)
}

/// What a role gives at its anchor and below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cells {
    pub own: Verbs,
    pub child: Verbs,
}

impl Cells {
    /// Of the built-in role in this column.
    pub fn built_in(column: usize) -> Self {
        let mut cells = Self::default();
        for line in TABLE.trim().lines() {
            let mut words = line.split_whitespace();
            let verb = verb(words.next().expect("a verb"));
            let (own, child) = words.nth(column).and_then(|cell| cell.split_once('/')).expect("a cell");
            cells.own |= if own == "x" { verb } else { 0 };
            cells.child |= if child == "x" { verb } else { 0 };
        }
        cells
    }

    /// Whether whoever has it at an account is an administrator there.
    pub fn administers(self) -> bool {
        ["users.add", "users.edit", "users.remove"].iter().all(|name| self.own & verb(name) != 0)
    }
}

/// Each account's parent; the root, which has none, comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree(pub Vec<Option<usize>>);

impl Tree {
    /// Whether an account is strictly below another one.
    pub fn is_below(&self, account: usize, above: usize) -> bool {
        self.0[account].is_some_and(|parent| parent == above || self.is_below(parent, above))
    }
}

/// What somebody holds: the verbs for each account, and for an account that may be made beneath each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held(pub Vec<Verbs>);

impl Held {
    /// What cells at anchors give.
    pub fn by(tree: &Tree, grants: impl IntoIterator<Item = (Cells, usize)>) -> Self {
        let count = tree.0.len();
        let mut held = vec![0; count * 2];
        for (cells, anchor) in grants {
            for account in 0..count {
                let is_below = tree.is_below(account, anchor);
                if account == anchor {
                    // Whoever may make accounts below an account may do so directly beneath it.
                    held[account] |= cells.own & !verb("accounts.add") | cells.child & verb("accounts.add");
                } else if is_below {
                    held[account] |= cells.child;
                }
                if account == anchor || is_below {
                    held[count + account] |= cells.child;
                }
            }
        }
        Self(held)
    }

    pub fn holds(&self, name: &str, account: usize) -> bool {
        self.0[account] & verb(name) != 0
    }

    /// Whether the other one holds nothing that this one does not.
    pub fn covers(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(mine, theirs)| theirs & !mine == 0)
    }
}
