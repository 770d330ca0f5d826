//! One person, asked about everything in both implementations: by paths, through the index, and in the oracle.

use std::ptr;

use tenantry_domain::{
    account::AccountPath,
    permission::{
        Authority, Cell, Decision, Denial, Grant, Grantable, IndexedAuthority, Permission, PermissionMatrix, Reach,
        Resource, Standing, Ungrantable,
    },
};

use crate::{
    oracle::{self, Answer, Cells, Power},
    worlds::{NOW, World, is_same, permissions},
};

/// Says what differs, and where.
pub type Difference = Result<(), String>;

/// A person in both implementations.
pub struct Asked<'a, G: Grantable<Resource = Resource>> {
    pub world: &'a World,
    pub power: Power<'a>,
    pub authority: &'a Authority<G>,
    pub indexed: IndexedAuthority<'a, G>,
}

fn demand(holds: bool, complaint: impl FnOnce() -> String) -> Difference {
    if holds { Ok(()) } else { Err(complaint()) }
}

impl<'a, G: Grantable<Resource = Resource>> Asked<'a, G> {
    pub fn new(world: &'a World, person: &'a oracle::Person, authority: &'a Authority<G>) -> Self {
        Self { world, power: Power::of(&world.tree, person, NOW), authority, indexed: authority.on(&world.index) }
    }

    fn accounts(&self) -> std::ops::Range<usize> {
        0..self.world.tree.len()
    }

    /// Every permission at every account, with the reason.
    pub fn decides(&self) -> Difference {
        for target in self.accounts() {
            let (path, number) = (&self.world.paths[target], self.world.numbers[target]);
            for (permission, name) in permissions() {
                let expected = self.power.decide(name, target);
                let by_path = self.answer(&self.authority.decide(*permission, path), *permission, name);
                let by_index = self.answer(&self.indexed.decide(*permission, number), *permission, name);
                demand(by_path == Ok(expected) && by_index == Ok(expected), || {
                    format!("{name} at {target}: {expected:?}, by path {by_path:?}, by index {by_index:?}")
                })?;
            }
        }
        Ok(())
    }

    /// The matrix in effect at every account.
    pub fn is_in_effect(&self) -> Difference {
        for target in self.accounts() {
            let by_path = self.authority.effective_at(&self.world.paths[target]);
            let by_index = self.indexed.effective_at(self.world.numbers[target]);
            let expected = self.power.effective(target);
            demand(is_same(by_path, expected) && by_index == by_path, || {
                format!("in effect at {target}: {expected:?}, by path {by_path:?}, by index {by_index:?}")
            })?;
        }
        Ok(())
    }

    /// Lists of accounts, and whether each of them is in view or below an own one.
    pub fn lists(&self) -> Difference {
        for (permission, name) in permissions() {
            let expected: Vec<usize> = self.accounts().rev().filter(|target| self.power.holds(name, *target)).collect();
            let backwards = self.world.paths.iter().rev();
            let by_path: Vec<_> = self.authority.accounts_where(*permission, backwards).collect();
            let by_index: Vec<_> =
                self.indexed.accounts_where(*permission, self.world.numbers.iter().rev().copied()).collect();
            let paths: Vec<_> = expected.iter().map(|account| &self.world.paths[*account]).collect();
            let numbers: Vec<_> = expected.iter().map(|account| self.world.numbers[*account]).collect();
            demand(by_path == paths && by_index == numbers, || {
                format!("{name} in {expected:?}, by path {by_path:?}, by index {by_index:?}")
            })?;
            self.holds_and_reaches(*permission, name, &expected)?;
            self.reaches_with_view(*permission, name)?;
        }
        for target in self.accounts() {
            let (path, number) = (&self.world.paths[target], self.world.numbers[target]);
            let views = self.power.views_account(target);
            let same = self.authority.views_account(path) == views && self.indexed.views_account(number) == views;
            demand(same, || format!("views {target}: {views}"))?;
            let administers = self.power.administers_above(target);
            let same = self.authority.administers_above(path) == administers
                && self.indexed.administers_above(number) == administers;
            demand(same, || format!("administers above {target}: {administers}"))?;
        }
        Ok(())
    }

