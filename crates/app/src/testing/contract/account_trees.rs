//! Random changes of a tree, the same ones every time, next to a model as naive as can be.

use std::collections::BTreeMap;

use tenantry_domain::{
    AccountId, UserId,
    account::{Account, AccountKind, AccountPath, AccountStatus},
    permission::{BuiltInRole, Grant, Standing},
};

use super::{
    account_lists,
    backend::{ContractBackend, World},
    user_lists,
};
use crate::{
    ports::{AccountFilter, AccountState},
    testing::samples::instant,
};

const STEPS: usize = 100;
const MOST_ACCOUNTS: usize = 12;

/// An account as the model knows it: where it is follows from the parents alone.
#[derive(Debug, Clone, Copy)]
struct Node {
    parent: Option<AccountId>,
    is_suspended: bool,
    removed_with: Option<AccountId>,
    /// Somebody at home there, with a second grant elsewhere.
    user: UserId,
    anchor: AccountId,
}

#[derive(Debug, Default)]
struct Model {
    nodes: BTreeMap<AccountId, Node>,
    /// The steps that led here.
    taken: Vec<Step>,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Insert { parent: AccountId, anchor: AccountId },
    Move { account: AccountId, parent: AccountId },
    Suspend { account: AccountId, is_suspended: bool },
    Remove(AccountId),
    Restore(AccountId),
}

/// A linear congruential generator.
struct Dice(u64);

impl Dice {
    fn pick<T: Copy>(&mut self, among: &[T]) -> Option<T> {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let rolled = usize::try_from(self.0 >> 33).unwrap();
        among.get(rolled.checked_rem(among.len())?).copied()
    }
}

impl Model {
    fn path(&self, id: AccountId) -> AccountPath {
        self.nodes[&id].parent.map_or_else(|| AccountPath::root(id), |parent| self.path(parent).child(id))
    }

    fn is_within(&self, id: AccountId, top: AccountId) -> bool {
        id == top || self.nodes[&id].parent.is_some_and(|parent| self.is_within(parent, top))
    }

    fn status(&self, id: AccountId) -> AccountStatus {
        if self.nodes[&id].is_suspended { AccountStatus::Suspended } else { AccountStatus::Active }
    }

    fn effective_status(&self, id: AccountId) -> AccountStatus {
        let above = self.nodes[&id].parent.map(|parent| self.effective_status(parent));
        if above == Some(AccountStatus::Suspended) { AccountStatus::Suspended } else { self.status(id) }
    }

    fn is_live(&self, id: AccountId) -> bool {
        self.nodes[&id].removed_with.is_none()
    }

    fn ids(&self, is_wanted: impl Fn(AccountId) -> bool) -> Vec<AccountId> {
        self.nodes.keys().copied().filter(|id| is_wanted(*id)).collect()
    }

    fn live(&self) -> Vec<AccountId> {
        self.ids(|id| self.is_live(id))
    }

    /// Where it was removed by itself.
    fn removed(&self) -> Vec<AccountId> {
        self.ids(|id| self.nodes[&id].removed_with == Some(id))
    }

    /// Something that can be done now; `None` if the dice want what cannot.
    fn choose(&self, dice: &mut Dice) -> Option<Step> {
        let live_below_root = self.ids(|id| self.is_live(id) && self.nodes[&id].parent.is_some());
        match dice.pick(&[0, 0, 1, 1, 1, 2, 3, 3, 4, 4, 4])? {
            0 if self.nodes.len() < MOST_ACCOUNTS => {
                Some(Step::Insert { parent: dice.pick(&self.live())?, anchor: dice.pick(&self.live())? })
            }
            0 | 1 => {
                let account = dice.pick(&live_below_root)?;
                let parents = self.ids(|id| self.is_live(id) && !self.is_within(id, account));
                Some(Step::Move { account, parent: dice.pick(&parents)? })
            }
            2 => {
                let account = dice.pick(&self.live())?;
                Some(Step::Suspend { account, is_suspended: !self.nodes[&account].is_suspended })
            }
            3 => Some(Step::Remove(dice.pick(&live_below_root)?)),
            _ => {
                let removed = self.removed().into_iter();
                let restorable = removed.filter(|id| self.nodes[id].parent.is_some_and(|parent| self.is_live(parent)));
                Some(Step::Restore(dice.pick(&restorable.collect::<Vec<_>>())?))
            }
        }
    }

    /// Takes the step; what is inserted is there already.
    fn take(&mut self, step: Step) {
        self.taken.push(step);
        match step {
            Step::Insert { .. } => {}
            Step::Move { account, parent } => self.change(account, |node| node.parent = Some(parent)),
            Step::Suspend { account, is_suspended } => self.change(account, |node| node.is_suspended = is_suspended),
            Step::Remove(top) => {
                for id in self.ids(|id| self.is_live(id) && self.is_within(id, top)) {
                    self.change(id, |node| node.removed_with = Some(top));
                }
            }
            Step::Restore(top) => {
                for id in self.ids(|id| self.nodes[&id].removed_with == Some(top)) {
                    self.change(id, |node| node.removed_with = None);
                }
            }
        }
    }

    fn change(&mut self, id: AccountId, change: impl FnOnce(&mut Node)) {
        change(self.nodes.get_mut(&id).unwrap());
    }
}

/// The account, and a user of it who has a second grant at `anchor`.
async fn insert(w: &World, model: &mut Model, account: &Account, anchor: AccountId) {
    let user = w.user(account, &format!("user{}", model.nodes.len()), BuiltInRole::User).await;
    let node =
        Node { parent: account.path.parent_id(), is_suspended: false, removed_with: None, user: user.id, anchor };
    model.nodes.insert(account.id(), node);
    let mut grants = vec![Grant::new(BuiltInRole::User.into(), account.path.clone())];
    if anchor != account.id() {
        grants.push(Grant::new(BuiltInRole::BasicAccess.into(), model.path(anchor)));
    }
    w.give(&user, &grants, &user, instant(0)).await;
}

