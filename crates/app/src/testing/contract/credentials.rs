use jiff::SignedDuration;
use tenantry_domain::{UserId, permission::BuiltInRole};

use super::backend::{ContractBackend, World};
use crate::{
    ports::{Credential, HashedPassword, PasswordOrigin},
    testing::samples::instant,
};

pub async fn credential_round_trips_and_is_replaced(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let other = w.user(&w.customer, "blake", BuiltInRole::User).await;
    let given = Credential {
        hash: HashedPassword("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$given".to_owned()),
        origin: PasswordOrigin::Administrator,
        must_change: true,
        set_at: instant(1) + SignedDuration::from_micros(123_456),
        expires_at: Some(instant(2)),
    };
    let own = Credential {
        hash: HashedPassword("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$own".to_owned()),
        origin: PasswordOrigin::Own,
        must_change: false,
        set_at: instant(3),
        expires_at: None,
    };
    for credential in [&given, &own, &given] {
        let uow = w.begin().await;
        uow.credentials().put(user.id, credential).await.unwrap();
        uow.commit().await.unwrap();
        assert_eq!(w.begin().await.credentials().find(user.id).await.unwrap().as_ref(), Some(credential));
        let details = w.backend.directory.find_user(user.id).await.unwrap().unwrap();
        assert!(details.has_password);
        assert_eq!(details.must_change_password, credential.must_change);
        assert_eq!(details.password_set_at, Some(credential.set_at));
    }
    assert_eq!(w.begin().await.credentials().find(other.id).await.unwrap(), None);
    let details = w.backend.directory.find_user(other.id).await.unwrap().unwrap();
    assert_eq!((details.has_password, details.must_change_password, details.password_set_at), (false, false, None));
}

pub async fn unknown_user_has_no_credential(backend: ContractBackend) {
    let w = World::new(backend).await;
    assert_eq!(w.begin().await.credentials().find(UserId::new(w.uuid())).await.unwrap(), None);
}
