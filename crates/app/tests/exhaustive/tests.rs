//! Walking through all of it.

use std::collections::BTreeMap;

use crate::{
    expected::{Person, Scene, Status},
    held::{Cells, ROLES, Tree},
    operations::{Operation, Target, explain},
    outcome::Verdict,
    platform::Platform,
    shapes::{places, shapes},
};

type Counts = BTreeMap<Verdict, u32>;

struct Walk {
    tree: Tree,
    roles: [Cells; 6],
    platform: Platform,
    counts: Counts,
}

impl Walk {
    /// Everything in one tree, with actors of one role.
    async fn through(tree: &Tree, actor_role: usize) -> Counts {
        let (platform, roles) = (Platform::new(tree).await, std::array::from_fn(Cells::built_in));
        let mut walk = Self { tree: tree.clone(), roles, platform, counts: Counts::new() };
        for (home, other_home) in places(tree) {
            let actor = Person { home, role: actor_role, status: Status::Active };
            if home == other_home {
                walk.check(actor, actor, true, &Operation::on_users(tree.0.len())).await;
            }
            walk.meet_all(actor, other_home).await;
        }
        walk.counts
    }

    async fn meet_all(&mut self, actor: Person, home: usize) {
        let accounts = self.tree.0.len();
        let active = |role| Person { home, role, status: Status::Active };
        self.check(actor, active(2), false, &Operation::in_accounts()).await;
        for role in 0..ROLES.len() {
            self.check(actor, active(role), false, &Operation::on_users(accounts)).await;
            for status in [Status::Suspended, Status::Removed] {
                let few = accounts == 5;
                let operations = if few { Operation::by_status() } else { Operation::on_users(accounts) };
                self.check(actor, Person { status, ..active(role) }, false, &operations).await;
            }
        }
        self.check_suspended(actor, active(2)).await;
    }

    async fn check(&mut self, actor: Person, other: Person, is_self: bool, operations: &[Operation]) {
        let acting = self.platform.act(actor).await;
        let user = if is_self { self.platform.user(&acting).await } else { self.platform.other(other).await };
        let before = self.platform.memory.snapshot();
        let scene = Scene { tree: &self.tree, roles: &self.roles, actor, other, is_self };
        let target = Target { user: &user, role: other.role, accounts: &self.platform.accounts };
        for operation in operations {
            // Who acts has no image.
            if is_self && *operation == Operation::ShowImage {
                continue;
            }
            let outcome = target.undergo(*operation, &self.platform.app, &acting).await;
            let verdict = Verdict::of(&outcome);
            let case = || format!("{operation:?} by {actor:?} to {other:?}, themselves: {is_self}, in {:?}", self.tree);
            assert_eq!(verdict, scene.verdict(*operation), "{} {outcome:?}", case());
            *self.counts.entry(verdict).or_default() += 1;
            if *operation == Operation::Explain && verdict == Verdict::Allowed {
                let yes = explain(&self.platform.app, &acting, user.id, user.account_id).await.unwrap();
                assert_eq!(yes, scene.explained(), "{}", case());
            }
            self.platform.memory.restore(&before);
        }
    }

    /// Somebody who was suspended a moment ago changes nothing any more, whatever the session said then.
    async fn check_suspended(&mut self, actor: Person, other: Person) {
        let acting = self.platform.act(actor).await;
        let user = self.platform.other(other).await;
        self.platform.suspend(&acting).await;
        let target = Target { user: &user, role: other.role, accounts: &self.platform.accounts };
        let changes = Operation::on_users(0).into_iter().chain([Operation::Create(2), Operation::Define(2)]);
        for operation in changes {
            use Operation::{Explain, Show, ShowAccess, ShowImage};
            // For these it is the session that is asked, and it is over.
            if matches!(operation, Show | ShowAccess | ShowImage | Explain) {
                continue;
            }
            let verdict = Verdict::of(&target.undergo(operation, &self.platform.app, &acting).await);
            let expected = if self.looks_first(operation, actor, other) { verdict } else { Verdict::NotSignedIn };
            assert!(
                verdict == expected && verdict != Verdict::Allowed,
                "{operation:?} by {actor:?}, suspended: {verdict:?}"
            );
            *self.counts.entry(verdict).or_default() += 1;
        }
    }

    /// Whether an operation says no by what the session said, before its transaction.
    fn looks_first(&self, operation: Operation, actor: Person, other: Person) -> bool {
        use Operation::{
            Create, MailPassword, SendLink, SendLinkElsewhere, SendLinkToAlternative, SetImage, SetPassword,
        };
        let scene = Scene { tree: &self.tree, roles: &self.roles, actor, other, is_self: false };
        let looks = matches!(
            operation,
            Create(_) | MailPassword | SendLink | SendLinkElsewhere | SendLinkToAlternative | SetImage | SetPassword
        );
        looks && scene.verdict(operation) != Verdict::Allowed
    }
}

async fn walk_all(accounts: usize, actor_role: usize) {
    let mut counts = Counts::new();
    for tree in shapes(accounts) {
        for (verdict, count) in Walk::through(&tree, actor_role).await {
            *counts.entry(verdict).or_default() += count;
        }
    }
    println!("{} in trees of {accounts}: {counts:?}", ROLES[actor_role]);
}

#[tokio::test]
async fn in_trees_of_up_to_three_accounts() {
    for accounts in 1..=3 {
        for actor_role in 0..ROLES.len() {
            walk_all(accounts, actor_role).await;
        }
    }
}

#[tokio::test]
async fn in_trees_of_four_accounts_by_access_levels() {
    for actor_role in 0..3 {
        walk_all(4, actor_role).await;
    }
}

#[tokio::test]
async fn in_trees_of_four_accounts_by_administrators() {
    for actor_role in 3..6 {
        walk_all(4, actor_role).await;
    }
}

#[tokio::test]
async fn in_trees_of_five_accounts_by_full_access() {
    walk_all(5, 0).await;
}

#[tokio::test]
async fn in_trees_of_five_accounts_by_basic_access() {
    walk_all(5, 1).await;
}

#[tokio::test]
async fn in_trees_of_five_accounts_by_no_access() {
    walk_all(5, 2).await;
}

#[tokio::test]
async fn in_trees_of_five_accounts_by_reseller_administrators() {
    walk_all(5, 3).await;
}

#[tokio::test]
async fn in_trees_of_five_accounts_by_customer_administrators() {
    walk_all(5, 4).await;
}

#[tokio::test]
async fn in_trees_of_five_accounts_by_users() {
    walk_all(5, 5).await;
}
