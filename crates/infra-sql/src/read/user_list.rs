//! The list of users.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, ExprTrait, FromQueryResult, Value,
    prelude::{DateTimeUtc, Uuid},
    sea_query::{Expr, Query, SelectStatement},
};
use tenantry_app::ports::{Page, PageKey, StorageError, UserFilter, UserRow, UserSort, UserState};
use tenantry_domain::{
    UserId,
    account::AccountPath,
    permission::{BuiltInRole, RoleKey},
    user::{ProvisioningState, UserStatus},
};

use super::{
    column, containing, contains, padded,
    paging::{self, Window},
    regions::Region,
    user_ways::{Way, choose_way_further, choose_way_to_find, users_and_accounts, with_accounts},
};
use crate::{
    entities::{
        accounts, credentials, grants,
        roles::{self, JoinedRole},
        users::{self, Column},
    },
    error::{StoredRow, storage_error},
    times,
};

/// So many users are read in their order, which took 34 ms, before those are found who may be few.
const FIRST: u64 = 20_000;

#[derive(Debug, FromQueryResult)]
struct ListedUser {
    id: Uuid,
    path: Vec<u8>,
    name: String,
    login_local: String,
    login_domain: String,
    login_key: String,
    display_name: String,
    name_key: String,
    email: String,
    status: String,
    removed_at: Option<DateTimeUtc>,
    role: Option<String>,
    #[sea_orm(nested(prefix = "role_"))]
    custom_role: Option<JoinedRole>,
    provisioning_state: String,
    must_change: Option<bool>,
    image: Option<String>,
    last_sign_in_at: Option<DateTimeUtc>,
    created_at: DateTimeUtc,
}

pub(super) async fn list<C: ConnectionTrait>(conn: &C, filter: &UserFilter) -> Result<Page<UserRow>, StorageError> {
    let region = Region::within(&filter.visible, &filter.account, filter.subtree);
    let window = Window::new(&filter.start, filter.descending, filter.limit);
    let bound = window.bound().map(|key| bound_value(filter.sort, &key.value));
    let is_absurd = filter.text.as_deref().is_some_and(|text| text.contains('\0')) || bound == Some(None);
    if region.is_empty() || is_absurd {
        return Ok(paging::empty());
    }
    let bound = bound.flatten();
    let pick = async |window: &Window<'_>, way| {
        let query = build(conn.get_database_backend(), filter, &region, (window, bound.clone()), way);
        conn.query_all(&query).await.map_err(storage_error)
    };
    let rows = match choose_way_to_find(conn, &region, filter).await? {
        Way::FirstInOrder => {
            let last = find_last_of_first(conn, filter.sort, (&window, bound.clone())).await?;
            let are_all = last.is_none();
            let first = pick(&window.until(last), Way::InOrder).await?;
            let is_page = are_all || window.is_full(first.len());
            if is_page { first } else { pick(&window, choose_way_further(conn, filter).await?).await? }
        }
        way => pick(&window, way).await?,
    };
    let rows = rows.iter().map(|row| {
        let row = ListedUser::from_query_result(row, "").map_err(storage_error)?;
        Ok((row.key(filter.sort), row.into_row()?))
    });
    Ok(window.page(rows.collect::<Result<_, StorageError>>()?))
}

const fn sort_column(sort: UserSort) -> &'static str {
    match sort {
        UserSort::Name => "name_key",
        UserSort::LoginName => "login_key",
        UserSort::Created => "created_at",
    }
}

/// What is sorted by, and the id, out of an index or else not.
fn keys(sort: UserSort, indexed: bool) -> (Expr, Expr) {
    (column("users", sort_column(sort), indexed), column("users", "id", indexed))
}

