//! Cedar.
//!
//! Accounts are entities, each with the account above it as its parent; Cedar closes that over when it loads them, so that
//! `in` is a look-up in a set. Permissions are actions; what a role gives at and below an anchor are two groups of them.
//!
//! A policy set holds the policies of one person: Cedar evaluates every policy of a set for every question, so that is what a
//! service would load. All grants of a person are terms of one policy; two linked templates a grant (at the anchor, below
//! it) answer alike and take longer, since each policy of a set costs again.

use crate::{
    allocation::measured,
    engine::{Contender, Engine, Kind},
    workload::{self, Grant, User, Workload},
};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, Policy, PolicySet, Request,
};
use std::collections::HashSet;
use tenantry_domain::permission::{BuiltInRole, Cell, Permission};

pub struct Prepared {
    entities: Entities,
    tree_bytes: usize,
    people: Vec<PolicySet>,
    names: Names,
    authorizer: Authorizer,
}

struct Question<'a> {
    policies: &'a PolicySet,
    principal: EntityUid,
    action: EntityUid,
    resource: EntityUid,
}

impl Prepared {
    pub fn new(workload: &Workload) -> Self {
        let names = Names::new();
        let (accounts, tree_bytes) = measured(|| Entities::from_entities(accounts(&names, workload), None).unwrap());
        let entities = accounts.add_entities(actions(&names), None).unwrap();
        let people = workload.users.iter().map(|user| load(user, &names)).collect();
        Self { entities, tree_bytes, people, names, authorizer: Authorizer::new() }
    }

    pub fn engine(&self, workload: &Workload) -> Box<dyn Engine + '_> {
        let question = |asked: &workload::Question| Question {
            policies: &self.people[asked.user as usize],
            principal: self.names.user(asked.user),
            action: self.names.action(asked.permission),
            resource: self.names.account(asked.target),
        };
        Box::new(Contender {
            kind: Kind::Cedar,
            tree_bytes: self.tree_bytes,
            questions: workload.questions.iter().map(question).collect(),
            decide: |asked: &Question| self.decide(asked),
        })
    }

    /// A request takes its names over, so that copying them belongs to the question.
    fn decide(&self, asked: &Question) -> bool {
        let (principal, action, resource) = (asked.principal.clone(), asked.action.clone(), asked.resource.clone());
        let request = Request::new(principal, action, resource, Context::empty(), None).unwrap();
        self.authorizer.is_authorized(&request, asked.policies, &self.entities).decision() == Decision::Allow
    }
}

/// The names of entities. Accounts are called by their dense numbers: names that short are compared without following a
/// pointer, ids are not.
struct Names {
    user: EntityTypeName,
    action: EntityTypeName,
    account: EntityTypeName,
}

impl Names {
    fn new() -> Self {
        let name = |name: &str| name.parse().unwrap();
        Self { user: name("User"), action: name("Action"), account: name("Account") }
    }

    fn user(&self, place: u32) -> EntityUid {
        EntityUid::from_type_name_and_id(self.user.clone(), EntityId::new(place.to_string()))
    }

    fn account(&self, place: u32) -> EntityUid {
        EntityUid::from_type_name_and_id(self.account.clone(), EntityId::new(place.to_string()))
    }

    fn action(&self, permission: Permission) -> EntityUid {
        EntityUid::from_type_name_and_id(self.action.clone(), EntityId::new(permission.to_string()))
    }

    /// The group of what a role gives at its anchor, and of what it gives below.
    fn groups(&self, role: BuiltInRole) -> [EntityUid; 2] {
        ["at", "below"].map(|position| {
            EntityUid::from_type_name_and_id(self.action.clone(), EntityId::new(format!("{} {position}", role.key())))
        })
    }
}

fn accounts(names: &Names, workload: &Workload) -> Vec<Entity> {
    let entity = |(place, account): (u32, &workload::Account)| {
        let parent = account.parent.map(|parent| names.account(parent));
        Entity::new_no_attrs(names.account(place), parent.into_iter().collect())
    };
    (0..).zip(&workload.accounts).map(entity).collect()
}

/// Every permission, in the groups of the roles that give it.
fn actions(names: &Names) -> Vec<Entity> {
    let action = |permission: Permission| {
        let mut groups = HashSet::new();
        for role in BuiltInRole::ALL {
            let [at, below] = names.groups(role);
            groups.extend(gives(role, permission.cell_at_anchor()).then_some(at));
            groups.extend(gives(role, permission.cell_below_anchor()).then_some(below));
        }
        Entity::new_no_attrs(names.action(permission), groups)
    };
    Permission::all().map(action).collect()
}

fn gives(role: BuiltInRole, cell: Cell) -> bool {
    role.matrix().contains(cell)
}

/// One policy with a term for each grant; none for somebody whose roles give nothing.
fn load(user: &User, names: &Names) -> PolicySet {
    let terms: Vec<String> = user.grants.iter().filter_map(|grant| term(grant, names)).collect();
    let policy = format!("permit(principal, action, resource) when {{ {} }};", terms.join(" || "));
    let policies = (!terms.is_empty()).then(|| Policy::parse(None, policy).unwrap());
    PolicySet::from_policies(policies).unwrap()
}

fn term(grant: &Grant, names: &Names) -> Option<String> {
    let anchor = names.account(grant.anchor);
    let [at, below] = names.groups(grant.role);
    if Permission::all().any(|permission| gives(grant.role, permission.cell_below_anchor())) {
        Some(format!("(resource in {anchor} && action in (if resource == {anchor} then {at} else {below}))"))
    } else {
        (!grant.role.matrix().is_empty()).then(|| format!("(resource == {anchor} && action in {at})"))
    }
}
