//! `GET /console/accounts/{account}/roles`, and one role.

use axum::{http::StatusCode, response::Response};
use jiff::Timestamp;
use tenantry_app::{
    ports::HolderRow as Holder,
    roles::{ListRoles, RoleList, RoleOffer, RolePage as Found, ShowRole},
};
use tenantry_domain::{
    AccountId,
    permission::{Permission, Role, RoleFamily, RoleKey},
};

use super::{
    actor::ConsoleActor,
    answers::PageError,
    create_form::group_title,
    forms::{PathId, PathRole, Query},
    words::{avatar_of, held_by},
};
use crate::console::views::{
    ChoiceGroup, CompareForm, Comparison, GrantWindow, GroupedChoice, HolderRow, Moment, NavPlace, RoleOwner, RolePage,
    RoleRemoval, RoleSection, RoleSummary, RolesPage, compared_rows, held_rows, matrix_rows,
};

/// The address of an account's roles.
pub fn list_address(account_id: AccountId) -> String {
    format!("/console/accounts/{account_id}/roles")
}

/// The address of a role as seen from an account.
pub fn address(account_id: AccountId, role: RoleKey) -> String {
    format!("{}/{role}", list_address(account_id))
}

/// `GET …/roles`
pub async fn list(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    query: Query,
) -> Result<Response, PageError> {
    let list = ListRoles { account_id }.execute(&actor.app, &actor.actor).await?;
    let account = actor.account(account_id).await?;
    let name = list.account.account.name.to_string();
    let (built_in, custom) = sections(&list, &name);
    let refused = format!("To define a role here you need the right to edit users, which you do not hold at {name}.");
    let page = RolesPage {
        frame: actor.frame("Roles", Some(NavPlace::Roles), &account).await?,
        account_id: account_id.to_string(),
        account_name: name,
        define_refused: (!list.may_define).then_some(refused),
        custom,
        built_in,
        compare: compare(&list.roles, query.text("compare"), query.text("with")),
    };
    Ok(actor.show(StatusCode::OK, &page))
}

/// The sections of built-in roles, then those of custom ones.
fn sections(list: &RoleList, account_name: &str) -> (Vec<RoleSection>, Vec<RoleSection>) {
    let account_id = list.account.account.id();
    let (mut built_in, mut custom): (Vec<RoleSection>, Vec<RoleSection>) = (Vec::new(), Vec::new());
    for offer in &list.roles {
        let part = if offer.custom.is_some() { &mut custom } else { &mut built_in };
        let (title, role) = (group_title(offer), summary(offer, account_id));
        match part.iter_mut().find(|section| section.title == title) {
            Some(section) => section.roles.push(role),
            None => {
                let text = section_text(offer, account_id, account_name);
                part.push(RoleSection { title, text, roles: vec![role] });
            }
        }
    }
    (built_in, custom)
}

fn section_text(offer: &RoleOffer, account_id: AccountId, account_name: &str) -> String {
    match (&offer.role, &offer.custom) {
        (Role::BuiltIn(role), _) => match role.family() {
            RoleFamily::AccessLevels => "How far somebody reaches.".to_owned(),
            RoleFamily::Administrators => "What somebody does in the company.".to_owned(),
        },
        (Role::Custom(role), Some(row)) if role.owner != account_id => {
            let owner = &row.owner_name;
            format!("Defined above {account_name}. They can be given here, and are changed in {owner}.")
        }
        (Role::Custom(_), _) => {
            format!("Defined here. They can be given in {account_name} and in the accounts below it.")
        }
    }
}

fn summary(offer: &RoleOffer, account_id: AccountId) -> RoleSummary {
    RoleSummary {
        href: address(account_id, offer.key()),
        name: offer.role.label().to_owned(),
        text: offer.role.description().to_owned(),
        kind: offer.custom.as_ref().map_or("Built-in".to_owned(), |row| format!("Version {}", row.role.version)),
        holders: None,
        rows: matrix_rows(held_by(offer.role.matrix())),
    }
}

