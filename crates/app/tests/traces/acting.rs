//! Making steps.

use jiff::{SignedDuration, Timestamp};
use tenantry_app::{
    Actor, RequestContext, UseCaseError,
    housekeeping::keep_house,
    passwords::RedeemLink,
    ports::TokenSource,
    roles::{EditRole, RemoveRole, RoleInput},
    sessions::identify,
    users::{
        ChangeUserStatus, CreateUserInput, EditUser, EditUserInput, GrantInput, RecipientInput, RemoveUser,
        RestoreUser, SecurityInput, SendPasswordLink, SendPasswordLinkInput, SetGrantsInput, SetUserPassword,
        SetUserPasswordInput,
    },
};
use tenantry_domain::{
    UserId,
    user::{User, UserStatus},
};

use crate::{
    facts::Facts,
    remedies,
    rules::Done,
    step::{Step, What},
    world::{MOST_PEOPLE, WayIn, World, choose},
};

const PASSWORD: &str = "velvet canyon lantern orbit";
type Outcome = Result<(), UseCaseError>;

impl World<'_> {
    /// Makes a step. What the step itself must not do is an error.
    pub async fn make(&mut self, step: Step, before: &Facts) -> Result<Done, String> {
        match step.what {
            What::Wait => self.wait(step).await,
            What::SignIn => self.sign_in(step, before).await,
            What::UseSession => return self.use_session(step, before).await.map(|()| Done::default()),
            What::RedeemLink => return self.redeem(step, before).await.map(|()| Done::default()),
            What::Explain => {
                let Some(actor) = self.acting(step, before).await else { return Ok(Done::default()) };
                return remedies::explain(self, &actor, step, before).await.map(|()| Done::default());
            }
            what if what.is_on_account() => return self.act_on_account(step, before).await,
            _ => {
                let Some(actor) = self.acting(step, before).await else { return Ok(Done::default()) };
                return self.act(&actor, step, before).await;
            }
        }
        Ok(Done::default())
    }

    async fn acting(&mut self, step: Step, before: &Facts) -> Option<Actor> {
        self.acting_as(self.actor(step.actor, before), step, before).await
    }

    /// Somebody acting, now and then as of some time ago: always if the account is removed. Nobody if the person was purged.
    pub async fn acting_as(&mut self, user_id: UserId, step: Step, before: &Facts) -> Option<Actor> {
        if step.choice[2] % 8 == 7 && !self.seen.is_empty() {
            return Some(self.seen[usize::from(step.actor) % self.seen.len()].clone());
        }
        if !before.is_there(before.people.get(&user_id)?.home) {
            return self.seen.iter().find(|seen| seen.user_id() == user_id).cloned();
        }
        let actor = self.stage.p.actor(user_id).await;
        if before.may_act(user_id) {
            self.seen.push(actor.clone());
        }
        Some(actor)
    }

    async fn act(&mut self, actor: &Actor, step: Step, before: &Facts) -> Result<Done, String> {
        let target = match step.what {
            What::Restore => self.one_who(step.target, before, |person| person.is_removed),
            What::Activate => self.one_who(step.target, before, |person| !person.is_active),
            _ => choose(&self.people, step.target),
        };
        let outcome = match step.what {
            What::Create => self.create(actor, step).await,
            What::SetGrants => self.set_grants(actor, target, step).await,
            What::ChangeRole => {
                let changes = EditUserInput { role: Some(self.role(step.role)), ..EditUserInput::default() };
                self.edit(actor, target, changes).await
            }
            What::ChangeEmail => self.change_email(actor, target, step).await,
            What::DefineRole | What::EditRole | What::RemoveRole => self.change_roles(actor, step).await,
            What::Suspend => self.set_status(actor, target, UserStatus::Suspended).await,
            What::Activate => self.set_status(actor, target, UserStatus::Active).await,
            What::Remove => {
                RemoveUser { user_id: target, expected_version: None }.execute(&self.stage.p.app, actor).await
            }
            What::Restore => RestoreUser { user_id: target }.execute(&self.stage.p.app, actor).await.map(drop),
            What::SetPassword => {
                let must_change = Some(step.choice[0].is_multiple_of(4));
                let password = Some(PASSWORD.to_owned());
                let input = SetUserPasswordInput { password, must_change, ..SetUserPasswordInput::default() };
                SetUserPassword { user_id: target, input }.execute(&self.stage.p.app, actor).await
            }
            What::SendLink => self.send_link(actor, target).await,
            // Those are made elsewhere.
            _ => Ok(()),
        };
        // Who is suspended already is not shut out once more: the letter to somebody created suspended goes on waiting.
        let was_active = before.people.get(&target).is_some_and(|person| person.is_active);
        let shuts_out = match step.what {
            What::Suspend => was_active,
            what => matches!(what, What::Remove | What::SetPassword),
        };
        if shuts_out && outcome.is_ok() {
            self.shut_out(target, false);
        }
        self.note(actor, target, step.what, outcome).await
    }

    /// What follows from the outcome, for the rules and for the tokens out there.
    async fn note(&mut self, actor: &Actor, target: UserId, what: What, outcome: Outcome) -> Result<Done, String> {
        let actor = actor.user_id();
        if let Err(error @ UseCaseError::Storage(_)) = &outcome {
            return Err(format!("{what:?}: {error}"));
        }
        let allowed = outcome.is_ok();
        let is_over = !matches!(what, What::Create | What::DefineRole | What::EditRole | What::RemoveRole);
        let is_status = matches!(what, What::Suspend | What::Activate | What::Remove | What::Restore);
        if allowed {
            self.has_acted(actor);
            if matches!(what, What::SendLink) {
                self.shut_out(target, true);
                self.keep_link(target).await;
            }
        }
        let over = is_over.then_some(target);
        Ok(Done { actor: Some(actor), allowed, over, status_of: over.filter(|_| is_status), account: None })
    }

    async fn wait(&self, step: Step) {
        let hours = [0, 1, 5, 23, 25, 49, 31 * 24];
        let minutes = i64::from(step.choice[1] % 50);
        let by = SignedDuration::from_hours(choose(&hours, step.choice[0])) + SignedDuration::from_mins(minutes);
        self.stage.p.clock.advance(by);
        keep_house(&self.stage.p.app).await.unwrap();
    }

    async fn sign_in(&mut self, step: Step, before: &Facts) {
        let user_id = choose(&self.people, step.target);
        if before.may_act(user_id) {
            let token = self.stage.p.sign_in(user_id).await.token.expose().to_owned();
            self.ways_in.push(WayIn { user_id, token, is_session: true, is_dead: false });
        }
    }

    /// P10: a session works for nobody who may not act, and never again after what ended it.
    pub async fn use_session(&self, step: Step, before: &Facts) -> Result<(), String> {
        let sessions: Vec<&WayIn> = self.ways_in.iter().filter(|way| way.is_session).collect();
        if sessions.is_empty() {
            return Ok(());
        }
        let way = choose(&sessions, step.target);
        let works = identify(&self.stage.p.app, &way.token, RequestContext::default()).await.is_ok();
        let may = !way.is_dead && before.may_act(way.user_id);
        if works && !may { Err(format!("P10: a session of {} lives on", way.user_id)) } else { Ok(()) }
    }

    /// P10 again, for links.
    async fn redeem(&mut self, step: Step, before: &Facts) -> Result<(), String> {
        let links: Vec<usize> = (0..self.ways_in.len()).filter(|way| !self.ways_in[*way].is_session).collect();
        if links.is_empty() {
            return Ok(());
        }
        let WayIn { user_id, token, is_dead, .. } = &self.ways_in[choose(&links, step.target)];
        let (user_id, is_dead) = (*user_id, *is_dead);
        let redeem =
            RedeemLink { token: token.clone(), password: PASSWORD.to_owned(), context: RequestContext::default() };
        let works = redeem.execute(&self.stage.p.app).await.is_ok();
        if works && (is_dead || !before.may_act(user_id)) {
            return Err(format!("P10: a link of {user_id} lives on"));
        }
        if works {
            self.shut_out(user_id, false);
        }
        Ok(())
    }

    async fn keep_link(&mut self, user_id: UserId) {
        let link = self.stage.p.newest_link(user_id).await.unwrap();
        let token = self.stage.p.tokens.password_link_token(link.id).expose().to_owned();
        self.ways_in.push(WayIn { user_id, token, is_session: false, is_dead: false });
    }

    /// P31: nobody new has an id that somebody had.
    async fn create(&mut self, actor: &Actor, step: Step) -> Outcome {
        if self.stage.p.memory().users().len() >= MOST_PEOPLE {
            return Err(UseCaseError::Busy);
        }
        let account_id = choose(&self.stage.accounts, step.account);
        let domain = choose(&self.stage.domains(), step.account);
        let input = CreateUserInput {
            first_name: Some("Robin".to_owned()),
            last_name: Some("Hale".to_owned()),
            login_name: Some(format!("new{}@{domain}", step.choice[0] % 3)),
            email: Some("robin@mail.example".to_owned()),
            role: Some(self.role(step.role)),
            security: SecurityInput {
                method: Some("link".to_owned()),
                recipient: Some(primary()),
                ..SecurityInput::default()
            },
            status: (step.choice[1] % 6 == 5).then(|| "suspended".to_owned()),
            ..CreateUserInput::default()
        };
        let created = input.parse()?.execute(&self.stage.p.app, actor, account_id, None).await?;
        let user_id = created.user.record.user.id;
        assert!(!self.people.contains(&user_id), "P31: {user_id} is used again");
        self.people.push(user_id);
        self.keep_link(user_id).await;
        Ok(())
    }

    async fn set_grants(&self, actor: &Actor, target: UserId, step: Step) -> Outcome {
        let now = self.stage.p.app.now();
        let home = self.facts_of_home(target);
        let [one, two, _] = step.choice;
        let mut grants = vec![self.grant(step.role, home, (one >> 4, now))];
        let more = if one % 4 == 0 { 0 } else { 1 + usize::from(one % 2) };
        for number in 0..more {
            let number = u8::try_from(number).unwrap();
            let account = usize::from(step.account.wrapping_add(number * 3)) % self.stage.accounts.len();
            if account != home {
                grants.push(self.grant(step.role.wrapping_mul(3).wrapping_add(number + 1), account, (two, now)));
            }
        }
        SetGrantsInput { grants }.parse()?.execute(&self.stage.p.app, actor, target, None).await.map(drop)
    }

    fn facts_of_home(&self, user_id: UserId) -> usize {
        let users = self.stage.p.memory().users();
        let found = users.iter().find(|record| record.user.id == user_id);
        found.map_or(0, |record| self.stage.reader.number(record.user.account_id))
    }

    fn grant(&self, role: u8, account: usize, (window, now): (u8, Timestamp)) -> GrantInput {
        let after = |hours| Some((now + SignedDuration::from_hours(hours)).to_string());
        let (starts_at, ends_at) = match window % 6 {
            3 => (after(24), None),
            4 => (None, after(24)),
            5 => (after(5), after(48)),
            _ => (None, None),
        };
        let anchor_account_id = Some(self.stage.accounts[account].to_string());
        GrantInput { role: Some(self.role(role)), anchor_account_id, starts_at, ends_at }
    }

    /// A new address takes the links with it that went to the old one.
    async fn change_email(&mut self, actor: &Actor, user_id: UserId, step: Step) -> Outcome {
        let email = format!("a{}@mail.example", step.choice[0] % 3);
        let users = self.stage.p.memory().users();
        let is_new = |user: &User| user.id == user_id && user.contact.email.as_str() != email;
        let is_new = users.iter().any(|record| is_new(&record.user));
        self.edit(actor, user_id, EditUserInput { email: Some(email), ..EditUserInput::default() }).await?;
        if is_new {
            self.shut_out(user_id, true);
        }
        Ok(())
    }

    async fn edit(&self, actor: &Actor, user_id: UserId, changes: EditUserInput) -> Outcome {
        EditUser { user_id, changes, expected_version: None }.execute(&self.stage.p.app, actor).await.map(drop)
    }

    async fn set_status(&self, actor: &Actor, user_id: UserId, status: UserStatus) -> Outcome {
        let command = ChangeUserStatus { user_id, status, expected_version: None };
        command.execute(&self.stage.p.app, actor).await.map(drop)
    }

    async fn send_link(&self, actor: &Actor, user_id: UserId) -> Outcome {
        let input = SendPasswordLinkInput { recipient: primary(), ..SendPasswordLinkInput::default() };
        SendPasswordLink { user_id, input }.execute(&self.stage.p.app, actor).await.map(drop)
    }

    async fn change_roles(&mut self, actor: &Actor, step: Step) -> Outcome {
        let app = &self.stage.p.app;
        if step.what == What::DefineRole {
            let account_id = choose(&self.stage.accounts, step.account);
            let name = Some(format!("Role {}", self.roles.len()));
            let input = RoleInput { name, cells: Some(step.cells()), ..RoleInput::default() };
            let role_id = input.parse()?.execute(app, actor, account_id).await?.role.id;
            assert!(!self.roles.contains(&role_id), "P31: {role_id} is used again");
            self.roles.push(role_id);
            return Ok(());
        }
        let role_id = choose(&self.roles, step.role);
        if step.what == What::RemoveRole {
            return RemoveRole { role_id, expected_version: None }.execute(app, actor).await;
        }
        let changes = RoleInput { cells: Some(step.cells()), ..RoleInput::default() };
        EditRole { role_id, changes, expected_version: None }.execute(app, actor).await.map(drop)
    }
}

fn primary() -> RecipientInput {
    RecipientInput { kind: Some("primary".to_owned()), email: None }
}
