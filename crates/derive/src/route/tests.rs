//! What the attributes say of mistakes, and what they take each argument for.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop")]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;

use super::check::check;
use super::parse::{Handler, Source};

fn parse(attribute: &str, item: &str) -> syn::Result<Handler> {
    Handler::parse("GET", attribute.parse().unwrap(), item.parse().unwrap())
}

/// The mistakes, one a line with the source that it is shown at.
#[track_caller]
fn mistakes(attribute: &str, item: &str, expected: Expect) {
    let text = match parse(attribute, item) {
        Ok(handler) => check(&handler).iter().map(|(place, message)| format!("{place} -- {message}\n")).collect(),
        Err(error) => format!("{error}\n"),
    };
    expected.assert_eq(&text);
}

#[track_caller]
fn path(path: &str, expected: Expect) {
    let rule = super::rule::Rule::parse(path);
    expected.assert_eq(&format!("{:?} {}", rule.names, rule.mistakes.join("; ")));
}

/// What fills each argument, in order.
#[track_caller]
fn sources(arguments: &str, expected: &str) {
    let handler = parse("\"/{id}/{kind}\"", &format!("async fn show({arguments}) {{}}")).unwrap_or_else(|error| panic!("{error}"));
    let names: Vec<&str> = handler
        .arguments
        .iter()
        .map(|argument| match argument.source {
            Source::Path(_) => "path",
            Source::Head => "head",
            Source::Body => "body",
        })
        .collect();
    assert_eq!(names.join(" "), expected);
}

#[test]
fn sound_handlers() {
    mistakes("\"/\"", "async fn index() {}", expect![""]);
    mistakes("\"/{id}/{*rest}\"", "pub(crate) async fn show(mut rest: String, db: Db, id: i64) -> Result<String> {}", expect![""]);
    mistakes("\"/{type}\"", "async fn show(r#type: String) {}", expect![""]);
    mistakes("\"/{id}\"", "async fn show(Form(form): Form<New>, _id: i64) {}", expect![""]);
}

