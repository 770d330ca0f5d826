//! Running traces.

use std::{cell::RefCell, collections::BTreeMap};

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tokio::runtime;

use crate::{
    facts::Facts,
    held::Cells,
    log::replay,
    rules::{check, coalition, is_monotone},
    step::{Step, What, traces},
    world::{Stage, World},
};

/// How many traces all parts make together, unless the environment says otherwise.
const TRACES: u32 = 10_000;
const PARTS: u32 = 8;

/// How often each kind of step was made, and how often it was done.
type Counts = BTreeMap<What, (u32, u32)>;

#[expect(
    clippy::disallowed_methods,
    reason = "whoever runs the tests says how many traces, and no configuration is read here"
)]
fn traces_of_a_part() -> u32 {
    let all = std::env::var("TENANTRY_TRACES").ok().map(|count| count.parse().expect("a number of traces"));
    all.unwrap_or(TRACES).div_ceil(PARTS)
}

async fn run(stage: &Stage, steps: &[Step], counts: &RefCell<Counts>) -> Result<(), String> {
    let mut world = stage.begin(steps[0].choice[1] % 2 == 1);
    let mut before = world.facts();
    for step in steps {
        let done = world.make(*step, &before).await?;
        let after = world.facts();
        {
            let mut counts = counts.borrow_mut();
            let count = counts.entry(step.what).or_default();
            *count = (count.0 + 1, count.1 + u32::from(done.allowed));
        }
        // Time alone may change what is in effect, but nothing else.
        before.now = after.now;
        check(&before, &after, &done).map_err(|why| format!("{why} by {step:?}"))?;
        if step.what == What::EditRole {
            is_monotone(&before, &after, compared(&before, &after))?;
        }
        before = after;
    }
    finish(&world)
}

fn finish(world: &World<'_>) -> Result<(), String> {
    let end = world.facts();
    coalition(&world.stage.start, &end, &world.acted, &world.inherited)?;
    replay(world, &end)
}

/// Whether every role that changed became more, and whether every one became less.
fn compared(before: &Facts, after: &Facts) -> (bool, bool) {
    let cells = |facts: &Facts| -> Vec<Cells> {
        facts.people.values().flat_map(|person| &person.grants).map(|given| given.cells).collect()
    };
    let pairs: Vec<_> = cells(before).into_iter().zip(cells(after)).collect();
    let is_within = |less: Cells, more: Cells| less.own & !more.own == 0 && less.child & !more.child == 0;
    (pairs.iter().all(|(was, is)| is_within(*was, *is)), pairs.iter().all(|(was, is)| is_within(*is, *was)))
}

/// A part of all traces: the same ones every time, and more of them if more are asked for.
fn part(number: u8) {
    let runtime = runtime::Builder::new_current_thread().build().unwrap();
    let stage = runtime.block_on(Stage::new());
    let counts = RefCell::new(Counts::new());
    let config =
        Config { cases: traces_of_a_part(), failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[number; 32]);
    let outcome = TestRunner::new_with_rng(config, rng)
        .run(&traces(), |steps| runtime.block_on(run(&stage, &steps, &counts)).map_err(TestCaseError::fail));
    if let Err(why) = outcome {
        panic!("{why}");
    }
    let counts = counts.into_inner();
    println!("made, done: {counts:?}");
    let is_exercised = |(what, (made, done)): (&What, &(u32, u32))| *made < 500 || *done > 0 || !is_change(*what);
    assert!(counts.iter().all(is_exercised), "some steps are never done: {counts:?}");
}

const fn is_change(what: What) -> bool {
    !matches!(what, What::Wait | What::SignIn | What::UseSession | What::Explain | What::RedeemLink)
}

#[test]
fn traces_part_1() {
    part(1);
}

#[test]
fn traces_part_2() {
    part(2);
}

#[test]
fn traces_part_3() {
    part(3);
}

#[test]
fn traces_part_4() {
    part(4);
}

#[test]
fn traces_part_5() {
    part(5);
}

#[test]
fn traces_part_6() {
    part(6);
}

#[test]
fn traces_part_7() {
    part(7);
}

#[test]
fn traces_part_8() {
    part(8);
}
