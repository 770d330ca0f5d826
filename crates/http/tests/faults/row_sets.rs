//! What belongs to a user, row by row, asked past the program.

use crate::place::Place;

const ROWS: &str = "SELECT u.login_local,
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
    for row in place.query(ROWS) {
        let (login, counts) = row.split_once('|').unwrap();
        let (_, mode) = EXPECTED.iter().find(|(mode, _)| login.starts_with(&format!("fault-{mode}-"))).unwrap();
        assert_eq!(
            counts,
            format!("1|1|1|1|{mode}"),
            "grants, entries, keys, jobs, credentials, links, mails of {login}"
        );
    }
}
