use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, ExprTrait, IntoActiveModel, Iterable, JoinType, ModelTrait, PaginatorTrait,
    QueryFilter,
    prelude::Uuid,
    sea_query::{Expr, Func, InsertStatement, OnConflict, Query, SelectStatement},
};
use tenantry_app::ports::{InsertedUser, Principal, StorageError, UserRecord, UserRepository};
use tenantry_domain::{
    AccountId, UserId,
    account::AccountPath,
    permission::{BuiltInRole, Grant},
    user::{ProvisioningState, User, UserStatus},
};

use super::{accounts::ids_in, execute, purges};
use crate::{
    entities::{accounts, grants, mail_outbox, password_links, reserved_login_names, roles, sessions, users},
    error::{storage_error, storage_error_of_checked_update},
    read::{self, principals},
    times,
    unit_of_work::SqlUnitOfWork,
};

#[async_trait]
impl UserRepository for SqlUnitOfWork {
    async fn find_principal(&self, user_id: UserId, now: Timestamp) -> Result<Option<Principal>, StorageError> {
        principals::find(self, user_id, now).await
    }

    async fn find(&self, user_id: UserId) -> Result<Option<UserRecord>, StorageError> {
        let found = read::users::find(self, users::Column::Id.eq(user_id.uuid())).await?;
        Ok(found.map(|found| found.record))
    }

    async fn find_by_login_key(&self, login_key: &str) -> Result<Option<UserRecord>, StorageError> {
        if login_key.contains('\0') {
            return Ok(None);
        }
        let found = read::users::find(self, users::Column::LoginKey.eq(login_key)).await?;
        Ok(found.map(|found| found.record))
    }

    async fn insert(
        &self,
        user: &User,
        base_grant: &Grant,
        given_by: Option<UserId>,
        created_at: Timestamp,
    ) -> Result<InsertedUser, StorageError> {
        if execute(self, &insert_unless_taken(&users::Model::new(user, created_at))?).await? == 0 {
            return Ok(InsertedUser::LoginNameTaken);
        }
        let grant = grants::Model::new(user.id, base_grant, given_by, created_at).into_active_model();
        self.insert_later(grants::Entity::insert(grant));
        Ok(InsertedUser::Inserted)
    }

    async fn update(
        &self,
        user: &User,
        version: i64,
        updated_at: Timestamp,
    ) -> Result<Option<InsertedUser>, StorageError> {
        let (id, login_key) = (user.id.uuid(), user.login_name.key());
        let reserved = reserved(&login_key);
        let taken = Query::select()
            .expr(Expr::val(1))
            .from_as(users::Entity, "other")
            .and_where(Expr::col(("other", users::Column::LoginKey)).eq(login_key))
            .and_where(Expr::col(("other", users::Column::Id)).ne(id))
            .take();
        let updated = users::Entity::update_many()
            .set(users::Model::replacement(user, version + 1, updated_at))
            .filter(users::Column::Id.eq(id))
            .filter(users::Column::Version.eq(version))
            .filter(Expr::exists(taken).not())
            .filter(Expr::exists(reserved).not())
            .exec(self)
            .await
            .map_err(storage_error_of_checked_update)?;
        if updated.rows_affected == 1 {
            return Ok(Some(InsertedUser::Inserted));
        }
        let is_current = users::Entity::find_by_id(id).filter(users::Column::Version.eq(version)).count(self);
        Ok((is_current.await.map_err(storage_error)? == 1).then_some(InsertedUser::LoginNameTaken))
    }

