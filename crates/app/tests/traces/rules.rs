//! What must hold after every step.

use std::collections::BTreeMap;

use tenantry_domain::UserId;

use crate::{
    account_rules,
    facts::Facts,
    held::Held,
    places::{Change, Place},
};

/// What a step was, as far as the rules are concerned.
#[derive(Debug, Clone, Copy, Default)]
pub struct Done {
    /// Who did it; nobody for what time and links do.
    pub actor: Option<UserId>,
    /// Whether the use case said so.
    pub allowed: bool,
    /// Whose way in, rank or status it changed.
    pub over: Option<UserId>,
    /// Whose status it may change.
    pub status_of: Option<UserId>,
    /// What it made of which account.
    pub account: Option<(usize, Change)>,
}

pub type Verdict = Result<(), String>;

pub fn check(before: &Facts, after: &Facts, done: &Done) -> Verdict {
    account_rules::is_a_tree(after)?;
    nothing_without_permission(before, after, done)?;
    if let (Some(actor), Some(step), true) = (done.actor, done.account, done.allowed) {
        account_rules::check(before, after, actor, step)?;
    } else {
        accounts_frame(before, after, done)?;
        no_escalation(before, after, done.actor)?;
    }
    guards(before, done)?;
    holders_of_changed_roles(before, after, done)?;
    status_frame(before, after, done)?;
    self_freeze(before, after, done)?;
    view_comes_first(before, after)?;
    administrators_stay(before, after, done)
}

pub fn demand(holds: bool, what: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(what()) }
}

/// P10: what is refused changes nothing, and those who may not act are refused.
fn nothing_without_permission(before: &Facts, after: &Facts, done: &Done) -> Verdict {
    let Some(actor) = done.actor else { return Ok(()) };
    if !done.allowed {
        return demand(before == after, || "P10: it was refused and changed something".to_owned());
    }
    demand(before.may_act(actor), || format!("P10: {actor} may not act"))
}

/// P4: whatever anybody has more than before was held, and covered, by who did it.
pub fn no_escalation(before: &Facts, after: &Facts, actor: Option<UserId>) -> Verdict {
    let Some(actor) = actor else {
        for (user_id, person) in after.people.iter().filter(|(user_id, is)| before.people.get(user_id) != Some(is)) {
            let (had, has) = (before.held_ever(*user_id), after.held_ever_by(person));
            demand(had.covers(&has), || format!("P4: {user_id} got more from nobody"))?;
        }
        return Ok(());
    };
    let mine = before.held(actor);
    for (user_id, person) in &after.people {
        if before.people.get(user_id) == Some(person) {
            continue;
        }
        let gained = after.held_ever_by(person).without(&before.held_ever(*user_id));
        demand(mine.covers(&gained), || format!("P4: {user_id} was given what {actor} does not hold: {gained:?}"))?;
        let gained = after.held_by(person).without(&before.held(*user_id));
        demand(mine.covers(&gained), || format!("P4: {user_id} got back what {actor} does not hold: {gained:?}"))?;
    }
    Ok(())
}

/// P11 for accounts: nothing else changes them. Time alone makes an end of removed ones.
fn accounts_frame(before: &Facts, after: &Facts, done: &Done) -> Verdict {
    let is_purged = |was: &Place, is: &Place| done.actor.is_none() && was.removed_with.is_some() && *is == Place::GONE;
    let mut pairs = before.places.iter().zip(&after.places);
    let stays = pairs.all(|(was, is)| was == is || is_purged(was, is));
    demand(stays, || format!("P11: the accounts changed from {:?} to {:?}", before.places, after.places))
}

/// P7, P8: nobody changes the way in, the rank or the status of somebody who holds more.
fn guards(before: &Facts, done: &Done) -> Verdict {
    let (Some(actor), Some(over), true) = (done.actor, done.over, done.allowed) else { return Ok(()) };
    let theirs = before.held_ever(over);
    let covers = actor == over || before.held(actor).covers(&theirs);
    demand(covers, || format!("P7, P8: {over} holds what {actor} does not"))
}

