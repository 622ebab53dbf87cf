//! Which rule answers which path: one line a behaviour, as Flask's tests have them.

use std::str::FromStr;

use aludel_web::{App, Client, Failure, Method, Request, Route, path_param};

/// Makes an endpoint with typed parameters, as the attribute macros do.
macro_rules! endpoint {
    ($name:ident, $method:literal, $path:literal $(, $param:ident: $type:ty)*) => {
        #[allow(non_camel_case_types)]
        pub struct $name { $(pub $param: $type),* }
        impl aludel_web::Endpoint for $name {
            const METHOD: &'static str = $method;
            const PATH: &'static str = $path;
            const NAME: &'static str = stringify!($name);
            const PARAMS: &'static [aludel_web::Param] = &[$(aludel_web::Param::of::<$type>(stringify!($param))),*];
            fn call(request: aludel_web::Request) -> aludel_web::BoxFuture<'static, Result<aludel_web::Response, aludel_web::Failure>> {
                Box::pin(async move {
                    let (parts, _) = request.into_parts();
                    let values: Vec<String> = vec![$(format!(" {:?}", aludel_web::path_param::<$type>(&parts, stringify!($param))?)),*];
                    let _ = &parts;
                    aludel_web::reply(format!("{}{}", Self::NAME, values.concat()))
                })
            }
            fn args(&self) -> Vec<String> {
                vec![$(self.$param.to_string()),*]
            }
        }
    };
}
pub(crate) use endpoint;

endpoint!(int, "GET", "/x/{id}", id: i64);
endpoint!(unsigned, "GET", "/x/{id}", id: u32);
endpoint!(boolean, "GET", "/x/{id}", id: bool);
endpoint!(word, "GET", "/x/{name}", name: String);
endpoint!(post_word, "POST", "/x/{name}", name: String);
endpoint!(int_edit, "GET", "/{id}/edit", id: i64);
endpoint!(rest, "GET", "/{*rest}", rest: String);

/// Routes from lines such as `GET /bar/`; each answers with its rule and its parameters.
fn routes(lines: &str) -> Vec<Route> {
    lines.split(';').map(str::trim).filter(|line| !line.is_empty()).map(route).collect()
}

fn route(line: &str) -> Route {
    let (method, rule) = line.split_once(' ').unwrap();
    let names: Vec<String> = rule.split('{').skip(1).map(|rest| rest.split('}').next().unwrap().trim_start_matches('*').into()).collect();
    let said = line.to_owned();
    Route::new(Method::from_str(method).unwrap(), rule, line, move |request: Request| {
        let (names, mut said) = (names.clone(), said.clone());
        async move {
            let (parts, _) = request.into_parts();
            for name in names {
                said.push_str(&format!(" {name}={:?}", path_param::<String>(&parts, &name)?));
            }
            Ok::<_, Failure>(said)
        }
    })
}

#[track_caller]
fn check(rules: &str, request: &str, expected: &str) {
    check_routes(routes(rules), request, expected);
}

#[track_caller]
fn check_routes(routes: Vec<Route>, request: &str, expected: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (method, url) = request.split_once(' ').unwrap();
    let client = Client::new(App::new("test").routes(routes).build().unwrap());
    let page = runtime.block_on(async { client.request(Method::from_str(method).unwrap(), url).await });
    let detail = match page.status().as_u16() {
        200 => page.text().into_owned(),
        308 => page.header("location").unwrap_or_default().to_owned(),
        _ => page.header("allow").unwrap_or_default().to_owned(),
    };
    let got = format!("{} {detail}", page.status().as_u16());
    assert_eq!(got.trim(), expected, "\n{request} on {:?}", client);
}

#[test]
fn exact_paths() {
    check("GET /; GET /foo", "GET /", "200 GET /");
    check("GET /; GET /foo", "GET /foo", "200 GET /foo");
    check("GET /; GET /foo", "GET /blah", "404");
    check("GET /foo.html", "GET /foo.html", "200 GET /foo.html");
    check("GET /foo.html", "GET /fooxhtml", "404");
    check("GET /", "GET http://localhost/", "200 GET /");
    check("", "GET /", "404");
}