    async fn replace_grants(
        &self,
        user_id: UserId,
        grants: &[Grant],
        given_by: UserId,
        given_at: Timestamp,
    ) -> Result<(), StorageError> {
        use grants::{Column, Entity, Model};
        let of_user = Column::UserId.eq(user_id.uuid());
        let stored = Entity::find().filter(of_user.clone()).all(self).await.map_err(storage_error)?;
        let wanted: Vec<Model> =
            grants.iter().map(|grant| Model::new(user_id, grant, Some(given_by), given_at)).collect();
        let is_among = |row: &Model, others: &[Model]| others.iter().any(|other| other.gives_the_same(row));
        let gone: Vec<Uuid> = stored.iter().filter(|row| !is_among(row, &wanted)).map(|row| row.anchor_id).collect();
        if !gone.is_empty() {
            let gone = Entity::delete_many().filter(of_user).filter(Column::AnchorId.is_in(read::padded(gone)));
            gone.exec(self).await.map_err(storage_error)?;
        }
        let new = wanted.into_iter().filter(|row| !is_among(row, &stored)).map(IntoActiveModel::into_active_model);
        let new: Vec<_> = new.collect();
        if !new.is_empty() {
            Entity::insert_many(new).exec_without_returning(self).await.map_err(storage_error)?;
        }
        Ok(())
    }

    async fn count_other_administrators(
        &self,
        account_id: AccountId,
        except: UserId,
        now: Timestamp,
    ) -> Result<u64, StorageError> {
        users::Entity::find()
            .filter(users::Column::Id.in_subquery(administrators_for_good(account_id, now)))
            .filter(users::Column::Id.ne(except.uuid()))
            .filter(users::Column::Status.eq(UserStatus::Active.key()))
            .filter(users::Column::RemovedAt.is_null())
            .filter(Expr::exists(live_home()))
            .filter(Expr::exists(suspended_line()).not())
            .count(self)
            .await
            .map_err(storage_error)
    }

    async fn list_with_grants_outside(&self, account: &AccountPath) -> Result<Vec<UserRecord>, StorageError> {
        let outside = holders(Expr::col(grants::Column::AnchorId).not_in_subquery(ids_in(account)));
        self.list_live(users::Column::AccountId.in_subquery(ids_in(account)), outside).await
    }

    async fn list_with_grants_inside(&self, account: &AccountPath) -> Result<Vec<UserRecord>, StorageError> {
        let inside = holders(Expr::col(grants::Column::AnchorId).in_subquery(ids_in(account)));
        self.list_live(users::Column::AccountId.not_in_subquery(ids_in(account)), inside).await
    }

    async fn shut_out_subtree(&self, account: &AccountPath, at: Timestamp) -> Result<(), StorageError> {
        let inside = || {
            Query::select()
                .column(users::Column::Id)
                .from(users::Entity)
                .and_where(users::Column::AccountId.in_subquery(ids_in(account)))
                .take()
        };
        let sessions = sessions::Entity::delete_many().filter(sessions::Column::UserId.in_subquery(inside()));
        sessions.exec(self).await.map_err(storage_error)?;
        self.void_links(password_links::Column::UserId.in_subquery(inside()), at).await?;
        self.cancel_credentials_where(mail_outbox::Column::UserId.in_subquery(inside())).await?;
        Ok(())
    }

    async fn set_provisioning(
        &self,
        users: &[UserId],
        state: ProvisioningState,
        error: Option<&str>,
    ) -> Result<(), StorageError> {
        let change = users::ActiveModel {
            provisioning_state: Set(state.key().to_owned()),
            provisioning_error: Set(error.map(super::storable)),
            ..Default::default()
        };
        let ids = read::padded(users.iter().map(|user| user.uuid()));
        let update = users::Entity::update_many().set(change).filter(users::Column::Id.is_in(ids));
        update.exec(self).await.map_err(storage_error)?;
        Ok(())
    }

    async fn set_last_sign_in(&self, user_id: UserId, at: Timestamp) -> Result<(), StorageError> {
        let change = users::ActiveModel { last_sign_in_at: Set(Some(times::to_column(at))), ..Default::default() };
        self.change_user(user_id, change).await
    }

    async fn purge(&self, removed_before: Timestamp, limit: u64) -> Result<Vec<UserId>, StorageError> {
        self.purge_users(purges::users_removed_before(removed_before), limit).await
    }

    async fn purge_homed_in(&self, accounts: &[AccountId], limit: u64) -> Result<Vec<UserId>, StorageError> {
        self.purge_users(purges::users_homed_in(accounts), limit).await
    }
}

