//! The test client: cookies, forms, redirects, and assertions that show the page.

use aludel_web::{App, Client, Failure, Method, Request, Response, Route, StatusCode, redirect, reply};
use http_body_util::BodyExt;

fn client() -> Client {
    let echo = async |request: Request| -> Result<String, Failure> {
        let (parts, body) = request.into_parts();
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("-").to_owned();
        let body = String::from_utf8_lossy(&body.collect().await?.to_bytes()).into_owned();
        Ok(format!(
            "{} {} host={} cookie={} type={} body={body}",
            parts.method,
            parts.uri,
            header("host"),
            header("cookie"),
            header("content-type")
        ))
    };
    let set = async |request: Request| -> Result<Response, Failure> {
        let cookies = request.uri().query().unwrap_or_default().split('&').map(|c| ("set-cookie", c.replace('+', " "))).collect::<Vec<_>>();
        let mut response = reply("set")?;
        for (name, value) in cookies {
            response.headers_mut().append(name, value.parse()?);
        }
        Ok(response)
    };
    let code = |status: StatusCode| {
        move |_: Request| async move {
            let mut response = redirect("/echo?a=b");
            *response.status_mut() = status;
            response
        }
    };
    let mut routes = vec![
        Route::new(Method::GET, "/set", "set", set),
        Route::new(Method::GET, "/a/set", "set", set),
        Route::new(Method::GET, "/loop", "loop", async |_: Request| redirect("/loop")),
        Route::new(Method::GET, "/a/relative", "relative", async |_: Request| redirect("echo")),
    ];
    for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        routes.push(Route::new(method.clone(), "/echo", "echo", echo));
        routes.push(Route::new(method.clone(), "/a/echo", "echo", echo));
        for status in [301u16, 302, 303, 307, 308] {
            routes.push(Route::new(method.clone(), format!("/{status}"), "code", code(StatusCode::from_u16(status).unwrap())));
        }
    }
    Client::new(App::new("test").routes(routes).build().unwrap())
}

#[tokio::test]
async fn requests_carry_what_was_given() {
    let client = client();
    client.get("/echo?x=1").await.assert_contains("GET /echo?x=1 host=localhost cookie=- type=- body=");
    client.post("/echo").body("raw").await.assert_contains("POST /echo host=localhost cookie=- type=- body=raw");
    let form = client.post("/echo").form(&[("a b", "1&2=3"), ("ä", "+ ~")]).await;
    form.assert_contains("type=application/x-www-form-urlencoded body=a+b=1%262%3D3&%C3%A4=%2B+%7E");
    client.put("/echo").header("host", "other").await.assert_contains("PUT /echo host=other");
    client.delete("/echo").await.assert_contains("DELETE");
    client.patch("/echo").await.assert_contains("PATCH");
    client.head("/echo").await.assert_status(200).assert_lacks("HEAD");
    client.options("/echo").await.assert_header("allow", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
    client.get("http://example.com/echo").await.assert_contains("host=example.com");
}

#[tokio::test]
async fn redirects_are_followed_as_a_browser_does() {
    async fn check(request: &str, expected: &str) {
        let (method, url) = request.split_once(' ').unwrap();
        let page = client().request(method.parse().unwrap(), url).form(&[("k", "v")]).follow().await;
        assert!(page.text().starts_with(expected), "{request}: {page:?}");
    }
    check("POST /303", "GET /echo?a=b host=localhost cookie=- type=- body=").await;
    check("POST /302", "GET /echo?a=b").await;
    check("POST /301", "GET /echo?a=b").await;
    check("PUT /302", "PUT /echo?a=b").await;
    check("PUT /303", "GET /echo?a=b").await;
    check("POST /307", "POST /echo?a=b host=localhost cookie=- type=application/x-www-form-urlencoded body=k=v").await;
    check("POST /308", "POST /echo?a=b").await;
    client().get("/a/relative").follow().await.assert_contains("GET /a/echo");
    client().get("/303").await.assert_redirect("/echo?a=b");
}

#[tokio::test]
#[should_panic(expected = "more than 20 redirects")]
async fn redirects_in_a_circle_end() {
    client().get("/loop").follow().await;
}

#[tokio::test]
async fn cookies_are_kept() {
    let client = client();
    client.get("/set?a=1;+Path=/&b=2;+Path=/a;+HttpOnly&c=3").await.assert_status(200);
    client.get("/echo").await.assert_contains("cookie=a=1; c=3 ");
    client.get("/a/echo").await.assert_contains("cookie=b=2; a=1; c=3 ");
    client.get("/set?a=9;+Path=/").await;
    assert_eq!(client.cookie("a").as_deref(), Some("9"));
    client.get("/set?a=;+Path=/;+Max-Age=0").await;
    client.get("/set?c=;+Path=/;+Expires=Thu,+01+Jan+1970+00:00:00+GMT").await;
    client.get("/echo").await.assert_contains("cookie=- ");
    client.get("/a/set?d=4").await;
    client.get("/echo").await.assert_contains("cookie=- ");
    client.get("/a/echo").await.assert_contains("cookie=b=2; d=4 ");
    client.set_cookie("e", "5");
    client.clone().get("/echo").await.assert_contains("cookie=e=5 ");
}

#[tokio::test]
#[should_panic(expected = "expected status 404, but got\nGET /echo\n200 OK\n")]
async fn an_assertion_shows_the_page() {
    client().get("/echo").await.assert_status(404);
}
