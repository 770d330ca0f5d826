//! Filling an empty database in bulk, to try things at size: nobody is asked whether they may, and nothing is audited. The rows
//! are made by what makes them everywhere else.

use jiff::Timestamp;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, TransactionTrait};
use tenantry_app::ports::{Credential, StorageError};
use tenantry_domain::{
    account::Account,
    permission::Grant,
    user::{ProvisioningState, User},
};
use thiserror::Error;

use crate::{
    Database,
    entities::{accounts, credentials, domains, grants, users},
    error::storage_error,
    migrations::BEGIN_IMMEDIATE,
    read, times,
    write::domain_rows,
};

mod indexes;

/// The most values of one statement that both databases take.
const MOST_VALUES: usize = 32_000;
/// Why a provisioning failed, where it did.
const FAILURE: &str = "The service did not answer.";

/// A user with all that belongs to one.
#[derive(Debug, Clone)]
pub struct SeededUser {
    pub user: User,
    /// The base grant.
    pub grant: Grant,
    pub credential: Option<Credential>,
    pub provisioning: ProvisioningState,
    pub last_sign_in_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// Accounts, with when they were created, and users. An account stands in the batch of its users or before.
#[derive(Debug, Clone, Default)]
pub struct SeedBatch {
    pub accounts: Vec<(Account, Timestamp)>,
    pub users: Vec<SeededUser>,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeedProgress {
    /// So many of each stand there.
    Written { accounts: usize, users: usize },
    /// This index is being built.
    Indexing { index: usize, of: usize },
    /// All is there, and becomes durable.
    Committing,
}

/// The database was not filled; nothing in it changed.
#[derive(Debug, Error)]
pub enum SeedError {
    #[error("the database is not empty, and only an empty one is filled")]
    NotEmpty,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Database {
    /// Fills an empty database, in one transaction: all or nothing.
    ///
    /// # Errors
    /// [`SeedError`].
    pub async fn fill_without_audit(
        &self,
        batches: impl Iterator<Item = SeedBatch>,
        mut tell: impl FnMut(SeedProgress),
    ) -> Result<(), SeedError> {
        let txn = self.setup().begin_with_options(BEGIN_IMMEDIATE).await.map_err(storage_error)?;
        if !read::accounts::is_empty(&txn).await? {
            return Err(SeedError::NotEmpty);
        }
        let dropped = indexes::drop_all(&txn).await?;
        let (mut accounts, mut users) = (0, 0);
        for batch in batches {
            accounts += batch.accounts.len();
            users += batch.users.len();
            insert(&txn, batch).await?;
            tell(SeedProgress::Written { accounts, users });
        }
        for (place, index) in dropped.iter().enumerate() {
            tell(SeedProgress::Indexing { index: place + 1, of: dropped.len() });
            txn.execute_unprepared(index).await.map_err(storage_error)?;
        }
        tell(SeedProgress::Committing);
        txn.commit().await.map_err(storage_error)?;
        indexes::tidy_up(self.setup()).await?;
        Ok(())
    }
}

async fn insert<C: ConnectionTrait>(conn: &C, batch: SeedBatch) -> Result<(), StorageError> {
    let SeedBatch { accounts: created, users: people } = batch;
    let account_rows = created.iter().map(|(account, at)| accounts::Model::new(account, *at));
    insert_all::<accounts::Entity, _>(conn, account_rows.collect()).await?;
    let domain_rows = created.iter().flat_map(|(account, at)| domain_rows(account, *at));
    insert_all::<domains::Entity, _>(conn, domain_rows.collect()).await?;
    insert_all::<users::Entity, _>(conn, people.iter().map(user_row).collect()).await?;
    let grant_rows = people.iter().map(|new| grants::Model::new(new.user.id, &new.grant, None, new.created_at));
    insert_all::<grants::Entity, _>(conn, grant_rows.collect()).await?;
    let with_password = people.iter().filter_map(|new| Some((new.user.id, new.credential.as_ref()?)));
    let credential_rows = with_password.map(|(user_id, credential)| credentials::Model::new(user_id, credential));
    insert_all::<credentials::Entity, _>(conn, credential_rows.collect()).await
}

fn user_row(new: &SeededUser) -> users::Model {
    users::Model {
        provisioning_state: new.provisioning.key().to_owned(),
        provisioning_error: (new.provisioning == ProvisioningState::Failed).then(|| FAILURE.to_owned()),
        last_sign_in_at: new.last_sign_in_at.map(times::to_column),
        ..users::Model::new(&new.user, new.created_at)
    }
}

/// As few statements as the number of their values allows.
async fn insert_all<E, M>(conn: &impl ConnectionTrait, rows: Vec<M>) -> Result<(), StorageError>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
{
    let at_once = MOST_VALUES / E::Column::iter().count().max(1);
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
    while rows.peek().is_some() {
        let chunk: Vec<E::ActiveModel> = rows.by_ref().take(at_once).collect();
        E::insert_many(chunk).exec_without_returning(conn).await.map_err(storage_error)?;
    }
    Ok(())
}
