//! Addresses made from endpoints and from names.

use aludel_web::{App, Client, Method, Request, Route, UrlArg, url_by_name, url_of};

use crate::routing::endpoint;

endpoint!(show, "GET", "/people/{name}", name: String);
endpoint!(file, "GET", "/files/{*path}", path: String);
endpoint!(image, "GET", "/{id}.png", id: i64);
endpoint!(two, "GET", "/{a}/{b}/", a: String, b: String);
endpoint!(all, "GET", "/{*path}", path: String);
endpoint!(cafe, "GET", "/café au lait");

#[track_caller]
fn check(url: String, expected: &str) {
    assert_eq!(url, expected);
}

fn named(name: &str) -> show {
    show { name: UrlArg::arg(name) }
}

#[test]
fn parameters_are_encoded_per_segment() {
    check(url_of(named("ann")), "/people/ann");
    check(url_of(named("a b/c?d#e%f")), "/people/a%20b%2Fc%3Fd%23e%25f");
    check(url_of(named("ä\\\r\nx: y")), "/people/%C3%A4%5C%0D%0Ax:%20y");
    check(url_of(file { path: "a b/c.txt".into() }), "/files/a%20b/c.txt");
    check(url_of(image { id: 7 }), "/7.png");
    check(url_of(cafe {}), "/caf%C3%A9%20au%20lait");
}

#[test]
fn no_value_makes_a_host_of_the_path() {
    check(url_of(two { a: String::new(), b: "evil.example".into() }), "/.//evil.example/");
    check(url_of(all { path: "/evil.example".into() }), "/%2Fevil.example");
    check(url_of(all { path: "//evil.example".into() }), "/%2F%2Fevil.example");
    check(url_of(all { path: "\\evil.example".into() }), "/%5Cevil.example");
}

fn client(routes: Vec<Route>) -> Client {
    Client::new(App::new("test").routes(routes).build().unwrap())
}

#[tokio::test]
async fn within_a_request_the_prefix_counts() {
    let ask = Route::new(Method::GET, "/ask", "ask", async |_: Request| url_of(named("ann")));
    client(vec![ask.clone(), Route::of::<show>().prefix("/admin")]).get("/ask").await.assert_contains("/admin/people/ann");
    client(vec![ask.clone(), Route::of::<show>()]).get("/ask").await.assert_contains("/people/ann").assert_lacks("admin");
    client(vec![ask]).get("/ask").await.assert_contains("/people/ann");
}

#[tokio::test]
async fn by_name() {
    let ask = Route::new(Method::GET, "/ask/{name}", "ask", async |request: Request| {
        let (parts, _) = request.into_parts();
        let name: String = aludel_web::path_param(&parts, "name")?;
        Ok::<_, aludel_web::Failure>(
            url_by_name(&name, &[("name", "a b"), ("page", "2"), ("q", "x&y=z")]).unwrap_or_else(|e| e.to_string()),
        )
    });
    let other = Route::new(Method::GET, "/other", "twice", async |_: Request| "");
    let again = Route::of::<image>().named("twice").prefix("/i");
    let plain = Route::of::<cafe>().named("twice");
    let client = client(vec![ask, Route::of::<show>().named("people.show"), Route::of::<image>(), other, again, plain]);
    client.get("/ask/people.show").await.assert_contains("/people/a%20b?page=2&q=x%26y%3Dz");
    client.get("/ask/people.shwo").await.assert_contains("no endpoint is called `people.shwo`; did you mean `people.show`?");
    client.get("/ask/image").await.assert_contains("the rule `/{id}.png` of `image` needs more arguments");
    client.get("/ask/twice").await.assert_contains("several handlers are called `twice`");
    assert!(url_by_name("show", &[]).unwrap_err().to_string().contains("no request is being answered"));
}