async fn take(w: &World, model: &mut Model, step: Step) {
    match step {
        Step::Insert { parent, anchor } => {
            let name = format!("account{}", model.nodes.len());
            let parent = w.found(parent).await.unwrap();
            let account = w.account_below(&parent, AccountKind::Reseller, &name, &format!("{name}.example"));
            w.add_account(&account).await;
            insert(w, model, &account, anchor).await;
        }
        Step::Move { account, parent } => w.move_account(&model.path(account), &model.path(parent)).await,
        Step::Suspend { account, is_suspended } => {
            let status = if is_suspended { AccountStatus::Suspended } else { AccountStatus::Active };
            let uow = w.begin().await;
            let before = uow.accounts().find(account).await.unwrap().unwrap();
            assert!(uow.accounts().update(&Account { status, ..before }, instant(1)).await.unwrap());
            uow.commit().await.unwrap();
        }
        Step::Remove(account) => w.remove_account(&w.found(account).await.unwrap(), instant(1)).await,
        Step::Restore(account) => {
            let removed = w.begin().await.accounts().find_removed(account).await.unwrap().unwrap();
            w.restore_account(&removed).await;
        }
    }
    model.take(step);
}

/// The ids listed, sorted, after a look at what the rows say.
async fn listed(w: &World, model: &Model, filter: AccountFilter) -> Vec<AccountId> {
    let rows = account_lists::rows(w, &filter).await;
    for row in &rows {
        let id = row.path.id();
        assert_eq!((row.path.clone(), row.status), (model.path(id), model.status(id)), "{model:#?}");
        assert_eq!(row.effective_status, model.effective_status(id), "{id} in {model:#?}");
        assert_eq!(row.removed_at.is_none(), model.is_live(id), "{id} in {model:#?}");
    }
    let mut ids: Vec<_> = rows.iter().map(|row| row.path.id()).collect();
    ids.sort_unstable();
    ids
}

async fn compare(w: &World, model: &Model) {
    let everything = || account_lists::everything(w);
    assert_eq!(listed(w, model, everything()).await, model.live(), "{model:#?}");
    let removed = AccountFilter { state: Some(AccountState::Removed), ..everything() };
    assert_eq!(listed(w, model, removed).await, model.removed(), "{model:#?}");
    for parent in model.live() {
        let children = listed(w, model, AccountFilter { parent: Some(parent), ..everything() }).await;
        let expected = model.ids(|id| model.is_live(id) && model.nodes[&id].parent == Some(parent));
        assert_eq!(children, expected, "below {parent} in {model:#?}");
    }
    let users = user_lists::page(w, &user_lists::everything(w)).await.items;
    let mut homes: Vec<_> = users.into_iter().map(|row| (row.account.id(), row.id, row.account)).collect();
    homes.sort_unstable_by_key(|(id, ..)| *id);
    let expected = model.live().into_iter().map(|id| (id, model.nodes[&id].user, model.path(id)));
    assert_eq!(homes, expected.collect::<Vec<_>>(), "{model:#?}");
}

async fn compare_principal(w: &World, model: &Model, id: AccountId) {
    let node = model.nodes[&id];
    let principal = w.backend.directory.find_principal(node.user, instant(2)).await.unwrap();
    assert_eq!(principal.is_some(), model.is_live(id), "{id} in {model:#?}");
    let Some(principal) = principal else { return };
    let authority = &principal.authority;
    assert_eq!(authority.home(), &model.path(id), "{model:#?}");
    let is_active = model.effective_status(id) == AccountStatus::Active;
    assert_eq!(authority.standing() == Standing::Active, is_active, "{id} in {model:#?}");
    let mut anchors = vec![model.path(id)];
    if node.anchor != id && model.is_live(node.anchor) {
        anchors.push(model.path(node.anchor));
    }
    let given: Vec<_> = authority.grants().iter().map(|grant| grant.anchor.clone()).collect();
    assert_eq!(given, anchors, "{model:#?}");
}

pub async fn tree_stands_after_any_changes_as_a_naive_model_says(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut model = Model::default();
    for account in [&w.root, &w.reseller, &w.customer, &w.sibling] {
        insert(&w, &mut model, account, w.root.id()).await;
    }
    let mut dice = Dice(0x7465_6e61_6e74);
    while model.taken.len() < STEPS {
        let Some(step) = model.choose(&mut dice) else { continue };
        take(&w, &mut model, step).await;
        compare(&w, &model).await;
        let anyone = dice.pick(&model.ids(|_| true)).unwrap();
        compare_principal(&w, &model, anyone).await;
    }
    // Whatever is removed still moved along, and comes back where it belongs.
    for id in model.removed() {
        take(&w, &mut model, Step::Restore(id)).await;
    }
    assert_eq!(model.live().len(), MOST_ACCOUNTS);
    compare(&w, &model).await;
    let count = |is_of: fn(&Step) -> bool| model.taken.iter().filter(|step| is_of(step)).count();
    let kinds = [
        count(|step| matches!(step, Step::Move { .. })),
        count(|step| matches!(step, Step::Suspend { .. })),
        count(|step| matches!(step, Step::Remove(_))),
        count(|step| matches!(step, Step::Restore(_))),
    ];
    assert!(kinds.iter().all(|taken| *taken >= 10), "too few of some kind to mean anything: {kinds:?}");
}
