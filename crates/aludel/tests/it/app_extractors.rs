//! axum's own extractors in handlers, those that need no router; and the application's values.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aludel::prelude::*;
use aludel::web::{Peer, RequestInfo, Uri};
use axum::extract::Query;
use axum::{Form, Json};

type Numbers = HashMap<String, i64>;

fn sum(numbers: &Numbers) -> String {
    numbers.values().sum::<i64>().to_string()
}

#[post("/json")]
async fn by_json(Json(numbers): Json<Numbers>) -> String {
    sum(&numbers)
}

#[post("/form")]
async fn by_form(Form(numbers): Form<Numbers>, Query(more): Query<Numbers>) -> String {
    format!("{} {}", sum(&numbers), sum(&more))
}

#[get("/query")]
async fn by_query(Query(numbers): Query<Numbers>, uri: Uri) -> String {
    format!("{} {uri}", sum(&numbers))
}

#[post("/bytes")]
async fn by_bytes(bytes: axum::body::Bytes) -> String {
    bytes.len().to_string()
}

#[derive(Clone)]
struct Visits(Arc<AtomicUsize>);

#[get("/visits")]
async fn visits(ours: Extension<Visits>, theirs: axum::Extension<Visits>) -> String {
    format!("{} {}", ours.0.0.fetch_add(1, Ordering::SeqCst), theirs.0.0.fetch_add(1, Ordering::SeqCst))
}

#[get("/peer")]
async fn peer(peer: Peer, info: RequestInfo) -> String {
    format!("{peer:?} {:?}", info.endpoint())
}

#[get("/listed")]
async fn listed() -> Response {
    json(["Ann", "Bob"])
}

#[get("/unwritable")]
async fn unwritable() -> Response {
    json(HashMap::from([((1, 2), 3)]))
}

fn routed() -> App {
    App::new("extractors").routes(routes![by_json, by_form, by_query, by_bytes, visits, peer, listed, unwritable])
}

fn app() -> App {
    routed().extension(Visits(Arc::default()))
}

/// Sends a body of this type and looks at the answer.
async fn check(client: &Client, (url, content_type, body): (&str, &str, &'static str), (status, text): (u16, &str)) {
    let page = client.post(url).header("content-type", content_type).body(body).await;
    page.assert_status(status).assert_contains(text);
}

#[aludel::test(app)]
async fn json_is_read(client: Client) {
    let json = "application/json";
    check(&client, ("/json", json, r#"{"a": 1, "b": 2}"#), (200, "3")).await;
    check(&client, ("/json", json, r#"{"a": 1,"#), (400, "")).await;
    check(&client, ("/json", json, r#"{"a": "one"}"#), (422, "")).await;
    check(&client, ("/json", "text/plain", r#"{"a": 1}"#), (415, "")).await;
}

#[aludel::test(app)]
async fn forms_are_read(client: Client) {
    let form = "application/x-www-form-urlencoded";
    check(&client, ("/form?c=4", form, "a=1&b=2"), (200, "3 4")).await;
    check(&client, ("/form", form, "a=one"), (422, "")).await;
    check(&client, ("/form?c=four", form, "a=1"), (400, "")).await;
    check(&client, ("/form", "text/plain", "a=1"), (415, "")).await;
}

#[aludel::test(app)]
async fn queries_and_bytes_are_read(client: Client) {
    client.get("/query?a=1&b=2").await.assert_status(200).assert_contains("3 /query?a=1&b=2");
    client.get("/query?a=one").await.assert_status(400);
    check(&client, ("/bytes", "application/octet-stream", "four"), (200, "4")).await;
}

#[aludel::test(app)]
async fn values_of_the_application(client: Client) {
    assert_eq!(client.get("/visits").await.text(), "0 1");
    assert_eq!(client.get("/visits").await.text(), "2 3", "the same for all requests");
    let without = aludel::TestContext::serve(routed().debug(true)).await.unwrap();
    let page = Client::new(without.service().unwrap().clone()).get("/visits").await;
    page.assert_status(500);
    assert_eq!(page.text().contains("add `.extension(..)` to it"), cfg!(debug_assertions), "{}", page.text());
}

#[aludel::test(app)]
async fn facts_of_the_request(client: Client) {
    assert_eq!(client.get("/peer").await.text(), r#"InProcess Some("peer")"#);
}

#[aludel::test(app)]
async fn json_is_written(client: Client) {
    let page = client.get("/listed").await;
    page.assert_status(200).assert_header("content-type", "application/json");
    assert_eq!(page.text(), r#"["Ann","Bob"]"#);
    client.get("/unwritable").await.assert_status(500);
}
