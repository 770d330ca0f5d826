//! Who holds a role.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, ExprTrait, FromQueryResult, Order,
    prelude::{DateTimeUtc, Uuid},
    sea_query::{Expr, Query, SelectStatement},
};
use tenantry_app::ports::{HolderFilter, HolderRow, StorageError};
use tenantry_domain::{UserId, account::AccountPath, permission::RoleKey};

use super::{
    column, count,
    regions::Region,
    user_list,
    user_ways::{self, MANY_USERS, users_and_accounts},
};
use crate::{
    entities::{
        accounts, grants,
        users::{self, Column},
    },
    error::{StoredRow, storage_error},
    times,
};

/// How the users are picked. PostgreSQL has statistics and decides for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// All that hold the role, sorted: few.
    ByRole,
    /// As in the list of users, skipping those without the role.
    AsListed(user_ways::Way),
}

#[derive(Debug, FromQueryResult)]
struct Holder {
    id: Uuid,
    display_name: String,
    login_local: String,
    login_domain: String,
    image: Option<String>,
    home_name: String,
    anchor_path: Vec<u8>,
    anchor_name: String,
    starts_at: Option<DateTimeUtc>,
    ends_at: Option<DateTimeUtc>,
}

pub(super) async fn list<C: ConnectionTrait>(conn: &C, filter: &HolderFilter) -> Result<Vec<HolderRow>, StorageError> {
    let region = Region::within(&filter.visible, &filter.account, true);
    if region.is_empty() {
        return Ok(Vec::new());
    }
    let way = choose_way(conn, &region, filter.role).await?;
    let rows = conn.query_all(&build(filter, &region, way)).await.map_err(storage_error)?;
    rows.iter().map(|row| Holder::from_query_result(row, "").map_err(storage_error)?.into_row()).collect()
}

async fn choose_way<C: ConnectionTrait>(conn: &C, region: &Region, role: RoleKey) -> Result<Way, StorageError> {
    if conn.get_database_backend() == DbBackend::Sqlite {
        let some = holding(role).limit(MANY_USERS).take();
        if count(conn, some).await? < MANY_USERS {
            return Ok(Way::ByRole);
        }
    }
    Ok(Way::AsListed(user_ways::choose_way(conn, region).await?))
}

/// The ids of those who hold a role.
pub(super) fn holding(role: RoleKey) -> SelectStatement {
    Query::select()
        .column((grants::Entity, grants::Column::UserId))
        .from(grants::Entity)
        .cond_where(grants::gives(role))
        .take()
}

/// First which users, then their grants of the role and what is shown of them. Everyone picked has a grant, so that as many
/// users as rows are enough.
pub(super) fn build(filter: &HolderFilter, region: &Region, way: Way) -> SelectStatement {
    let user = |column| Expr::col((users::Entity, column));
    let limit = u64::from(filter.limit);
    // A cross join is carried out in the order written, on SQLite.
    let mut query = Query::select();
    query
        .from_subquery(picked(filter, region, way).limit(limit).take(), "picked")
        .cross_join(users::Entity)
        .and_where(user(Column::Id).equals(("picked", Column::Id)));
    select_shown(&mut query, filter.role);
    query
        .order_by((users::Entity, Column::NameKey), Order::Asc)
        .order_by((users::Entity, Column::Id), Order::Asc)
        .order_by_expr(grants::Column::AnchorId.into_expr().ne(user(Column::AccountId)), Order::Asc)
        .order_by(("anchor", accounts::Column::Path), Order::Asc)
        .limit(limit);
    query
}

fn picked(filter: &HolderFilter, region: &Region, way: Way) -> SelectStatement {
    // Out of an index in order, or else not in the order of an index.
    let (mut picked, in_order) = match way {
        Way::ByRole => {
            let mut picked = users_and_accounts(user_ways::Way::InOrder);
            picked.and_where(Column::Id.in_subquery(holding(filter.role)));
            (picked, false)
        }
        Way::AsListed(way) => {
            let has_role = Expr::col((grants::Entity, grants::Column::UserId)).equals((users::Entity, Column::Id));
            let mut picked = users_and_accounts(way);
            picked.and_where(Expr::exists(holding(filter.role).and_where(has_role).take()));
            (picked, true)
        }
    };
    match (way, region.single_accounts()) {
        (Way::AsListed(user_ways::Way::ByAccount), Some(ids)) => picked.cond_where(user_list::is_in_live(ids)),
        _ => {
            let is_live = Expr::col((accounts::Entity, accounts::Column::RemovedAt)).is_null();
            picked.cond_where(region.holds(&column("accounts", "path", in_order))).and_where(is_live)
        }
    };
    picked
        .column((users::Entity, Column::Id))
        .and_where(Column::RemovedAt.is_null())
        .order_by_expr(column("users", "name_key", in_order), Order::Asc)
        .order_by_expr(column("users", "id", in_order), Order::Asc)
        .take()
}

fn select_shown(query: &mut SelectStatement, role: RoleKey) {
    let grant = |column| (grants::Entity, column);
    let is_account = |alias: &'static str| Expr::col((alias, accounts::Column::Id));
    let held = Condition::all()
        .add(Expr::col(grant(grants::Column::UserId)).equals((users::Entity, Column::Id)))
        .add(grants::gives(role));
    let shown = [Column::Id, Column::DisplayName, Column::LoginLocal, Column::LoginDomain, Column::Image];
    query
        .columns(shown.map(|column| (users::Entity, column)))
        .columns([grants::Column::StartsAt, grants::Column::EndsAt].map(grant))
        .expr_as(Expr::col(("home", accounts::Column::Name)), "home_name")
        .expr_as(Expr::col(("anchor", accounts::Column::Path)), "anchor_path")
        .expr_as(Expr::col(("anchor", accounts::Column::Name)), "anchor_name")
        .inner_join(grants::Entity, held)
        .join_as(
            sea_orm::JoinType::InnerJoin,
            accounts::Entity,
            "home",
            is_account("home").equals((users::Entity, Column::AccountId)),
        )
        .join_as(
            sea_orm::JoinType::InnerJoin,
            accounts::Entity,
            "anchor",
            is_account("anchor").equals(grant(grants::Column::AnchorId)),
        );
}

impl Holder {
    fn into_row(self) -> Result<HolderRow, StorageError> {
        let anchor = AccountPath::from_bytes(&self.anchor_path);
        Ok(HolderRow {
            user_id: UserId::new(self.id),
            display_name: self.display_name,
            login_name: format!("{}@{}", self.login_local, self.login_domain),
            image: self.image,
            account_name: self.home_name,
            anchor: StoredRow::new("accounts", self.id).read("path", anchor)?,
            anchor_name: self.anchor_name,
            starts_at: self.starts_at.map(times::from_column),
            ends_at: self.ends_at.map(times::from_column),
        })
    }
}
