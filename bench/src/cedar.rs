//! Cedar.
//!
//! Accounts are entities, each with the account above it as its parent; Cedar closes that over when it loads them, so that
//! `in` is a look-up in a set. Permissions are actions; what a role gives at and below an anchor are two groups of them.
//!
//! Cedar evaluates every policy of a set for every question, so there are two ways to go about it:
//!
//! - **Roles as policies**: two for each role (at the anchor, below it), the same for everybody; a person carries the sets of
//!   accounts where they hold each role. That is one policy set for a service, and grants change without touching it.
//! - **A person's own policy**: a set of one policy for each person, with a term for each grant. The quickest we found. A
//!   service has to make a person's set anew whenever their grants change, and keep as many sets as people.

use crate::{
    allocation::measured,
    engine::{Contender, Engine, Kind},
    workload::{self, Grant, User, Workload},
};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, Policy, PolicyId, PolicySet,
    Request, RestrictedExpression,
};
use std::collections::HashSet;
use tenantry_domain::permission::{BuiltInRole, Cell, Permission};

pub struct Prepared {
    entities: Entities,
    tree_bytes: usize,
    people: Vec<PolicySet>,
    roles: PolicySet,
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
        let entities = entities.add_entities(principals(&names, workload), None).unwrap();
        let people = workload.users.iter().map(|user| load(user, &names)).collect();
        let roles =
            PolicySet::from_policies(BuiltInRole::ALL.into_iter().flat_map(|role| policies_of(role, &names))).unwrap();
        Self { entities, tree_bytes, people, roles, names, authorizer: Authorizer::new() }
    }

    pub fn engines(&self, workload: &Workload) -> Vec<Box<dyn Engine + '_>> {
        vec![
            self.engine(Kind::CedarRoles, workload, |_| &self.roles),
            self.engine(Kind::CedarPeople, workload, |user| &self.people[user as usize]),
        ]
    }

    fn engine<'a>(
        &'a self,
        kind: Kind,
        workload: &Workload,
        policies: impl Fn(u32) -> &'a PolicySet,
    ) -> Box<dyn Engine + 'a> {
        let question = |asked: &workload::Question| Question {
            policies: policies(asked.user),
            principal: self.names.user(asked.user),
            action: self.names.action(asked.permission),
            resource: self.names.account(asked.target),
        };
        Box::new(Contender {
            kind,
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
    /// All that is below an account.
    subtree: EntityTypeName,
}

impl Names {
    fn new() -> Self {
        let name = |name: &str| name.parse().unwrap();
        Self { user: name("User"), action: name("Action"), account: name("Account"), subtree: name("Subtree") }
    }

    fn user(&self, place: u32) -> EntityUid {
        EntityUid::from_type_name_and_id(self.user.clone(), EntityId::new(place.to_string()))
    }

    fn account(&self, place: u32) -> EntityUid {
        EntityUid::from_type_name_and_id(self.account.clone(), EntityId::new(place.to_string()))
    }

    fn subtree(&self, place: u32) -> EntityUid {
        EntityUid::from_type_name_and_id(self.subtree.clone(), EntityId::new(place.to_string()))
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

/// Every account and what is below it. An account is in itself; only those beneath it are in its subtree.
fn accounts(names: &Names, workload: &Workload) -> Vec<Entity> {
    let entities = |(place, account): (u32, &workload::Account)| {
        let above = account.parent.map(|parent| names.subtree(parent));
        let parents = account.parent.map(|parent| names.account(parent)).into_iter().chain(above.clone());
        [
            Entity::new_no_attrs(names.account(place), parents.collect()),
            Entity::new_no_attrs(names.subtree(place), above.into_iter().collect()),
        ]
    };
    (0..).zip(&workload.accounts).flat_map(entities).collect()
}

/// Everybody, with the accounts where they hold each role, and the subtrees of these.
fn principals(names: &Names, workload: &Workload) -> Vec<Entity> {
    let set = |names: Vec<EntityUid>| {
        RestrictedExpression::new_set(names.into_iter().map(RestrictedExpression::new_entity_uid))
    };
    let principal = |(place, user): (u32, &User)| {
        let attributes = BuiltInRole::ALL.into_iter().flat_map(|role| {
            let anchors = || user.grants.iter().filter(move |grant| grant.role == role).map(|grant| grant.anchor);
            let accounts = set(anchors().map(|anchor| names.account(anchor)).collect());
            let subtrees = set(anchors().map(|anchor| names.subtree(anchor)).collect());
            [(format!("{}_at", role.key()), accounts), (format!("{}_below", role.key()), subtrees)]
        });
        Entity::new(names.user(place), attributes.collect(), HashSet::new()).unwrap()
    };
    (0..).zip(&workload.users).map(principal).collect()
}

/// What a role gives at its anchors, and below them.
fn policies_of(role: BuiltInRole, names: &Names) -> Vec<Policy> {
    let (key, [at, below]) = (role.key(), names.groups(role));
    let policy = |position: &str, condition: String| {
        Policy::parse(Some(PolicyId::new(format!("{key} {position}"))), condition).unwrap()
    };
    vec![
        policy(
            "at",
            format!("permit(principal, action in {at}, resource) when {{ principal.{key}_at.contains(resource) }};"),
        ),
        policy(
            "below",
            format!("permit(principal, action in {below}, resource) when {{ resource in principal.{key}_below }};"),
        ),
    ]
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
    let terms: Vec<String> = user.grants.iter().filter_map(|grant| term(*grant, names)).collect();
    let policy = format!("permit(principal, action, resource) when {{ {} }};", terms.join(" || "));
    let policies = (!terms.is_empty()).then(|| Policy::parse(None, policy).unwrap());
    PolicySet::from_policies(policies).unwrap()
}

fn term(grant: Grant, names: &Names) -> Option<String> {
    let anchor = names.account(grant.anchor);
    let [at, below] = names.groups(grant.role);
    if Permission::all().any(|permission| gives(grant.role, permission.cell_below_anchor())) {
        Some(format!("(resource in {anchor} && action in (if resource == {anchor} then {at} else {below}))"))
    } else {
        (!grant.role.matrix().is_empty()).then(|| format!("(resource == {anchor} && action in {at})"))
    }
}
