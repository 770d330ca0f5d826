//! A platform with people in it, put back to its beginning for every trace.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use tenantry_app::{
    Actor,
    roles::RoleInput,
    testing::{Snapshot, TestPlatform},
};
use tenantry_domain::{
    AccountId, RoleId, UserId,
    account::AccountKind,
    permission::{BuiltInRole, Grant},
};

use crate::{
    facts::{Facts, Person, Reader},
    held::Held,
    step::Step,
};

/// Eight accounts, eleven people and five roles; there is room for two people more.
pub struct Stage {
    pub p: TestPlatform,
    pub accounts: Vec<AccountId>,
    /// The accounts' primary domains.
    domains: Vec<String>,
    pub reader: Reader,
    people: Vec<UserId>,
    roles: Vec<RoleId>,
    beginning: Snapshot,
    pub start: Facts,
    /// How much was on record in the beginning.
    pub logged_before: usize,
}

/// The most people at one time.
pub const MOST_PEOPLE: usize = 13;

impl Stage {
    pub async fn new() -> Self {
        let p = TestPlatform::new().await;
        let datum = p.add_account(p.contoso, AccountKind::Reseller, "Datum").await.id();
        let wingtip = p.add_account(datum, AccountKind::Customer, "Wingtip").await.id();
        let accounts = vec![p.northwind, p.contoso, p.fabrikam, p.tailspin, p.litware, p.proseware, datum, wingtip];
        let mut domains = Vec::new();
        for account_id in &accounts {
            domains.push(p.account(*account_id).await.domains.primary.name.to_string());
        }
        let people = settle(&p, datum).await;
        let roles = define_roles(&p, &people).await;
        let reader = Reader::new(&accounts);
        let (beginning, start) = (p.memory().snapshot(), reader.read(p.memory(), p.app.now()));
        let logged_before = p.audit_log().len();
        Self { p, accounts, domains, reader, people, roles, beginning, start, logged_before }
    }

    pub fn domains(&self) -> Vec<&str> {
        self.domains.iter().map(String::as_str).collect()
    }

    /// The beginning of a trace; of one in which the root's administrator does nothing, if so.
    pub fn begin(&self, idle_root: bool) -> World<'_> {
        self.p.memory().restore(&self.beginning);
        self.p.clock.set(self.start.now);
        self.reader.forget();
        World {
            stage: self,
            people: self.people.clone(),
            roles: self.roles.clone(),
            ways_in: Vec::new(),
            seen: Vec::new(),
            acted: Vec::new(),
            inherited: BTreeMap::new(),
            idle_root,
        }
    }
}

/// Where a trace has come to.
pub struct World<'a> {
    pub stage: &'a Stage,
    /// Everybody who ever was.
    pub people: Vec<UserId>,
    /// Every role that ever was.
    pub roles: Vec<RoleId>,
    pub ways_in: Vec<WayIn>,
    /// People acting as of some time ago.
    pub seen: Vec<Actor>,
    /// Who did something, of those who were there in the beginning.
    pub acted: Vec<UserId>,
    /// What came to people by moves, by what they hold above the destination.
    pub inherited: BTreeMap<UserId, Held>,
    idle_root: bool,
}

/// A session's or a link's token.
pub struct WayIn {
    pub user_id: UserId,
    pub token: String,
    pub is_session: bool,
    /// Something happened after which it must never work again.
    pub is_dead: bool,
}

pub fn choose<T: Copy>(all: &[T], number: u8) -> T {
    all[usize::from(number) % all.len()]
}

impl World<'_> {
    pub fn facts(&self) -> Facts {
        self.stage.reader.read(self.stage.p.memory(), self.stage.p.app.now())
    }

    /// Somebody to act: mostly of those who may.
    pub fn actor(&self, number: u8, before: &Facts) -> UserId {
        let who_may = |user_id: &&UserId| before.may_act(**user_id);
        let live: Vec<UserId> = self.people.iter().filter(who_may).copied().collect();
        let user_id = choose(if number % 8 == 7 { &self.people } else { &live }, number / 8);
        if self.idle_root && user_id == self.people[0] { self.people[1] } else { user_id }
    }

    /// Somebody to change an account: now and then anybody, mostly somebody of those who hold a permission over it.
    pub fn changer(&self, step: Step, before: &Facts, (name, account): (&str, usize)) -> UserId {
        let is_able = |user_id: &&UserId| before.held(**user_id).holds(name, account);
        let able: Vec<UserId> = self.people.iter().skip(usize::from(self.idle_root)).filter(is_able).copied().collect();
        if able.is_empty() || step.choice[1] % 4 == 3 {
            self.actor(step.actor, before)
        } else {
            choose(&able, step.actor)
        }
    }

    /// Somebody to whom something is done that only those undergo of whom it is true.
    pub fn one_who(&self, number: u8, before: &Facts, is_one: impl Fn(&Person) -> bool) -> UserId {
        let undergoes = |user_id: &&UserId| before.people.get(user_id).is_some_and(&is_one);
        let some: Vec<UserId> = self.people.iter().filter(undergoes).copied().collect();
        choose(if some.is_empty() { &self.people } else { &some }, number)
    }

    /// Notes who did something.
    pub fn has_acted(&mut self, actor: UserId) {
        if self.stage.start.people.contains_key(&actor) && !self.acted.contains(&actor) {
            self.acted.push(actor);
        }
    }

    /// Ends, for good, what lets somebody in; of the links alone, if so.
    pub fn shut_out(&mut self, user_id: UserId, links_only: bool) {
        let mine = self.ways_in.iter_mut().filter(|way| way.user_id == user_id);
        for way in mine.filter(|way| !(links_only && way.is_session)) {
            way.is_dead = true;
        }
    }

    /// A role to mean: a built-in one or one that was defined, perhaps removed since.
    pub fn role(&self, number: u8) -> String {
        match number % 2 {
            0 => choose(&BuiltInRole::ALL, number / 2).key().to_owned(),
            _ => choose(&self.roles, number / 2).to_string(),
        }
    }
}

