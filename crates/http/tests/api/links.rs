//! Password links.

use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tenantry_app::testing::{NewUser, TestPlatform};
use tenantry_domain::{UserId, permission::BuiltInRole};

use crate::support::{Answer, Client, NEW_PASSWORD, World, get, request, token_in};

async fn redeem(world: &World, token: &str, password: &str) -> Answer {
    world.anonymous().post("/password-links/redeem", &json!({"token": token, "password": password})).await
}

async fn inspect(world: &World, token: &str) -> Answer {
    world.anonymous().post("/password-links/inspect", &json!({"token": token})).await
}

/// An invited user and an administrator over it.
async fn invited(world: &World) -> (UserId, Client) {
    let new = NewUser::new(world.contoso, BuiltInRole::User).login("avery").named("Avery", "Quinn").without_password();
    let user_id = world.add_user(new.alternative_email("avery@home.example")).await;
    (user_id, world.client(world.contoso, BuiltInRole::FullAccess).await)
}

async fn send(client: &Client, user_id: UserId, recipient: &Value) -> Answer {
    client.post(&format!("/users/{user_id}/password-links"), &json!({"recipient": recipient})).await
}

async fn sent_token(world: &World, client: &Client, user_id: UserId) -> String {
    send(client, user_id, &json!({"kind": "primary"})).await.expect(201);
    world.mailed_token().await
}

pub async fn link_sets_one_password_once(world: World) {
    let (user_id, client) = invited(&world).await;
    let sent = send(&client, user_id, &json!({"kind": "alternative"})).await.expect(201).value();
    let recipient = json!({"kind": "alternative", "email": "avery@home.example"});
    assert_eq!(sent, json!({"recipient": recipient, "validFor": "PT24H", "expiresAt": null}));
    let token = world.mailed_token().await;
    let redeemed = redeem(&world, &token, NEW_PASSWORD).await.expect(200);
    assert_eq!(redeemed.value(), json!({"loginName": "avery@contoso.example"}));
    redeem(&world, &token, "another lantern, another canyon").await.expect_problem(410, "link-unusable");
    inspect(&world, &token).await.expect_problem(410, "link-unusable");
    let sign_in = json!({"loginName": "avery@contoso.example", "password": NEW_PASSWORD});
    world.anonymous().post("/sessions", &sign_in).await.expect(201);
}

pub async fn voided_links_open_nothing(world: World) {
    let (user_id, client) = invited(&world).await;
    let token = sent_token(&world, &client, user_id).await;
    client.delete(&format!("/users/{user_id}/password-links")).await.expect(204);
    inspect(&world, &token).await.expect_problem(410, "link-unusable");
}

pub async fn looking_at_a_link_spends_nothing(world: World) {
    let (user_id, client) = invited(&world).await;
    let token = sent_token(&world, &client, user_id).await;
    let nobody = world.anonymous();
    for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT] {
        for path in ["/password-links/redeem", "/password-links/inspect"] {
            let status = nobody.send_as_is(request(method.clone(), &format!("{path}?token={token}")), "").await.status;
            assert_eq!(status, 405, "{method} {path}");
        }
    }
    for _ in 0..3 {
        let holder = inspect(&world, &token).await.expect(200).value();
        assert_eq!(holder, json!({"displayName": "Avery Quinn", "loginName": "avery@contoso.example"}));
    }
    redeem(&world, &token, NEW_PASSWORD).await.expect(200);
}

pub async fn bad_passwords_spend_nothing(world: World) {
    let (user_id, client) = invited(&world).await;
    let token = sent_token(&world, &client, user_id).await;
    for bad in ["", "short", "passwordpassword", "avery quinn avery quinn", &"x".repeat(5000)] {
        assert_eq!(redeem(&world, &token, bad).await.expect(422).fields(), ["password"], "{bad}");
    }
    let nobody = world.anonymous();
    let without = nobody.post("/password-links/redeem", &json!({"token": token})).await.expect(422);
    assert_eq!(without.fields(), ["password"]);
    let extra = json!({"token": token, "password": NEW_PASSWORD, "email": "eve@elsewhere.example"});
    assert_eq!(nobody.post("/password-links/redeem", &extra).await.expect(422).fields(), ["email"]);
    let head = request(Method::POST, "/password-links/redeem").header("content-type", "text/plain");
    nobody.send(head, json!({"token": token, "password": NEW_PASSWORD}).to_string()).await.expect(415);
    redeem(&world, &token, NEW_PASSWORD).await.expect(200);
}

