//! Who may do what, where.
//!
//! A permission is a cell of scope × resource × action. A role is a matrix of cells, a grant ties a user to a role at an
//! anchor account, and an [`Authority`] is what all of one user's grants give right now. It answers three questions:
//! whether something is allowed and why ([`Authority::decide`]), which matrix is in effect at an account
//! ([`Authority::effective_at`]), and whether the user holds everything that a role or another user holds
//! ([`Authority::missing`], [`Authority::covers_all`]).
//!
//! Grants unite; there are no deny rules. Nothing here allocates while deciding.

mod action;
mod authority;
mod coverage;
mod decide;
mod grant;
mod matrix;
mod resource;
mod role;
mod scope;

pub use action::Action;
pub use authority::{Authority, Reach, Standing};
pub use decide::{Allowed, Decision, Denial};
pub use grant::Grant;
pub use matrix::{Cell, Permission, PermissionMatrix};
pub use resource::Resource;
pub use role::{BuiltInRole, RoleFamily};
pub use scope::Scope;
