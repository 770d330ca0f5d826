//! Who is asking, in one statement: every request begins with it, and each statement costs a round trip. Written out because
//! it is the same text every time, and nothing has to be built.

use jiff::Timestamp;
use sea_orm::{
    ConnectionTrait, FromQueryResult, QueryResult, Value,
    prelude::{DateTimeUtc, Uuid},
};
use tenantry_app::ports::{Principal, SessionRow, StorageError, TokenHash};
use tenantry_domain::{
    AccountId, UserId,
    account::AccountPath,
    permission::{Authority, Grant, Standing},
    user::UserStatus,
};

use super::{padded, placeholders, query};
use crate::{
    entities::{
        grants::{self, JoinedGrant},
        roles::role_columns,
        sessions,
    },
    error::{StoredRow, storage_error},
    times,
};

/// One row a grant. `$who` picks the users, as `u`; `$columns` and `$joins` add to it. `line` is a home account and all above it.
macro_rules! principals {
    ($who:expr, $columns:expr, $joins:expr) => {
        concat!(
            "SELECT u.id AS user_id, u.account_id, u.display_name, u.login_local, u.login_domain, u.status AS user_status,
                u.removed_at, home.path AS home_path, c.must_change,
                EXISTS (
                    WITH RECURSIVE line (parent_id, status) AS (
                        SELECT home.parent_id, home.status
                        UNION ALL SELECT a.parent_id, a.status FROM line JOIN accounts a ON a.id = line.parent_id
                    ) SELECT 1 FROM line WHERE status <> 'active'
                ) AS account_suspended,
                g.role AS grant_role, g.starts_at AS grant_starts_at, g.ends_at AS grant_ends_at, anchor.path AS anchor_path,
                ",
            role_columns!(),
            $columns,
            " FROM users u
            JOIN accounts home ON home.id = u.account_id AND home.removed_at IS NULL
            LEFT JOIN credentials c ON c.user_id = u.id
            LEFT JOIN grants g ON g.user_id = u.id
            LEFT JOIN accounts anchor ON anchor.id = g.anchor_id AND anchor.removed_at IS NULL
            LEFT JOIN roles r ON r.id = g.role_id",
            $joins,
            " WHERE ",
            $who,
            " ORDER BY u.id",
        )
    };
}

pub(super) const BY_ID: &str = principals!("u.id = $1", "", "");
pub(super) const BY_SESSION: &str = principals!(
    "s.token_hash = $1",
    ", s.id AS session_id, s.token_hash AS session_token_hash, s.user_id AS session_user_id, s.kind AS session_kind,
    s.created_at AS session_created_at, s.last_seen_at AS session_last_seen_at, s.expires_at AS session_expires_at,
    s.active_account_id AS session_active_account_id, s.address AS session_address, s.user_agent AS session_user_agent",
    " JOIN sessions s ON s.user_id = u.id"
);
/// `{ids}` stands for a list.
const BY_IDS: &str = principals!("u.id IN ({ids})", "", "");

const GRANT_HOLDERS: &str = "SELECT u.id FROM users u
    JOIN accounts home ON home.id = u.account_id AND home.removed_at IS NULL
    JOIN grants g ON g.user_id = u.id
    JOIN accounts anchor ON anchor.id = g.anchor_id AND anchor.removed_at IS NULL
    WHERE g.anchor_id IN ({ids})
        AND (g.starts_at IS NULL OR g.starts_at <= $1) AND (g.ends_at IS NULL OR g.ends_at > $1)
        AND u.status = 'active' AND u.removed_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM accounts above
            WHERE above.status <> 'active' AND above.path = substr(home.path, 1, length(above.path)))
    GROUP BY u.id ORDER BY MAX(length(anchor.path)) DESC, u.id LIMIT $2";

#[derive(Debug, FromQueryResult)]
struct PrincipalRow {
    user_id: Uuid,
    account_id: Uuid,
    display_name: String,
    login_local: String,
    login_domain: String,
    user_status: String,
    removed_at: Option<DateTimeUtc>,
    home_path: Vec<u8>,
    account_suspended: bool,
    must_change: Option<bool>,
    #[sea_orm(nested)]
    grant: JoinedGrant,
}

