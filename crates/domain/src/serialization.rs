//! Permissions, roles and paths as other programs see them: by stable words and ids, never by numbers.
//!
//! | type | form |
//! |---|---|
//! | [`Action`], [`Scope`], [`Resource`], [`BuiltInRole`], [`RoleKey`] and the kinds and states of accounts and users | a stable word |
//! | [`Permission`], [`Cell`] | a name such as `users.view`, `own.users.view` |
//! | [`PermissionMatrix`] | a list of cell names |
//! | ids | a UUID |
//! | [`AccountPath`] | a list of ids, root first |
//! | [`Grant`](crate::permission::Grant) | an object; instants after RFC 3339, and absent for always or for ever |

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, SeqAccess, Unexpected, Visitor},
};

use crate::{
    AccountId,
    account::{AccountKind, AccountPath, AccountStatus},
    permission::{Action, BuiltInRole, Cell, Permission, PermissionMatrix, Resource, ResourceKind, RoleKey, Scope},
    user::{ProvisioningState, UserStatus},
};

/// Reads a text by a function that knows all there are.
struct Word<T> {
    expected: &'static str,
    find: fn(&str) -> Option<T>,
}

impl<T> Visitor<'_> for Word<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.find)(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self.expected))
    }
}

/// Types that are written as a text by the one function and read from it by the other; `@R` for those of any resources.
macro_rules! by_word {
    ($($(@$R:ident)? $type:ty, $expected:literal: $write:expr, $find:expr;)+) => {$(
        impl$(<$R: ResourceKind>)? Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&$write(*self))
            }
        }

        impl<'de $(, $R: ResourceKind)?> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Word { expected: $expected, find: $find })
            }
        }
    )+};
}

by_word! {
    Action, "view, add, edit or remove": Action::key, Action::find;
    Scope, "own or child": Scope::key, Scope::find;
    Resource, "a resource": Resource::key, Resource::find;
    BuiltInRole, "a built-in role": BuiltInRole::key, |text| BuiltInRole::parse(text).ok();
    RoleKey, "a built-in role or the id of a custom one": |key: RoleKey| key, |text| RoleKey::parse(text).ok();
    @R Permission<R>, "a permission such as `users.view`": |permission: Self| permission, Self::find;
    @R Cell<R>, "a cell such as `own.users.view`": |cell: Self| cell, Self::find;
    AccountKind, "platform, reseller or customer": AccountKind::key, |text| AccountKind::parse(text).ok();
    AccountStatus, "active or suspended": AccountStatus::key, |text| AccountStatus::parse(text).ok();
    UserStatus, "active or suspended": UserStatus::key, |text| UserStatus::parse(text).ok();
    ProvisioningState, "a provisioning state": ProvisioningState::key, |text| ProvisioningState::parse(text).ok();
}

impl<R: ResourceKind> Serialize for PermissionMatrix<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.cells())
    }
}

impl<'de, R: ResourceKind> Deserialize<'de> for PermissionMatrix<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Cells(PhantomData))
    }
}

/// Reads cell names into one integer, however many somebody sends.
struct Cells<R>(PhantomData<R>);

impl<'de, R: ResourceKind> Visitor<'de> for Cells<R> {
    type Value = PermissionMatrix<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of cells")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut cells: A) -> Result<Self::Value, A::Error> {
        let mut matrix = PermissionMatrix::EMPTY;
        while let Some(cell) = cells.next_element()? {
            matrix = matrix.with_cell(cell);
        }
        Ok(matrix)
    }
}

impl Serialize for AccountPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for AccountPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ids = Vec::<AccountId>::deserialize(deserializer)?;
        Self::from_ids(ids).ok_or_else(|| D::Error::invalid_length(0, &"the ids from the root down to an account"))
    }
}
