//! The frame around every page after sign-in: built here and nowhere else.

use tenantry_app::{
    Actor, App, Denied, UseCaseError,
    accounts::{AccountPage, ListAccountsInput, RecentAccounts, ShowAccount},
    ports::{AccountPlace, PageStart, UserDetails},
    profile::describe_me,
};
use tenantry_domain::{AccountId, account::AccountPath};

use super::{
    actor::ConsoleActor,
    words::{avatar_of, kind_word, support_of},
};
use crate::{
    brand,
    console::views::{ActiveAccount, Crumb, Frame, NavItem, NavPlace, Person, SwitcherEntry, hue_of, initials_of},
};

/// How many accounts the switcher offers without a search.
const OFFERED: u32 = 10;

impl ConsoleActor {
    /// The account, with the way to it.
    pub async fn account(&self, account_id: AccountId) -> Result<AccountPage, UseCaseError> {
        ShowAccount { account_id }.execute(&self.app, &self.actor).await
    }

    /// The account one is working in; the home account if that one went out of view.
    pub async fn active_account(&self) -> Result<AccountPage, UseCaseError> {
        self.account_or_home(self.actor.active_account_id()).await
    }

    /// The account if it is in view, else the home account, which always is.
    pub async fn account_or_home(&self, account_id: AccountId) -> Result<AccountPage, UseCaseError> {
        match self.account(account_id).await {
            Err(UseCaseError::Denied(Denied::NotFound)) => self.account(self.actor.authority().home().id()).await,
            found => found,
        }
    }

    /// The frame of a page that belongs to no place of the navigation.
    pub async fn frame_anywhere(&self, title: &str) -> Result<Frame, UseCaseError> {
        self.frame(title, None, &self.active_account().await?).await
    }

    /// The frame of a page about, or within, an account.
    pub async fn frame(
        &self,
        title: &str,
        place: Option<NavPlace>,
        account: &AccountPage,
    ) -> Result<Frame, UseCaseError> {
        let (accounts, names) = self.reachable_accounts().await?;
        let me = self.me().await?;
        let here = &account.account.account;
        let home_id = self.actor.authority().home().id();
        let name_of = |id| names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
        let above = account.trail.len().saturating_sub(1);
        Ok(Frame {
            title: title.to_owned(),
            person: person(&me),
            account: active(account),
            home_id: home_id.to_string(),
            home_name: name_of(home_id).unwrap_or_default(),
            working_elsewhere: here.id() != home_id,
            breadcrumb: account.trail.iter().take(above).map(crumb).collect(),
            nav: navigation(place, account, accounts.len() > 1 || account.may_add_accounts),
            switcher: self.switcher(&accounts, account, &names),
            theme: self.theme,
            toast: self.flash.as_ref().and_then(super::flash::Flash::toast),
            support: support_of(account),
            here: self.here.clone(),
            logo: account.account.inherited.branding.logo.as_deref().map(brand::logo_path),
            brand_stylesheet: brand::stylesheet(&account.account.inherited.branding),
            password_length: account.account.inherited.policy.password_length.get(),
        })
    }

    /// The fewest characters of one's own password.
    pub async fn own_password_length(&self) -> Result<usize, UseCaseError> {
        Ok(describe_me(&self.app, &self.actor).await?.account.inherited.policy.password_length.get())
    }

    /// The frame while a password change is due: nothing else can be reached.
    pub async fn bare_frame(&self, title: &str) -> Result<Frame, UseCaseError> {
        let me = describe_me(&self.app, &self.actor).await?;
        let account = &me.account.account;
        let id = account.id().to_string();
        Ok(Frame {
            title: title.to_owned(),
            person: Person {
                avatar: avatar_of(&me.user.record.user.id.to_string(), &self.actor.principal().display_name, None),
                ..person(&me.user)
            },
            account: ActiveAccount {
                name: account.name.to_string(),
                kind: kind_word(account.kind).to_owned(),
                initials: initials_of(account.name.as_str()),
                hue: hue_of(&id),
                id: id.clone(),
            },
            home_id: id,
            home_name: account.name.to_string(),
            logo: me.account.inherited.branding.logo.as_deref().map(brand::logo_path),
            brand_stylesheet: brand::stylesheet(&me.account.inherited.branding),
            theme: self.theme,
            toast: self.flash.as_ref().and_then(super::flash::Flash::toast),
            here: self.here.clone(),
            ..Frame::default()
        })
    }

    async fn me(&self) -> Result<UserDetails, UseCaseError> {
        let me = self.app.directory().find_user(self.actor.user_id()).await?;
        me.ok_or(UseCaseError::NotSignedIn)
    }

    /// The accounts worked in lately and the first ones in view, and the names of those above them that are, and of the home
    /// account.
    async fn reachable_accounts(&self) -> Result<(Vec<AccountPlace>, Vec<(AccountId, String)>), UseCaseError> {
        let mut places = RecentAccounts { account_ids: &self.recent }.execute(&self.app, &self.actor).await?;
        let input = ListAccountsInput { limit: Some(OFFERED.to_string()), ..ListAccountsInput::default() };
        let first = input.parse()?.execute(&self.app, &self.actor, PageStart::First).await?.items;
        for row in first {
            if !places.iter().any(|known| known.path == row.path) && places.len() < OFFERED as usize {
                places.push(AccountPlace { path: row.path, kind: row.kind, name: row.name });
            }
        }
        let names = self.names_above(places.iter().map(|place| &place.path)).await?;
        Ok((places, names))
    }

