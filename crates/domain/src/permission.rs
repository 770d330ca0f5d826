//! Who may do what, where.
//!
//! A permission is a cell of scope × resource × action. A role is a matrix of cells, a grant ties a user to a role at an
//! anchor account, and an [`Authority`] is what all of one user's grants give right now. It answers whether something is
//! allowed and why ([`Authority::decide`]), what would allow it ([`additions`]), which matrix is in effect at an account
//! ([`Authority::effective_at`]), who may do something there ([`who_may`]), and whether the user holds everything that a role
//! or another user holds ([`Authority::may_grant`], [`Authority::covers_all`]).
//!
//! There are two ways to ask, with the same answers: by [account paths](crate::account::AccountPath), which need nothing else,
//! and through an [index of the whole tree](crate::account::AccountIndex) ([`Authority::on`]).
//!
//! Everything here is generic over what is governed: a service brings an enum of resources ([`ResourceKind`]) and its roles
//! ([`Grantable`]); the platform's [`Resource`] and [`Role`] are the defaults.
//!
//! Grants unite; there are no deny rules. Nothing here allocates while deciding.

mod action;
mod authority;
mod coverage;
mod custom_role;
mod decide;
mod explain;
mod grant;
mod held;
mod indexed;
mod matrix;
mod resource;
mod role;
mod scope;

pub use action::Action;
pub use authority::{Authority, Reach, Standing};
pub use coverage::Ungrantable;
pub use custom_role::{CustomRole, MissingViews, Role, RoleDefinition, RoleKey, RoleName};
pub use decide::{Allowed, Decision, Denial};
pub use explain::{Addition, additions, who_may, who_may_on};
pub use grant::{Grant, Grantable};
pub use indexed::IndexedAuthority;
pub use matrix::{Cell, Permission, PermissionMatrix};
pub use resource::{Resource, ResourceKind};
pub use role::{BuiltInRole, RoleFamily};
pub use scope::Scope;
