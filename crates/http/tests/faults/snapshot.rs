//! SQLite's files as they were at one moment, and what there is of them where the power failed then.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    ops::Range,
    time::Duration,
};

use rustix::process::Signal;
use serde_json::Value;

use crate::{
    amount::wait,
    place::{Place, run_to_end},
    program::Program,
    row_sets::{ROWS, assert_rows_whole},
};

/// Opens a database with its log cut at one byte after the other, and prints what is found where that is something new.
const LOOK: &str = "import json, os, shutil, sqlite3, sys
file, rows, cuts = sys.argv[1], sys.argv[2], map(int, sys.argv[3:])
copy = file + '.cut'
log = open(file + '-wal', 'rb').read()
found = None
for cut in cuts:
    shutil.copyfile(file, copy)
    open(copy + '-wal', 'wb').write(log[:cut])
    db = sqlite3.connect(copy)
    db.execute('PRAGMA synchronous = OFF')
    before, found = found, [
        db.execute('PRAGMA integrity_check').fetchone()[0],
        ['|'.join(map(str, row)) for row in db.execute(rows)],
    ]
    db.close()
    if found != before:
        print(json.dumps([cut, *found]))";

const STOPS_WITHIN: Duration = Duration::from_secs(10);
/// How many frames at the end are cut.
const LAST: usize = 3;
/// The sizes of what stands before all frames, and before the page in each.
const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// Where the log's salt stands in the log, in a frame, and in the index; it is another one each time that the log begins anew.
const SALT: Range<usize> = 16..24;
const SALT_OF_FRAME: Range<usize> = 8..16;
const SALT_IN_INDEX: Range<usize> = 32..40;
/// Where the index has how many frames a checkpoint has begun to write to the database.
const TAKEN_OVER: Range<usize> = 128..132;

pub struct Snapshot {
    place: Place,
    log: Vec<u8>,
    index: Vec<u8>,
    /// Login names.
    pub acknowledged: BTreeSet<String>,
}

impl Snapshot {
    /// Of a program that stands still meanwhile, so that all files are of one moment. What was acknowledged by then is asked for then.
    pub fn take(place: &Place, program: &Program, acknowledged: impl FnOnce() -> BTreeSet<String>) -> Self {
        program.signal(Signal::STOP);
        wait("the program stands still", STOPS_WITHIN, || {
            program.threads("status").iter().all(|status| status.contains("State:\tT"))
        });
        let copy = Place::on_sqlite();
        for name in ["tenantry.db", "tenantry.db-wal", "secret.key"] {
            fs::copy(place.folder().join(name), copy.folder().join(name)).unwrap();
        }
        let read = |name| fs::read(place.folder().join(name)).unwrap();
        let (log, index) = (read("tenantry.db-wal"), read("tenantry.db-shm"));
        let acknowledged = acknowledged();
        program.signal(Signal::CONT);
        Self { place: copy, log, index, acknowledged }
    }

    /// The bytes of the log's last frames, as far as they may not have been synced. What a checkpoint writes to the database was synced
    /// before.
    pub fn unsynced(&self) -> Range<usize> {
        let page = u32::from_be_bytes(self.log[8..12].try_into().unwrap()) as usize;
        let start = |frame: usize| HEADER + frame * (FRAME_HEADER + page);
        let is_over = |frame: &usize| {
            let bytes = self.log.get(start(*frame)..start(frame + 1));
            bytes.is_none_or(|bytes| bytes[SALT_OF_FRAME] != self.log[SALT])
        };
        let frames = (0..self.log.len()).find(is_over).unwrap();
        let taken_over = u32::from_ne_bytes(self.index[TAKEN_OVER].try_into().unwrap()) as usize;
        // Until the first frame of a log that begins anew is written, the file has the one before, which was taken over.
        let first = if self.index[SALT_IN_INDEX] == self.log[SALT] { taken_over } else { frames };
        start(first.max(frames.saturating_sub(LAST)).min(frames))..start(frames)
    }

    /// That whatever is left, in the order given, is whole and holds those who were created first; and the log uncut all who were
    /// acknowledged.
    pub fn assert_prefixes(&self, cuts: &[usize]) {
        let mut before = BTreeSet::new();
        for state in self.look(cuts) {
            let (cut, rows) = (&state[0], texts(&state[2]));
            assert_eq!(state[1], "ok", "cut at {cut}");
            assert_rows_whole(&rows);
            let users: BTreeSet<_> = rows.iter().map(|row| row.split('|').next().unwrap().to_owned()).collect();
            assert!(before.is_subset(&users), "cut at {cut} there are fewer than in a shorter log");
            assert_first_of_each_writer(&users);
            before = users;
        }
        for login in &self.acknowledged {
            assert!(before.contains(login.split('@').next().unwrap()), "{login} was acknowledged");
        }
        fs::write(self.place.folder().join("tenantry.db-wal"), &self.log[..cuts[0]]).unwrap();
        self.place.assert_whole();
    }

    fn look(&self, cuts: &[usize]) -> Vec<Value> {
        let mut command = self.place.python(LOOK);
        command.arg(self.place.folder().join("tenantry.db")).arg(ROWS);
        command.args(cuts.iter().chain([&self.log.len()]).map(usize::to_string));
        run_to_end(&mut command).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn texts(values: &Value) -> Vec<String> {
    values.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect()
}

/// A writer asks for the next one, by number, once it has the one before.
fn assert_first_of_each_writer(users: &BTreeSet<String>) {
    let mut numbers: BTreeMap<_, BTreeSet<usize>> = BTreeMap::new();
    for user in users {
        let mut words = user.rsplit('-');
        let number = words.next().unwrap().parse().unwrap();
        numbers.entry(words.next().unwrap()).or_default().insert(number);
    }
    for (writer, numbers) in numbers {
        assert!(numbers.iter().copied().eq(0..numbers.len()), "writer {writer}: {numbers:?}");
    }
}