#[test]
fn all_mistakes_at_once() {
    mistakes(
        "\"people/{id}/{id}/{name}\"",
        "fn show<T>(&self, name: &str, x: &T, first: Form<X>, second: Json<Y>) {}",
        expect![[r#"
            "people/{id}/{id}/{name}" -- a path begins with `/`: write `"/people/{id}/{id}/{name}"`
            "people/{id}/{id}/{name}" -- the path has `{id}` twice
            fn -- a handler is asynchronous: write `async fn show`
            T -- a handler has no type parameters: a route calls one function
            & self -- a handler is a function of its own, not a method: extractors bring what it needs
            "people/{id}/{id}/{name}" -- the path has `{id}`, but `show` has no argument `id`: add `id: String`, or another type that can be read from a text
            & str -- a path parameter is owned: write `name: String`
            & T -- an argument of a handler is owned: there is nothing to borrow it from
            Json < Y > -- a request has one body, and an argument before this one takes it
        "#]],
    );
}

#[test]
fn extractors_that_need_axums_router() {
    mistakes("\"/{file}\"", "async fn show(file: Path) {}", expect![""]);
    mistakes(
        "\"/\"",
        "async fn show(Path(id): Path<i64>, a: axum::extract::MatchedPath, b: Option<ConnectInfo<SocketAddr>>, c: Query<X>) {}",
        expect![[r#"
            Path < i64 > -- axum's router fills this, and here is none: name the parameter in the path and take it as an argument, `#[get("/people/{id}")] async fn show(id: i64)`
            axum :: extract :: MatchedPath -- axum's router fills this, and here is none: `RequestInfo` has the name of the handler, `endpoint()`
            Option < ConnectInfo < SocketAddr > > -- axum's server fills this, and here is none: take `aludel::web::Peer`
        "#]],
    );
}

#[test]
fn what_is_no_route() {
    mistakes(
        "",
        "async fn index() {}",
        expect![[r#"
        a path in quotes is expected here: `#[get("/people/{id}")]`
    "#]],
    );
    mistakes(
        "\"/\"",
        "struct X;",
        expect![[r#"
        `#[get(..)]` stands above an `async fn`: expected `fn`
    "#]],
    );
}

#[test]
fn paths() {
    path("/", expect!["[] "]);
    path("/a/{b}/c-{d}.e/{*f}", expect![[r#"["b", "d", "f"] "#]]);
    path("/a/", expect!["[] "]);
    path("/{a", expect!["[] `{a` has a `{` without its `}`"]);
    path("/a}", expect!["[] `a}` has a `}` without its `{`"]);
    path("/{a}{b}", expect!["[] `{a}{b}` has more than one parameter: put a `/` between them"]);
    path("/{}", expect!["[] `{}` is no parameter: between the braces stands the name of an argument"]);
    path("/{a-b}", expect!["[] `{a-b}` is no parameter: between the braces stands the name of an argument"]);
    path("/{id:int}", expect!["[] `{id:int}`: the type of a parameter is that of the argument, the path has its name only"]);
    path("/{*a}/b", expect![[r#"["a"] `{*a}` takes the whole rest of the path: nothing may follow it"#]]);
    path("/{*a}/", expect![[r#"["a"] `{*a}` takes the whole rest of the path: nothing may follow it"#]]);
    path("/x{*a}", expect![[r#"["a"] `{*a}` stands alone between two slashes"#]]);
    path("/a//b", expect!["[] a path has no two slashes in a row: requests with them are redirected"]);
    path("/<name>", expect![[r#"["name"] `<name>` is how other frameworks write a parameter: write `{name}`"#]]);
    path("/p-<int:id>.html", expect![[r#"["id"] `<int:id>` is how other frameworks write a parameter: write `{id}`"#]]);
    path("/<path:rest>", expect![[r#"["rest"] `<path:rest>` is how other frameworks write a parameter: write `{*rest}`"#]]);
    path("/:name/x", expect![[r#"["name"] `:name` is how other frameworks write a parameter: write `{name}`"#]]);
    path("/*path", expect![[r#"["path"] `*path` is how other frameworks write a parameter: write `{*path}`"#]]);
    path("/*", expect![[r#"["rest"] `*` is how other frameworks write a parameter: write `{*rest}`"#]]);
    path("/a:b/{c}:d/1<2/a>b/2*3", expect![[r#"["c"] "#]]);
    path("/a?b=1", expect!["[] a path has no `?` and no `#`: a query is read by an extractor"]);
}

#[test]
fn arguments_are_filled_by_name_or_by_type() {
    sources("id: i64, kind: String", "path path");
    sources("db: Db, id: i64, kind: String", "body path path");
    sources("db: Db, id: i64, kind: String, user: User", "head path path body");
    sources("form: Form<New>, db: Db, id: i64, kind: String", "body head path path");
    sources("db: Db, form: aludel::Form<New>, user: User, id: i64, kind: String", "head body head path path");
    sources("body: Result<Json<X>, Failure>, db: Db, id: i64, kind: String", "body head path path");
    sources("text: Option<String>, db: Db, id: i64, kind: String", "body head path path");
    sources("_id: i64, _kind: String", "path path");
    sources("id: i64, _id: User, kind: String", "path body path");
}

#[test]
fn the_function_stays_as_it_is() {
    let item = "/// Shows.\n#[inline]\npub async fn show(mut id: i64) -> String { id.to_string() }";
    let item: TokenStream = item.parse().unwrap();
    let expanded = super::attribute("GET", "\"/{id}\"".parse().unwrap(), item.clone()).to_string();
    assert!(expanded.starts_with(&item.to_string()), "{expanded}");
    assert!(expanded.contains("pub struct show {"), "{expanded}");
}