/// Roles to choose from, by whose they are; `refused` says what keeps one from being chosen.
pub fn choice_groups(offers: &[RoleOffer], refused: impl Fn(&RoleOffer) -> Option<String>) -> Vec<ChoiceGroup> {
    let mut groups: Vec<ChoiceGroup> = Vec::new();
    for offer in offers {
        let title = group_title(offer);
        let (value, label) = (offer.key().to_string(), offer.role.label().to_owned());
        let choice = GroupedChoice { value, label, refused: refused(offer) };
        match groups.iter_mut().find(|group| group.title == title) {
            Some(group) => group.choices.push(choice),
            None => groups.push(ChoiceGroup { title, choices: vec![choice] }),
        }
    }
    groups
}

fn compare(offers: &[RoleOffer], first: String, second: String) -> CompareForm {
    let find = |key: &str| offers.iter().find(|offer| offer.key().to_string() == key).map(|offer| &offer.role);
    let comparison = find(&first).zip(find(&second)).map(|(first, second)| Comparison {
        first: first.label().to_owned(),
        second: second.label().to_owned(),
        rows: compared_rows(held_by(first.matrix()), held_by(second.matrix())),
        edits_profile: (first.edits_own_profile(), second.edits_own_profile()),
    });
    CompareForm { choices: choice_groups(offers, |_| None), comparison, first, second }
}

/// `GET …/roles/{role}`
pub async fn show(actor: ConsoleActor, path: PathRole) -> Result<Response, PageError> {
    let found = find(&actor, path).await?;
    let account = actor.account(path.account_id).await?;
    let here = &account.account.account;
    let now = actor.app.now();
    let name = found.role.label().to_owned();
    let owner = found
        .custom
        .as_ref()
        .map(|row| RoleOwner { account_id: row.role.owner.to_string(), name: row.owner_name.clone() });
    let page = RolePage {
        frame: actor.frame(&name, Some(NavPlace::Roles), &account).await?,
        account_id: path.account_id.to_string(),
        account_name: here.name.to_string(),
        role: path.role.to_string(),
        name,
        text: found.role.description().to_owned(),
        owner,
        version: found.custom.as_ref().map(|row| row.role.version.to_string()),
        changed: found.custom.as_ref().map(|row| Moment::new(row.updated_at, now)),
        changed_by: None,
        edits_profile: found.role.edits_own_profile(),
        rows: held_rows(held_by(found.role.matrix()), ""),
        holders: found.holders.iter().map(|holder| shown(holder, now)).collect(),
        holders_note: if found.more_holders { "And more.".to_owned() } else { String::new() },
        may_edit: found.may_edit,
        may_define: actor.actor.authority().holds(Permission::USERS_EDIT, &here.path),
        removal: removal(&found, path.account_id),
    };
    Ok(actor.show(StatusCode::OK, &page))
}

pub async fn find(actor: &ConsoleActor, path: PathRole) -> Result<Found, PageError> {
    let show = ShowRole { role: path.role, account_id: Some(path.account_id) };
    Ok(show.execute(&actor.app, &actor.actor).await?)
}

fn shown(holder: &Holder, now: Timestamp) -> HolderRow {
    let id = holder.user_id.to_string();
    HolderRow {
        avatar: avatar_of(&id, &holder.display_name, holder.image.as_deref()),
        name: holder.display_name.clone(),
        login_name: holder.login_name.clone(),
        anchor: holder.anchor_name.clone(),
        window: GrantWindow::new(holder.starts_at, holder.ends_at, now),
        user_id: id,
    }
}

/// What the page offers where the role belongs; whether it goes through is decided when it is done.
fn removal(found: &Found, account_id: AccountId) -> RoleRemoval {
    let is_own = found.custom.as_ref().is_some_and(|row| row.role.owner == account_id);
    match people_with(found) {
        _ if !is_own || !found.may_edit => RoleRemoval::NotOffered,
        None => RoleRemoval::Offered,
        Some(people) => RoleRemoval::Refused(format!("{people} it. Once nobody has it any more, it can be removed.")),
    }
}

/// `4 people have`, as far as one may view them.
pub fn people_with(found: &Found) -> Option<String> {
    let mut ids: Vec<_> = found.holders.iter().map(|holder| holder.user_id).collect();
    ids.sort_unstable();
    ids.dedup();
    match ids.len() {
        _ if found.more_holders => Some(format!("More than {} people have", Found::MOST_HOLDERS)),
        0 => None,
        1 => Some("1 person has".to_owned()),
        count => Some(format!("{count} people have")),
    }
}
