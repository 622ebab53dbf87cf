//! The URLs of SQLite databases.

use aludel_sqlite::Location;
use expect_test::{Expect, expect};

#[track_caller]
fn check(url: &str, expected: Expect) {
    let shown = match Location::parse(url) {
        Ok(location) => {
            let mut shown = location.path.map_or_else(|| "in memory".to_owned(), |path| format!("{}", path.display()));
            for (set, word) in [(location.read_only, " ro"), (location.must_exist, " must exist")] {
                shown += if set { word } else { "" };
            }
            if location.synchronous != aludel_sqlite::Synchronous::Normal {
                shown += " full";
            }
            shown + &location.pool_size.map_or_else(String::new, |size| format!(" {size} connections"))
        }
        Err(error) => format!("{error:?}"),
    };
    expected.assert_eq(&shown);
}

#[test]
fn paths() {
    check("sqlite:///file.db", expect!["file.db"]);
    check("sqlite:////folder/file.db", expect!["/folder/file.db"]);
    check("sqlite:///folder/file.db", expect!["folder/file.db"]);
    check("sqlite:///./file.db", expect!["./file.db"]);
    check("sqlite:file.db", expect!["file.db"]);
    check("sqlite:/folder/file.db", expect!["/folder/file.db"]);
    check("sqlite://file.db", expect!["file.db"]);
    check("sqlite:///a b%20ü.db", expect!["a b%20ü.db"]);
}

#[test]
fn in_memory() {
    check("sqlite://", expect!["in memory"]);
    check("sqlite:", expect!["in memory"]);
    check("sqlite:///", expect!["in memory"]);
    check("sqlite:///:memory:", expect!["in memory"]);
    check("sqlite::memory:", expect!["in memory"]);
    check("sqlite://:memory:?pool_size=1", expect!["in memory 1 connections"]);
    check("sqlite:///file.db?mode=memory", expect!["in memory"]);
}

#[test]
fn options() {
    check("sqlite:///f?mode=ro", expect!["f ro"]);
    check("sqlite:///f?mode=rw", expect!["f must exist"]);
    check("sqlite:///f?mode=rwc", expect!["f"]);
    check("sqlite:///f?synchronous=full&pool_size=3&mode=rw", expect!["f must exist full 3 connections"]);
    check("sqlite:///f?synchronous=normal&&", expect!["f"]);
}

#[test]
fn mistakes() {
    let options = expect![[r#"
        ConfigError: `mode=rx` is no option of a SQLite database
          hint: the options are `mode=ro|rw|rwc|memory`, `synchronous=normal|full` and `pool_size=N`"#]];
    check("sqlite:///f?mode=rx", options);
    check(
        "sqlite:///f?key=secret",
        expect![[r#"
        ConfigError: `key` is no option of a SQLite database
          hint: the options are `mode=ro|rw|rwc|memory`, `synchronous=normal|full` and `pool_size=N`"#]],
    );
    for size in ["0", "-1", "many", "", "99999999999999999999"] {
        let error = Location::parse(&format!("sqlite:///f?pool_size={size}")).expect_err("no size");
        assert_eq!(error.to_string(), format!("ConfigError: `pool_size={size}` is not a number of connections"));
    }
    check(
        "postgres://me:secret@host/db",
        expect![[r#"
        ConfigError: a URL that begins with `postgres:` is not one of a SQLite database
          hint: write `sqlite:///file.db` for a file in this folder, `sqlite:////folder/file.db` for an absolute path, `sqlite://` for memory"#]],
    );
    check(
        "file.db",
        expect![[r#"
        ConfigError: a URL without a scheme is not one of a SQLite database
          hint: write `sqlite:///file.db` for a file in this folder, `sqlite:////folder/file.db` for an absolute path, `sqlite://` for memory"#]],
    );
}