impl SqlUnitOfWork {
    async fn list_live(&self, is_home: Expr, holders: SelectStatement) -> Result<Vec<UserRecord>, StorageError> {
        let is_listed = is_home
            .and(users::Column::RemovedAt.is_null())
            .and(Expr::exists(live_home()))
            .and(users::Column::Id.in_subquery(holders));
        let found = read::users::list(self, is_listed).await?;
        Ok(found.into_iter().map(|details| details.record).collect())
    }

    async fn change_user(&self, user_id: UserId, change: users::ActiveModel) -> Result<(), StorageError> {
        let update = users::Entity::update_many().set(change).filter(users::Column::Id.eq(user_id.uuid()));
        update.exec(self).await.map_err(storage_error)?;
        Ok(())
    }
}

/// Who holds a grant of which this is true.
fn holders(is_held: Expr) -> SelectStatement {
    Query::select().column((grants::Entity, grants::Column::UserId)).from(grants::Entity).and_where(is_held).take()
}

/// A user's home account or one above it, if it is suspended. There are few such accounts, and an index of them.
fn suspended_line() -> SelectStatement {
    let above = |column| Expr::col(("above", column));
    let home = |column| Expr::col(("line_home", column));
    let start = Func::cust("substr").args([
        home(accounts::Column::Path),
        Expr::val(1),
        Func::cust("length").arg(above(accounts::Column::Path)).into(),
    ]);
    Query::select()
        .expr(Expr::val(1))
        .from_as(accounts::Entity, "above")
        .join_as(
            JoinType::InnerJoin,
            accounts::Entity,
            "line_home",
            home(accounts::Column::Id).equals((users::Entity, users::Column::AccountId)),
        )
        // Written out, as it stands in the condition of the index.
        .and_where(Expr::cust("\"above\".\"status\" <> 'active'"))
        .and_where(above(accounts::Column::Path).eq(Expr::from(start)))
        .take()
}

/// The home account of a user, unless it was removed.
fn live_home() -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(accounts::Entity)
        .and_where(
            Expr::col((accounts::Entity, accounts::Column::Id)).equals((users::Entity, users::Column::AccountId)),
        )
        .and_where(accounts::Column::RemovedAt.is_null())
        .take()
}

/// Inserts the row unless its login name is somebody's or reserved.
fn insert_unless_taken(row: &users::Model) -> Result<InsertStatement, StorageError> {
    let mut values = Query::select();
    for column in users::Column::iter() {
        values.expr(Expr::val(row.get(column)));
    }
    values.and_where(Expr::exists(reserved(&row.login_key)).not());
    let mut insert = Query::insert();
    insert.into_table(users::Entity).columns(users::Column::iter());
    insert.select_from(values).map_err(|error| StorageError::Unavailable(error.to_string()))?;
    insert.on_conflict(OnConflict::column(users::Column::LoginKey).do_nothing().to_owned());
    Ok(insert)
}

fn reserved(login_key: &str) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(reserved_login_names::Entity)
        .and_where(reserved_login_names::Column::LoginKey.eq(login_key))
        .take()
}

/// Whose grants are as [`Grant::administers_for_good`] says.
fn administrators_for_good(account_id: AccountId, now: Timestamp) -> SelectStatement {
    use grants::Column::{AnchorId, EndsAt, Role, RoleId, StartsAt, UserId};
    let administering = BuiltInRole::ALL.into_iter().filter(|role| role.matrix().administers_anchor());
    let role = Condition::any()
        .add(Role.is_in(administering.map(BuiltInRole::key)))
        .add(Expr::col((roles::Entity, roles::Column::Administers)).eq(true));
    Query::select()
        .column(UserId)
        .from(grants::Entity)
        .left_join(roles::Entity, Expr::col((roles::Entity, roles::Column::Id)).equals((grants::Entity, RoleId)))
        .and_where(AnchorId.eq(account_id.uuid()))
        .and_where(EndsAt.is_null())
        .cond_where(Condition::any().add(StartsAt.is_null()).add(StartsAt.lte(times::to_column(now))))
        .cond_where(role)
        .take()
}