pub(crate) async fn find<C: ConnectionTrait>(
    conn: &C,
    user_id: UserId,
    now: Timestamp,
) -> Result<Option<Principal>, StorageError> {
    let rows = query(conn, BY_ID, [user_id.uuid().into()]).await?;
    Ok(read(&rows, now)?.pop())
}

pub(super) async fn find_session<C: ConnectionTrait>(
    conn: &C,
    token_hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<SessionRow>, StorageError> {
    let rows = query(conn, BY_SESSION, [token_hash.0.to_vec().into()]).await?;
    let (Some(first), Some(principal)) = (rows.first(), read(&rows, now)?.pop()) else { return Ok(None) };
    let session = sessions::Model::from_query_result(first, "session_").map_err(storage_error)?.into_session()?;
    Ok(Some(SessionRow { session, principal }))
}

pub(super) async fn list_grant_holders<C: ConnectionTrait>(
    conn: &C,
    account: &AccountPath,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Principal>, StorageError> {
    let anchors = padded(account.iter().map(AccountId::uuid));
    let fixed = [Value::from(times::to_column(now)), Value::from(i64::from(limit))];
    let sql = GRANT_HOLDERS.replace("{ids}", &placeholders(3, anchors.len()));
    let nearest_first = query(conn, &sql, fixed.into_iter().chain(anchors.into_iter().map(Value::from))).await?;
    let ids = nearest_first.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<Uuid>, _>>();
    let ids = ids.map_err(storage_error)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = padded(ids.iter().copied());
    let sql = BY_IDS.replace("{ids}", &placeholders(1, wanted.len()));
    let mut holders = read(&query(conn, &sql, wanted.into_iter().map(Value::from)).await?, now)?;
    holders.sort_by_key(|holder| ids.iter().position(|id| *id == holder.user_id.uuid()));
    Ok(holders)
}

fn read(rows: &[QueryResult], now: Timestamp) -> Result<Vec<Principal>, StorageError> {
    let rows = rows.iter().map(|row| PrincipalRow::from_query_result(row, "")).collect::<Result<Vec<_>, _>>();
    let mut rows = rows.map_err(storage_error)?.into_iter().peekable();
    let mut principals = Vec::new();
    while let Some(mut user) = rows.next() {
        let mut grants: Vec<Grant> = user.take_grant()?.into_iter().collect();
        while let Some(mut same) = rows.next_if(|row| row.user_id == user.user_id) {
            grants.extend(same.take_grant()?);
        }
        principals.push(user.into_principal(grants, now)?);
    }
    Ok(principals)
}

impl PrincipalRow {
    fn take_grant(&mut self) -> Result<Option<Grant>, StorageError> {
        std::mem::take(&mut self.grant).into_grant(self.user_id)
    }

    fn standing(&self) -> Result<Standing, StorageError> {
        let status = StoredRow::new("users", self.user_id).read("status", UserStatus::parse(&self.user_status))?;
        Ok(match (self.removed_at, status, self.account_suspended) {
            (Some(_), _, _) => Standing::Removed,
            (None, UserStatus::Suspended, _) => Standing::Suspended,
            (None, UserStatus::Active, true) => Standing::AccountSuspended,
            (None, UserStatus::Active, false) => Standing::Active,
        })
    }

    fn into_principal(self, mut grants: Vec<Grant>, now: Timestamp) -> Result<Principal, StorageError> {
        let standing = self.standing()?;
        let home =
            StoredRow::new("accounts", self.account_id).read("path", AccountPath::from_bytes(&self.home_path))?;
        grants::sort(&mut grants, &home);
        Ok(Principal {
            user_id: UserId::new(self.user_id),
            display_name: self.display_name,
            login_name: format!("{}@{}", self.login_local, self.login_domain),
            authority: Authority::new(standing, home, grants, now),
            must_change_password: self.must_change.unwrap_or(false),
        })
    }
}
