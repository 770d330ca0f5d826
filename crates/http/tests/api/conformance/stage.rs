//! A platform for a few cases, and the people in them.

use axum::{
    body::Bytes,
    http::{Method, Request, header},
};
use jiff::SignedDuration;
use tenantry_app::{
    accounts::VerificationRecord,
    ports::{IdSource, InsertedUser, PasswordLink, StoredImage, StoredRole, TokenSource},
    testing::{NewUser, SignedIn, Snapshot, samples},
};
use tenantry_domain::{
    AccountId, PasswordLinkId, RoleId, SessionId, UserId,
    account::{AccountKind, AccountStatus},
    permission::{BuiltInRole, CustomRole, PermissionMatrix, RoleDefinition},
    user::User,
};
use tenantry_http::cookies;

use super::{
    bodies::{MULTIPART, PNG, multipart, urlencoded},
    expectations::{Scene, Who},
    operations::{Body, Needs, Operation, Surface, Target, Way},
};
use crate::{
    requirements::{Relation, UNKNOWN},
    support::{Answer, Client, World},
};

pub struct Stage {
    world: World,
    nobody: Client,
    empty: Snapshot,
    /// A reseller below the actor's account, to move others to.
    destination: AccountId,
}

/// Somebody, about to do something to something.
pub struct Case {
    /// Of what it is done to.
    pub id: String,
    pub actors_account_id: String,
    /// An account below the actor's, not yet above the one it is done to.
    pub destination_id: String,
    /// Where it stands.
    pub account_id: String,
    /// The user whom it is done to, or another one where there is none.
    user: User,
    pub version: i64,
    pub giving: Option<&'static str>,
    pub link_token: String,
    relation: Relation,
    named: &'static str,
    by_link: bool,
    token: Option<String>,
}

impl Stage {
    /// With an administrator everywhere, so that nobody else is the last one; every account could hold others, and has a domain
    /// that it can do without.
    pub async fn set() -> Self {
        let world = World::start_light().await;
        for relation in [
            Relation::Parent,
            Relation::Own,
            Relation::Child,
            Relation::Grandchild,
            Relation::Sibling,
            Relation::Foreign,
        ] {
            let account_id = relation.account(&world);
            let spare = samples::domain(&spare_domain(relation));
            let record = VerificationRecord::new(&world.app, account_id, &spare);
            world.resolver.publish(&record.name, &record.value);
            world.user(account_id, BuiltInRole::FullAccess).await;
            world.memory().edit_account(account_id, |account| {
                if account.kind == AccountKind::Customer {
                    account.kind = AccountKind::Reseller;
                }
                account.domains.aliases.push(samples::account_domain(&spare_domain(relation)));
            });
        }
        let destination = world.add_account(world.contoso, AccountKind::Reseller, "Woodgrove").await.id();
        let (nobody, empty) = (world.anonymous(), world.memory().snapshot());
        Self { world, nobody, empty, destination }
    }

    /// As it was before the first case.
    pub fn clear(&self) {
        self.world.memory().restore(&self.empty);
    }

    /// Everybody is new, so that no case depends on another.
    pub async fn case(&self, operation: &Operation, scene: Scene) -> Case {
        let actor = self.actor(scene.who).await;
        let oneself = actor.as_ref().filter(|_| scene.relation == Relation::Oneself).map(|actor| actor.actor.user_id());
        let user_id = match oneself {
            Some(user_id) => user_id,
            None => self.target(operation.target, scene).await,
        };
        let (link_token, session_id) = self.equip(user_id).await;
        let record = self.world.record(user_id).await;
        let id = match operation.needs {
            _ if scene.relation == Relation::Unknown => UNKNOWN.to_owned(),
            Needs::Account | Needs::AtAccount(_) | Needs::AtAccountOrBelow(_) | Needs::AtRemovedAccount(_) => {
                scene.relation.account(&self.world).to_string()
            }
            Needs::OwnSession => session_id.to_string(),
            Needs::OverRole(_) => self.role(scene.relation.account(&self.world)).await.to_string(),
            _ => user_id.to_string(),
        };
        self.prepare_account(operation, scene).await;
        if scene.who == Who::SessionOver {
            self.world.clock.advance(SignedDuration::from_hours(13));
        }
        Case {
            id,
            actors_account_id: self.world.contoso.to_string(),
            destination_id: self.destination.to_string(),
            account_id: scene.relation.account(&self.world).to_string(),
            version: record.version,
            user: record.user,
            giving: operation.giving,
            link_token,
            relation: scene.relation,
            named: operation.named,
            by_link: operation.by_link,
            token: actor.map(|actor| actor.token.expose().to_owned()),
        }
    }

