//! Who is asking, in one statement: every request begins with it, and each statement costs a round trip. Written out because
//! it is the same text every time, and nothing has to be built.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{
    ConnectionTrait, FromQueryResult, Value,
    prelude::{DateTimeUtc, Uuid},
};
use tenantry_app::ports::{Principal, Session, SessionRow, StorageError, TokenHash};
use tenantry_domain::{
    AccountId, UserId,
    account::AccountPath,
    permission::{Authority, Grant, Standing},
    user::UserStatus,
};

use super::{
    Group, by_key, padded, placeholders, query, query_ids,
    together::{Answers, Question},
};
use crate::{
    connect::Readers,
    entities::{grants, roles::role_columns, sessions},
    error::{StoredRow, storage_error},
    times,
};

/// One row a grant. `$key` says which users, as `u`, and the rows are in its order; `$columns` and `$joins` add to it. `line` is a home
/// account and all above it. `{ids}` stands for a list.
macro_rules! principals {
    ($key:literal, $columns:expr, $joins:expr) => {
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
            $key,
            " IN ({ids}) ORDER BY ",
            $key,
        )
    };
}

pub(super) const BY_IDS: &str = principals!("u.id", "", "");
pub(super) const BY_SESSIONS: &str = principals!(
    "s.token_hash",
    ", s.id AS session_id, s.token_hash AS session_token_hash, s.user_id AS session_user_id, s.kind AS session_kind,
    s.created_at AS session_created_at, s.last_seen_at AS session_last_seen_at, s.expires_at AS session_expires_at,
    s.active_account_id AS session_active_account_id, s.address AS session_address, s.user_agent AS session_user_agent",
    " JOIN sessions s ON s.user_id = u.id"
);

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

/// What each row of a user repeats.
#[derive(Debug, FromQueryResult)]
struct PersonRow {
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
}

/// A user with all grants, whether in effect or not.
#[derive(Debug, Clone)]
struct Person {
    user_id: UserId,
    display_name: String,
    login_name: String,
    standing: Standing,
    home: AccountPath,
    grants: Vec<Grant>,
    must_change_password: bool,
}

pub(crate) async fn find<C: ConnectionTrait>(
    conn: &C,
    user_id: UserId,
    now: Timestamp,
) -> Result<Option<Principal>, StorageError> {
    Ok(list(conn, [user_id.uuid()], now).await?.pop())
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
    let mut holders = list(conn, ids.iter().copied(), now).await?;
    holders.sort_by_key(|holder| ids.iter().position(|id| *id == holder.user_id.uuid()));
    Ok(holders)
}

/// By id.
async fn list<C: ConnectionTrait>(
    conn: &C,
    ids: impl IntoIterator<Item = Uuid>,
    now: Timestamp,
) -> Result<Vec<Principal>, StorageError> {
    let rows = query_ids(conn, BY_IDS, ids).await?;
    by_key::<Uuid>(&rows, "user_id")?.into_iter().map(|group| Ok(Person::read(&group)?.at(now))).collect()
}

/// Whose session has this token.
pub(super) struct WhoAsks(pub Readers);

/// A session with whose it is, before it is said at which time.
#[derive(Debug, Clone)]
pub(super) struct FoundSession {
    session: Session,
    person: Person,
}

#[async_trait]
impl Question for WhoAsks {
    type Key = TokenHash;
    type Answer = FoundSession;

    async fn ask(&self, hashes: &[TokenHash]) -> Result<Answers<Self>, StorageError> {
        let rows = query_ids(&self.0, BY_SESSIONS, hashes.iter().map(|hash| hash.0.to_vec())).await?;
        let mut found = Answers::<Self>::new();
        for group in by_key::<Vec<u8>>(&rows, "session_token_hash")? {
            let asked = hashes.iter().find(|hash| hash.0[..] == group.key[..]);
            found.extend(asked.map(|hash| (*hash, FoundSession::read(&group))));
        }
        Ok(found)
    }
}

impl FoundSession {
    fn read<K>(group: &Group<'_, K>) -> Result<Self, StorageError> {
        let session =
            sessions::Model::from_query_result(group.first, "session_").map_err(storage_error)?.into_session()?;
        Ok(Self { session, person: Person::read(group)? })
    }

    pub(super) fn at(self, now: Timestamp) -> SessionRow {
        SessionRow { session: self.session, principal: self.person.at(now) }
    }
}

impl PersonRow {
    fn standing(&self) -> Result<Standing, StorageError> {
        let status = StoredRow::new("users", self.user_id).read("status", UserStatus::parse(&self.user_status))?;
        Ok(match (self.removed_at, status, self.account_suspended) {
            (Some(_), _, _) => Standing::Removed,
            (None, UserStatus::Suspended, _) => Standing::Suspended,
            (None, UserStatus::Active, true) => Standing::AccountSuspended,
            (None, UserStatus::Active, false) => Standing::Active,
        })
    }
}

impl Person {
    /// From one row a grant.
    fn read<K>(group: &Group<'_, K>) -> Result<Self, StorageError> {
        let row = PersonRow::from_query_result(group.first, "").map_err(storage_error)?;
        let home = StoredRow::new("accounts", row.account_id).read("path", AccountPath::from_bytes(&row.home_path))?;
        let grants = grants::read_joined(group.rows, row.user_id, &home)?;
        Ok(Self {
            user_id: UserId::new(row.user_id),
            standing: row.standing()?,
            login_name: format!("{}@{}", row.login_local, row.login_domain),
            display_name: row.display_name,
            home,
            grants,
            must_change_password: row.must_change.unwrap_or(false),
        })
    }

    fn at(self, now: Timestamp) -> Principal {
        Principal {
            user_id: self.user_id,
            display_name: self.display_name,
            login_name: self.login_name,
            authority: Authority::new(self.standing, self.home, self.grants, now),
            must_change_password: self.must_change_password,
        }
    }
}
