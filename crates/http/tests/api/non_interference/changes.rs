//! Who is there, and what happens out of view.

use tenantry_app::{
    ports::{IdSource, InsertedUser, StoredRole},
    testing::{NewUser, samples},
};
use tenantry_domain::{
    AccountId, RoleId, UserId,
    account::{Account, AccountKind, AccountStatus},
    permission::{BuiltInRole, Grant, PermissionMatrix},
    user::{User, UserStatus},
};

use super::questions::Subjects;
use crate::support::World;

/// More than a page of the console holds.
const CROWD: usize = 55;

/// Somebody and a role in each account, and many in one.
pub struct People {
    near: Vec<(UserId, RoleId)>,
    above: Vec<(UserId, RoleId)>,
    far: Vec<(UserId, RoleId)>,
}

pub async fn settle(world: &World) -> People {
    for number in 0..CROWD {
        let name = format!("Crowd {number:02}");
        world.add(NewUser::new(world.tailspin, BuiltInRole::User).named("Casey", &name)).await;
    }
    People {
        near: vec![inhabit(world, world.tailspin).await],
        above: vec![inhabit(world, world.contoso).await, inhabit(world, world.fabrikam).await],
        far: vec![inhabit(world, world.northwind).await, inhabit(world, world.litware).await],
    }
}

async fn inhabit(world: &World, account_id: AccountId) -> (UserId, RoleId) {
    let user = world.add(NewUser::new(account_id, BuiltInRole::BasicAccess).named("Quinn", "Inhabitant")).await;
    (user.id, role(world, account_id, "Helpdesk").await)
}

async fn role(world: &World, owner: AccountId, name: &str) -> RoleId {
    let role = samples::role(RoleId::new(world.ids.next()), owner, name, PermissionMatrix::EMPTY);
    let uow = world.begin().await;
    assert_eq!(uow.roles().insert(&role, world.app.now()).await.unwrap(), StoredRole::Stored);
    uow.commit().await.unwrap();
    role.id
}

impl People {
    /// What to ask about, for somebody at Contoso or at Tailspin.
    pub fn subjects(&self, world: &World, is_at_tailspin: bool) -> Subjects {
        let (above, far) = ([world.contoso, world.fabrikam], [world.northwind, world.litware, world.proseware]);
        let mut seen = (vec![world.tailspin], self.near.clone());
        let mut hidden = (far.to_vec(), self.far.clone());
        let rest = if is_at_tailspin { &mut hidden } else { &mut seen };
        rest.0.extend(above);
        rest.1.extend(&self.above);
        Subjects::new(&seen, &hidden)
    }
}

async fn edit(world: &World, account_id: AccountId, edit: impl FnOnce(Account) -> Account) {
    let uow = world.begin().await;
    let account = uow.accounts().find(account_id).await.unwrap().unwrap();
    assert!(uow.accounts().update(&edit(account), world.app.now()).await.unwrap());
    uow.commit().await.unwrap();
}

async fn edit_user(world: &World, user_id: UserId, edit: impl FnOnce(User) -> User) {
    let record = world.record(user_id).await;
    let uow = world.begin().await;
    let updated = uow.users().update(&edit(record.user), record.version, world.app.now()).await.unwrap();
    assert_eq!(updated, Some(InsertedUser::Inserted));
    uow.commit().await.unwrap();
}

async fn give(world: &World, user_id: UserId, role: BuiltInRole, anchor: AccountId) {
    let mut grants = world.record(user_id).await.grants;
    grants.push(Grant::new(role.into(), world.account(anchor).await.path));
    let uow = world.begin().await;
    uow.users().replace_grants(user_id, &grants, user_id, world.app.now()).await.unwrap();
    uow.commit().await.unwrap();
}

/// First and last in every order, in every state.
async fn populate(world: &World, account_id: AccountId) {
    for (local, last) in [("aaa", "Aardvark"), ("mmm", "Mole"), ("zzz", "Zebra")] {
        for role in [BuiltInRole::FullAccess, BuiltInRole::NoAccess] {
            let local = format!("{local}-{}", role.key().replace('_', "-"));
            world.add(NewUser::new(account_id, role).login(&local).named(last, last)).await;
        }
    }
    let left = NewUser::new(account_id, BuiltInRole::FullAccess).login("left").suspended();
    world.add(left).await;
    let gone = NewUser::new(account_id, BuiltInRole::FullAccess).login("gone").removed_at(world.app.now());
    world.add(gone).await;
    role(world, account_id, "Auditor").await;
}

/// At the platform and at the other reseller, and below that.
pub async fn far_away(world: &World, people: &People) {
    for (account_id, name) in [(world.northwind, "Aardvark"), (world.litware, "Zebra"), (world.proseware, "Contosa")] {
        populate(world, account_id).await;
        edit(world, account_id, |account| Account { name: samples::line(name), ..account }).await;
        let uow = world.begin().await;
        let domain = samples::domain(&format!("more.{}.example", name.to_lowercase()));
        assert!(uow.accounts().add_domain(account_id, &domain, world.app.now()).await.unwrap());
        uow.commit().await.unwrap();
    }
    let one = world.add_account(world.northwind, AccountKind::Reseller, "Aaa").await;
    let two = world.add_account(one.id(), AccountKind::Customer, "Fabrikan").await;
    world.add_account(world.litware, AccountKind::Customer, "Zzz").await;
    populate(world, two.id()).await;
    let [(boss, _), (peer, _)] = people.far[..] else { panic!("two who are far away") };
    // Who is out of view stays so, whatever is given to them within.
    give(world, boss, BuiltInRole::FullAccess, world.contoso).await;
    give(world, peer, BuiltInRole::ResellerAdministrator, world.tailspin).await;
    edit_user(world, boss, |user| User { status: UserStatus::Suspended, ..user }).await;
    edit(world, world.litware, |account| Account { status: AccountStatus::Suspended, ..account }).await;
    let uow = world.begin().await;
    uow.accounts().move_below(&two.path, &world.path(world.litware)).await.unwrap();
    uow.accounts().remove_subtree(&world.path(world.proseware), world.app.now()).await.unwrap();
    uow.commit().await.unwrap();
}

/// In the accounts above Tailspin, and beside it.
pub async fn nearby(world: &World) {
    populate(world, world.contoso).await;
    populate(world, world.fabrikam).await;
    let beside = world.add_account(world.fabrikam, AccountKind::Customer, "Tailspun").await;
    populate(world, beside.id()).await;
    for account_id in [world.contoso, world.fabrikam] {
        edit(world, account_id, |account| Account { name: samples::line("Renamed"), ..account }).await;
    }
}
