//! What can be done, what it needs, and the routes that do it. One line of the table is one [`Operation`].

use axum::http::Method;
use serde_json::Value;

use super::stage::Case;

/// One thing that can be done. All its ways, JSON and form, answer to the same need: nobody gets further by another one.
pub struct Operation {
    pub needs: Needs,
    pub ways: Vec<Way>,
    pub target: Target,
    /// The role that it gives.
    pub giving: Option<&'static str>,
    /// The browser comes from a password link.
    pub by_link: bool,
    /// What stands in the path where no id does.
    pub named: &'static str,
    /// It only answers, though its method could change something.
    pub only_answers: bool,
}

/// What somebody must have. Permissions are named as in the product's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    /// Made for who is not signed in; the others are sent on.
    NoSession,
    Session,
    /// A session, even while a password change is due.
    AnySession,
    /// To be allowed to edit the own profile.
    OwnProfile,
    /// That the session in the path is one's own.
    OwnSession,
    /// To see the account.
    Account,
    AtAccount(&'static str),
    /// The permission at the account or at those below it.
    AtAccountOrBelow(&'static str),
    /// The permission at the account, which was removed. It is in view for nobody else.
    AtRemovedAccount(&'static str),
    OverUser(&'static str, Oneself),
    /// The permission at the account that a custom role belongs to. It is in view for who views the users there.
    OverRole(&'static str),
}

/// What holds where the user is oneself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oneself {
    AsOthers,
    Always,
    Never,
}

/// How the user is to be found whom it is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Active,
    Suspended,
    Removed,
    /// An account with none below it.
    Leaf,
}

pub struct Way {
    pub method: Method,
    /// As the router has it, and a query if it takes one. `{id}` and `{account}` are what it is about.
    pub path: &'static str,
    pub surface: Surface,
    pub body: Body,
    /// The status of success.
    pub done: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// Says what is wrong by status, with a bearer token.
    Json,
    /// Sends people where they can do something about it, with a cookie.
    Page,
}

pub type Fields = Vec<(&'static str, String)>;

pub enum Body {
    Nothing,
    Json(fn(&Case) -> Value),
    Form(fn(&Case) -> Fields),
    /// A form that could have an image, without one.
    Multipart(fn(&Case) -> Fields),
    /// A form that is an image.
    Upload,
    Image,
}

/// One that needs this, without ways yet.
pub fn needs(needs: Needs) -> Operation {
    Operation {
        needs,
        ways: Vec::new(),
        target: Target::Active,
        giving: None,
        by_link: false,
        named: "",
        only_answers: false,
    }
}

/// A permission at the account in the path.
pub fn account(permission: &'static str) -> Operation {
    needs(Needs::AtAccount(permission))
}

/// A permission over the custom role in the path.
pub fn role(permission: &'static str) -> Operation {
    needs(Needs::OverRole(permission))
}

/// A permission over the user in the path. Anybody may view themselves.
pub fn user(permission: &'static str) -> Operation {
    let oneself = if permission == "users.view" { Oneself::Always } else { Oneself::AsOthers };
    needs(Needs::OverUser(permission, oneself))
}

/// As [`user`], but nobody does it to themselves.
pub fn other_user(permission: &'static str) -> Operation {
    needs(Needs::OverUser(permission, Oneself::Never))
}

/// As [`user`], and everybody to themselves.
pub fn user_or_oneself(permission: &'static str) -> Operation {
    needs(Needs::OverUser(permission, Oneself::Always))
}

impl Operation {
    /// `"GET /api/v1/users/{id}"`, without a body.
    pub fn json(self, route: &'static str, done: u16) -> Self {
        self.way(route, Surface::Json, Body::Nothing, done)
    }

    pub fn json_with(self, route: &'static str, done: u16, body: fn(&Case) -> Value) -> Self {
        self.way(route, Surface::Json, Body::Json(body), done)
    }

    pub fn image(self, route: &'static str, done: u16) -> Self {
        self.way(route, Surface::Json, Body::Image, done)
    }

    /// A page to look at.
    pub fn page(self, route: &'static str) -> Self {
        self.way(route, Surface::Page, Body::Nothing, 200)
    }

    /// A form that leads to another page once it is done.
    pub fn form(self, route: &'static str, fields: fn(&Case) -> Fields) -> Self {
        self.way(route, Surface::Page, Body::Form(fields), 303)
    }

    /// As [`Operation::form`], where an image could be added.
    pub fn multipart(self, route: &'static str, fields: fn(&Case) -> Fields) -> Self {
        self.way(route, Surface::Page, Body::Multipart(fields), 303)
    }

    /// As [`Operation::form`], with an image and nothing else.
    pub fn upload(self, route: &'static str) -> Self {
        self.way(route, Surface::Page, Body::Upload, 303)
    }

    /// The last way ends well with another status than usual.
    pub fn answering(mut self, done: u16) -> Self {
        self.ways.last_mut().expect("a way").done = done;
        self
    }

    pub fn on(self, target: Target) -> Self {
        Self { target, ..self }
    }

    pub fn giving(self, role: &'static str) -> Self {
        Self { giving: Some(role), ..self }
    }

    pub fn by_link(self) -> Self {
        Self { by_link: true, ..self }
    }

    pub fn named(self, named: &'static str) -> Self {
        Self { named, ..self }
    }

    pub fn only_answers(self) -> Self {
        Self { only_answers: true, ..self }
    }

    /// Whether what is done goes on record. What needs nothing is not always somebody's.
    pub fn changes_something(&self, way: &Way) -> bool {
        way.method != Method::GET && !self.only_answers && self.needs != Needs::Nothing
    }

    fn way(mut self, route: &'static str, surface: Surface, body: Body, done: u16) -> Self {
        let (method, path) = route.split_once(' ').expect("a method and a path");
        self.ways.push(Way { method: method.parse().expect("a method"), path, surface, body, done });
        self
    }
}

impl Way {
    /// The route as the router lists it.
    pub fn template(&self) -> &'static str {
        self.path.split('?').next().unwrap_or_default()
    }
}
