//! `GET /console`: who one is, where one is, and what one may do here.

use axum::{http::StatusCode, response::Response};
use tenantry_app::{
    accounts::AccountPage,
    profile::{Me, describe_me},
};
use tenantry_domain::{
    account::AccountPath,
    permission::{Action, Authority, Permission, Resource},
};

use super::{
    actor::ConsoleActor,
    answers::PageError,
    words::{address_lines, support_of},
};
use crate::console::views::{DashboardPage, NavPlace, RoleLine, Shortcut};

pub async fn show(actor: ConsoleActor) -> Result<Response, PageError> {
    let account = actor.active_account().await?;
    let me = describe_me(&actor.app, &actor.actor).await?;
    let frame = actor.frame("Dashboard", Some(NavPlace::Dashboard), &account).await?;
    let authority = actor.actor.authority();
    let here = &account.account.account;
    let abilities = abilities(authority, &here.path, me.may_edit_profile);
    let shortcuts = shortcuts(&account, frame.nav.iter().any(|item| item.place == NavPlace::Accounts), &me);
    let page = DashboardPage {
        first_name: me.user.record.user.profile.first_name.to_string(),
        roles: roles(&actor, &me).await?,
        only_dashboard: abilities.is_empty(),
        abilities,
        shortcuts,
        company_lines: if account.shows_company_information { company_lines(&account) } else { Vec::new() },
        primary_domain: account.shows_company_information.then(|| here.domains.primary.name.to_unicode()),
        support: support_of(&account),
        last_sign_in: None,
        may_edit_profile: me.may_edit_profile,
        frame,
    };
    Ok(actor.show(StatusCode::OK, &page))
}

async fn roles(actor: &ConsoleActor, me: &Me) -> Result<Vec<RoleLine>, PageError> {
    let anchors: Vec<_> = me.grants.iter().map(|(_, anchor)| *anchor).collect();
    let names = actor.app.directory().account_names(&anchors).await.map_err(tenantry_app::UseCaseError::from)?;
    let name_of = |id| names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone()).unwrap_or_default();
    let line = |(role, anchor): &(tenantry_domain::permission::Role, _)| RoleLine {
        role: role.label().to_owned(),
        text: role.description().to_owned(),
        account: name_of(*anchor),
    };
    Ok(me.grants.iter().map(line).collect())
}

fn company_lines(account: &AccountPage) -> Vec<String> {
    let company = &account.account.account.company;
    let mut lines = company.address.as_ref().map(address_lines).unwrap_or_default();
    lines.extend(company.phone.as_ref().map(ToString::to_string));
    lines
}

/// What one may do here, one sentence for each area that the console has.
fn abilities(authority: &Authority, here: &AccountPath, edits_profile: bool) -> Vec<String> {
    let effective = authority.effective_at(here);
    let may = |resource, action| {
        let permission = Permission::new(resource, action);
        (authority.holds(permission, here), effective.contains(permission.cell_below_anchor()))
    };
    let areas = [
        (Resource::AccountInfo, Action::View, "See the company information"),
        (Resource::Accounts, Action::View, "See and work in the accounts"),
        (Resource::Users, Action::View, "See the users"),
        (Resource::Users, Action::Add, "Create users"),
        (Resource::Users, Action::Edit, "Edit, suspend and activate users, and reset their passwords"),
        (Resource::Users, Action::Remove, "Remove and restore users"),
    ];
    let mut lines: Vec<String> = areas
        .into_iter()
        .filter_map(|(resource, action, words)| {
            let place = match (may(resource, action), resource) {
                ((_, true), Resource::Accounts) => "below this one",
                ((true, true), Resource::AccountInfo | Resource::Users) => "of this account and of those below it",
                ((true, false), Resource::AccountInfo | Resource::Users) => "of this account",
                ((false, true), Resource::AccountInfo | Resource::Users) => "of the accounts below this one",
                _ => return None,
            };
            Some(sentence(words, place))
        })
        .collect();
    if edits_profile {
        lines.push("Edit your own profile.".to_owned());
    }
    lines
}

/// `Create users` and `of this account` read better as `Create users in this account`.
fn sentence(words: &str, place: &str) -> String {
    let place = if words.starts_with("See") {
        place.to_owned()
    } else {
        place.replacen("of ", "in ", 1).replace("and of", "and in")
    };
    format!("{words} {place}.")
}

fn shortcuts(account: &AccountPage, has_accounts: bool, me: &Me) -> Vec<Shortcut> {
    let (id, name) = (account.account.account.id(), &account.account.account.name);
    let shortcut =
        |href: String, label: &str, text: String, icon| Shortcut { href, label: label.to_owned(), text, icon };
    let mut shortcuts = Vec::new();
    if account.may_add_users {
        let text = format!("Give somebody access to {name}.");
        shortcuts.push(shortcut(format!("/console/accounts/{id}/users/new"), "Create New User", text, "plus"));
    }
    if account.may_view_users {
        let text = format!("Everyone who can sign in to {name}.");
        shortcuts.push(shortcut(format!("/console/accounts/{id}/users"), "Users", text, "users"));
    } else if account.may_view_users_below {
        let href = format!("/console/accounts/{id}/users?scope=subtree");
        shortcuts.push(shortcut(href, "Users", format!("Everyone in the accounts below {name}."), "users"));
    }
    if has_accounts {
        let text = "Choose the account to work in.".to_owned();
        shortcuts.push(shortcut("/console/accounts".to_owned(), "Accounts", text, "accounts"));
    }
    if me.may_edit_profile {
        let text = "Your name, address, image and sessions.".to_owned();
        shortcuts.push(shortcut("/console/profile".to_owned(), "Your profile", text, "edit"));
    }
    shortcuts
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use tenantry_domain::{
        AccountId,
        permission::{BuiltInRole, Grant, Standing},
    };
    use uuid::Uuid;

    use super::*;

    fn of(role: BuiltInRole) -> Vec<String> {
        let home = AccountPath::root(AccountId::new(Uuid::nil()));
        let grants = vec![Grant::new(role.into(), home.clone())];
        let authority = Authority::new(Standing::Active, home.clone(), grants, Timestamp::UNIX_EPOCH);
        abilities(&authority, &home, authority.edits_own_profile())
    }

    #[test]
    fn each_role_reads_what_it_may_do() {
        assert_eq!(of(BuiltInRole::NoAccess), Vec::<String>::new());
        assert_eq!(of(BuiltInRole::User), ["See the company information of this account.", "Edit your own profile."]);
        let basic = of(BuiltInRole::BasicAccess);
        assert!(basic.contains(&"Create users in the accounts below this one.".to_owned()), "{basic:?}");
        let full = of(BuiltInRole::FullAccess);
        assert!(full.contains(&"Create users in this account and in those below it.".to_owned()), "{full:?}");
    }
}
