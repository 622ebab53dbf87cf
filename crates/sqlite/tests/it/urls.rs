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
    check("sqlite:///f?synchronous=normal&journal_mode=wal&&", expect!["f"]);
}

#[test]
fn mistakes() {
    let options = expect![[r#"
        ConfigError: `mode=rx` is no option of a SQLite database
          hint: the options are `mode=ro|rw|rwc|memory`, `synchronous=normal|full`, `journal_mode=wal`, `foreign_keys=on|off`, `recursive_triggers=on|off`, `strict=on|off`, `secure_delete=off|on|fast`, `temp_store=file|memory`, `cache_size=PAGES` (or `-KIB`), `mmap_size=BYTES`, `busy_timeout=MILLISECONDS`, `statement_timeout=MILLISECONDS` and `pool_size=N`"#]];
    check("sqlite:///f?mode=rx", options);
    check(
        "sqlite:///f?key=secret",
        expect![[r#"
            ConfigError: `key` is no option of a SQLite database
              hint: the options are `mode=ro|rw|rwc|memory`, `synchronous=normal|full`, `journal_mode=wal`, `foreign_keys=on|off`, `recursive_triggers=on|off`, `strict=on|off`, `secure_delete=off|on|fast`, `temp_store=file|memory`, `cache_size=PAGES` (or `-KIB`), `mmap_size=BYTES`, `busy_timeout=MILLISECONDS`, `statement_timeout=MILLISECONDS` and `pool_size=N`"#]],
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

#[test]
fn pragmas_and_their_defaults() {
    let defaults = expect![[r#"
        Location {
            path: Some(
                "f",
            ),
            read_only: false,
            must_exist: false,
            synchronous: Normal,
            pool_size: None,
            busy_timeout: 5s,
            statement_timeout: None,
            cache_size: None,
            mmap_size: 0,
            temp_store: File,
            foreign_keys: true,
            recursive_triggers: false,
            secure_delete: Off,
            strict: false,
        }
    "#]];
    defaults.assert_debug_eq(&Location::parse("sqlite:///f").expect("a URL"));
    let all = "sqlite:///f?busy_timeout=0&statement_timeout=1500&cache_size=-4000&mmap_size=65536&temp_store=memory&foreign_keys=off\
               &recursive_triggers=on&secure_delete=fast";
    let set = expect![[r#"
        Location {
            path: Some(
                "f",
            ),
            read_only: false,
            must_exist: false,
            synchronous: Normal,
            pool_size: None,
            busy_timeout: 0ns,
            statement_timeout: Some(
                1.5s,
            ),
            cache_size: Some(
                -4000,
            ),
            mmap_size: 65536,
            temp_store: Memory,
            foreign_keys: false,
            recursive_triggers: true,
            secure_delete: Fast,
            strict: false,
        }
    "#]];
    set.assert_debug_eq(&Location::parse(all).expect("a URL"));
}

#[test]
fn wrong_values_are_told_with_what_is_allowed() {
    for (option, told) in [
        ("journal_mode=delete", "`journal_mode=delete` is no option of a SQLite database"),
        ("temp_store=ram", "`temp_store=ram` is no option of a SQLite database"),
        ("foreign_keys=1", "`foreign_keys=1` is no option of a SQLite database"),
        ("recursive_triggers", "`recursive_triggers=` is no option of a SQLite database"),
        ("strict=yes", "`strict=yes` is no option of a SQLite database"),
        ("secure_delete=maybe", "`secure_delete=maybe` is no option of a SQLite database"),
        ("busy_timeout=-1", "`busy_timeout=-1` is not a number of milliseconds"),
        ("statement_timeout=0", "`statement_timeout=0` is not a number of milliseconds"),
        ("statement_timeout=5s", "`statement_timeout=5s` is not a number of milliseconds"),
        ("cache_size=2MB", "`cache_size=2MB` is not a number of pages, or of KiB below zero"),
        ("mmap_size=9223372036854775808", "`mmap_size=9223372036854775808` is not a number of bytes"),
    ] {
        let error = Location::parse(&format!("sqlite:///f?{option}")).expect_err(option);
        assert_eq!((error.kind().name(), error.to_string()), ("ConfigError", format!("ConfigError: {told}")));
        let name = option.split_once('=').map_or(option, |(name, _)| name);
        assert!(error.advice().is_some_and(|advice| advice.contains(&format!("`{name}="))), "{option}");
    }
}