    fn holds_and_reaches(&self, permission: Permission, name: &str, expected: &[usize]) -> Difference {
        let parts: Vec<_> = self.authority.reach(permission).collect();
        for target in self.accounts() {
            let (path, number) = (&self.world.paths[target], self.world.numbers[target]);
            let reached = is_reached(&parts, path);
            let holds = expected.contains(&target);
            let same = reached == holds
                && self.authority.holds(permission, path) == holds
                && self.indexed.holds(permission, number) == holds;
            demand(same, || format!("{name} at {target}: {holds}, reach {parts:?}"))?;
        }
        demand(parts.iter().all(|part| part.at || part.below), || format!("{name}: empty reach in {parts:?}"))
    }

    /// Where users are in view as well.
    fn reaches_with_view(&self, permission: Permission, name: oracle::Permission) -> Difference {
        let parts: Vec<_> = self.authority.reach_of_both(permission, Permission::USERS_VIEW).collect();
        for target in self.accounts() {
            let holds = self.power.holds(name, target) && self.power.holds("users.view", target);
            demand(is_reached(&parts, &self.world.paths[target]) == holds, || {
                format!("{name} with users.view at {target}: {holds}, reach {parts:?}")
            })?;
        }
        Ok(())
    }

    /// Whether these cells may be given at an account, by name what is missing, and whether their holder is covered.
    pub fn covers(&self, role: PermissionMatrix, cells: &Cells, anchor: usize) -> Difference {
        let (path, number) = (&self.world.paths[anchor], self.world.numbers[anchor]);
        let missing = self.power.missing(cells, anchor);
        let (by_path, by_index) = (self.authority.missing(role, path), self.indexed.missing(role, number));
        demand(is_same(by_path, &missing) && by_index == by_path, || {
            format!("missing at {anchor}: {missing:?}, by path {by_path:?}, by index {by_index:?}")
        })?;
        let expected = self.power.may_grant(cells, anchor);
        let by_path = self.authority.may_grant(role, path);
        let same = match (&by_path, &expected) {
            (Ok(()), Ok(())) | (Err(Ungrantable::NoRightToGive), Err(None)) => true,
            (Err(Ungrantable::NotCovered { missing }), Err(Some(expected))) => is_same(*missing, expected),
            _ => false,
        };
        let by_index = self.indexed.may_grant(role, number);
        demand(same && by_index == by_path, || {
            format!("may grant at {anchor}: {expected:?}, by path {by_path:?}, by index {by_index:?}")
        })
    }

    /// The superior guard over somebody's grants.
    pub fn guards(&self, stored: &[Grant<G>], grants: &[oracle::Grant]) -> Difference {
        let expected = self.power.covers(grants);
        let (by_path, by_index) = (self.authority.covers_all(stored), self.indexed.covers_all(stored));
        demand(by_path == expected && by_index == expected, || {
            format!("covers all of {grants:?}: {expected}, by path {by_path}, by index {by_index}")
        })
    }

    /// A decision in the oracle's words. Its cells must be about what was asked.
    fn answer(
        &self,
        decision: &Decision<'_, G>,
        asked: Permission,
        name: oracle::Permission,
    ) -> Result<Answer, String> {
        let named = |cell: Cell| {
            demand(cell.permission == asked, || format!("answered by {cell}")).map(|()| (cell.scope.key(), name))
        };
        let yes = matches!(decision, Decision::Allowed(_));
        let same = decision.is_allowed() == yes && decision.allowed().is_some() == yes;
        demand(same, || format!("{yes}, or not? {}", decision.is_allowed()))?;
        match decision {
            Decision::Allowed(allowed) => {
                let number = self.authority.grants().iter().position(|grant| ptr::eq(grant, allowed.grant));
                demand(allowed.grant.role.matrix().contains(allowed.cell), || "a cell of another role".to_owned())?;
                Ok(Answer::Allowed(number.ok_or("the grant of somebody else")?, named(allowed.cell)?))
            }
            Decision::Denied(Denial::NotHeld { at_account, from_above }) => {
                Ok(Answer::NotHeld(named(*at_account)?, named(*from_above)?))
            }
            Decision::Denied(Denial::NotActive(standing)) => {
                demand(*standing == self.authority.standing() && *standing != Standing::Active, || {
                    format!("denied as {standing:?}")
                })?;
                Ok(Answer::NotActive)
            }
        }
    }
}

fn is_reached(parts: &[Reach<'_>], path: &AccountPath) -> bool {
    parts.iter().any(|part| part.at && part.anchor == path || part.below && part.anchor.is_above(path))
}
