//! A router that knows its routes.
//!
//! axum's own cannot be asked, and a list kept beside it would be wrong one day: of every route somebody must say what it
//! needs, and a test holds that against [`crate::routes`]. So routes are added here, to the router and to the list in one
//! step, and clippy refuses every other way to add one.

use std::convert::Infallible;

use axum::{
    Router,
    extract::Request,
    handler::Handler,
    http::Method,
    response::IntoResponse,
    routing::{self, MethodRouter, Route},
};
use tower::{Layer, Service};
use utoipa::openapi::path::PathItem;
use utoipa_axum::router::OpenApiRouter;

use crate::request::HttpState;

/// A router and the list of its routes.
#[derive(Default)]
pub struct Routes {
    router: Router<HttpState>,
    list: Vec<(Method, String)>,
}

/// What one path answers, and to which methods. `GET` stands for `HEAD` too, as with axum.
pub struct Methods {
    router: MethodRouter<HttpState>,
    list: Vec<Method>,
}

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    /// Routes that came with a document: router and document were made in one step too.
    pub fn documented(table: OpenApiRouter<HttpState>) -> Self {
        let (router, document) = table.split_for_parts();
        let paths = document.paths.paths;
        let list =
            paths.iter().flat_map(|(path, item)| operations(item).map(|method| (method, path.clone()))).collect();
        Self { router, list }
    }

    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "here the list is kept")]
    pub fn route(mut self, path: &str, methods: Methods) -> Self {
        self.list.extend(methods.list.into_iter().map(|method| (method, path.to_owned())));
        Self { router: self.router.route(path, methods.router), list: self.list }
    }

    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        Self { router: self.router.merge(other.router), list: self.list }
    }

    /// Around every route added so far.
    #[must_use]
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Response: IntoResponse, Error: Into<Infallible>, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        Self { router: self.router.layer(layer), list: self.list }
    }

    /// The router, to put the rest around.
    pub fn into_router(self) -> Router<HttpState> {
        self.router
    }

    /// Method and path, in the order they were added.
    pub fn into_list(self) -> Vec<(Method, String)> {
        self.list
    }
}

/// The methods that axum routes; the document knows more.
fn operations(item: &PathItem) -> impl Iterator<Item = Method> {
    [
        (Method::GET, &item.get),
        (Method::HEAD, &item.head),
        (Method::OPTIONS, &item.options),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
        (Method::TRACE, &item.trace),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.is_some().then_some(method))
}

pub fn get<H: Handler<T, HttpState>, T: 'static>(handler: H) -> Methods {
    Methods { router: routing::get(handler), list: vec![Method::GET] }
}

pub fn post<H: Handler<T, HttpState>, T: 'static>(handler: H) -> Methods {
    Methods { router: routing::post(handler), list: vec![Method::POST] }
}

/// Whatever the method: listed under those that a page or a program could use to do something.
pub fn any<H: Handler<T, HttpState>, T: 'static>(handler: H) -> Methods {
    let list = vec![Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    Methods { router: routing::any(handler), list }
}

impl Methods {
    #[must_use]
    pub fn post<H: Handler<T, HttpState>, T: 'static>(mut self, handler: H) -> Self {
        self.list.push(Method::POST);
        Self { router: self.router.post(handler), list: self.list }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_listed_whichever_way_it_came() {
        let nothing = || async {};
        let inner = Routes::new().route("/b", get(nothing).post(nothing)).layer(axum::Extension(()));
        let routes = Routes::new().route("/a", post(nothing)).merge(inner).route("/{*rest}", any(nothing));
        let told: Vec<String> = routes.into_list().iter().map(|(method, path)| format!("{method} {path}")).collect();
        let of_any = ["GET", "POST", "PUT", "PATCH", "DELETE"].map(|method| format!("{method} /{{*rest}}"));
        assert_eq!(told, [["POST /a", "GET /b", "POST /b"].map(str::to_owned).as_slice(), of_any.as_slice()].concat());
    }

    #[test]
    fn the_list_has_the_routes_of_the_document_and_those_without_one() {
        let routes = crate::routes();
        for (method, path) in [
            (Method::GET, "/healthz"),
            (Method::POST, "/console/sign-in"),
            (Method::PATCH, "/api/v1/users/{id}"),
            (Method::DELETE, "/api/v1/sessions/{id}"),
        ] {
            assert!(routes.contains(&(method.clone(), path.to_owned())), "{method} {path}");
        }
        let mut once = routes.clone();
        once.sort_by_key(|(method, path)| format!("{path} {method}"));
        once.dedup();
        assert_eq!(once.len(), routes.len());
    }
}
