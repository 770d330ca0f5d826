//! Oneself.

use serde::Serialize;
use tenantry_app::{Actor, profile::Me};
use tenantry_domain::{AccountId, permission::Role};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{AccountBody, UserBody, visible_parent};

/// The signed-in person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me)]
#[serde(rename_all = "camelCase")]
pub struct MeBody {
    pub user: UserBody,
    /// The home account.
    pub account: AccountBody,
    /// The account one is working in.
    pub active_account_id: Uuid,
    /// The grants in effect.
    pub grants: Vec<MyGrantBody>,
    /// The cells held at each anchor of a grant.
    pub permissions: Vec<MyPermissionsBody>,
    /// Whether the own profile may be edited.
    pub may_edit_profile: bool,
}

/// A grant in effect.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MyGrant)]
#[serde(rename_all = "camelCase")]
pub struct MyGrantBody {
    /// The key of a built-in role, or a custom role's id.
    pub role: String,
    /// The role in words.
    pub role_name: String,
    pub anchor_account_id: Uuid,
}

/// What is held at one account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MyPermissions)]
#[serde(rename_all = "camelCase")]
pub struct MyPermissionsBody {
    pub account_id: Uuid,
    /// Scope, resource and action: `own.users.view`.
    #[schema(example = json!(["own.users.view"]))]
    pub cells: Vec<String>,
}

impl MeBody {
    /// The person as that person may know it.
    pub fn new(me: &Me, actor: &Actor) -> Self {
        let parent_id = visible_parent(actor.authority(), &me.account.account.path);
        let grant = |(role, anchor): &(Role, AccountId)| MyGrantBody {
            role: role.key().to_string(),
            role_name: role.label().to_owned(),
            anchor_account_id: anchor.uuid(),
        };
        let permissions = me.permissions.iter().map(|(account_id, matrix)| MyPermissionsBody {
            account_id: account_id.uuid(),
            cells: matrix.cells().map(|cell| cell.to_string()).collect(),
        });
        Self {
            user: UserBody::from(&me.user),
            account: AccountBody::new(&me.account, parent_id),
            active_account_id: me.active_account_id.uuid(),
            grants: me.grants.iter().map(grant).collect(),
            permissions: permissions.collect(),
            may_edit_profile: me.may_edit_profile,
        }
    }
}
