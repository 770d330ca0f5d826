//! Accounts.

use serde_json::{Value, json};
use tenantry_domain::permission::BuiltInRole;

use crate::support::{Client, World};

async fn names(client: &Client, query: &str) -> Vec<String> {
    let items = client.get(&format!("/accounts{query}")).await.expect(200).items();
    items.iter().map(|account| account["name"].as_str().unwrap().to_owned()).collect()
}

pub async fn each_role_sees_the_accounts_in_its_view(world: World) {
    for (role, expected) in [
        (BuiltInRole::FullAccess, vec!["Contoso", "Fabrikam", "Tailspin"]),
        (BuiltInRole::BasicAccess, vec!["Contoso", "Fabrikam", "Tailspin"]),
        (BuiltInRole::CustomerAdministrator, vec!["Contoso"]),
        (BuiltInRole::User, vec!["Contoso"]),
        (BuiltInRole::NoAccess, vec!["Contoso"]),
    ] {
        let client = world.client(world.contoso, role).await;
        assert_eq!(names(&client, "").await, expected, "{role:?}");
        let parent = format!("?parent={}", world.contoso);
        let children = if expected.len() > 1 { vec!["Fabrikam"] } else { vec![] };
        assert_eq!(names(&client, &parent).await, children, "{role:?}");
        client.get(&format!("/accounts?parent={}", world.northwind)).await.expect(404);
    }
    let top = world.client(world.northwind, BuiltInRole::FullAccess).await;
    assert_eq!(names(&top, "").await.len(), 6);
    assert_eq!(names(&top, "?q=TAILSPIN.ex").await, ["Tailspin"]);
    let fabrikam = top.get(&format!("/accounts/{}", world.fabrikam)).await.expect(200).value();
    assert_eq!(fabrikam["parentId"], world.contoso.to_string());
    let trail: Vec<&Value> = fabrikam["trail"].as_array().unwrap().iter().map(|step| &step["name"]).collect();
    assert_eq!(trail, ["Northwind", "Contoso", "Fabrikam"]);
}

pub async fn company_information_is_for_those_who_may_view_it(world: World) {
    let contoso = format!("/accounts/{}", world.contoso);
    let shown = world.client(world.contoso, BuiltInRole::User).await.get(&contoso).await.expect(200).value();
    assert_eq!(shown["parentId"], json!(null));
    assert_eq!(shown["domains"], json!({"primary": "contoso.example", "aliases": ["contoso-mail.example"]}));
    assert_eq!(shown["companyInformation"]["address"]["city"], "Redmond");
    let hidden = world.client(world.contoso, BuiltInRole::NoAccess).await.get(&contoso).await.expect(200).value();
    assert_eq!((hidden.get("domains"), hidden.get("companyInformation")), (None, None));
    assert_eq!((&hidden["name"], &hidden["mayAddUsers"]), (&json!("Contoso"), &json!(false)));
}

pub async fn accounts_are_listed_page_by_page(world: World) {
    let client = world.client(world.northwind, BuiltInRole::FullAccess).await;
    let (mut query, mut seen) = ("?limit=4".to_owned(), Vec::new());
    loop {
        let page = client.get(&format!("/accounts{query}")).await.expect(200);
        seen.extend(page.items().iter().map(|account| account["name"].as_str().unwrap().to_owned()));
        match page.value()["nextCursor"].as_str() {
            Some(cursor) => query = format!("?limit=4&after={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ["Contoso", "Fabrikam", "Litware", "Northwind", "Proseware", "Tailspin"]);
    for (query, field) in [
        ("?limit=0", "limit"),
        ("?limit=201", "limit"),
        ("?limit=x", "limit"),
        ("?parent=x", "parent"),
        ("?after=x", "after"),
        ("?q=a&q=b", "q"),
    ] {
        assert_eq!(client.get(&format!("/accounts{query}")).await.expect(422).fields(), [field]);
    }
    let both = client.get("/accounts?limit=x&parent=y").await.expect(422);
    assert_eq!(both.fields(), ["parent", "limit"]);
    assert_eq!(names(&client, "?q=%00").await, Vec::<String>::new());
}

pub async fn login_names_are_checked_for_those_who_create_users(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let taken = world.record(world.user(world.contoso, BuiltInRole::User).await).await.user.login_name.to_string();
    let path = format!("/accounts/{}/login-names?loginName=", world.contoso);
    let free = client.get(&format!("{path}free@contoso.example")).await.expect(200).value();
    assert_eq!(free, json!({"loginName": "free@contoso.example", "available": true}));
    for name in [taken.to_uppercase().as_str(), "x@litware.example", "", "%00"] {
        let answer = client.get(&format!("{path}{name}")).await.expect(200).value();
        assert_eq!(answer["available"], false, "{name}");
        assert!(answer["message"].is_string());
    }
    world.client(world.contoso, BuiltInRole::User).await.get(&format!("{path}a@contoso.example")).await.expect(403);
    world
        .client(world.litware, BuiltInRole::FullAccess)
        .await
        .get(&format!("{path}a@contoso.example"))
        .await
        .expect(404);
}
