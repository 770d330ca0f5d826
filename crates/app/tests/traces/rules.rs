//! What must hold after every step.

use tenantry_domain::UserId;

use crate::{
    facts::{Facts, Person},
    held::Tree,
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
}

type Verdict = Result<(), String>;

pub fn check(tree: &Tree, before: &Facts, after: &Facts, done: &Done) -> Verdict {
    nothing_without_permission(before, after, done)?;
    no_escalation(tree, before, after, done.actor)?;
    guards(tree, before, done)?;
    holders_of_changed_roles(tree, before, after, done)?;
    status_frame(before, after, done)?;
    self_freeze(before, after, done)?;
    view_comes_first(tree, before, after)?;
    administrators_stay(tree, before, after, done)
}

fn demand(holds: bool, what: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(what()) }
}

/// P10: what is refused changes nothing, and those who may not act are refused.
fn nothing_without_permission(before: &Facts, after: &Facts, done: &Done) -> Verdict {
    let Some(actor) = done.actor else { return Ok(()) };
    if !done.allowed {
        return demand(before == after, || "P10: it was refused and changed something".to_owned());
    }
    let is_live = before.people.get(&actor).is_some_and(Person::is_live);
    demand(is_live, || format!("P10: {actor} may not act"))
}

/// P4: whatever anybody has more than before was held, and covered, by who did it.
pub fn no_escalation(tree: &Tree, before: &Facts, after: &Facts, actor: Option<UserId>) -> Verdict {
    let Some(actor) = actor else {
        for (user_id, person) in after.people.iter().filter(|(user_id, is)| before.people.get(user_id) != Some(is)) {
            let (had, has) = (before.held_ever(tree, *user_id), person.held_ever(tree));
            demand(had.covers(&has), || format!("P4: {user_id} got more from nobody"))?;
        }
        return Ok(());
    };
    let mine = before.held(tree, actor);
    for (user_id, person) in &after.people {
        if before.people.get(user_id) == Some(person) {
            continue;
        }
        let gained = person.held_ever(tree).without(&before.held_ever(tree, *user_id));
        demand(mine.covers(&gained), || format!("P4: {user_id} was given what {actor} does not hold: {gained:?}"))?;
        let gained = person.held(tree, after.now).without(&before.held(tree, *user_id));
        demand(mine.covers(&gained), || format!("P4: {user_id} got back what {actor} does not hold: {gained:?}"))?;
    }
    Ok(())
}

/// P7, P8: nobody changes the way in, the rank or the status of somebody who holds more.
fn guards(tree: &Tree, before: &Facts, done: &Done) -> Verdict {
    let (Some(actor), Some(over), true) = (done.actor, done.over, done.allowed) else { return Ok(()) };
    let theirs = before.held_ever(tree, over);
    let covers = actor == over || before.held(tree, actor).covers(&theirs);
    demand(covers, || format!("P7, P8: {over} holds what {actor} does not"))
}

/// P8 again, for roles: a change of a role is a change of rank of everybody who has it. Editing one's own is P18.
fn holders_of_changed_roles(tree: &Tree, before: &Facts, after: &Facts, done: &Done) -> Verdict {
    let Some(actor) = done.actor else { return Ok(()) };
    let mine = before.held(tree, actor);
    for (user_id, was) in &before.people {
        let Some(is) = after.people.get(user_id) else { continue };
        if was == is {
            continue;
        }
        demand(*user_id != actor || was.grants == is.grants, || format!("P18: {actor} changed the own rights"))?;
        let covers = mine.covers(&was.held_ever(tree));
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
fn view_comes_first(tree: &Tree, before: &Facts, after: &Facts) -> Verdict {
    for (user_id, person) in after.people.iter().filter(|(user_id, is)| before.people.get(user_id) != Some(is)) {
        demand(person.held(tree, after.now).views_what_it_changes(), || format!("P14: {user_id} changes blindly"))?;
    }
    Ok(())
}

/// P17: an account that has an administrator keeps one, unless an administrator from above takes it; the root always does.
fn administrators_stay(tree: &Tree, before: &Facts, after: &Facts, done: &Done) -> Verdict {
    let has = |facts: &Facts, account| facts.people.values().any(|one| one.administers_for_good(account, facts.now));
    for account in 0..tree.0.len() {
        let from_above = || {
            let actor = done.actor.and_then(|actor| before.people.get(&actor));
            actor.is_some_and(|actor| actor.administers_above(tree, account, before.now))
        };
        let stays = !has(before, account) || has(after, account) || account != 0 && from_above();
        demand(stays, || format!("P17: account {account} is left without an administrator"))?;
    }
    demand(has(after, 0), || "P17: nobody administers the root".to_owned())
}

/// P13: a role that became more takes nothing from anybody, and one that became less gives nothing to anybody.
pub fn is_monotone(tree: &Tree, before: &Facts, after: &Facts, (wider, narrower): (bool, bool)) -> Verdict {
    for (user_id, person) in &after.people {
        let (had, has) = (before.held(tree, *user_id), person.held(tree, after.now));
        demand(!wider || has.covers(&had), || format!("P13: a wider role took something from {user_id}"))?;
        demand(!narrower || had.covers(&has), || format!("P13: a narrower role gave something to {user_id}"))?;
    }
    Ok(())
}

/// P6: nobody has in the end what nobody of those who acted had in the beginning.
pub fn coalition(tree: &Tree, start: &Facts, end: &Facts, acted: &[UserId]) -> Verdict {
    let together = acted
        .iter()
        .map(|user_id| start.held_ever(tree, *user_id))
        .fold(crate::held::Held::nothing(tree), |all, held| all.and(&held));
    for (user_id, person) in &end.people {
        let gained = person.held_ever(tree).without(&start.held_ever(tree, *user_id));
        demand(together.covers(&gained), || format!("P6: {user_id} has what none of those who acted had"))?;
    }
    Ok(())
}
