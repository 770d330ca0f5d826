//! How pages look, for whom, and who sees it.

use axum::http::{Method, Request};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tenantry_domain::permission::BuiltInRole;

use crate::support::{Answer, Client, World, request};

async fn page(client: &Client, path: &str) -> Answer {
    client.send_as_is(Request::builder().uri(path), "").await
}

const RED: &[u8] = include_bytes!("images/red.png");

pub async fn logo_and_colours_are_seen_below_and_before_sign_in(world: World) {
    let reseller = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let path = format!("/accounts/{}", world.contoso);
    let put = request(Method::PUT, &format!("{path}/logo")).header("content-type", "image/png");
    let logo = reseller.send(put, RED).await.expect(200).value()["branding"]["logo"].as_str().unwrap().to_owned();
    let colors = json!({"branding": {"primaryColor": "#0B5A70"}});
    let changed = reseller.json(request(Method::PATCH, &path), &colors).await.expect(200).value();
    assert_eq!(
        changed["branding"],
        json!({"logo": logo, "primaryColor": "#0b5a70", "secondaryColor": null, "inherited": false})
    );

    let customer = world.client(world.tailspin, BuiltInRole::User).await;
    let seen = customer.get(&format!("/accounts/{}", world.tailspin)).await.expect(200).value();
    assert_eq!((&seen["branding"]["logo"], &seen["branding"]["inherited"]), (&json!(logo), &json!(true)));
    assert_eq!(seen["trail"].as_array().unwrap().len(), 1, "the logo tells, the name does not: {seen}");

    let anybody = world.anonymous();
    let shown = page(&anybody, &logo).await.expect(200);
    assert_eq!(shown.header("content-type"), Some("image/png"));
    let gate = async |domain: &str| {
        let shown = page(&anybody, &format!("/console/sign-in?domain={domain}")).await.expect(200);
        String::from_utf8(shown.body.to_vec()).unwrap()
    };
    let of_tailspin = gate("tailspin.example").await;
    assert!(of_tailspin.contains(&logo) && of_tailspin.contains("/brand/colors/0b5a70-none.css"), "{of_tailspin}");
    assert!(!of_tailspin.contains("Contoso") && !of_tailspin.contains("Tailspin"), "nobody's name is told");
    let nobodys = gate("nobody.example").await;
    assert!(!nobodys.contains(&logo));
    let roots = gate("northwind.example").await.replace("northwind.example", "nobody.example");
    assert_eq!(nobodys, roots, "a domain nobody has looks as the root does");
}

pub async fn an_image_that_is_nobodys_logo_is_not_shown_to_anybody(world: World) {
    let user_id = world.user(world.contoso, BuiltInRole::FullAccess).await;
    let client = world.client_of(user_id).await;
    let put = request(Method::PUT, &format!("/users/{user_id}/image")).header("content-type", "image/png");
    client.send(put, RED).await.expect(204);
    let png = client.get(&format!("/users/{user_id}/image")).await.expect(200).body;
    let hash: Vec<String> = Sha256::digest(&png).iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = hash.concat();
    for name in [hash.as_str(), "%00", &"ab".repeat(32)] {
        page(&world.anonymous(), &format!("/brand/logos/{name}")).await.expect(404);
    }
}
