//! One's own profile.

mod edit_own_profile;
mod me;

pub use edit_own_profile::{EditOwnProfile, EditOwnProfileInput};
pub use me::{Me, describe_me};
