//! What must hold after a step that changes an account.

use tenantry_domain::UserId;

use crate::{
    facts::{Facts, Given, Person},
    held::{Held, Verbs},
    places::{Change, Place},
    rules::{Verdict, demand},
};

pub fn check(before: &Facts, after: &Facts, actor: UserId, step: (usize, Change)) -> Verdict {
    permission(before, actor, step)?;
    frame(before, after, step)?;
    for (user_id, person) in &before.people {
        superiors(before, after, actor, (person, step.0)).map_err(|why| format!("{why}: {user_id}"))?;
        no_escalation(before, after, (*user_id, step)).map_err(|why| format!("{why}: {user_id}"))?;
    }
    if let Change::MoveBelow(_) = step.1 { mover_gains_nothing(before, after, actor) } else { Ok(()) }
}

/// There is one root, and every other account stands right below another one, at the end of a line without cycles. What is below
/// a removed account is removed too.
pub fn is_a_tree(facts: &Facts) -> Verdict {
    for (number, place) in facts.places.iter().enumerate().filter(|(_, place)| **place != Place::GONE) {
        let Some((last, above)) = place.line.split_last() else { return Err(format!("P9: {number} is nowhere")) };
        let stands = match above.last() {
            None => number == 0 && place.is_active && place.removed_with.is_none(),
            Some(parent) => {
                let parent = &facts.places[*parent];
                parent.line == above && (parent.removed_with.is_none() || place.removed_with.is_some())
            }
        };
        let is_once = !above.contains(&number);
        demand(*last == number && stands && is_once, || format!("P9: {number} stands at {place:?}"))?;
    }
    Ok(())
}

/// P4: what it takes, held by who did it. Nobody lays hands on the root, on what they are in, or on what they cannot see.
fn permission(before: &Facts, actor: UserId, (account, change): (usize, Change)) -> Verdict {
    let needed: &[(&str, usize)] = match change {
        Change::MoveBelow(parent) => {
            &[("accounts.edit", account), ("accounts.remove", account), ("accounts.add", parent)]
        }
        Change::Suspend | Change::Resume => &[("accounts.edit", account)],
        Change::Remove | Change::Restore => &[("accounts.remove", account)],
    };
    let mine = before.held(actor);
    for (name, at) in needed {
        demand(mine.holds(name, *at), || format!("P4: {actor} does not hold {name} at {at}"))?;
    }
    demand(account != 0, || format!("P4: {actor} changed the root"))?;
    let home = before.people[&actor].home;
    demand(!before.is_within(home, account), || format!("P18: {actor} is in the account"))?;
    let parent = before.tree.0[account];
    let is_seen = match change {
        Change::Restore => {
            before.places[account].removed_with == Some(account) && parent.is_some_and(|p| before.is_there(p))
        }
        Change::MoveBelow(parent) => before.is_there(account) && before.is_there(parent),
        _ => before.is_there(account),
    };
    demand(is_seen, || format!("P23: {actor} changed what does not exist"))?;
    let is_cycle = matches!(change, Change::MoveBelow(parent) if before.is_within(parent, account));
    demand(!is_cycle, || "P9: it was moved below itself".to_owned())
}

/// P11: it did to the account, and to what is below it, what it is meant to do, and nothing else: homes, grants and statuses of
/// people stay, and so do the statuses of the accounts below.
fn frame(before: &Facts, after: &Facts, (account, change): (usize, Change)) -> Verdict {
    let mut meant = before.clone();
    meant.change(account, change);
    demand(meant == *after, || format!("P11: meant were {:?}, they are {:?}", meant.places, after.places))
}

/// P8: nobody lets in or shuts out, with the account they are in, people who hold more elsewhere.
fn superiors(before: &Facts, after: &Facts, actor: UserId, (person, account): (&Person, usize)) -> Verdict {
    let outside = person.grants.iter().filter(|given| !before.is_within(given.anchor, account));
    let covers = || before.held(actor).covers(&before.given(outside));
    let same = before.is_live(person) == after.is_live(person);
    demand(same || covers(), || "P8: somebody inside holds elsewhere what the actor does not".to_owned())
}

/// P4: what anybody has more than before is over the account and what is below it, and given inside it (where it was no use
/// until now) or, after a move, at the destination or above it. Those who are let in have what they had besides: see P8.
pub fn no_escalation(before: &Facts, after: &Facts, (user_id, step): (UserId, (usize, Change))) -> Verdict {
    let (was, (account, change)) = (&before.people[&user_id], step);
    let given = |is_one: &dyn Fn(&Given) -> bool| after.given(was.grants.iter().filter(|given| is_one(given)));
    let within = after.within(account);
    let above = match change {
        Change::MoveBelow(to) => given(&|given| after.is_within(to, given.anchor)).only_at(&within),
        _ => Held::nothing(&after.tree),
    };
    let more = after.held_ever(user_id).without(&before.held_ever(user_id));
    demand(above.covers(&more), || format!("P4: more than what is above the destination gives: {more:?}"))?;
    let inside = given(&|given| after.is_within(given.anchor, account)).only_at(&within);
    let let_in = if before.is_live(was) { Held::nothing(&after.tree) } else { before.held_ever_by(was) };
    let more = after.held(user_id).without(&before.held(user_id));
    let reasons = above.and(&inside).and(&let_in);
    demand(reasons.covers(&more), || format!("P4: more than the change of the account gives: {more:?}"))
}

/// P9: who moved it holds nothing more, now or whenever a grant begins or ends.
fn mover_gains_nothing(before: &Facts, after: &Facts, actor: UserId) -> Verdict {
    let grants = &before.people[&actor].grants;
    let bounds = grants.iter().flat_map(|given| [given.starts_at, given.ends_at]).flatten();
    for at in std::iter::once(before.now).chain(bounds.filter(|at| *at > before.now)) {
        let held = |facts: &Facts| Facts { now: at, ..facts.clone() }.held(actor);
        demand(held(before).covers(&held(after)), || format!("P9: {actor} gains by it at {at}"))?;
    }
    Ok(())
}

impl Held {
    /// The part of it over some accounts.
    fn only_at(&self, accounts: &[usize]) -> Self {
        let count = self.0.len() / 2;
        let part = |(place, verbs): (usize, &Verbs)| if accounts.contains(&(place % count)) { *verbs } else { 0 };
        Self(self.0.iter().enumerate().map(part).collect())
    }
}
