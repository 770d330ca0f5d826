//! The console's forms for accounts, as a browser without scripts sends them.

use axum::http::{Method, Request};
use tenantry_domain::permission::BuiltInRole;
use tenantry_http::cookies;
use url::form_urlencoded::Serializer;

use crate::support::{Answer, Client, World};

const COMPANY: [(&str, &str); 8] = [
    ("kind", "customer"),
    ("country", "US"),
    ("state", "WA"),
    ("city", "Redmond"),
    ("postalCode", "98052"),
    ("street", "1 Main St"),
    ("phone", "+14255550100"),
    ("referenceId", "C-1047"),
];
const PERSON: [(&str, &str); 8] = [
    ("firstName", "Mara"),
    ("lastName", "Lindqvist"),
    ("loginLocal", "mara"),
    ("loginDomain", "adatum.example"),
    ("email", "mara@lindqvist.example"),
    ("securityMethod", "link"),
    ("recipientKind", "primary"),
    ("role", "customer_administrator"),
];

pub async fn page(client: &Client, method: Method, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("Cookie", format!("{}={}", cookies::SESSION, client.token()))
        .header("Sec-Fetch-Site", "same-origin")
        .header("Content-Type", "application/x-www-form-urlencoded");
    client.send_as_is(request, body).await
}

pub fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

fn wizard(world: &World) -> String {
    format!("/console/accounts/new?parent={}&kind=customer", world.contoso)
}

