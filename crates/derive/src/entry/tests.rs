//! What `#[aludel::main]` and `#[aludel::test]` say of mistakes, and what they emit.

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;

use super::{main, test};
use crate::testing::{lines, messages};

type Macro = fn(TokenStream, TokenStream) -> TokenStream;

#[track_caller]
fn mistakes((expand, arguments): (Macro, &str), item: &str, expected: Expect) {
    expected.assert_eq(&messages(expand(arguments.parse().expect("tokens"), item.parse().expect("tokens"))));
}

#[track_caller]
fn emits((expand, arguments): (Macro, &str), item: &str, expected: Expect) {
    expected.assert_eq(&lines(&expand(arguments.parse().expect("tokens"), item.parse().expect("tokens"))));
}

#[test]
fn main_is_async_and_takes_nothing() {
    mistakes((main, ""), "async fn main() -> Result { Ok(()) }", expect![""]);
    mistakes(
        (main, "app"),
        "fn main<T>(a: T) {}",
        expect![[r#"
        `#[aludel::main]` takes nothing; the application is made in the function
        `main` is not async: write `async fn main`
        `main` cannot be generic: nobody could choose the types
        nobody passes arguments to `main`: read `std::env::args()`
    "#]],
    );
    mistakes(
        (main, ""),
        "struct Main;",
        expect![[r#"
        `#[aludel::main]` stands over a function: `async fn main() { .. }`
    "#]],
    );
}

#[test]
fn a_test_is_async_and_takes_fixtures() {
    mistakes((test, ""), "async fn a(client: Client, mut db: Db) {}", expect![""]);
    mistakes(
        (test, "app()"),
        "fn a(self) {}",
        expect![[r#"
        expected the name of the function that makes the application: `#[aludel::test(app)]`
        `a` is not async: write `async fn a`
        a test has no `self`
    "#]],
    );
    mistakes(
        (test, ""),
        "const A: i64 = 5;",
        expect![[r#"
        `#[aludel::test]` stands over a function: `async fn test() { .. }`
    "#]],
    );
}

#[test]
fn the_expansion_of_main() {
    emits(
        (main, ""),
        "/// Starts. \n async fn main() -> Result { run().await }",
        expect![[r##"
        # [doc = " Starts. "] fn main() -> Result {
          async fn main() -> Result {
            run().await
          }
          block_on(main())
        }
    "##]],
    );
}

#[test]
fn the_expansion_of_a_test() {
    emits(
        (test, "web::app"),
        "#[should_panic] async fn a(client: Client, mut db: Db) -> Result { Ok(()) }",
        expect![[r#"
        # [:: core::prelude::v1::test] # [should_panic] fn a() -> Result {
          async fn a(client : Client, mut db : Db) -> Result {
            Ok(())
          }
          run_test(TestContext::serve(web::app()), async | context : &TestContext | a(<Client as Fixture>::fixture(context), <Db as Fixture>::fixture(context)).await)
        }
    "#]],
    );
    emits(
        (test, ""),
        "async fn a() {}",
        expect![[r#"
        # [:: core::prelude::v1::test] fn a() {
          async fn a() {
          }
          run_test(TestContext::plain(), async | context : &TestContext | a().await)
        }
    "#]],
    );
}
