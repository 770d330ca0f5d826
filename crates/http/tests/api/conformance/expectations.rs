//! What must come of it: from what is needed, who asks, and where the thing stands. The rules, without the code.

use super::operations::{Needs, Oneself, Operation, Surface, Way};
use crate::{
    requirements::{ROLES, Relation, covers, edits_own_profile, holds, views_account},
    support::Answer,
};

/// Who asks. Everybody is of Contoso; those who are no role would hold everything there, were it not for what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Role(&'static str),
    Anonymous,
    Suspended,
    OfASuspendedAccount,
    SessionOver,
    MustChangePassword,
}

/// How it ends, whatever the surface calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Done,
    /// Seen, but not allowed.
    Refused,
    /// Not there, or not in view.
    Hidden,
    MustSignIn,
    MustChangePassword,
    /// A page for who is not signed in, and a way on for who is.
    SentOn,
    Other,
}

/// Who asks, where the thing stands, and which role the user has whom it is about.
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    pub who: Who,
    pub relation: Relation,
    pub rank: &'static str,
}

impl Who {
    pub fn all() -> Vec<Self> {
        let others =
            [Self::Anonymous, Self::Suspended, Self::OfASuspendedAccount, Self::SessionOver, Self::MustChangePassword];
        ROLES.into_iter().map(Self::Role).chain(others).collect()
    }
}

/// All that can make a difference. The role of a user does so only where the superior guard is asked.
pub fn scenes(operation: &Operation) -> Vec<Scene> {
    let of = |who| relations(operation.needs).iter().flat_map(move |&relation| at(operation, who, relation));
    Who::all().into_iter().flat_map(of).collect()
}

fn relations(needs: Needs) -> &'static [Relation] {
    use Relation::{Child, Foreign, Grandchild, Oneself, Own, Parent, Sibling, Unknown};
    match needs {
        // Somebody else's name or link, far from what happens to the one who asks.
        Needs::Nothing | Needs::NoSession => &[Sibling],
        Needs::Session | Needs::AnySession | Needs::OwnProfile => &[Oneself],
        // Whoever removed the account of the one who asks has sent that one away.
        Needs::AtRemovedAccount(_) => &[Child, Grandchild, Sibling, Foreign, Unknown],
        Needs::Account | Needs::AtAccount(_) | Needs::AtAccountOrBelow(_) | Needs::OverRole(_) => {
            &[Own, Child, Grandchild, Parent, Sibling, Foreign, Unknown]
        }
        Needs::OwnSession | Needs::OverUser(..) => {
            &[Oneself, Own, Child, Grandchild, Parent, Sibling, Foreign, Unknown]
        }
    }
}

fn at(operation: &Operation, who: Who, relation: Relation) -> impl Iterator<Item = Scene> {
    let ranks: &[&'static str] = match (operation.needs, who) {
        (Needs::OverUser(permission, _), Who::Role(role))
            if relation != Relation::Oneself
                && permission != "users.view"
                && operation.giving.is_none()
                && holds(permission, role, relation) =>
        {
            &ROLES
        }
        _ => &["no_access"],
    };
    ranks.iter().map(move |&rank| Scene { who, relation, rank })
}

pub fn expected(operation: &Operation, scene: Scene) -> Verdict {
    use Who::{Anonymous, MustChangePassword, OfASuspendedAccount, Role, SessionOver, Suspended};
    match (operation.needs, scene.who) {
        (Needs::NoSession, Role(_) | MustChangePassword) => Verdict::SentOn,
        (Needs::Nothing | Needs::NoSession, _) => Verdict::Done,
        (_, Anonymous | Suspended | OfASuspendedAccount | SessionOver) => Verdict::MustSignIn,
        (Needs::AnySession, _) => Verdict::Done,
        (_, MustChangePassword) => Verdict::MustChangePassword,
        (needs, Role(role)) => of_role(needs, operation.giving, role, scene),
    }
}

fn of_role(needs: Needs, giving: Option<&str>, role: &str, scene: Scene) -> Verdict {
    let relation = scene.relation;
    let covered = giving.is_none_or(|given| covers(role, given, relation));
    let at_account = |held: bool| verdict(views_account(role, relation), held && covered);
    match needs {
        Needs::Nothing | Needs::NoSession | Needs::Session | Needs::AnySession => Verdict::Done,
        Needs::OwnProfile => verdict(true, edits_own_profile(role)),
        Needs::OwnSession => verdict(relation == Relation::Oneself, true),
        Needs::Account => at_account(true),
        Needs::AtAccount(permission) => at_account(holds(permission, role, relation)),
        Needs::AtRemovedAccount(permission) => {
            let held = holds(permission, role, relation);
            verdict(held, held)
        }
        Needs::AtAccountOrBelow(permission) => {
            let is_own = relation == Relation::Own;
            at_account(holds(permission, role, relation) || is_own && holds(permission, role, Relation::Child))
        }
        Needs::OverRole(permission) => verdict(holds("users.view", role, relation), holds(permission, role, relation)),
        Needs::OverUser(permission, oneself) if relation == Relation::Oneself => {
            let allowed = match oneself {
                Oneself::Always => true,
                Oneself::Never => false,
                Oneself::AsOthers => holds(permission, role, relation),
            };
            // The role one has is not changed by giving it.
            verdict(true, allowed && giving.is_none_or(|given| given == role))
        }
        Needs::OverUser(permission, _) => {
            let is_guarded = permission != "users.view";
            let allowed = holds(permission, role, relation) && (!is_guarded || covers(role, scene.rank, relation));
            verdict(holds("users.view", role, relation), allowed && covered)
        }
    }
}

fn verdict(in_view: bool, allowed: bool) -> Verdict {
    match (in_view, allowed) {
        (false, _) => Verdict::Hidden,
        (true, false) => Verdict::Refused,
        (true, true) => Verdict::Done,
    }
}

/// What an answer says.
pub fn observed(operation: &Operation, way: &Way, answer: &Answer) -> Verdict {
    // The way out leads to sign-in, and that is where it is to lead.
    if operation.needs == Needs::Nothing && answer.status == way.done {
        return Verdict::Done;
    }
    let location = answer.header("location").unwrap_or_default();
    let asked_for_password = || answer.value()["code"] == "password-change-required";
    match (way.surface, answer.status) {
        (Surface::Json, 401) => Verdict::MustSignIn,
        (Surface::Json, 403) if asked_for_password() => Verdict::MustChangePassword,
        (Surface::Page, 303) if location.starts_with("/console/sign-in") => Verdict::MustSignIn,
        (Surface::Page, 303) if location == "/console/password" => Verdict::MustChangePassword,
        (_, status) if status == way.done => Verdict::Done,
        (_, 403) => Verdict::Refused,
        (_, 404) => Verdict::Hidden,
        (Surface::Page, 303) => Verdict::SentOn,
        _ => Verdict::Other,
    }
}