pub async fn twenty_redemptions_at_once_give_one_success(world: World) {
    let (user_id, client) = invited(&world).await;
    let token = sent_token(&world, &client, user_id).await;
    let attempts = (0..20).map(|n| {
        let (world, token) = (&world, &token);
        async move { redeem(world, token, &format!("{NEW_PASSWORD} {n}")).await }
    });
    let mut statuses: Vec<u16> = futures_util::future::join_all(attempts).await.iter().map(|a| a.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![410; 19]].concat());
}

pub async fn newer_link_voids_the_older(world: World) {
    let (user_id, client) = invited(&world).await;
    let older = sent_token(&world, &client, user_id).await;
    let newer = sent_token(&world, &client, user_id).await;
    redeem(&world, &older, NEW_PASSWORD).await.expect(410);
    inspect(&world, &newer).await.expect(200);
    client.patch(&format!("/users/{user_id}"), &json!({"email": "new@contoso.example"})).await.expect(200);
    redeem(&world, &newer, NEW_PASSWORD).await.expect(410);
}

pub async fn suspension_voids_links_for_good(world: World) {
    let (user_id, client) = invited(&world).await;
    let token = sent_token(&world, &client, user_id).await;
    client.act(&format!("/users/{user_id}/suspend")).await.expect(200);
    redeem(&world, &token, NEW_PASSWORD).await.expect(410);
    send(&client, user_id, &json!({"kind": "primary"})).await.expect_problem(409, "user-suspended");
    client.act(&format!("/users/{user_id}/activate")).await.expect(200);
    redeem(&world, &token, NEW_PASSWORD).await.expect(410);
    let token = sent_token(&world, &client, user_id).await;
    client.delete(&format!("/users/{user_id}")).await.expect(204);
    redeem(&world, &token, NEW_PASSWORD).await.expect(410);
    send(&client, user_id, &json!({"kind": "primary"})).await.expect_problem(409, "user-removed");
}

pub async fn links_end_in_time(world: World) {
    let (user_id, client) = invited(&world).await;
    let token = sent_token(&world, &client, user_id).await;
    world.clock.advance(SignedDuration::from_secs(24 * 3600 - 1));
    inspect(&world, &token).await.expect(200);
    world.clock.advance(SignedDuration::from_secs(1));
    redeem(&world, &token, NEW_PASSWORD).await.expect(410);
}

pub async fn damaged_tokens_are_refused(world: World) {
    let (user_id, client) = invited(&world).await;
    let token = sent_token(&world, &client, user_id).await;
    let (short, upper) = (token[..token.len() - 1].to_owned(), token.to_uppercase());
    for odd in [
        short,
        upper,
        format!("{token}="),
        format!("{token}A"),
        format!(" {token}"),
        String::new(),
        "\0".to_owned(),
        "x".repeat(60_000),
    ] {
        redeem(&world, &odd, NEW_PASSWORD).await.expect(410);
    }
    // A session's token is no link's, and the other way round.
    redeem(&world, client.token(), NEW_PASSWORD).await.expect(410);
    Client::new(world.address, Some(token.clone())).get("/me").await.expect(401);
    assert_eq!(world.anonymous().post("/password-links/redeem", &json!({})).await.expect(422).fields(), ["token"]);
    assert_eq!(
        world.anonymous().post("/password-links/redeem", &json!({"token": 7})).await.expect(422).fields(),
        ["token"]
    );
    redeem(&world, &token, NEW_PASSWORD).await.expect(200);
}

