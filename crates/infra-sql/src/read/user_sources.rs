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

/// What an index finds users by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Letters in what is searched.
    Text,
    /// That a system beside this one does not know them yet.
    Provisioning,
    /// That they are suspended, or removed.
    State,
    /// Any grant of the role.
    Role,
}

impl Source {
    /// Those that tell of what a filter asks for, whichever is likely to have less to tell first. PostgreSQL has statistics and sees to all
    /// but texts by itself.
    pub(super) fn of(filter: &UserFilter, backend: DbBackend) -> Vec<Self> {
        let text = filter.text.as_ref().map(|_| Self::Text);
        if backend != DbBackend::Sqlite {
            return text.into_iter().collect();
        }
        let provisioning = filter.provisioning.filter(|state| *state != ProvisioningState::Provisioned);
        let state = filter.state.filter(|state| *state != UserState::Active);
        let others = [provisioning.map(|_| Self::Provisioning), state.map(|_| Self::State)];
        others.into_iter().chain([text, filter.role.map(|_| Self::Role)]).flatten().collect()
    }

    /// Whether it tells of few users.
    pub(super) async fn has_few<C: ConnectionTrait>(self, conn: &C, filter: &UserFilter) -> Result<bool, StorageError> {
        if self == Self::Text {
            return user_search::is_rare(conn, &text(filter)).await;
        }
        let mut some = self.select(conn.get_database_backend(), filter);
        some.expr(Expr::val(1)).limit(FEW);
        Ok(count(conn, some).await? < FEW)
    }

    /// Selects from those it tells of, under the name of the table. Some may not be asked for after all.
    pub(super) fn select(self, backend: DbBackend, filter: &UserFilter) -> SelectStatement {
        if self == Self::Text {
            return user_search::select_found(backend, &text(filter));
        }
        let told = match self {
            Self::Text => None,
            // These two stand in the conditions of indexes in just these words.
            Self::Provisioning => Some(Expr::cust("\"users\".\"provisioning_state\" <> 'provisioned'")),
            Self::State if filter.state == Some(UserState::Suspended) => {
                Some(Expr::cust("\"users\".\"status\" = 'suspended'"))
            }
            Self::State => Some(Column::RemovedAt.is_not_null()),
            Self::Role => filter.role.map(|role| Column::Id.in_subquery(role_holders::holding(role))),
        };
        Query::select().from(Entity).and_where_option(told).take()
    }
}

/// The text asked for, in lower case as what is searched.
fn text(filter: &UserFilter) -> String {
    filter.text.as_deref().unwrap_or_default().to_lowercase()
}