/// How far the first users in their order go, if there are more.
async fn find_last_of_first<C: ConnectionTrait>(
    conn: &C,
    sort: UserSort,
    (window, bound): (&Window<'_>, Option<Value>),
) -> Result<Option<(Value, Uuid)>, StorageError> {
    let (key, id) = keys(sort, true);
    let mut last = Query::select();
    last.expr(key.clone()).expr(id.clone()).from(users::Entity);
    window.narrow(&mut last, (&key, &id), bound);
    window.sort(&mut last, (&key, &id));
    let Some(row) = conn.query_one(last.limit(1).offset(FIRST)).await.map_err(storage_error)? else { return Ok(None) };
    let value = match sort {
        UserSort::Created => row.try_get_by_index::<DateTimeUtc>(0).map(Value::from),
        UserSort::Name | UserSort::LoginName => row.try_get_by_index::<String>(0).map(Value::from),
    };
    let last = value.and_then(|value| Ok((value, row.try_get_by_index(1)?)));
    last.map(Some).map_err(storage_error)
}

/// A key's value as its column holds it; `None` if it cannot be one.
fn bound_value(sort: UserSort, text: &str) -> Option<Value> {
    match sort {
        UserSort::Created => text.parse().ok().map(|instant| times::to_column(instant).into()),
        UserSort::Name | UserSort::LoginName => (!text.contains('\0')).then(|| text.into()),
    }
}

/// Ids first, which indexes alone tell, then everything about those few.
pub(super) fn build(
    backend: DbBackend,
    filter: &UserFilter,
    region: &Region,
    (window, bound): (&Window<'_>, Option<Value>),
    way: Way,
) -> SelectStatement {
    let (mut picked, in_order) = match way {
        Way::Found(source) => (with_accounts(source.select(backend, filter)), backend != DbBackend::Sqlite),
        _ => (users_and_accounts(way), true),
    };
    let (key, id) = keys(filter.sort, in_order);
    let text = filter.text.as_deref().map(str::to_lowercase);
    picked
        .column((users::Entity, Column::Id))
        .cond_where(conditions(backend, filter))
        .and_where_option(text.map(|text| holds_text(backend, &text)));
    match region.single_accounts() {
        Some(ids) if way == Way::ByAccount => picked.cond_where(is_in_live(ids)),
        _ => {
            let is_live = Expr::col((accounts::Entity, accounts::Column::RemovedAt)).is_null();
            picked.cond_where(region.holds(&column("accounts", "path", true))).and_where(is_live)
        }
    };
    window.narrow(&mut picked, (&key, &id), bound);
    window.sort(&mut picked, (&key, &id));
    let mut query = Query::select();
    // A cross join is carried out in the order written, on SQLite.
    query
        .from_subquery(picked, "picked")
        .cross_join(users::Entity)
        .and_where(Expr::col((users::Entity, Column::Id)).equals(("picked", Column::Id)));
    select_shown(&mut query);
    window.sort(&mut query, (&key, &id));
    query
}

fn holds_text(backend: DbBackend, text: &str) -> Expr {
    let own = Expr::col((users::Entity, Column::SearchText));
    if backend == DbBackend::Sqlite { contains(backend, own, text) } else { own.like(containing(text)) }
}

/// Whether a user is in one of these accounts, and it was not removed. Which ones were is found out once, not for each user, and
/// leaves the users in the order of the index.
pub(super) fn is_in_live(account_ids: Vec<Uuid>) -> Condition {
    let ids = padded(account_ids);
    let removed = Query::select()
        .column(accounts::Column::Id)
        .from(accounts::Entity)
        .and_where(accounts::Column::Id.is_in(ids.clone()))
        .and_where(accounts::Column::RemovedAt.is_not_null())
        .take();
    Condition::all().add(Column::AccountId.is_in(ids)).add(Column::AccountId.not_in_subquery(removed))
}

fn select_shown(query: &mut SelectStatement) {
    let user = |column| (users::Entity, column);
    let base_grant = Condition::all()
        .add(Expr::col((grants::Entity, grants::Column::UserId)).equals(user(Column::Id)))
        .add(Expr::col((grants::Entity, grants::Column::AnchorId)).equals(user(Column::AccountId)));
    let shown = [
        Column::Id,
        Column::LoginLocal,
        Column::LoginDomain,
        Column::LoginKey,
        Column::DisplayName,
        Column::NameKey,
        Column::Email,
        Column::Status,
        Column::RemovedAt,
        Column::ProvisioningState,
        Column::Image,
        Column::LastSignInAt,
        Column::CreatedAt,
    ];
    query
        .columns(shown.map(user))
        .columns([accounts::Column::Path, accounts::Column::Name].map(|column| (accounts::Entity, column)))
        .column((grants::Entity, grants::Column::Role))
        .column((credentials::Entity, credentials::Column::MustChange))
        .inner_join(
            accounts::Entity,
            Expr::col((accounts::Entity, accounts::Column::Id)).equals(user(Column::AccountId)),
        )
        .left_join(grants::Entity, base_grant)
        .left_join(
            roles::Entity,
            Expr::col((roles::Entity, roles::Column::Id)).equals((grants::Entity, grants::Column::RoleId)),
        )
        .left_join(
            credentials::Entity,
            Expr::col((credentials::Entity, credentials::Column::UserId)).equals(user(Column::Id)),
        );
    for (column, name) in JoinedRole::COLUMNS {
        query.expr_as(Expr::col((roles::Entity, column)), name);
    }
}

fn conditions(backend: DbBackend, filter: &UserFilter) -> Condition {
    // SQLite might else take the index of suspended users, whatever way was chosen.
    let status = |status: UserStatus| column("users", "status", backend != DbBackend::Sqlite).eq(status.key());
    let state = match filter.state {
        None => Condition::all().add(Column::RemovedAt.is_null()),
        Some(UserState::Active) => Condition::all().add(Column::RemovedAt.is_null()).add(status(UserStatus::Active)),
        Some(UserState::Suspended) => {
            Condition::all().add(Column::RemovedAt.is_null()).add(status(UserStatus::Suspended))
        }
        Some(UserState::Removed) => Condition::all().add(Column::RemovedAt.is_not_null()),
    };
    Condition::all()
        .add(state)
        .add_option(filter.role.map(has_base_role))
        .add_option(filter.provisioning.map(|state| Column::ProvisioningState.eq(state.key())))
}

fn has_base_role(role: RoleKey) -> Expr {
    let user = |column| (users::Entity, column);
    let grant = Query::select()
        .expr(Expr::val(1))
        .from(grants::Entity)
        .and_where(Expr::col((grants::Entity, grants::Column::UserId)).equals(user(Column::Id)))
        .and_where(Expr::col((grants::Entity, grants::Column::AnchorId)).equals(user(Column::AccountId)))
        .cond_where(grants::gives(role))
        .take();
    Expr::exists(grant)
}

impl ListedUser {
    fn key(&self, sort: UserSort) -> PageKey {
        let value = match sort {
            UserSort::Name => self.name_key.clone(),
            UserSort::LoginName => self.login_key.clone(),
            UserSort::Created => times::from_column(self.created_at).to_string(),
        };
        PageKey { value, id: self.id }
    }

    fn into_row(self) -> Result<UserRow, StorageError> {
        let row = StoredRow::new("users", self.id);
        let status = row.read("status", UserStatus::parse(&self.status))?;
        let role = match self.role {
            Some(role) => grants::read_role(&role, self.custom_role, self.id)?,
            None => BuiltInRole::NoAccess.into(),
        };
        Ok(UserRow {
            id: UserId::new(self.id),
            account: StoredRow::new("accounts", self.id).read("path", AccountPath::from_bytes(&self.path))?,
            account_name: self.name,
            login_name: format!("{}@{}", self.login_local, self.login_domain),
            display_name: self.display_name,
            email: self.email,
            state: users::state(self.removed_at.is_some(), status),
            role,
            provisioning: row.read("provisioning_state", ProvisioningState::parse(&self.provisioning_state))?,
            has_password: self.must_change.is_some(),
            must_change_password: self.must_change.unwrap_or(false),
            image: self.image,
            last_sign_in_at: self.last_sign_in_at.map(times::from_column),
            created_at: times::from_column(self.created_at),
        })
    }
}
