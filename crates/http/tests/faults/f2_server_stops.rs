//! F2: PostgreSQL stops at once, as after a loss of power: it finds out from its log what was committed.

use std::{thread, time::Duration};

use crate::{
    amount::{amount, chance, tell},
    cluster::Cluster,
    place::Place,
    two_nodes::while_people_work,
};

#[test]
fn a_server_that_stops_at_once_has_what_was_acknowledged() {
    let stops = amount(3, 100);
    let cluster = Cluster::start();
    let place = Place::on_server(&cluster.url);
    let figures = while_people_work(&place, |nodes| {
        for _ in 0..stops {
            thread::sleep(Duration::from_millis(700 + chance(1000)));
            cluster.control(&["stop", "-m", "immediate"]);
            cluster.control(&["start"]);
            nodes.await_health();
        }
    });
    tell("F2", &format!("{stops} × pg_ctl stop -m immediate and start, 2 nodes"), &figures);
}