    /// The account as the operation finds it. One that the actor is in stays, or nobody would act.
    async fn prepare_account(&self, operation: &Operation, scene: Scene) {
        use Relation::{Child, Foreign, Grandchild, Sibling};
        if !matches!(scene.relation, Child | Grandchild | Sibling | Foreign) {
            return;
        }
        let account_id = scene.relation.account(&self.world);
        match (operation.needs, operation.target) {
            (Needs::AtRemovedAccount(_), _) => {
                self.remove(account_id).await;
            }
            (Needs::AtAccount(_), Target::Leaf) if scene.relation == Child => self.remove(self.world.tailspin).await,
            (Needs::AtAccount(_), Target::Leaf) if scene.relation == Sibling => self.remove(self.world.proseware).await,
            (Needs::AtAccount(_), Target::Suspended) => {
                self.world.memory().edit_account(account_id, |account| account.status = AccountStatus::Suspended);
            }
            _ => {}
        }
    }

    /// Takes an account away, with whatever is about it.
    pub async fn remove(&self, account_id: AccountId) {
        let path = self.world.path(account_id);
        let uow = self.world.begin().await;
        uow.accounts().remove_subtree(&path, self.world.app.now()).await.expect("remove");
        uow.commit().await.expect("commit");
    }

    /// A custom role of an account, that gives nothing.
    async fn role(&self, owner: AccountId) -> RoleId {
        let name = tenantry_domain::Line::parse("Guest").expect("a name");
        let definition = RoleDefinition::try_new(name, None, PermissionMatrix::EMPTY, true).expect("a role");
        let role = CustomRole { id: RoleId::new(self.world.ids.next()), owner, version: 1, definition };
        let uow = self.world.begin().await;
        assert_eq!(uow.roles().insert(&role, self.world.app.now()).await.expect("insert"), StoredRole::Stored);
        uow.commit().await.expect("commit");
        role.id
    }

    async fn actor(&self, who: Who) -> Option<SignedIn> {
        let role = match who {
            Who::Role(role) => BuiltInRole::parse(role).expect("a built-in role"),
            _ => BuiltInRole::FullAccess,
        };
        let new = NewUser::new(self.world.contoso, role);
        let new = match who {
            Who::Anonymous => return None,
            Who::Suspended => new.suspended(),
            Who::MustChangePassword => new.must_change_password(),
            Who::OfASuspendedAccount => {
                let suspend =
                    |account: &mut tenantry_domain::account::Account| account.status = AccountStatus::Suspended;
                self.world.memory().edit_account(self.world.contoso, suspend);
                new
            }
            Who::Role(_) | Who::SessionOver => new,
        };
        let user_id = self.world.add_user(new).await;
        Some(self.world.sign_in(user_id).await)
    }

    async fn target(&self, target: Target, scene: Scene) -> UserId {
        let role = BuiltInRole::parse(scene.rank).expect("a built-in role");
        let account_id = match scene.relation {
            Relation::Unknown => self.world.contoso,
            relation => relation.account(&self.world),
        };
        let new = NewUser::new(account_id, role);
        let new = match target {
            Target::Active | Target::Leaf => new,
            Target::Suspended => new.suspended(),
            Target::Removed => new.removed_at(self.world.app.now()),
        };
        self.world.add_user(new).await
    }