/// P8 again, for roles: a change of a role is a change of rank of everybody who has it. Editing one's own is P18.
fn holders_of_changed_roles(before: &Facts, after: &Facts, done: &Done) -> Verdict {
    let Some(actor) = done.actor else { return Ok(()) };
    let mine = before.held(actor);
    for (user_id, was) in &before.people {
        let Some(is) = after.people.get(user_id) else { continue };
        if was == is {
            continue;
        }
        demand(*user_id != actor || was.grants == is.grants, || format!("P18: {actor} changed the own rights"))?;
        let covers = mine.covers(&before.held_ever_by(was));
        demand(covers || was.grants == is.grants, || format!("P8: {user_id} holds what {actor} does not"))?;
    }
    Ok(())
}

/// P11: a status changes only by what is there to change it.
fn status_frame(before: &Facts, after: &Facts, done: &Done) -> Verdict {
    for (user_id, was) in &before.people {
        let Some(is) = after.people.get(user_id) else { continue };
        let same = (was.is_active, was.is_removed, was.home) == (is.is_active, is.is_removed, is.home);
        demand(same || done.status_of == Some(*user_id), || format!("P11: the status of {user_id} changed"))?;
    }
    Ok(())
}

/// P18: nobody changes the own role, status, home or grants.
fn self_freeze(before: &Facts, after: &Facts, done: &Done) -> Verdict {
    let Some(actor) = done.actor else { return Ok(()) };
    demand(before.people.get(&actor) == after.people.get(&actor), || format!("P18: {actor} changed the own standing"))
}

/// P14: whoever may change something may view it.
fn view_comes_first(before: &Facts, after: &Facts) -> Verdict {
    for (user_id, person) in after.people.iter().filter(|(user_id, is)| before.people.get(user_id) != Some(is)) {
        demand(after.held_by(person).views_what_it_changes(), || format!("P14: {user_id} changes blindly"))?;
    }
    Ok(())
}

/// P17: an account that has an administrator keeps one, unless an administrator from above takes it; the root always does. An
/// account that is shut as a whole needs none.
fn administrators_stay(before: &Facts, after: &Facts, done: &Done) -> Verdict {
    let has = |facts: &Facts, account| facts.people.values().any(|one| facts.administers_for_good(one, account));
    for account in 0..before.places.len() {
        let from_above = || {
            let actor = done.actor.and_then(|actor| before.people.get(&actor));
            actor.is_some_and(|actor| before.administers_above(actor, account))
        };
        let is_part = done.account.is_some_and(|(changed, _)| before.is_within(account, changed));
        let is_shut = is_part && !after.is_in_use(account) || !after.is_there(account);
        let stays = !has(before, account) || has(after, account) || is_shut || account != 0 && from_above();
        demand(stays, || format!("P17: account {account} is left without an administrator"))?;
    }
    demand(has(after, 0), || "P17: nobody administers the root".to_owned())
}

/// P13: a role that became more takes nothing from anybody, and one that became less gives nothing to anybody.
pub fn is_monotone(before: &Facts, after: &Facts, (wider, narrower): (bool, bool)) -> Verdict {
    for (user_id, person) in &after.people {
        let (had, has) = (before.held(*user_id), after.held_by(person));
        demand(!wider || has.covers(&had), || format!("P13: a wider role took something from {user_id}"))?;
        demand(!narrower || had.covers(&has), || format!("P13: a narrower role gave something to {user_id}"))?;
    }
    Ok(())
}

/// P6: nobody has in the end what nobody of those who acted had in the beginning, but for what came with an account that was
/// moved: to the person, or to one of those who acted, by what that person held above the destination when it came there. Whoever
/// moved it held `accounts.edit` and `accounts.remove` over it and `accounts.add` there, by P4 for accounts, and got none of it
/// (P9): so who acts alone still gets nothing at all.
pub fn coalition(start: &Facts, end: &Facts, acted: &[UserId], inherited: &BTreeMap<UserId, Held>) -> Verdict {
    let nothing = || Held::nothing(&start.tree);
    let came_to = |user_id: &UserId| inherited.get(user_id).cloned().unwrap_or_else(nothing);
    let had = acted.iter().map(|user_id| start.held_ever(*user_id).and(&came_to(user_id)));
    // Whoever is new is the work of those who acted, and may have acted too.
    let new = inherited.keys().filter(|user_id| !start.people.contains_key(user_id)).map(came_to);
    let together = had.chain(new).fold(nothing(), |all, held| all.and(&held));
    for (user_id, person) in &end.people {
        let gained = end.held_ever_by(person).without(&start.held_ever(*user_id)).without(&came_to(user_id));
        demand(together.covers(&gained), || format!("P6: {user_id} has what none of those who acted had"))?;
    }
    Ok(())
}
