//! F9: the server that leads dies with its machine while two nodes work, and a standby takes over. The nodes know one address.

use std::{thread, time::Duration};

use crate::{
    amount::{amount, tell, wait},
    place::Place,
    trio::Trio,
    two_nodes::while_people_work,
};

const FOLLOWED_WITHIN: Duration = Duration::from_secs(30);
/// How long people work before it happens, and until the server comes back.
const WORKED_FOR: Duration = Duration::from_secs(3);

#[test]
fn a_leader_that_dies_is_followed_by_another_and_nothing_is_lost() {
    let deaths = amount(1, 6);
    let mut trio = Trio::start();
    let place = Place::on_server(&trio.url);
    let (mut followed, mut healthy) = (Duration::ZERO, Duration::ZERO);
    let figures = while_people_work(&place, |nodes| {
        for _ in 0..deaths {
            thread::sleep(WORKED_FOR);
            trio.await_successor();
            let dead = trio.leader().unwrap();
            trio.kill(dead);
            let another_leads = || trio.leader().is_some_and(|leader| leader != dead);
            followed = followed.max(wait("another one leads", FOLLOWED_WITHIN, another_leads));
            healthy = healthy.max(nodes.await_health());
            thread::sleep(WORKED_FOR);
            trio.start_again(dead);
        }
        trio.await_followers();
    });
    tell(
        "F9",
        &format!("{deaths} × the leading PostgreSQL and its Patroni killed, 2 nodes"),
        &format!(
            "{figures}; another one led within {} ms, the nodes were healthy {} ms later",
            followed.as_millis(),
            healthy.as_millis()
        ),
    );
}