    /// An image, a password link and a session: something to see, to void and to end.
    async fn equip(&self, user_id: UserId) -> (String, SessionId) {
        let (record, now) = (self.world.record(user_id).await, self.world.app.now());
        let image = StoredImage { hash: "5a".repeat(32), png: PNG.to_vec(), thumbnail: PNG.to_vec() };
        let user = User { image: Some(image.hash.clone()), ..record.user };
        let link_id = PasswordLinkId::new(self.world.ids.next());
        let token = self.world.tokens.password_link_token(link_id);
        let token_hash = self.world.tokens.hash(token.expose());
        let link = PasswordLink { token_hash, ..samples::link(link_id, &user, now) };
        let uow = self.world.begin().await;
        uow.images().put(&image).await.expect("put");
        let updated = uow.users().update(&user, record.version, now).await.expect("update");
        assert_eq!(updated, Some(InsertedUser::Inserted));
        uow.password_links().insert(&link).await.expect("insert");
        uow.commit().await.expect("commit");
        (token.expose().to_owned(), self.world.sign_in(user_id).await.actor.session_id())
    }

    pub async fn send(&self, way: &Way, case: &Case) -> Answer {
        self.send_to(&way.method, &case.path(way), way, case).await
    }

    /// The same request to another path.
    pub async fn send_to(&self, method: &Method, path: &str, way: &Way, case: &Case) -> Answer {
        let mut request = Request::builder().method(method.clone()).uri(path);
        let mut sent_cookies = Vec::new();
        match (way.surface, &case.token) {
            (Surface::Json, Some(token)) => request = request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            (Surface::Page, Some(token)) => sent_cookies.push(format!("{}={token}", cookies::SESSION)),
            (_, None) => {}
        }
        if case.by_link {
            sent_cookies.push(format!("{}={}", cookies::PASSWORD_LINK, case.link_token));
        }
        if !sent_cookies.is_empty() {
            request = request.header(header::COOKIE, sent_cookies.join("; "));
        }
        if way.surface == Surface::Page {
            request = request.header("sec-fetch-site", "same-origin");
        }
        let (content_type, body) = match &way.body {
            Body::Nothing => (None, Bytes::new()),
            Body::Json(body) => (Some("application/json"), body(case).to_string().into()),
            Body::Form(fields) => (Some("application/x-www-form-urlencoded"), urlencoded(&fields(case))),
            Body::Multipart(fields) => (Some(MULTIPART), multipart(&fields(case), None)),
            Body::Upload => (Some(MULTIPART), multipart(&Vec::new(), Some(PNG))),
            Body::Image => (Some("image/png"), PNG.into()),
        };
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        self.nobody.send_as_is(request, body).await
    }

    /// Takes the account away that something stands in, or is.
    pub async fn remove_around(&self, scene: Scene) {
        self.remove(scene.relation.account(&self.world)).await;
    }

    /// All that is stored now.
    pub fn stored(&self) -> Snapshot {
        self.world.memory().snapshot()
    }

    /// How much was put on record.
    pub fn recorded(&self) -> usize {
        self.world.audit_log().len()
    }
}

impl Case {
    pub fn login_name(&self) -> String {
        self.user.login_name.to_string()
    }

    /// One that is free, at the account it is about.
    pub fn new_login_name(&self) -> String {
        format!("new.person@{}", self.relation.domain())
    }

    /// A domain of the account it is about, that nobody uses.
    pub fn spare_domain(&self) -> String {
        spare_domain(self.relation)
    }

    /// The path of a route, about what this is about.
    pub fn path(&self, way: &Way) -> String {
        let mut path = way.path.to_owned();
        for (placeholder, value) in [
            ("{id}", self.id.as_str()),
            ("{role}", &self.id),
            ("{account}", if way.path.contains("{role}") { &self.account_id } else { &self.id }),
            ("{destination}", &self.destination_id),
            ("{domain}", &self.spare_domain()),
            ("{name}", self.named),
            ("{code}", self.named),
            ("{colors}", self.named),
            ("{hash}", self.named),
            ("{*rest}", self.named),
        ] {
            path = path.replace(placeholder, value);
        }
        assert!(!path.contains('{'), "a placeholder without a value: {path}");
        path
    }
}

fn spare_domain(relation: Relation) -> String {
    format!("spare.{}", relation.domain())
}