#[test]
fn parameters() {
    check("GET /x/{a}", "GET /x/1", r#"200 GET /x/{a} a="1""#);
    check("GET /x/{a}", "GET /x/", "404");
    check("GET /x/{a}", "GET /x", "404");
    check("GET /x/{a}", "GET /x/1/2", "404");
    check("GET /x/{a}/y/{b}", "GET /x/1/y/2", r#"200 GET /x/{a}/y/{b} a="1" b="2""#);
    check("GET /f/{name}.json; GET /f/{name}", "GET /f/a.json", r#"200 GET /f/{name}.json name="a""#);
    check("GET /f/{name}.json; GET /f/{name}", "GET /f/.json", r#"200 GET /f/{name} name=".json""#);
    check("GET /f/img-{n}.png; GET /f/img-{n}", "GET /f/img-7.png", r#"200 GET /f/img-{n}.png n="7""#);
    check("GET /größe/{a}", "GET /gr%C3%B6%C3%9Fe/%C3%A4", r#"200 GET /größe/{a} a="ä""#);
}

#[test]
fn fixed_segments_come_before_parameters() {
    check("GET /x/{a}; GET /x/new", "GET /x/new", "200 GET /x/new");
    check("GET /x/{a}; GET /x/new", "GET /x/news", r#"200 GET /x/{a} a="news""#);
    check("GET /{*rest}; GET /x/{a}", "GET /x/1", r#"200 GET /x/{a} a="1""#);
    check("GET /x/new/a; GET /x/{a}/b", "GET /x/new/b", r#"200 GET /x/{a}/b a="new""#);
    check("GET /x/new; POST /x/{a}", "POST /x/new", r#"200 POST /x/{a} a="new""#);
}

#[test]
fn typed_parameters_let_the_next_rule_try() {
    let both = || vec![Route::of::<word>(), Route::of::<int>()];
    check_routes(both(), "GET /x/7", "200 int 7");
    check_routes(both(), "GET /x/-7", "200 int -7");
    check_routes(both(), "GET /x/seven", r#"200 word "seven""#);
    check_routes(vec![Route::of::<int>()], "GET /x/seven", "404");
    check_routes(vec![Route::of::<int>()], "GET /x/99999999999999999999", "404");
    check_routes(vec![Route::of::<int>()], "GET /x/1.5", "404");
    check_routes(vec![Route::of::<unsigned>()], "GET /x/-2", "404");
    check_routes(vec![Route::of::<boolean>(), Route::of::<unsigned>()], "GET /x/2", "200 unsigned 2");
    check_routes(vec![Route::of::<boolean>(), Route::of::<unsigned>()], "GET /x/true", "200 boolean true");
    check_routes(vec![Route::of::<int_edit>(), Route::of::<rest>()], "GET /5/edit", "200 int_edit 5");
    check_routes(vec![Route::of::<int_edit>(), Route::of::<rest>()], "GET /a/edit", r#"200 rest "a/edit""#);
}

#[test]
fn the_rest_of_a_path() {
    check("GET /f/{*rest}", "GET /f/a/b.txt", r#"200 GET /f/{*rest} rest="a/b.txt""#);
    check("GET /f/{*rest}", "GET /f/a//b/", r#"200 GET /f/{*rest} rest="a//b/""#);
    check("GET /f/{*rest}", "GET /f/http://x/y", r#"200 GET /f/{*rest} rest="http://x/y""#);
    check("GET /f/{*rest}", "GET /f/", "404");
    check("GET /f/{*rest}", "GET /f", "404");
    check("GET /f/{*rest}", "GET /f//etc", "308 /f/etc");
}

#[test]
fn slashes_at_the_end() {
    check("GET /bar/", "GET /bar", "308 /bar/");
    check("GET /bar/", "GET /bar?x=1&y=%20", "308 /bar/?x=1&y=%20");
    check("GET /bar/", "HEAD /bar", "308 /bar/");
    check("GET /bar/", "GET /bar/", "200 GET /bar/");
    check("GET /bar", "GET /bar/", "404");
    check("GET /bar/; POST /bar", "GET /bar", "308 /bar/");
    check("GET /bar/; POST /bar", "POST /bar", "200 POST /bar");
    check("GET /bar/; POST /bar", "POST /bar/", "405 GET, HEAD, OPTIONS");
    check("GET /bar/; POST /bar", "PUT /bar", "405 GET, HEAD, OPTIONS, POST");
    check("GET /bar/", "POST /bar", "405 GET, HEAD, OPTIONS");
    check("GET /{a}/", "GET /foo%20bar", "308 /foo%20bar/");
    check("GET /{a}/", "GET /a%2Fb", "308 /a%2Fb/");
}

#[test]
fn slashes_in_a_row() {
    check("GET /yes/tail/", "GET //yes///tail////", "308 /yes/tail/");
    check("GET /yes/tail/", "GET //yes///tail?q=//", "308 /yes/tail/?q=//");
    check("GET /yes/tail", "GET /yes//tail", "308 /yes/tail");
    check("GET /yes/tail", "POST /yes//tail", "405 GET, HEAD, OPTIONS");
    check("GET /yes/tail", "GET /no//tail", "404");
    check("GET /merge/{a}/path", "GET /merge/%25//path", "308 /merge/%25/path");
    check("GET /{*rest}", "GET //evil.example/x", "308 /evil.example/x");
    check("GET /{*rest}", r"GET //\evil.example", "308 /%5Cevil.example");
}

#[test]
fn methods() {
    check("GET /", "HEAD /", "200");
    check("POST /", "HEAD /", "405 OPTIONS, POST");
    check("GET /; HEAD /", "HEAD /", "200");
    check("GET /; POST /", "DELETE /", "405 GET, HEAD, OPTIONS, POST");
    check("GET /; POST /", "OPTIONS /", "204 GET, HEAD, OPTIONS, POST");
    check("GET /; OPTIONS /", "OPTIONS /", "200 OPTIONS /");
    check("GET /", "OPTIONS /nowhere", "404");
    check("GET /x/new; POST /x/{a}; PUT /{*rest}", "DELETE /x/new", "405 GET, HEAD, OPTIONS, POST, PUT");
    check("PURGE /", "PURGE /", "200 PURGE /");
    check_routes(vec![Route::of::<int>(), Route::of::<post_word>()], "DELETE /x/5", "405 GET, HEAD, OPTIONS, POST");
    check_routes(vec![Route::of::<int>(), Route::of::<post_word>()], "DELETE /x/a", "405 OPTIONS, POST");
}

#[test]
fn a_head_route_of_its_own_comes_first() {
    for order in ["GET /x; HEAD /x", "HEAD /x; GET /x"] {
        let mut all = routes(order);
        for route in &mut all {
            let method = route.method().to_owned();
            *route = Route::new(Method::from_str(&method).unwrap(), "/x", "x", move |_: Request| {
                let method = method.clone();
                async move { ([("x-by", method)], "") }
            });
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let client = Client::new(App::new("test").routes(all).build().unwrap());
        runtime.block_on(async { client.head("/x").await }).assert_header("x-by", "HEAD");
    }
}

#[test]
fn nonsense_in_paths() {
    check("GET /{a}", "GET /%2F", r#"200 GET /{a} a="/""#);
    check("GET /{a}", "GET /a%2Fb", r#"200 GET /{a} a="a/b""#);
    check("GET /{a}", "GET /a%00b", r#"200 GET /{a} a="a\0b""#);
    check("GET /{a}", "GET /%FF", "404");
    check("GET /{a}", "GET /%C3%28", "404");
    check("GET /f/{*rest}", "GET /f/a/%FF/b", "404");
    check("GET /{a}", "GET /%", r#"200 GET /{a} a="%""#);
    check("GET /{a}", "GET /%2", r#"200 GET /{a} a="%2""#);
    check("GET /{a}", "GET /%zz", r#"200 GET /{a} a="%zz""#);
    check("GET /{a}", "GET /%2525", r#"200 GET /{a} a="%25""#);
    check("GET /{a}", "GET /a+b", r#"200 GET /{a} a="a+b""#);
    check("GET /{a}", "GET /..", r#"200 GET /{a} a="..""#);
    check("GET /{a}", "GET /%2e%2e%2fetc", r#"200 GET /{a} a="../etc""#);
    check("GET /about", "GET /%61bout", "200 GET /about");
    check("GET /{a}", "GET /?a=/../", "404");
    check("GET /{a}", "OPTIONS *", "404");
    check("GET /a%20b", "GET /a%2520b", "200 GET /a%20b");
}

#[track_caller]
fn check_build(routes: Vec<Route>, expected: &str) {
    let error = App::new("test").routes(routes).build().map(|_| ()).unwrap_err().to_string();
    assert!(error.contains(expected), "{error:?} does not contain {expected:?}");
}

#[test]
fn mistakes_are_found_when_the_application_is_built() {
    check_build(routes("GET /a; GET /a"), "both answer `GET /a`");
    check_build(routes("GET /{a}; GET /{b}"), "both answer `GET /{b}`");
    check_build(routes("GET /{*a}; GET /{*b}"), "both answer `GET /{*b}`");
    check_build(vec![Route::of::<word>(), Route::of::<word>()], "`word` and `word` both answer `GET /x/{name}`");
    check_build(routes("GET a"), "the rule `a` of `GET a` (crates/web/tests/it/routing.rs:");
    check_build(routes("GET a"), "must begin with `/`");
    check_build(routes("GET a; GET /{b"), "has a `{` without its `}`");
    check_build(routes("GET /b}"), "has a `}` without its `{`");
    check_build(routes("GET /{a}{b}"), "one parameter between two slashes");
    check_build(routes("GET /{a}/{a}"), "names a parameter twice");
    check_build(routes("GET /{*a}/b"), "at its end only");
    check_build(routes("GET /{*a}/"), "slash after `{*rest}`");
    check_build(routes("GET /x{*a}"), "nothing beside `{*rest}`");
    check_build(routes("GET //a"), "two slashes in a row");
    check_build(routes("GET /people/<int:id>"), "has `<int:id>`, which is no parameter here: write `{name}`");
    check_build(routes("GET /:name"), "has `:name`, which is no parameter here");
    check_build(routes("GET /a/*rest"), "has `*rest`, which is no parameter here: write `{name}`, or `{*rest}`");
    check_build(routes("GET /{}"), "whose name is no identifier");
    check_build(vec![Route::of::<word>().prefix("/{lang}")], "a prefix may have none");
}

#[test]
fn what_differs_in_method_type_or_slash_is_no_duplicate() {
    let all = routes("GET /a; POST /a; GET /a/; GET /{a}; GET /{*a}; GET /{a}.x; GET /{a}:b; GET /a:b/a*b/a>b<c");
    App::new("test").routes(all).build().unwrap();
    App::new("test").routes([Route::of::<int>(), Route::of::<word>(), Route::of::<unsigned>()]).build().unwrap();
}

#[test]
fn prefixes() {
    let under = |prefix: &str, lines: &str| routes(lines).into_iter().map(|route| route.prefix(prefix)).collect::<Vec<_>>();
    check_routes(under("/bp", "GET /"), "GET /bp/", "200 GET /");
    check_routes(under("/bp", "GET /"), "GET /bp", "308 /bp/");
    check_routes(under("/bp/", "GET /x"), "GET /bp/x", "200 GET /x");
    check_routes(under("", "GET /x"), "GET /x", "200 GET /x");
}

#[test]
fn the_table_lists_itself() {
    let service = App::new("test").routes([Route::of::<int>(), Route::of::<post_word>().named("admin.post")]).build().unwrap();
    expect_test::expect![[r#"
        GET   /x/{id}    int
        POST  /x/{name}  admin.post
    "#]]
    .assert_eq(&service.table().to_string());
}
