//! The client: an application and a cookie jar.

use http::Method;

use crate::life::Service;

use super::jar::SharedJar;
use super::request::RequestBuilder;

/// Sends requests to an application within this process and keeps its cookies.
///
/// Clones share their cookies; a new client of the same service has its own.
///
/// ```
/// # use aludel_web::{App, Client, Method, Request, Route, redirect};
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let app = App::new("app").routes([
///     Route::new(Method::POST, "/", "save", async |_: Request| redirect("/done")),
///     Route::new(Method::GET, "/done", "done", async |_: Request| "saved"),
/// ]);
/// let client = Client::new(app.build()?);
/// client.post("/").form(&[("name", "Ann")]).await.assert_redirect("/done");
/// client.post("/").form(&[("name", "Ann")]).follow().await.assert_contains("saved");
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(example()).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    service: Service,
    jar: SharedJar,
}

impl Client {
    /// Makes a client without cookies.
    #[must_use]
    pub fn new(service: Service) -> Self {
        Self { service, jar: SharedJar::default() }
    }

    /// Begins a `GET`.
    #[track_caller]
    pub fn get(&self, url: impl Into<String>) -> RequestBuilder {
        self.request(Method::GET, url)
    }

    /// Begins a `POST`.
    #[track_caller]
    pub fn post(&self, url: impl Into<String>) -> RequestBuilder {
        self.request(Method::POST, url)
    }

    /// Begins a `PUT`.
    #[track_caller]
    pub fn put(&self, url: impl Into<String>) -> RequestBuilder {
        self.request(Method::PUT, url)
    }

    /// Begins a `PATCH`.
    #[track_caller]
    pub fn patch(&self, url: impl Into<String>) -> RequestBuilder {
        self.request(Method::PATCH, url)
    }

    /// Begins a `DELETE`.
    #[track_caller]
    pub fn delete(&self, url: impl Into<String>) -> RequestBuilder {
        self.request(Method::DELETE, url)
    }

    /// Begins a `HEAD`.
    #[track_caller]
    pub fn head(&self, url: impl Into<String>) -> RequestBuilder {
        self.request(Method::HEAD, url)
    }

    /// Begins an `OPTIONS`.
    #[track_caller]
    pub fn options(&self, url: impl Into<String>) -> RequestBuilder {
        self.request(Method::OPTIONS, url)
    }

    /// Begins a request with any method. The URL is a path with or without a query, or a whole `http://` URL.
    #[track_caller]
    pub fn request(&self, method: Method, url: impl Into<String>) -> RequestBuilder {
        RequestBuilder::new(self.service.clone(), self.jar.clone(), method, url.into())
    }

    /// Returns the value of a cookie that is kept for `/`, if there is one.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().get(name)
    }

    /// Sets a cookie for all paths.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar.lock().store(&format!("{name}={value}; Path=/"), "/");
    }
}
