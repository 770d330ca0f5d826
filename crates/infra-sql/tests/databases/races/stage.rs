//! The platform the calls are made on.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement, TransactionTrait, Value};
use tenantry_app::{
    Actor, App, UseCaseError,
    accounts::{ChangeAccountStatus, CompanyInput, CreateAccountInput, MoveAccount, RemoveAccount},
    testing::TestPlatform,
    users::{AddressInput, GrantInput, SetGrantsInput},
};
use tenantry_domain::{
    AccountId, UserId,
    account::{AccountKind, AccountPath, AccountStatus},
    permission::BuiltInRole,
};
use uuid::Uuid;

use super::{
    calls::{Call, Change},
    model::{Ended, Node, ROOT, Tree},
};
use crate::support::Fresh;

pub struct Stage {
    p: TestPlatform,
    raw: DatabaseConnection,
    ids: BTreeMap<String, AccountId>,
    /// One for each call, so that the audit log tells them apart.
    bosses: Vec<UserId>,
    delegate: UserId,
    given_to: UserId,
}

impl Stage {
    pub async fn new(fresh: &Fresh) -> Self {
        let p = fresh.platform().await;
        let mut bosses = Vec::new();
        for _ in 0..4 {
            bosses.push(p.user(p.northwind, BuiltInRole::FullAccess).await);
        }
        let delegate = p.user(p.contoso, BuiltInRole::FullAccess).await;
        let given_to = p.user(p.northwind, BuiltInRole::NoAccess).await;
        let adatum = p.add_account(p.northwind, AccountKind::Reseller, "Adatum").await;
        let known = [
            (ROOT, p.northwind),
            ("Contoso", p.contoso),
            ("Fabrikam", p.fabrikam),
            ("Litware", p.litware),
            ("Adatum", adatum.id()),
            ("Tailspin", p.tailspin),
            ("Proseware", p.proseware),
        ];
        let ids = known.map(|(name, id)| (name.to_owned(), id)).into_iter().collect();
        Self { p, raw: fresh.raw().await, ids, bosses, delegate, given_to }
    }

    fn statement(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(self.raw.get_database_backend(), sql, values)
    }

    fn path(&self, tree: &Tree, name: &str) -> AccountPath {
        let mut from_root = tree.line(name).into_iter().rev().map(|name| self.ids[&name]);
        let root = AccountPath::root(from_root.next().unwrap());
        from_root.fold(root, |path, id| path.child(id))
    }

    /// Puts the accounts where this tree has them, and forgets what was created.
    pub async fn reset(&self, tree: &Tree) {
        let txn = self.raw.begin().await.unwrap();
        let mut statements = vec![
            self.statement("DELETE FROM grants WHERE user_id = $1 AND role = 'user'", [self.given_to.uuid().into()]),
            self.statement("DELETE FROM accounts WHERE name = 'Wingtip' OR name LIKE 'Woodgrove %'", []),
            // Paths are unique at every moment.
            self.statement("UPDATE accounts SET path = CAST(id AS {bytes}) WHERE parent_id IS NOT NULL", []),
        ];
        let cast = if self.raw.get_database_backend() == sea_orm::DbBackend::Postgres {
            "decode(replace(id::text, '-', ''), 'hex')"
        } else {
            "id"
        };
        statements[2].sql = statements[2].sql.replace("CAST(id AS {bytes})", cast);
        let sql = "UPDATE accounts SET parent_id = $1, path = $2, status = 'active', removed_at = NULL, \
                   removed_with = NULL WHERE id = $3";
        for (name, node) in tree.nodes.iter().filter(|(name, _)| *name != ROOT) {
            let parent = self.ids[node.parent.as_ref().unwrap()].uuid();
            let path = self.path(tree, name).to_bytes();
            statements.push(self.statement(sql, [parent.into(), path.into(), self.ids[name].uuid().into()]));
        }
        for statement in statements {
            txn.execute_raw(statement).await.unwrap();
        }
        txn.commit().await.unwrap();
    }

    /// Makes the calls at once; what each came to.
    pub async fn run(&self, round: u64, calls: &[Call]) -> Vec<Ended> {
        let since = Uuid::from_u128(self.p.app.new_id().as_u128());
        let mut ready = Vec::new();
        for (call, boss) in calls.iter().zip(&self.bosses) {
            let caller = if call.is_delegate { self.delegate } else { *boss };
            ready.push((caller, self.p.actor(caller).await, self.made(call, round)));
        }
        let start = |(caller, actor, made): (UserId, Actor, Made)| {
            let app = Arc::clone(&self.p.app);
            (caller, tokio::spawn(async move { made.make(&app, &actor).await }))
        };
        let running: Vec<_> = ready.into_iter().map(start).collect();
        let mut ended = Vec::new();
        for (caller, call) in running {
            ended.push((caller, call.await.unwrap()));
        }
        let log = self.logged(since).await;
        ended.into_iter().map(|(caller, answer)| judge(&answer, log.get(&caller).map(String::as_str))).collect()
    }

    /// Who was recorded with which outcome.
    async fn logged(&self, since: Uuid) -> BTreeMap<UserId, String> {
        let statement = self.statement("SELECT actor_id, outcome FROM audit_entries WHERE id > $1", [since.into()]);
        let rows = self.raw.query_all_raw(statement).await.unwrap();
        let read = |row: &QueryResult| {
            (UserId::new(row.try_get("", "actor_id").unwrap()), row.try_get("", "outcome").unwrap())
        };
        rows.iter().map(read).collect()
    }