    /// The names of the accounts above these that are in view, and of the home account.
    pub async fn names_above(
        &self,
        paths: impl Iterator<Item = &AccountPath>,
    ) -> Result<Vec<(AccountId, String)>, UseCaseError> {
        names_above(&self.app, &self.actor, paths).await
    }

    /// `Northwind › Contoso`: what of the way to an account is in view.
    pub fn way_to(&self, path: &AccountPath, names: &[(AccountId, String)]) -> String {
        way_to(&self.actor, path, names)
    }

    fn switcher(
        &self,
        accounts: &[AccountPlace],
        current: &AccountPage,
        names: &[(AccountId, String)],
    ) -> Vec<SwitcherEntry> {
        let home_id = self.actor.authority().home().id();
        let current_id = current.account.account.id();
        let mut entries: Vec<SwitcherEntry> = accounts
            .iter()
            .map(|row| SwitcherEntry {
                id: row.path.id().to_string(),
                name: row.name.clone(),
                path: if row.path.id() == home_id {
                    "Your home account".to_owned()
                } else {
                    self.way_to(&row.path, names)
                },
                kind: kind_word(row.kind).to_owned(),
                initials: initials_of(&row.name),
                hue: hue_of(&row.path.id().to_string()),
                current: row.path.id() == current_id,
            })
            .collect();
        if !entries.iter().any(|entry| entry.current) {
            entries.insert(0, current_entry(current));
        }
        let home = home_id.to_string();
        entries.sort_by_key(|entry| (!entry.current, entry.id != home));
        entries
    }
}

/// The names of the accounts above these that are in view, and of the home account.
pub async fn names_above(
    app: &App,
    actor: &Actor,
    paths: impl Iterator<Item = &AccountPath>,
) -> Result<Vec<(AccountId, String)>, UseCaseError> {
    let mut ids: Vec<AccountId> = paths.flat_map(|path| in_view_above(actor, path)).collect();
    ids.push(actor.authority().home().id());
    ids.sort_unstable();
    ids.dedup();
    Ok(app.directory().account_names(&ids).await?)
}

fn in_view_above(actor: &Actor, path: &AccountPath) -> Vec<AccountId> {
    let above = path.ancestors_and_self().filter(|ancestor| ancestor.id() != path.id());
    above.filter(|ancestor| actor.authority().views_account(ancestor)).map(|ancestor| ancestor.id()).collect()
}

/// `Northwind › Contoso`: what of the way to an account is in view.
pub fn way_to(actor: &Actor, path: &AccountPath, names: &[(AccountId, String)]) -> String {
    let above = in_view_above(actor, path);
    let in_order = above.iter().filter_map(|id| names.iter().find(|(known, _)| known == id));
    in_order.map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(" › ")
}

fn current_entry(page: &AccountPage) -> SwitcherEntry {
    let active = active(page);
    let above = page.trail.len().saturating_sub(1);
    let names: Vec<&str> = page.trail.iter().take(above).map(|(_, name)| name.as_str()).collect();
    SwitcherEntry {
        id: active.id,
        name: active.name,
        path: names.join(" › "),
        kind: active.kind,
        initials: active.initials,
        hue: active.hue,
        current: true,
    }
}

fn crumb((id, name): &(AccountId, String)) -> Crumb {
    Crumb { id: id.to_string(), name: name.clone() }
}

fn person(me: &UserDetails) -> Person {
    let user = &me.record.user;
    let name = user.profile.display_name.to_string();
    Person {
        avatar: avatar_of(&user.id.to_string(), &name, user.image.as_deref()),
        login_name: user.login_name.to_string(),
        name,
    }
}

fn active(page: &AccountPage) -> ActiveAccount {
    let account = &page.account.account;
    let id = account.id().to_string();
    ActiveAccount {
        name: account.name.to_string(),
        kind: kind_word(account.kind).to_owned(),
        initials: initials_of(account.name.as_str()),
        hue: hue_of(&id),
        id,
    }
}

/// Only what exists, and what the person may use.
fn navigation(place: Option<NavPlace>, account: &AccountPage, has_accounts: bool) -> Vec<NavItem> {
    let here = format!("/console/accounts/{}", account.account.account.id());
    let item = |at: NavPlace, href: &str| NavItem { place: at, href: href.to_owned(), current: place == Some(at) };
    let mut items = vec![item(NavPlace::Dashboard, "/console")];
    if account.may_view_users || account.may_view_users_below {
        items.push(item(NavPlace::Users, &format!("{here}/users")));
    }
    if has_accounts {
        items.push(item(NavPlace::Accounts, "/console/accounts"));
    }
    if account.may_view_users {
        items.push(item(NavPlace::Roles, &format!("{here}/roles")));
    }
    if account.shows_support {
        items.push(item(NavPlace::Support, "/console/support"));
    }
    items
}
