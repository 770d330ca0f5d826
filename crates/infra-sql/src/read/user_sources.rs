//! Where few users are found who have what is asked for, so that not everybody has to be looked at.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend,
    sea_query::{Expr, Query, SelectStatement},
};
use tenantry_app::ports::{StorageError, UserFilter, UserState};
use tenantry_domain::user::ProvisioningState;

use super::{count, role_holders, user_search};
use crate::entities::users::{Column, Entity};

/// So many are few: all of them are looked at and sorted. To find and sort ten thousand by a text took 18 to 23 ms, whoever looks.
pub(super) const FEW: u64 = 12_000;

/// What a list may ask of those found. What it does not ask for is not looked up: SQLite reads it from the index alone.
const CANDIDATE: [Column; 9] = [
    Column::Id,
    Column::AccountId,
    Column::NameKey,
    Column::LoginKey,
    Column::SearchText,
    Column::Status,
    Column::RemovedAt,
    Column::ProvisioningState,
    Column::CreatedAt,
];

/// What an index finds users by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Letters in what is searched.
    Text,
    /// That a system beside this one does not know them yet. PostgreSQL has no such index.
    Provisioning,
    /// That they are suspended, or removed.
    State,
    /// Any grant of the role.
    Role,
}

impl Source {
    /// Those that tell of what a filter asks for, whichever is likely to have less to tell first.
    pub(super) fn of(filter: &UserFilter, backend: DbBackend) -> Vec<Self> {
        let is_told =
            |state: &ProvisioningState| backend == DbBackend::Sqlite && *state != ProvisioningState::Provisioned;
        let sources = [
            filter.provisioning.filter(is_told).map(|_| Self::Provisioning),
            filter.state.filter(|state| *state != UserState::Active).map(|_| Self::State),
            filter.text.as_ref().map(|_| Self::Text),
            filter.role.map(|_| Self::Role),
        ];
        sources.into_iter().flatten().collect()
    }

    /// Whether it tells of fewer users than so many.
    pub(super) async fn has_fewer<C: ConnectionTrait>(
        self,
        conn: &C,
        filter: &UserFilter,
        than: u64,
    ) -> Result<bool, StorageError> {
        let mut some = match (self, filter.role) {
            (Self::Text, _) => return user_search::has_fewer(conn, &text(filter), than).await,
            (Self::Role, Some(role)) => role_holders::holding(role),
            _ => Query::select().expr(Expr::val(1)).from(Entity).and_where_option(self.tells(filter)).take(),
        };
        Ok(count(conn, some.limit(than).take()).await? < than)
    }

    /// Selects from those it tells of, under the name of the table. Some may not be asked for after all.
    pub(super) fn select(self, backend: DbBackend, filter: &UserFilter) -> SelectStatement {
        match backend {
            _ if self == Self::Text => user_search::select_found(backend, &text(filter)),
            DbBackend::Sqlite => Query::select().from(Entity).and_where_option(self.tells(filter)).take(),
            _ => {
                let told = candidates().and_where_option(self.tells(filter)).offset(0).take();
                Query::select().from_subquery(told, Entity).take()
            }
        }
    }

    /// Of whom, unless by a text.
    fn tells(self, filter: &UserFilter) -> Option<Expr> {
        match self {
            Self::Text => None,
            // These two stand in the conditions of indexes in just these words.
            Self::Provisioning => Some(Expr::cust("\"users\".\"provisioning_state\" <> 'provisioned'")),
            Self::State if filter.state == Some(UserState::Suspended) => {
                Some(Expr::cust("\"users\".\"status\" = 'suspended'"))
            }
            Self::State => Some(Column::RemovedAt.is_not_null()),
            Self::Role => filter.role.map(|role| Column::Id.in_subquery(role_holders::holding(role))),
        }
    }
}

/// To be narrowed. On PostgreSQL with an offset, as the planner would else rather read all users in their order than sort those found.
pub(super) fn candidates() -> SelectStatement {
    Query::select().columns(CANDIDATE.map(|column| (Entity, column))).from(Entity).take()
}

/// The text asked for, in lower case as what is searched.
fn text(filter: &UserFilter) -> String {
    filter.text.as_deref().unwrap_or_default().to_lowercase()
}
