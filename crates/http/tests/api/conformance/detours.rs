//! Other spellings of a request. None of them may lead further than the plain one.

use axum::http::Method;

/// Every spelling tried for a method and a path, its query left on.
pub fn detours(method: &Method, path: &str) -> Vec<(Method, String)> {
    let (plain, query) =
        path.split_once('?').map_or((path, String::new()), |(path, query)| (path, format!("?{query}")));
    let mut spellings = around(plain);
    spellings.extend(plain.match_indices('/').flat_map(|(index, _)| between(&plain[..index], &plain[index + 1..])));
    // One that does not begin like a path cannot be sent.
    spellings.retain(|spelling| spelling.starts_with('/') && spelling != plain);
    let mut detours: Vec<_> = spellings.into_iter().map(|spelling| (method.clone(), spelling + &query)).collect();
    if *method == Method::GET {
        detours.push((Method::HEAD, path.to_owned()));
    }
    detours
}

fn around(path: &str) -> Vec<String> {
    let mut spellings: Vec<String> =
        ["/healthz/..", "/healthz/..;", "/console/assets/..%2f.."].map(|before| format!("{before}{path}")).into();
    spellings.extend(["/", "//", "/.", "/x/..", "%2f", "%00", "%20", ";x=1"].map(|after| format!("{path}{after}")));
    spellings.push(path.to_uppercase());
    spellings
}

/// Another slash, and the letter after it written otherwise.
fn between(before: &str, after: &str) -> Vec<String> {
    let slashes = ["//", "/./", "/%2e/", "/x/../", "/x/%2e%2e/", "%2f", "%2F", "%252f", "%5c", ";x=1/"];
    let mut spellings: Vec<String> = slashes.map(|slash| format!("{before}{slash}{after}")).into();
    if let Some(letter) = after.bytes().next() {
        spellings.push(format!("{before}/%{letter:02x}{}", &after[1..]));
    }
    spellings
}
