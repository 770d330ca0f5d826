//! What one may not view does not exist: whatever happens there, every answer stays the same, byte by byte. Counts, orders,
//! cursors, searches and the words of errors are answers, too.
//!
//! Every route that can be read is read, about everything: a new one takes part by being there, and fails if it takes something
//! that `questions.rs` has no values for.

mod changes;
mod questions;

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{HeaderMap, Method, Request};
use tenantry_domain::permission::BuiltInRole;
use tenantry_http::cookies;

use self::{changes::People, questions::Subjects};
use crate::{
    requirements::UNKNOWN,
    support::{Answer, Client, StorageKind, World},
};

struct Viewer {
    name: &'static str,
    client: Client,
    subjects: Subjects,
    /// Whether pages are asked for, too. They show what the API tells, and take long where a database is slow.
    asks_for_pages: bool,
}

/// What was answered to whom.
type Told = BTreeMap<String, Said>;

pub async fn what_is_out_of_view_changes_no_answer(world: World) {
    let people = changes::settle(&world).await;
    let viewers = viewers(&world, &people).await;
    let (mut before, mut leaks) = (Vec::new(), Vec::new());
    for viewer in &viewers {
        let told = ask(viewer).await;
        leaks.extend(hidden_unlike_unknown(viewer, &told));
        before.push(told);
    }
    changes::far_away(&world, &people).await;
    for (viewer, before) in viewers.iter().zip(&before) {
        leaks.extend(changed(viewer, before, &ask(viewer).await));
    }
    // The same next to them, and above, for those who see their own account alone.
    changes::nearby(&world).await;
    for (viewer, before) in viewers.iter().zip(&before).skip(2) {
        leaks.extend(changed(viewer, before, &ask(viewer).await));
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n\n"));
}

async fn viewers(world: &World, people: &People) -> Vec<Viewer> {
    let mut viewers = Vec::new();
    for (name, home, role) in [
        ("the administrator of a reseller", world.contoso, BuiltInRole::ResellerAdministrator),
        ("Basic Access at a reseller", world.contoso, BuiltInRole::BasicAccess),
        ("the administrator of a customer", world.tailspin, BuiltInRole::CustomerAdministrator),
        ("a user of a customer", world.tailspin, BuiltInRole::User),
    ] {
        let (client, subjects) = (world.client(home, role).await, people.subjects(world, home == world.tailspin));
        viewers.push(Viewer { name, client, subjects, asks_for_pages: world.kind == StorageKind::Memory });
    }
    viewers
}

/// Everything there is to ask, page after page.
async fn ask(viewer: &Viewer) -> Told {
    let mut told = Told::new();
    let is_asked = |uri: &String| viewer.asks_for_pages || !uri.starts_with("/console");
    for question in questions::all(&viewer.subjects).into_iter().filter(is_asked) {
        let mut next = Some(question);
        while let Some(uri) = next.take().filter(|uri| !told.contains_key(uri)) {
            let (status, headers, body) = answer(viewer, &uri).await;
            next = questions::next_page(&uri, &body);
            assert_ne!(status, 500, "{uri}: {body}");
            told.insert(uri, (status, headers, body));
        }
    }
    for (body, text) in questions::decisions(&viewer.subjects) {
        let Answer { status, headers, body } = viewer.client.post("/decisions", &body).await;
        told.insert(text, (status, lasting(headers), String::from_utf8_lossy(&body).into_owned()));
    }
    assert!(told.len() > 200, "{} questions to {}", told.len(), viewer.name);
    told
}

async fn answer(viewer: &Viewer, uri: &str) -> Said {
    let request = Request::builder().method(Method::GET).uri(uri);
    let request = if uri.starts_with("/console") {
        request.header("cookie", format!("{}={}", cookies::SESSION, viewer.client.token()))
    } else {
        viewer.client.signed(request)
    };
    if questions::never_ends(uri) {
        let response = viewer.client.open(request, "").await;
        return (response.status().as_u16(), lasting(response.headers().clone()), String::new());
    }
    let Answer { status, headers, body } = viewer.client.send_as_is(request, "").await;
    let request_id = headers["x-request-id"].to_str().unwrap().to_owned();
    let body = String::from_utf8_lossy(&body).replace(&request_id, "request-id");
    (status, lasting(headers), without_form_key(body))
}

/// Each form for a new user has an id of its own, so that sending it twice does it once; the colour of the empty picture goes
/// by that id.
fn without_form_key(body: String) -> String {
    let Some((before, rest)) = body.split_once("name=\"idempotencyKey\" value=\"") else { return body };
    let after = rest.split_once('"').map_or("", |(_, after)| after);
    let body = format!("{before}{after}");
    let Some((before, rest)) = body.split_once("data-preview><span class=\"avatar hue-") else { return body };
    let after = rest.split_once(' ').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

/// Without what is different each time.
fn lasting(mut headers: HeaderMap) -> String {
    headers.remove("x-request-id");
    headers.remove("date");
    format!("{headers:?}")
}

fn changed(viewer: &Viewer, before: &Told, after: &Told) -> Vec<String> {
    let asked: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed = asked.into_iter().filter(|uri| before.get(*uri) != after.get(*uri));
    let told = |uri: &String| format!("{}: {uri}\n{}", viewer.name, difference(before.get(uri), after.get(uri)));
    changed.map(told).collect()
}

/// Status, headers and body.
type Said = (u16, String, String);

/// Where two answers part.
fn difference(before: Option<&Said>, after: Option<&Said>) -> String {
    let (Some((status, headers, one)), Some((other_status, other_headers, other))) = (before, after) else {
        return "asked only once: another page came next".to_owned();
    };
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let from = (0..=same.saturating_sub(120)).rev().find(|at| one.is_char_boundary(*at)).unwrap_or(0);
    let cut = |text: &str| text.get(from..).unwrap_or_default().chars().take(300).collect::<String>();
    let heads = if headers == other_headers { String::new() } else { format!("{headers}\n{other_headers}\n") };
    format!("{status} / {other_status}\n{heads}- {}\n+ {}", cut(one), cut(other))
}

/// Whatever is asked about what one does not see is answered as if it were nothing's id.
fn hidden_unlike_unknown(viewer: &Viewer, told: &Told) -> Vec<String> {
    let (mut compared, mut unlike) = (0, Vec::new());
    for hidden in viewer.subjects.hidden() {
        for (uri, (status, headers, body)) in told.iter().filter(|(uri, _)| uri.contains(&hidden)) {
            let Some(unknown) = told.get(&uri.replace(&hidden, UNKNOWN)) else { continue };
            let here = (*status, headers.replace(&hidden, UNKNOWN), body.replace(&hidden, UNKNOWN));
            compared += 1;
            if here != *unknown {
                unlike.push(format!("{}: {uri}\n{}", viewer.name, difference(Some(unknown), Some(&here))));
            }
        }
    }
    assert!(compared > 50, "{compared} comparisons for {}", viewer.name);
    unlike
}
