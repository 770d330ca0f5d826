//! Identifiers. Each kind has its own type, so that an account can never be passed where a user is meant.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use crate::InvalidValue;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        ///
        /// ```
        #[doc = concat!("use tenantry_domain::", stringify!($name), ";")]
        #[doc = concat!("let id: ", stringify!($name), " = \"0195a0b0-0000-7000-8000-000000000001\".parse()?;")]
        /// assert_eq!(id.to_string(), "0195a0b0-0000-7000-8000-000000000001");
        #[doc = concat!("assert!(\"1\".parse::<", stringify!($name), ">().is_err());")]
        /// # Ok::<(), tenantry_domain::InvalidValue>(())
        /// ```
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID; new ones are version 7 and come from the id port.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID itself, for storage.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidValue::Malformed { expected: "an id (a UUID)" })
            }
        }
    )+};
}

ids! {
    /// An account: a node of the tree.
    AccountId,
    /// A user.
    UserId,
    /// A custom role.
    RoleId,
    /// A signed-in session.
    SessionId,
    /// A password link.
    PasswordLinkId,
    /// A message in the outbox.
    MailId,
    /// A provisioning job.
    ProvisioningJobId,
}