pub async fn forgotten_password_is_answered_alike_for_everybody(world: World) {
    let new = |login: &str| NewUser::new(world.contoso, BuiltInRole::User).login(login);
    world.add(new("avery").alternative_email("avery@home.example")).await;
    world.add(new("blake").suspended()).await;
    world.add(new("casey").without_password()).await;
    let mut answers = Vec::new();
    for name in [
        "AVERY@contoso.example",
        "blake@contoso.example",
        "casey@contoso.example",
        "nobody@contoso.example",
        "\0",
        "",
        "nonsense",
    ] {
        let answer = world.anonymous().post("/password-links/forgot", &json!({"loginName": name})).await.expect(202);
        let mut headers = answer.headers.clone();
        headers.remove("x-request-id");
        headers.remove("date");
        answers.push((headers, answer.body));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    for (wrong, field) in [
        (json!({"loginName": ["a"]}), "loginName"),
        (json!({"loginName": "a", "email": "b"}), "email"),
        (json!({}), "loginName"),
    ] {
        assert_eq!(world.anonymous().post("/password-links/forgot", &wrong).await.expect(422).fields(), [field]);
    }
    let mails = mails_in_time(&world, 3).await;
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["avery@contoso.example", "avery@home.example", "casey@contoso.example"]);
    let token = mails.iter().find(|mail| mail.to.as_str() == "avery@home.example").and_then(token_in).unwrap();
    redeem(&world, &token, NEW_PASSWORD).await.expect(200);
}

/// What was asked for happens after its answer, so mails may take a moment.
async fn mails_in_time(world: &World, expected: usize) -> Vec<tenantry_app::ports::MailToSend> {
    let mut mails = Vec::new();
    for _ in 0..200 {
        mails.extend(world.mails().await);
        if mails.len() >= expected {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    mails
}

pub async fn custom_recipient_needs_a_reason_and_the_own_password(world: World) {
    let (user_id, client) = invited(&world).await;
    let links = format!("/users/{user_id}/password-links");
    let custom = json!({"kind": "custom", "email": "desk@elsewhere.example"});
    let answer = client.post(&links, &json!({"recipient": custom})).await.expect(422);
    assert_eq!(answer.fields(), ["reason", "actorPassword"]);
    let wrong = json!({"recipient": custom, "reason": "locked out", "actorPassword": "wrong"});
    let answer = client.post(&links, &wrong).await.expect(422);
    assert_eq!(answer.fields(), ["actorPassword"]);
    let right = json!({"recipient": custom, "reason": "locked out", "actorPassword": TestPlatform::PASSWORD});
    client.post(&links, &right).await.expect(201);
    let mut to: Vec<String> = world.mails().await.iter().map(|mail| mail.to.as_str().to_owned()).collect();
    to.sort_unstable();
    assert_eq!(to, ["avery@contoso.example", "avery@home.example", "desk@elsewhere.example"]);
    for recipient in
        [json!({"kind": "primary", "email": ["a@x.example"]}), json!("primary"), json!({"kind": "everybody"})]
    {
        client.post(&links, &json!({"recipient": recipient})).await.expect(422);
    }
}

pub async fn links_begin_with_the_base_url_whatever_the_request_says(world: World) {
    let (user_id, client) = invited(&world).await;
    let hostile = [
        ("Host", "evil.example"),
        ("Forwarded", "host=evil.example;proto=http"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "http"),
        ("X-Original-URL", "http://evil.example/"),
        ("X-Forwarded-Prefix", "/evil"),
    ];
    for (name, value) in hostile {
        let head = request(Method::POST, &format!("/users/{user_id}/password-links")).header(name, value);
        client.json(head, &json!({"recipient": {"kind": "primary"}})).await.expect(201);
        // Reading the token out of the mail compares the whole address before it.
        world.mailed_token().await;
    }
    let answer = client.send(get("/me").header("X-Forwarded-For", "203.0.113.9"), "").await;
    answer.expect(200);
}
