//! What an account shows and demands, and what those below it have of that.

use tenantry_app::{
    Denied,
    accounts::{BrandColorsInput, EditAccountInput, find_logo, find_looks},
    passwords::{ChangeOwnPassword, ChangeOwnPasswordInput},
    testing::TestPlatform,
};
use tenantry_domain::permission::BuiltInRole;

use super::{boss, create, customer, edit};
use crate::{creating::wrong, verdict::denied};

fn colors(primary: &str) -> EditAccountInput {
    let colors = BrandColorsInput { primary: Some(primary.to_owned()), secondary: None };
    EditAccountInput { colors: Some(colors), ..EditAccountInput::default() }
}

fn logo(upload: Option<&[u8]>) -> EditAccountInput {
    EditAccountInput { logo: Some(upload.map(<[u8]>::to_vec)), ..EditAccountInput::default() }
}

fn demanding(length: &str) -> EditAccountInput {
    EditAccountInput { password_length: Some(Some(length.to_owned())), ..EditAccountInput::default() }
}

#[tokio::test]
async fn logo_and_colours_are_those_of_the_nearest_account_that_sets_any() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    let looks = async || find_looks(&p.app, Some("tailspin.example")).await.unwrap().unwrap().branding;
    assert!(looks().await.is_empty());

    edit(&p, &actor, p.contoso, colors("#0B5A70")).await.unwrap();
    edit(&p, &actor, p.contoso, logo(Some(b"contoso"))).await.unwrap();
    let of_contoso = looks().await;
    assert_eq!(of_contoso.primary.unwrap().to_string(), "#0b5a70");
    let hash = of_contoso.logo.clone().unwrap();
    assert_eq!(find_logo(&p.app, &hash, false).await.unwrap().unwrap(), b"png:contoso");

    edit(&p, &actor, p.tailspin, colors("#c05010")).await.unwrap();
    let own = looks().await;
    assert_eq!((own.primary.unwrap().to_string(), own.logo), ("#c05010".to_owned(), None), "taken as a whole");

    edit(&p, &actor, p.tailspin, colors("")).await.unwrap();
    assert_eq!(looks().await, of_contoso);
    edit(&p, &actor, p.contoso, logo(None)).await.unwrap();
    assert_eq!(find_logo(&p.app, &hash, false).await.unwrap(), None, "nobody shows it any more");
}

#[tokio::test]
async fn what_cannot_be_shown_is_refused_by_name() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    let wrong_color = wrong(edit(&p, &actor, p.contoso, colors("teal")).await);
    assert_eq!(wrong_color[0].0, "branding.primaryColor");
    let wrong_logo = wrong(edit(&p, &actor, p.contoso, logo(Some(b"bad image"))).await);
    assert_eq!(wrong_logo[0].0, "branding.logo");
    let both = EditAccountInput { colors: colors("teal").colors, ..logo(Some(b"bad image")) };
    let fields: Vec<String> =
        wrong(edit(&p, &actor, p.contoso, both).await).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["branding.logo", "branding.primaryColor"]);
    let customer_user = p.actor_with(p.tailspin, BuiltInRole::User).await;
    assert!(matches!(denied(edit(&p, &customer_user, p.tailspin, logo(Some(b"x"))).await), Denied::NotHeld { .. }));
}

#[tokio::test]
async fn a_new_account_gets_its_logo_and_colours_with_everything_else() {
    let p = TestPlatform::new().await;
    let mut input = customer("Lucerne");
    input.colors.secondary = Some("#123456".to_owned());
    input.logo = Some(b"lucerne".to_vec());
    let created = create(&p, &boss(&p).await, p.contoso, &input).await.unwrap();
    let branding = created.account.account.account.branding;
    assert_eq!(branding.secondary.unwrap().to_string(), "#123456");
    assert!(find_logo(&p.app, &branding.logo.unwrap(), true).await.unwrap().is_some());
}

#[tokio::test]
async fn an_account_may_demand_longer_passwords_than_the_one_above_but_not_shorter_ones() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    edit(&p, &actor, p.contoso, demanding("24")).await.unwrap();
    let laxer = wrong(edit(&p, &actor, p.tailspin, demanding("20")).await);
    assert_eq!(laxer, [("passwordLength".to_owned(), "laxer-than-above")]);
    for nonsense in ["8", "65", "many"] {
        assert_eq!(wrong(edit(&p, &actor, p.tailspin, demanding(nonsense)).await)[0].1, "malformed");
    }
    edit(&p, &actor, p.tailspin, demanding("30")).await.unwrap();
    edit(&p, &actor, p.tailspin, demanding("")).await.unwrap();

    let user = p.actor_with(p.tailspin, BuiltInRole::User).await;
    let change = async |password: &str| {
        let input = ChangeOwnPasswordInput {
            current_password: Some(TestPlatform::PASSWORD.to_owned()),
            password: Some(password.to_owned()),
        };
        ChangeOwnPassword { input }.execute(&p.app, &user).await
    };
    assert_eq!(wrong(change("velvet orbit lantern").await), [("password".to_owned(), "too-short")]);
    change("velvet orbit lantern canyon").await.unwrap();
}
