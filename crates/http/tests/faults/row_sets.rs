//! What belongs to a user, row by row, asked past the program.

use crate::place::Place;

/// Login name, and how many rows of each kind belong to it.
pub const ROWS: &str = "SELECT u.login_local,
    (SELECT COUNT(*) FROM grants g WHERE g.user_id = u.id),
    (SELECT COUNT(*) FROM audit_entries a WHERE a.user_id = u.id AND a.action = 'user.create'),
    (SELECT COUNT(*) FROM idempotency_keys k WHERE k.created_user_id = u.id),
    (SELECT COUNT(*) FROM provisioning_jobs j WHERE j.user_id = u.id)
        + CASE u.provisioning_state WHEN 'provisioned' THEN 1 ELSE 0 END,
    (SELECT COUNT(*) FROM credentials c WHERE c.user_id = u.id),
    (SELECT COUNT(*) FROM password_links l WHERE l.user_id = u.id),
    (SELECT COUNT(*) FROM mail_outbox m WHERE m.user_id = u.id)
    FROM users u WHERE u.login_local LIKE 'fault-%'";

/// What each way of getting a password leaves: credentials, links, mails.
const EXPECTED: [(&str, &str); 3] = [("link", "0|1|1"), ("manual", "1|0|0"), ("mailed", "1|0|1")];

/// Each user made here has exactly one of everything that belongs to one.
pub fn assert_whole(place: &Place) {
    assert_rows_whole(&place.query(ROWS));
}

/// As [`assert_whole`], of what [`ROWS`] answers.
pub fn assert_rows_whole(rows: &[String]) {
    for row in rows {
        let (login, counts) = row.split_once('|').unwrap();
        let (_, mode) = EXPECTED.iter().find(|(mode, _)| login.starts_with(&format!("fault-{mode}-"))).unwrap();
        assert_eq!(
            counts,
            format!("1|1|1|1|{mode}"),
            "grants, entries, keys, jobs, credentials, links, mails of {login}"
        );
    }
}

/// 1 if somebody has this login name.
pub fn stored(place: &Place, login: &str) -> usize {
    let local = login.split('@').next().unwrap();
    place.query(&format!("SELECT COUNT(*) FROM users WHERE login_local = '{local}'"))[0].parse().unwrap()
}
