//! F7: the database restarts, in order and not, and cuts connections, while two nodes work.

use std::{thread, time::Duration};

use crate::{
    amount::{amount, tell},
    cluster::Cluster,
    place::Place,
    two_nodes::while_people_work,
};

/// How long people work between two restarts.
const WORKED_FOR: Duration = Duration::from_millis(1500);
/// And between two back ends that are killed.
const PAUSE: Duration = Duration::from_millis(100);

const KILL_ONE: &str = "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity \
    WHERE application_name = 'tenantry' ORDER BY random() LIMIT 1) AS one";

#[test]
fn restarts_of_the_database_lose_nothing_and_are_over_when_it_is_back() {
    let restarts = amount(4, 100);
    let modes = ["fast", "immediate"].into_iter().cycle();
    let cluster = Cluster::start();
    let mut recovery = Duration::ZERO;
    let figures = while_people_work(&Place::on_server(&cluster.url), |nodes| {
        for (_, mode) in (0..restarts).zip(modes) {
            cluster.control(&["restart", "-m", mode]);
            recovery = recovery.max(nodes.await_health());
            thread::sleep(WORKED_FOR);
        }
    });
    let done = format!("{restarts} × pg_ctl restart -m fast and immediate, 2 nodes");
    tell("F7", &done, &format!("{figures}; healthy ≤ {} ms after the database", recovery.as_millis()));
}

#[test]
fn back_ends_that_are_killed_lose_nothing() {
    let kills = amount(20, 600);
    let cluster = Cluster::start();
    let figures = while_people_work(&Place::on_server(&cluster.url), |nodes| {
        for _ in 0..kills {
            cluster.query(KILL_ONE);
            thread::sleep(PAUSE);
        }
        nodes.await_health();
    });
    tell("F7", &format!("{kills} back ends killed, 2 nodes"), &figures);
}