/// The people there are in the beginning.
async fn settle(p: &TestPlatform, datum: AccountId) -> Vec<UserId> {
    let mut people = Vec::new();
    for (account, role) in [
        (p.northwind, BuiltInRole::FullAccess),
        (p.contoso, BuiltInRole::FullAccess),
        (p.contoso, BuiltInRole::BasicAccess),
        (p.fabrikam, BuiltInRole::CustomerAdministrator),
        (p.contoso, BuiltInRole::User),
        (p.litware, BuiltInRole::ResellerAdministrator),
        (p.fabrikam, BuiltInRole::NoAccess),
        (p.contoso, BuiltInRole::CustomerAdministrator),
        (p.contoso, BuiltInRole::User),
        (datum, BuiltInRole::User),
        (p.litware, BuiltInRole::User),
    ] {
        people.push(p.user(account, role).await);
    }
    // This one administers two levels below for a day from tomorrow on, and looks after a place elsewhere.
    let helper = people[8];
    let tomorrow = p.app.now() + SignedDuration::from_hours(24);
    let on_time = Grant {
        starts_at: Some(tomorrow),
        ends_at: Some(tomorrow + SignedDuration::from_hours(24)),
        ..Grant::new(BuiltInRole::FullAccess.into(), p.path(p.tailspin))
    };
    p.memory().add_grant(helper, on_time);
    p.memory().add_grant(helper, Grant::new(BuiltInRole::CustomerAdministrator.into(), p.path(p.proseware)));
    // One is more elsewhere than all who look after the account; another one will be somebody at an account from tomorrow on.
    p.memory().add_grant(people[9], Grant::new(BuiltInRole::FullAccess.into(), p.path(p.litware)));
    let datum = p.account(datum).await.path;
    let from_tomorrow = Grant { starts_at: Some(tomorrow), ..Grant::new(BuiltInRole::FullAccess.into(), datum) };
    p.memory().add_grant(people[10], from_tomorrow);
    people
}

/// Roles of which each is held by somebody for whom it must not just be changed: a superior of whoever administers its account; all
/// who administer an account; an administrator of its account, and somebody at an account below. The last one is for changing the
/// tree and nothing else.
async fn define_roles(p: &TestPlatform, people: &[UserId]) -> Vec<RoleId> {
    let boss = p.actor(people[0]).await;
    let administers = ["view", "add", "edit", "remove"].map(|action| format!("own.users.{action}")).to_vec();
    let moves = ["view", "add", "edit", "remove"].map(|action| format!("child.accounts.{action}")).to_vec();
    let looks = vec!["own.account_info.view".to_owned(), "own.users.view".to_owned()];
    let mut roles = Vec::new();
    for (owner, cells, holders) in [
        (p.contoso, looks, vec![(people[8], p.fabrikam)]),
        (p.fabrikam, administers, vec![(people[6], p.tailspin), (people[3], p.tailspin)]),
        (p.contoso, Vec::new(), vec![(people[1], p.fabrikam)]),
        (p.contoso, Vec::new(), vec![(people[4], p.fabrikam)]),
        (p.contoso, moves, vec![(people[10], p.contoso)]),
    ] {
        let name = Some(format!("First {}", roles.len()));
        let input = RoleInput { name, cells: Some(cells), ..RoleInput::default() };
        let role = input.parse().unwrap().execute(&p.app, &boss, owner).await.unwrap().role;
        for (holder, anchor) in holders {
            p.memory().add_grant(holder, Grant::new(role.clone().into(), p.path(anchor)));
        }
        roles.push(role.id);
    }
    roles
}
