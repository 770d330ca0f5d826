use tenantry_domain::{permission::BuiltInRole, user::User};

use super::backend::{ContractBackend, World};
use crate::{ports::StoredImage, testing::samples::instant};

fn image(hash: &str) -> StoredImage {
    StoredImage { hash: hash.repeat(32), png: vec![0x89, b'P', 0, 255], thumbnail: vec![0x89, b'T'] }
}

async fn put(w: &World, image: &StoredImage) {
    let uow = w.begin().await;
    uow.images().put(image).await.unwrap();
    uow.commit().await.unwrap();
}

async fn remove_unused(w: &World, hash: &str) {
    let uow = w.begin().await;
    uow.images().remove_unused(hash).await.unwrap();
    uow.commit().await.unwrap();
}

pub async fn image_round_trips_and_is_stored_once(backend: ContractBackend) {
    let w = World::new(backend).await;
    let image = image("ab");
    put(&w, &image).await;
    put(&w, &image).await;
    let find = async |hash: &str, thumbnail| w.backend.directory.find_image(hash, thumbnail).await.unwrap();
    assert_eq!(find(&image.hash, false).await, Some(image.png.clone()));
    assert_eq!(find(&image.hash, true).await, Some(image.thumbnail.clone()));
    assert_eq!(find(&"cd".repeat(32), false).await, None);
}

pub async fn image_is_removed_when_nobody_shows_it(backend: ContractBackend) {
    let w = World::new(backend).await;
    let image = image("ab");
    put(&w, &image).await;
    let hash = image.hash.as_str();
    let mut users = Vec::new();
    for local in ["avery", "blake"] {
        let user = w.user(&w.customer, local, BuiltInRole::User).await;
        let user = User { image: Some(hash.to_owned()), ..user };
        w.update(&user).await;
        users.push(user);
    }
    let find = async || w.backend.directory.find_image(hash, false).await.unwrap();
    remove_unused(&w, hash).await;
    assert!(find().await.is_some());

    w.update(&User { image: None, ..users[0].clone() }).await;
    // A removed user can be restored, and shows it again then.
    w.update(&User { removed_at: Some(instant(1)), ..users[1].clone() }).await;
    remove_unused(&w, hash).await;
    assert!(find().await.is_some());

    w.update(&User { image: None, ..users[1].clone() }).await;
    remove_unused(&w, &"cd".repeat(32)).await;
    assert!(find().await.is_some());
    remove_unused(&w, hash).await;
    assert!(find().await.is_none());
}
