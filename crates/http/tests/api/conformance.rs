//! Every route, for everybody, about everything: the table says what a route needs, the product's rules what must come of it.
//!
//! A route that the router has and the table has not, fails. See `table.rs` for where to add one.

mod bodies;
mod detours;
mod expectations;
mod operations;
mod stage;
mod table;

use std::{collections::BTreeSet, future::Future};

use tokio::task::JoinSet;

use self::{
    detours::detours,
    expectations::{Scene, Verdict, Who, expected, observed, scenes},
    operations::{Needs, Operation, Way},
    stage::Stage,
    table::table,
};
use crate::requirements::{ROLES, Relation};

#[test]
fn the_table_has_the_routes_of_the_router() {
    let of_router: BTreeSet<String> =
        tenantry_http::routes().into_iter().map(|(method, path)| format!("{method} {path}")).collect();
    let table = table();
    let ways = table.iter().flat_map(|operation| &operation.ways);
    let of_table: BTreeSet<String> = ways.map(|way| format!("{} {}", way.method, way.template())).collect();
    let unlisted: Vec<_> = of_router.difference(&of_table).collect();
    let gone: Vec<_> = of_table.difference(&of_router).collect();
    assert!(unlisted.is_empty() && gone.is_empty(), "not in the table: {unlisted:#?}\nnot in the router: {gone:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_as_the_rules_say() {
    let cells = for_each_operation(|operation| async move {
        let (stage, mut found) = (Stage::set().await, Findings::default());
        for way in &operation.ways {
            for scene in scenes(operation) {
                play(&stage, operation, way, scene, &mut found).await;
                stage.clear();
            }
        }
        found
    })
    .await;
    assert!(cells > 5_000, "{cells} cells");
}

/// One cell: what is answered, and what is left behind.
async fn play(stage: &Stage, operation: &Operation, way: &Way, scene: Scene, found: &mut Findings) {
    let case = stage.case(operation, scene).await;
    let (stored, recorded) = (stage.stored(), stage.recorded());
    let answer = stage.send(way, &case).await;
    let (expected, observed) = (expected(operation, scene), observed(operation, way, &answer));
    found.cells += 1;
    let mut wrong = |what: String| {
        found.wrong.push(format!("{} {}, {scene:?}, giving {:?}: {what}", way.method, way.path, operation.giving));
    };
    if observed != expected {
        wrong(format!("{observed:?} ({}) and not {expected:?}", answer.status));
    }
    if expected != Verdict::Done && stage.stored().without_audit_log() != stored.without_audit_log() {
        wrong(format!("{expected:?}, but something was stored"));
    }
    // Changes and refused changes go on record. Who is not known, or has no session to act in, changes nothing.
    let is_attempt = matches!(expected, Verdict::Done | Verdict::Refused | Verdict::Hidden);
    if operation.changes_something(way) && is_attempt && stage.recorded() == recorded {
        wrong(format!("{expected:?}, but not on record"));
    }
}

/// Nobody sees a removed account, or anything in it, but by the list of those that can be restored.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_removed_with_its_account_is_as_good_as_gone() {
    let cells = for_each_operation(|operation| async move {
        let (stage, mut found) = (Stage::set().await, Findings::default());
        for way in &operation.ways {
            for scene in removed(operation) {
                try_removed(&stage, operation, way, scene, &mut found).await;
                stage.clear();
            }
        }
        found
    })
    .await;
    assert!(cells > 1_000, "{cells} cells");
}

async fn try_removed(stage: &Stage, operation: &Operation, way: &Way, scene: Scene, found: &mut Findings) {
    let case = stage.case(operation, scene).await;
    stage.remove_around(scene).await;
    let stored = stage.stored();
    let answer = stage.send(way, &case).await;
    found.cells += 1;
    if observed(operation, way, &answer) != Verdict::Hidden {
        found.wrong.push(format!("{} {}, {scene:?}, removed: {}", way.method, way.path, answer.status));
    }
    if stage.stored().without_audit_log() != stored.without_audit_log() {
        found.wrong.push(format!("{} {}, {scene:?}, removed: something was stored", way.method, way.path));
    }
}

/// Each role, about what stands below.
fn removed(operation: &Operation) -> Vec<Scene> {
    let is_about_accounts = matches!(
        operation.needs,
        Needs::Account | Needs::AtAccount(_) | Needs::AtAccountOrBelow(_) | Needs::OverUser(..) | Needs::OverRole(_)
    );
    let roles = ROLES.into_iter().filter(|_| is_about_accounts);
    let below = |role| {
        [Relation::Child, Relation::Grandchild].map(|relation| Scene {
            who: Who::Role(role),
            relation,
            rank: "no_access",
        })
    };
    roles.flat_map(below).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_spelling_of_a_path_leads_further() {
    let cells = for_each_operation(|operation| async move {
        let (stage, mut found) = (Stage::set().await, Findings::default());
        for way in operation.ways.iter().filter(|way| way.done < 400) {
            for scene in refused(operation) {
                try_detours(&stage, operation, way, scene, &mut found).await;
                stage.clear();
            }
        }
        found
    })
    .await;
    assert!(cells > 5_000, "{cells} cells");
}

async fn try_detours(stage: &Stage, operation: &Operation, way: &Way, scene: Scene, found: &mut Findings) {
    let case = stage.case(operation, scene).await;
    let stored = stage.stored();
    for (method, path) in detours(&way.method, &case.path(way)) {
        let answer = stage.send_to(&method, &path, way, &case).await;
        found.cells += 1;
        if observed(operation, way, &answer) == Verdict::Done || (200..300).contains(&answer.status) {
            found.wrong.push(format!("{method} {path}, {:?}: {}", scene.who, answer.status));
        }
    }
    if stage.stored().without_audit_log() != stored.without_audit_log() {
        found
            .wrong
            .push(format!("{} {}, spelled otherwise, {:?}: something was stored", way.method, way.path, scene.who));
    }
}

/// Nobody, and an administrator to whom it is foreign: those of them to whom it is refused.
fn refused(operation: &Operation) -> Vec<Scene> {
    let nobody = Scene { who: Who::Anonymous, relation: Relation::Own, rank: "no_access" };
    let stranger = Scene { who: Who::Role("full_access"), relation: Relation::Foreign, rank: "no_access" };
    [nobody, stranger].into_iter().filter(|scene| expected(operation, *scene) != Verdict::Done).collect()
}

#[derive(Default)]
struct Findings {
    cells: usize,
    wrong: Vec<String>,
}

/// Several at a time, each on a stage of its own. Tells all that was wrong, or how many cells were right.
async fn for_each_operation<F>(attempt: fn(&'static Operation) -> F) -> usize
where
    F: Future<Output = Findings> + Send + 'static,
{
    let table: &'static [Operation] = table().leak();
    let running: JoinSet<Findings> = table.iter().map(attempt).collect();
    let found = running.join_all().await;
    let wrong: Vec<&str> = found.iter().flat_map(|found| &found.wrong).map(String::as_str).collect();
    let cells = found.iter().map(|found| found.cells).sum();
    println!("{cells} cells");
    assert!(wrong.is_empty(), "{} of {cells} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    cells
}
