//! The OpenAPI document. That it has every route is by construction: router and document come from one table.

use serde_json::Value;
use tenantry_http::api;

use crate::support::{StorageKind, World};

#[tokio::test]
async fn document_is_public_and_the_one_of_the_code() {
    let world = World::start(StorageKind::Memory).await;
    let answer = world.anonymous().get("/openapi.json").await.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.value(), serde_json::to_value(api::openapi()).unwrap());
    assert_eq!(answer.text("/openapi"), "3.1.0");
}

#[test]
fn every_operation_says_what_it_takes_and_answers() {
    let document = serde_json::to_value(api::openapi()).unwrap();
    let mut ids = std::collections::HashSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let told = format!("{method} {path}");
            assert!(path.starts_with("/api/v1/"), "{told}");
            assert!(operation["summary"].is_string() && operation["tags"][0].is_string(), "{told}");
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{told}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.keys().any(|status| status.starts_with('2')), "{told}");
            for (status, response) in responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])) {
                let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Problem", "{told} {status}");
            }
            assert_eq!(path.contains("{id}"), responses.contains_key("404") && path.contains("{id}"), "{told}");
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = serde_json::to_value(api::openapi()).unwrap();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 30);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            references.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
            object.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}