    fn made(&self, call: &Call, round: u64) -> Made {
        let id = |name: &String| self.ids[name];
        match &call.change {
            Change::Move { account, parent } => {
                Made::Move(MoveAccount { account_id: id(account), parent_id: id(parent) })
            }
            Change::Suspend(account) => Made::Suspend(ChangeAccountStatus {
                account_id: id(account),
                status: AccountStatus::Suspended,
                expected_version: None,
            }),
            Change::Remove(account) => {
                Made::Remove(RemoveAccount { account_id: id(account), cascade: true, expected_version: None })
            }
            Change::Create { parent, name } => Made::Create(id(parent), Box::new(reseller(name, round))),
            Change::Give(account) => Made::Give(self.given_to, [self.p.northwind, id(account)]),
        }
    }

    /// The tree as it is stored, having looked whether it is one.
    pub async fn tree(&self) -> Tree {
        let all = "SELECT id, parent_id, path, name, kind, status, removed_with FROM accounts";
        let rows = self.raw.query_all_raw(self.statement(all, [])).await.unwrap();
        let name_of: BTreeMap<Uuid, String> =
            rows.iter().map(|row| (row.try_get("", "id").unwrap(), row.try_get("", "name").unwrap())).collect();
        let mut tree = Tree::default();
        let mut paths = BTreeMap::new();
        for row in &rows {
            let named = |column| row.try_get::<Option<Uuid>>("", column).unwrap().map(|id| name_of[&id].clone());
            let node = Node {
                parent: named("parent_id"),
                is_customer: row.try_get::<String>("", "kind").unwrap() == "customer",
                is_suspended: row.try_get::<String>("", "status").unwrap() == "suspended",
                removed_with: named("removed_with"),
            };
            let id: Uuid = row.try_get("", "id").unwrap();
            paths.insert(id, AccountPath::from_bytes(&row.try_get::<Vec<u8>>("", "path").unwrap()).unwrap());
            tree.nodes.insert(name_of[&id].clone(), node);
        }
        for (id, path) in paths {
            let line: Vec<String> = path.iter().map(|id| name_of[&id.uuid()].clone()).collect();
            let mut above = tree.line(&name_of[&id]);
            above.reverse();
            assert_eq!(line, above, "the path says the same as the parents");
        }
        let anchors = self.statement(
            "SELECT anchor_id FROM grants WHERE user_id = $1 AND role = 'user'",
            [self.given_to.uuid().into()],
        );
        let anchors = self.raw.query_all_raw(anchors).await.unwrap();
        tree.given = anchors
            .iter()
            .map(|row| name_of[&row.try_get::<Uuid>("", "anchor_id").unwrap()].clone())
            .collect::<BTreeSet<_>>();
        tree
    }
}

/// What was recorded is what happened: of a change that is done the caller may hear that it is gone, if somebody removed it
/// before it could be shown.
fn judge(answer: &Result<(), UseCaseError>, recorded: Option<&str>) -> Ended {
    match (answer, recorded) {
        (Ok(()) | Err(UseCaseError::Denied(_)), Some("done")) => Ended::Done,
        (Err(UseCaseError::Denied(_)), Some("refused"))
        | (Err(UseCaseError::Conflict(_) | UseCaseError::Invalid(_) | UseCaseError::NotSignedIn), None) => {
            Ended::Refused
        }
        // Nothing had to be done, and perhaps then it could not be shown.
        (Ok(()) | Err(UseCaseError::Denied(_)), None) => Ended::Nothing,
        unexpected => panic!("no call ends with {unexpected:?}"),
    }
}

/// A call with everything it needs.
enum Made {
    Move(MoveAccount),
    Suspend(ChangeAccountStatus),
    Remove(RemoveAccount),
    Create(AccountId, Box<CreateAccountInput>),
    Give(UserId, [AccountId; 2]),
}

impl Made {
    async fn make(self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        match self {
            Self::Move(call) => call.execute(app, actor).await.map(|_| ()),
            Self::Suspend(call) => call.execute(app, actor).await.map(|_| ()),
            Self::Remove(call) => call.execute(app, actor).await,
            Self::Create(parent, input) => input.parse()?.execute(app, actor, parent).await.map(|_| ()),
            Self::Give(user_id, anchors) => {
                let roles = ["no_access", "user"].into_iter().zip(anchors);
                let grants = roles.map(|(role, anchor)| GrantInput {
                    role: Some(role.to_owned()),
                    anchor_account_id: Some(anchor.to_string()),
                    ..GrantInput::default()
                });
                let input = SetGrantsInput { grants: grants.collect() };
                input.parse()?.execute(app, actor, user_id, None).await.map(|_| ())
            }
        }
    }
}

fn reseller(name: &str, round: u64) -> CreateAccountInput {
    let line = |text: &str| Some(text.to_owned());
    CreateAccountInput {
        kind: line("reseller"),
        name: line(name),
        company: CompanyInput {
            phone: line("(425) 555-0100"),
            address: Some(AddressInput {
                country: line("US"),
                state: line("WA"),
                city: line("Redmond"),
                postal_code: line("98052"),
                street: line("1 Main St"),
            }),
        },
        primary_domain: Some(format!("{}-{round}.example", name.to_lowercase().replace(' ', "-"))),
        ..CreateAccountInput::default()
    }
}
