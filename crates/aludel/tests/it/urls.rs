//! Which databases there are by URL, and what is said of a URL that names none.

use aludel::prelude::*;
use expect_test::{Expect, expect};

#[track_caller]
fn refused(url: &str, expected: Expect) {
    let Err(error) = Engine::new(url) else { panic!("`{url}` is a database") };
    expected.assert_eq(&format!("{error:?}"));
}

#[test]
fn urls_of_sqlite() {
    for url in ["sqlite://", "sqlite:///a.db", "sqlite:a.db"] {
        assert!(Engine::new(url).is_ok(), "{url}");
    }
}

#[test]
fn what_is_no_url() {
    refused(
        "",
        expect![[r#"
        ConfigError: the database URL is empty
          hint: `sqlite:///file.db` is a file beside the program, `sqlite://` a database in memory"#]],
    );
    refused(
        "/tmp/x.db",
        expect![[r#"
        ConfigError: `/tmp/x.db` is no database URL
          hint: write `sqlite:////tmp/x.db`; `sqlite:///file.db` is a file beside the program, `sqlite://` a database in memory"#]],
    );
    refused(
        "x.db",
        expect![[r#"
        ConfigError: `x.db` is no database URL
          hint: write `sqlite:///x.db`; `sqlite:///file.db` is a file beside the program, `sqlite://` a database in memory"#]],
    );
    refused(
        "C:/x.db",
        expect![[r#"
        ConfigError: `C:/x.db` is no database URL
          hint: write `sqlite:///C:/x.db`; `sqlite:///file.db` is a file beside the program, `sqlite://` a database in memory"#]],
    );
    refused(
        "user:secret@host/db",
        expect![[r#"
        ConfigError: no driver for a database URL that starts with `user:`
          hint: `sqlite:///file.db` is a file beside the program, `sqlite://` a database in memory"#]],
    );
    refused(
        "//user:secret@host/db",
        expect![[r#"
        ConfigError: the database URL has no scheme
          hint: `sqlite:///file.db` is a file beside the program, `sqlite://` a database in memory"#]],
    );
}

#[test]
fn a_database_without_a_driver() {
    refused(
        "oracle://user:secret@host/db",
        expect![[r#"
        ConfigError: no driver for a database URL that starts with `oracle:`
          hint: `sqlite:///file.db` is a file beside the program, `sqlite://` a database in memory"#]],
    );
    #[cfg(not(feature = "postgres"))]
    refused(
        "postgres://user:secret@host/db",
        expect![[r#"
        ConfigError: the driver for a database URL that starts with `postgres:` is not in this program
          hint: add the feature to its Cargo.toml: `aludel = { version = "..", features = ["postgres"] }`"#]],
    );
    refused(
        "postgresql+psycopg2://user:secret@host/db",
        expect![[r#"
        ConfigError: no driver for a database URL that starts with `postgresql+psycopg2:`
          hint: `sqlite:///file.db` is a file beside the program, `sqlite://` a database in memory"#]],
    );
}
