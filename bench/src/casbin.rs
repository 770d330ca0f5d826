//! casbin: RBAC with domains.
//!
//! casbin evaluates its matcher for every policy line until one says yes, so there are two ways to go about it:
//!
//! - **One enforcer for all**, as its guide has it: a line for each grant of anybody.
//! - **Lines of one's own**: an enforcer for each person with their lines only, as `load_filtered_policy` would give. The
//!   quickest we found. A service has to make a person's enforcer anew whenever their grants change.
//!
//! Role links are in one role manager that all of them share: from each account to the account above it (`g2`), and from each
//! permission to the roles that give it, in a domain for what holds at an anchor and one for what holds below (`g`). Domains
//! that match by a function, casbin's own way to let one domain include others, would walk over all domains for every
//! question.

use crate::{
    allocation::measured,
    engine::{Contender, Engine, Kind},
    workload::{self, User, Workload},
};
use casbin::{CoreApi, DefaultModel, DefaultRoleManager, Enforcer, Model, RoleManager};
use parking_lot::RwLock;
use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};
use tenantry_domain::permission::{BuiltInRole, Permission};

/// More than the tree is deep: links beyond are not followed.
const LONGEST_CHAIN: usize = 16;
/// The cells are looked at before the tree, whose search takes memory for all accounts.
const MATCHER: &str = "r.user == p.user && (r.account == p.anchor && g(r.permission, p.role, \"at\") || \
     r.account != p.anchor && g(r.permission, p.role, \"below\") && g2(r.account, p.anchor))";

pub struct Prepared {
    tree_bytes: usize,
    everybody: Enforcer,
    people: Vec<Enforcer>,
}

struct Question<'a> {
    enforcer: &'a Enforcer,
    user: String,
    account: String,
    permission: String,
}

impl Prepared {
    pub fn new(workload: &Workload) -> Self {
        let (mut links, tree_bytes) = measured(|| link_accounts(workload));
        link_permissions(&mut links);
        let links = Arc::new(RwLock::new(links));
        let users = || (0..).zip(&workload.users);
        let people = users().map(|user| load([user], &links)).collect();
        Self { tree_bytes, everybody: load(users(), &links), people }
    }

    pub fn engines(&self, workload: &Workload) -> Vec<Box<dyn Engine + '_>> {
        vec![
            self.engine(Kind::CasbinAll, workload, |_| &self.everybody),
            self.engine(Kind::CasbinPeople, workload, |user| &self.people[user as usize]),
        ]
    }

    fn engine<'a>(
        &'a self,
        kind: Kind,
        workload: &Workload,
        enforcer: impl Fn(u32) -> &'a Enforcer,
    ) -> Box<dyn Engine + 'a> {
        let question = |asked: &workload::Question| Question {
            enforcer: enforcer(asked.user),
            user: asked.user.to_string(),
            account: asked.target.to_string(),
            permission: asked.permission.to_string(),
        };
        Box::new(Contender {
            kind,
            tree_bytes: self.tree_bytes,
            questions: workload.questions.iter().map(question).collect(),
            decide: |asked: &Question| {
                asked.enforcer.enforce((&asked.user, &asked.account, &asked.permission)).unwrap()
            },
        })
    }
}

/// Accounts are called by their dense numbers: the shorter the names, the sooner they are compared.
fn link_accounts(workload: &Workload) -> DefaultRoleManager {
    let mut links = DefaultRoleManager::new(LONGEST_CHAIN);
    for (place, account) in workload.accounts.iter().enumerate() {
        if let Some(parent) = account.parent {
            links.add_link(&place.to_string(), &parent.to_string(), None);
        }
    }
    links
}

fn link_permissions(links: &mut DefaultRoleManager) {
    for role in BuiltInRole::ALL {
        for permission in Permission::all() {
            if role.matrix().contains(permission.cell_at_anchor()) {
                links.add_link(&permission.to_string(), role.key(), Some("at"));
            }
            if role.matrix().contains(permission.cell_below_anchor()) {
                links.add_link(&permission.to_string(), role.key(), Some("below"));
            }
        }
    }
}

fn load<'a>(users: impl IntoIterator<Item = (u32, &'a User)>, links: &Arc<RwLock<DefaultRoleManager>>) -> Enforcer {
    let mut model = DefaultModel::default();
    for (section, name, definition) in [
        ("r", "r", "user, account, permission"),
        ("p", "p", "user, anchor, role"),
        ("g", "g", "_, _, _"),
        ("g", "g2", "_, _"),
        ("e", "e", "some(where (p.eft == allow))"),
        ("m", "m", MATCHER),
    ] {
        model.add_def(section, name, definition);
    }
    let grants = users.into_iter().flat_map(|(place, user)| user.grants.iter().map(move |grant| (place, grant)));
    for (place, grant) in grants {
        model.add_policy("p", "p", vec![place.to_string(), grant.anchor.to_string(), grant.role.key().to_owned()]);
    }
    let mut enforcer = at_once(Enforcer::new_raw(model, ())).unwrap();
    // The links are there already; building them from this model would empty the shared role manager.
    enforcer.enable_auto_build_role_links(false);
    enforcer.set_role_manager(Arc::clone(links) as Arc<RwLock<dyn RoleManager>>).unwrap();
    enforcer
}

/// casbin's functions are asynchronous for adapters that read from somewhere. Without one nothing is waited for.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("casbin waits for something"),
    }
}