pub async fn an_account_is_created_by_form_in_three_steps(world: World) {
    let client = world.client(world.contoso, BuiltInRole::ResellerAdministrator).await;
    let path = wizard(&world);
    let shown = page(&client, Method::GET, &path, &[]).await;
    assert_eq!(shown.status, 200);

    let account =
        [&COMPANY[..], &[("name", "Adatum"), ("primaryDomain", "adatum.example"), ("alias.0", "ada.example")]];
    let account = account.concat();
    let first = [&account[..], &[("step", "account"), ("go", "next")]].concat();
    let second = text(&page(&client, Method::POST, &path, &first).await);
    assert!(second.contains(r#"name="step" value="user""#), "the second step");
    assert!(second.contains(r#"name="alias.0" value="ada.example""#), "what was typed travels along");

    let all = [&account[..], &PERSON[..]].concat();
    let third = page(&client, Method::POST, &path, &[&all[..], &[("step", "user"), ("go", "next")]].concat()).await;
    assert!(text(&third).contains("A link to set it is sent to mara@lindqvist.example."));
    assert_eq!(
        client.get("/accounts?q=adatum").await.expect(200).items().len(),
        0,
        "nothing is created before the end"
    );

    let done = page(&client, Method::POST, &path, &[&all[..], &[("step", "review")]].concat()).await;
    assert_eq!(done.status, 303);
    let location = done.header("location").unwrap().to_owned();
    let shown = text(&page(&client, Method::GET, &location, &[]).await);
    assert!(shown.contains("Mara Lindqvist was created") && shown.contains("ada.example"), "{location}");
    let mails = world.mails().await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["mara@lindqvist.example"]);
}

pub async fn a_wrong_form_keeps_what_was_typed_and_shows_the_step_that_is_wrong(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let path = wizard(&world);
    let wrong = [&COMPANY[..], &PERSON[..], &[("name", "Adatum"), ("primaryDomain", ""), ("step", "review")]].concat();
    let answer = page(&client, Method::POST, &path, &wrong).await;
    assert_eq!(answer.status, 422);
    let shown = text(&answer);
    assert!(shown.contains(r##"<a href="#primaryDomain">Primary domain: Enter a value.</a>"##), "{shown}");
    for kept in [r#"value="Adatum""#, r#"name="firstName" value="Mara""#, r#"name="step" value="account""#] {
        assert!(shown.contains(kept), "{kept}");
    }
    let taken = [&COMPANY[..], &[("name", "Adatum"), ("primaryDomain", "litware.example"), ("go", "withoutUser")]];
    let answer = page(&client, Method::POST, &path, &taken.concat()).await;
    assert_eq!(answer.status, 409);
    assert!(text(&answer).contains("is not available"));
    assert!(!text(&answer).contains("Litware"), "whose domain it is is not said");
    let by_hand: Vec<_> = PERSON.into_iter().filter(|(name, _)| *name != "securityMethod").collect();
    let by_hand = [
        &COMPANY[..],
        &by_hand[..],
        &[("name", "Adatum"), ("primaryDomain", "adatum.example"), ("step", "review")],
        &[("securityMethod", "manual"), ("password", "plover kestrel oboe 93"), ("passwordRepeat", "another")],
    ];
    let answer = page(&client, Method::POST, &path, &by_hand.concat()).await;
    let shown = text(&answer);
    assert!(answer.status == 422 && shown.contains("The two do not agree."), "{shown}");
    assert!(!shown.contains("plover kestrel"), "a password never comes back");
    assert_eq!(client.get("/accounts?q=adatum").await.expect(200).items().len(), 0);
}

pub async fn forms_of_accounts_are_refused_to_those_without_the_right(world: World) {
    let fields = [&COMPANY[..], &[("name", "Adatum"), ("primaryDomain", "adatum.example"), ("go", "withoutUser")]];
    let fields = fields.concat();
    let edit = [&COMPANY[1..7], &[("name", "Adatum"), ("version", "1")]].concat();
    let office = world.client(world.contoso, BuiltInRole::CustomerAdministrator).await;
    let stranger = world.client(world.litware, BuiltInRole::FullAccess).await;
    let contoso = format!("/console/accounts/{}", world.contoso);
    let removal = format!("{contoso}/remove");
    for (client, status) in [(&office, 403), (&stranger, 404)] {
        assert_eq!(page(client, Method::GET, &wizard(&world), &[]).await.status, status);
        assert_eq!(page(client, Method::POST, &wizard(&world), &fields).await.status, status);
        assert_eq!(page(client, Method::POST, &removal, &[("version", "1"), ("cascade", "true")]).await.status, status);
    }
    let edit_path = format!("{contoso}/edit");
    assert_eq!(page(&stranger, Method::POST, &edit_path, &edit).await.status, 404);
    // Company information is the office's own to change, what Northwind notes about it is not.
    assert!(!text(&page(&office, Method::GET, &edit_path, &[]).await).contains("referenceId"));
    assert_eq!(page(&office, Method::POST, &edit_path, &edit).await.status, 303);
    let stale = page(&office, Method::POST, &edit_path, &edit).await;
    assert_eq!(stale.status, 412);
    assert!(text(&stale).contains("Somebody saved this account while you were editing it."));
    let notes = [("version", "2"), ("referenceId", "C-1"), ("salesManager", "")];
    assert_eq!(page(&office, Method::POST, &edit_path, &notes).await.status, 403);
}

pub async fn a_removal_asks_for_what_is_below_too(world: World) {
    let client = world.client(world.northwind, BuiltInRole::FullAccess).await;
    let path = format!("/console/accounts/{}/remove", world.contoso);
    let asked = text(&page(&client, Method::GET, &path, &[]).await);
    assert!(asked.contains("And the 2 accounts below it"), "{asked}");
    let answer = page(&client, Method::POST, &path, &[("version", "1")]).await;
    assert_eq!(answer.status, 409);
    assert!(text(&answer).contains("Tick this to remove them too."));
    let answer = page(&client, Method::POST, &path, &[("version", "1"), ("cascade", "true")]).await;
    assert_eq!(answer.status, 303);
    let listed = text(&page(&client, Method::GET, "/console/accounts?status=removed", &[]).await);
    assert!(listed.contains("Contoso") && !listed.contains("Fabrikam"), "restored as one");
    let restore = format!("/console/accounts/{}/restore", world.contoso);
    assert_eq!(page(&client, Method::POST, &restore, &[]).await.status, 303);
    client.get(&format!("/accounts/{}", world.fabrikam)).await.expect(200);
}
