//! A service of its own on the permission engine: an agency with studios and teams, their projects and invoices.
//!
//! `cargo run -p tenantry-domain --example projects_and_invoices` tells the story; each line it prints is also asserted.

use std::error::Error;

use jiff::Timestamp;
use tenantry_domain::{
    AccountId,
    account::{AccountIndex, AccountPath, TreeError},
    permission::{
        Action, Authority, Decision, Denial, Grant, Grantable, Permission, PermissionMatrix, ResourceKind, Scope,
        Standing, additions, who_may,
    },
};
use uuid::Uuid;

// 1. What there is to permit: an enum of up to sixteen things.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Asset {
    Project,
    Invoice,
}

impl ResourceKind for Asset {
    const ALL: &'static [Self] = &[Self::Project, Self::Invoice];

    fn number(self) -> u8 {
        self as u8
    }

    fn key(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Invoice => "invoice",
        }
    }
}

type Rights = PermissionMatrix<Asset>;

const EDIT_PROJECT: Permission<Asset> = Permission::new(Asset::Project, Action::Edit);
const ADD_INVOICE: Permission<Asset> = Permission::new(Asset::Invoice, Action::Add);

// 2. What people can be. `own` cells hold where somebody is anchored, `child` cells everywhere below.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    /// Everything, here and below.
    Director,
    /// Works on the projects of one team.
    Maker,
    /// Sends the invoices of all teams below, and sees their projects.
    Bookkeeper,
}

impl Grantable for Job {
    type Resource = Asset;

    fn matrix(&self) -> Rights {
        match self {
            Self::Director => {
                Asset::ALL.iter().fold(Rights::EMPTY, |rights, asset| rights.with(&Scope::ALL, *asset, &Action::ALL))
            }
            Self::Maker => Rights::EMPTY.with(&[Scope::Own], Asset::Project, &[Action::View, Action::Edit]),
            Self::Bookkeeper => Rights::EMPTY.with(&[Scope::Child], Asset::Project, &[Action::View]).with(
                &[Scope::Child],
                Asset::Invoice,
                &[Action::View, Action::Add],
            ),
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // 3. The tree. Ids are yours; a path holds those from the root down to a place.
    let [agency_id, berlin_id, paris_id, posters_id] = [1, 2, 3, 4].map(|n| AccountId::new(Uuid::from_u128(n)));
    let agency = AccountPath::root(agency_id);
    let (berlin, paris) = (agency.child(berlin_id), agency.child(paris_id));
    let posters = berlin.child(posters_id);

    // 4. People: whether they may act at all, where they are at home, and what they were given where.
    let now = Timestamp::UNIX_EPOCH;
    let person = |job, anchor: &AccountPath| {
        Authority::new(Standing::Active, anchor.clone(), vec![Grant::new(job, anchor.clone())], now)
    };
    let dana = person(Job::Director, &agency);
    let milo = person(Job::Maker, &posters);
    let bea = person(Job::Bookkeeper, &berlin);
    let everybody = [("dana", &dana), ("milo", &milo), ("bea", &bea)];

    // 5. May milo edit projects of the poster team? A yes names the grant and the cell behind it.
    let why = milo.decide(EDIT_PROJECT, &posters).allowed().ok_or("milo edits his projects")?;
    tell(
        &format!("milo: {EDIT_PROJECT} as {:?}, by {}", why.grant.role, why.cell),
        "milo: project.edit as Maker, by own.project.edit",
    );

    // 6. May he send invoices? A no can say what would help, the smallest change first.
    assert!(matches!(milo.decide(ADD_INVOICE, &posters), Decision::Denied(Denial::NotHeld { .. })));
    let ways: Vec<String> = additions(ADD_INVOICE, &posters)
        .map(|addition| format!("{} at depth {}", addition.cell, addition.anchor.depth()))
        .collect();
    tell(
        &format!("milo would need {}", ways.join(", or ")),
        "milo would need own.invoice.add at depth 2, or child.invoice.add at depth 1, or child.invoice.add at depth 0",
    );

    // 7. Who may? And where may somebody?
    let names: Vec<&str> = who_may(ADD_INVOICE, &posters, everybody).map(|(name, _)| name).collect();
    tell(&format!("invoices for the poster team: {}", names.join(", ")), "invoices for the poster team: dana, bea");
    let places = [agency.clone(), berlin.clone(), paris, posters.clone()];
    let found = bea.accounts_where(ADD_INVOICE, &places).count();
    tell(&format!("bea sends invoices in {found} of {} places", places.len()), "bea sends invoices in 1 of 4 places");

    // 8. May bea make somebody a director of the poster team? Nobody gives more than they hold.
    let missing: Vec<String> = bea.missing(Job::Director.matrix(), &posters).cells().map(|c| c.to_string()).collect();
    tell(
        &format!("bea lacks {} cells of a director: {}, …", missing.len(), missing.get(..2).ok_or("more")?.join(", ")),
        "bea lacks 10 cells of a director: own.project.add, own.project.edit, …",
    );
    assert!(dana.missing(Job::Director.matrix(), &posters).is_empty(), "a peer may be made");

    // 9. With the whole tree at hand, an index answers from numbers alone, whatever the depth.
    let tree = [(agency_id, None), (berlin_id, Some(agency_id)), (paris_id, Some(agency_id))];
    let mut index = AccountIndex::build(tree)?;
    let posters_number = index.insert(posters_id, Some(berlin_id))?;
    let before = bea.on(&index).holds(ADD_INVOICE, posters_number);

    // 10. The poster team moves to Paris: the number stays, the answer changes. Stored paths, of the team and of what is
    //     anchored there, are yours to rewrite.
    index.move_below(posters_id, Some(paris_id))?;
    let after = bea.on(&index).holds(ADD_INVOICE, posters_number);
    tell(
        &format!("bea sends their invoices: {before} in Berlin, {after} in Paris"),
        "bea sends their invoices: true in Berlin, false in Paris",
    );
    let moved = index.path(posters_number).ok_or("the team is in the tree")?;
    assert_eq!(bea.holds(ADD_INVOICE, &moved), after, "paths and index agree");
    assert_eq!(index.move_below(paris_id, Some(posters_id)), Err(TreeError::Cycle(paris_id)));
    Ok(())
}

/// Prints a line of the story, which is not to change unnoticed.
fn tell(line: &str, expected: &str) {
    println!("{line}");
    assert_eq!(line, expected);
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_story_is_true() {
        super::main().unwrap();
    }
}
