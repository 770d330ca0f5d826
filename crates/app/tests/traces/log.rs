//! P5, P28: the audit log alone proves who gave what, and says what everybody holds in the end.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;
use tenantry_app::ports::{AuditEntry, Outcome};

use crate::{
    account_rules,
    facts::{Facts, Given, Person, built_in, named},
    held::Cells,
    places::Change,
    rules::no_escalation,
    world::World,
};

struct Replay<'a> {
    number: &'a dyn Fn(&str) -> usize,
    roles: HashMap<String, Cells>,
    facts: Facts,
}

/// Replays what was done since the beginning. Every gain was held by whoever gave it, when it was given; so each goes back, giver
/// by giver, to somebody who had it in the beginning. What comes out is what is stored.
pub fn replay(world: &World<'_>, end: &Facts) -> Result<(), String> {
    let stage = world.stage;
    let number = |id: &str| stage.reader.number(id.parse().unwrap());
    let facts = stage.start.clone();
    let given = facts.people.values().flat_map(|person| &person.grants);
    let roles = given.map(|given| (given.role.clone(), given.cells)).collect();
    let mut replay = Replay { number: &number, roles, facts };
    let log = stage.p.audit_log();
    let since = log.iter().skip(stage.logged_before).filter(|entry| entry.outcome() == Outcome::Done);
    for entry in since {
        let before = Facts { now: entry.at(), ..replay.facts.clone() };
        replay.facts.now = entry.at();
        let step = replay.step(entry);
        let proven = match (step, entry.actor()) {
            (Some((account, change)), Some(actor)) => {
                replay.facts.change(account, change);
                account_rules::check(&before, &replay.facts, actor, (account, change))
            }
            _ => {
                replay.apply(entry);
                no_escalation(&before, &replay.facts, entry.actor().filter(|_| is_giving(entry)))
            }
        };
        proven.map_err(|why| format!("P5: {} by the log: {why}", entry.action()))?;
    }
    replay.facts.now = end.now;
    for person in replay.facts.people.values_mut() {
        person.grants.sort_by_key(|given| given.anchor);
    }
    if replay.facts == *end {
        return Ok(());
    }
    Err(format!("P28: by the log {:?}, stored {:?}", replay.facts, end))
}

fn is_giving(entry: &AuditEntry) -> bool {
    entry.action().starts_with("user.") || entry.action().starts_with("role.")
}

impl Replay<'_> {
    /// What an entry says was done to which account, of what the rules for accounts are about.
    fn step(&self, entry: &AuditEntry) -> Option<(usize, Change)> {
        let change = match entry.action() {
            "account.move" => Change::MoveBelow((self.number)(text(&entry.changes()["after"], "parentId"))),
            "account.suspend" => Change::Suspend,
            "account.resume" => Change::Resume,
            "account.remove" => Change::Remove,
            "account.restore" => Change::Restore,
            _ => return None,
        };
        Some((self.account(entry), change))
    }

    fn account(&self, entry: &AuditEntry) -> usize {
        (self.number)(&entry.account_id().unwrap().to_string())
    }

    fn apply(&mut self, entry: &AuditEntry) {
        let (before, after) = (&entry.changes()["before"], &entry.changes()["after"]);
        match entry.action() {
            "role.define" | "role.edit" => self.set_role(after),
            "user.purge" => drop(self.facts.people.remove(&entry.user_id().unwrap())),
            "account.purge" => self.facts.purge(self.account(entry)),
            "user.create" => {
                let home = self.account(entry);
                let grants = vec![self.given(text(after, "role"), home, (None, None))];
                let is_active = text(after, "status") == "active";
                let person = Person { home, is_active, is_removed: false, grants };
                self.facts.people.insert(entry.user_id().unwrap(), person);
            }
            "user.edit" => {
                let person = self.person(entry).clone();
                if before["role"] != after["role"] {
                    let base = person.grants.iter().find(|given| given.anchor == person.home).unwrap().clone();
                    let new = self.given(text(after, "role"), base.anchor, (base.starts_at, base.ends_at));
                    let grants = &mut self.person(entry).grants;
                    grants.retain(|given| *given != base);
                    grants.push(new);
                }
            }
            "user.grants" => {
                let grants = after.as_array().unwrap().iter().map(|grant| self.read(grant)).collect();
                self.person(entry).grants = grants;
            }
            "user.suspend" => self.person(entry).is_active = false,
            "user.activate" => self.person(entry).is_active = true,
            "user.remove" => self.person(entry).is_removed = true,
            "user.restore" => self.person(entry).is_removed = false,
            _ => {}
        }
    }

    fn person(&mut self, entry: &AuditEntry) -> &mut Person {
        self.facts.people.get_mut(&entry.user_id().unwrap()).unwrap()
    }

    fn set_role(&mut self, after: &Value) {
        let cells = named(after["cells"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()));
        let role = text(after, "roleId");
        for given in self.facts.people.values_mut().flat_map(|person| &mut person.grants) {
            if given.role == role {
                given.cells = cells;
            }
        }
        self.roles.insert(role.to_owned(), cells);
    }

    fn read(&self, grant: &Value) -> Given {
        let time = |field: &str| grant[field].as_str().map(|at| at.parse::<Timestamp>().unwrap());
        let anchor = (self.number)(text(grant, "anchorAccountId"));
        self.given(text(grant, "role"), anchor, (time("startsAt"), time("endsAt")))
    }

    fn given(&self, role: &str, anchor: usize, window: (Option<Timestamp>, Option<Timestamp>)) -> Given {
        let cells = self.roles.get(role).copied().unwrap_or_else(|| built_in(role));
        Given { role: role.to_owned(), cells, anchor, starts_at: window.0, ends_at: window.1 }
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap()
}
