//! What becomes of accounts: moved below every other one, suspended, resumed, removed and restored, by everybody everywhere, with
//! somebody in the tree who holds something at home or elsewhere.

use std::collections::BTreeMap;

use tenantry_app::{
    Actor, UseCaseError,
    accounts::{ChangeAccountStatus, MoveAccount, RemoveAccount, RestoreAccount},
};
use tenantry_domain::account::AccountStatus;

use crate::{
    expected::{Person, Status},
    expected_of_accounts::{AccountOperation, AccountScene, Change},
    held::{Cells, ROLES, Tree},
    outcome::Verdict,
    platform::Platform,
    shapes::{places, shapes},
};

/// What the other one holds besides nothing at home: all of an account, or next to nothing.
const ELSEWHERE: [usize; 2] = [0, 5];

struct Walk {
    tree: Tree,
    roles: [Cells; 6],
    platform: Platform,
    counts: BTreeMap<(Change, Verdict), u32>,
}

impl Walk {
    async fn through(&mut self, actor_role: usize) {
        for (home, other_home) in places(&self.tree) {
            let actor = Person { home, role: actor_role, status: Status::Active };
            for anchor in 0..self.tree.0.len() {
                for role in ELSEWHERE {
                    self.check(actor, other_home, (role, anchor)).await;
                }
            }
        }
    }

    async fn check(&mut self, actor: Person, other_home: usize, given: (usize, usize)) {
        let acting = self.platform.act(actor).await;
        let at_home = if given.1 == other_home { given.0 } else { 2 };
        let user = self.platform.other(Person { home: other_home, role: at_home, status: Status::Active }).await;
        if given.1 != other_home {
            self.platform.give(&user, given);
        }
        let scene = AccountScene { tree: &self.tree, roles: &self.roles, actor, other_home, given };
        let before = self.platform.memory.snapshot();
        for operation in AccountOperation::all(self.tree.0.len()) {
            // Nobody acts who is at home where it is shut.
            if operation.is_shut_before() && scene.is_within(actor.home, operation.account) {
                continue;
            }
            self.prepare(operation).await;
            let outcome = self.run(operation, &acting).await;
            let (verdict, expected) = (Verdict::of(&outcome), scene.verdict(operation));
            assert_eq!(verdict, expected, "{operation:?} by {actor:?}, {other_home} has {given:?}, in {:?}", self.tree);
            *self.counts.entry((operation.change, verdict)).or_default() += 1;
            self.platform.memory.restore(&before);
        }
    }

    /// Shuts the account beforehand if it is to be opened.
    async fn prepare(&self, operation: AccountOperation) {
        let account_id = self.platform.accounts[operation.account];
        match operation.change {
            Change::Resume => {
                self.platform.memory.edit_account(account_id, |account| account.status = AccountStatus::Suspended);
            }
            Change::Restore => self.platform.remove_account(operation.account).await,
            _ => {}
        }
    }

    async fn run(&self, operation: AccountOperation, actor: &Actor) -> Result<(), UseCaseError> {
        let (app, account_id) = (&self.platform.app, self.platform.accounts[operation.account]);
        let set = |status| ChangeAccountStatus { account_id, status, expected_version: None };
        match operation.change {
            Change::Move => {
                let parent_id = self.platform.accounts[operation.to];
                MoveAccount { account_id, parent_id }.execute(app, actor).await.map(drop)
            }
            Change::Suspend => set(AccountStatus::Suspended).execute(app, actor).await.map(drop),
            Change::Resume => set(AccountStatus::Active).execute(app, actor).await.map(drop),
            Change::Remove => {
                RemoveAccount { account_id, cascade: true, expected_version: None }.execute(app, actor).await
            }
            Change::RemoveAlone => {
                RemoveAccount { account_id, cascade: false, expected_version: None }.execute(app, actor).await
            }
            Change::Restore | Change::RestoreWhatIsThere => {
                RestoreAccount { account_id }.execute(app, actor).await.map(drop)
            }
        }
    }
}

async fn walk_all(accounts: usize) {
    let roles = std::array::from_fn(Cells::built_in);
    let mut counts = BTreeMap::new();
    for tree in shapes(accounts) {
        let platform = Platform::new(&tree).await;
        let mut walk = Walk { tree, roles, platform, counts };
        for actor_role in 0..ROLES.len() {
            walk.through(actor_role).await;
        }
        counts = walk.counts;
    }
    println!("in trees of {accounts}: {counts:?}");
    for verdict in [Verdict::NotFound, Verdict::Refused, Verdict::Conflict, Verdict::Invalid, Verdict::Allowed] {
        let is_there = counts.keys().any(|(_, found)| *found == verdict);
        assert!(is_there || accounts < 4, "nothing comes to {verdict:?}");
    }
}

#[tokio::test]
async fn what_becomes_of_accounts_in_trees_of_up_to_three() {
    for accounts in 1..=3 {
        walk_all(accounts).await;
    }
}

#[tokio::test]
async fn what_becomes_of_accounts_in_trees_of_four() {
    walk_all(4).await;
}
