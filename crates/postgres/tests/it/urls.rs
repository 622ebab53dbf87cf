//! The URLs of PostgreSQL databases.

use aludel_engine::Driver;
use aludel_postgres::{Location, Postgres};
use expect_test::{Expect, expect};

#[track_caller]
fn check(url: &str, expected: Expect) {
    let shown = match Location::parse(url) {
        Ok(location) => {
            let debug = format!("{location:?}");
            assert!(!debug.contains("tweety"), "the password is shown: {debug}");
            let shown = location.password.as_ref().map_or("", |_| " with a password");
            let rest = debug.split_once("encryption: ").map_or("", |(_, rest)| rest);
            format!("{}{shown}\n{rest}", location.name())
        }
        Err(error) => {
            let shown = format!("{error:?}");
            assert!(!shown.contains("tweety"), "the password is shown: {shown}");
            shown
        }
    };
    expected.assert_eq(&shown);
}

#[test]
fn places() {
    check(
        "postgres://me:tweety@host:1234/shop",
        expect![[r#"
            postgres://me@host:1234/shop with a password
            Prefer, root_certificates: None, application_name: None, connect_timeout: 5s, statement_timeout: None, pool_size: None, commit_tokens: false, load_balance: false, target: Any, options: None }"#]],
    );
    check(
        "postgresql://host",
        expect![[r#"
            postgres://postgres@host:5432/postgres
            Prefer, root_certificates: None, application_name: None, connect_timeout: 5s, statement_timeout: None, pool_size: None, commit_tokens: false, load_balance: false, target: Any, options: None }"#]],
    );
    check(
        "postgres:///",
        expect![[r#"
            postgres://postgres@localhost:5432/postgres
            Prefer, root_certificates: None, application_name: None, connect_timeout: 5s, statement_timeout: None, pool_size: None, commit_tokens: false, load_balance: false, target: Any, options: None }"#]],
    );
    check(
        "postgres://m%40e:tw%2Feety:tweety@one:1,two,[::1]:3/sh%20op",
        expect![[r#"
            postgres://m@e@one:1,two:5432,[::1]:3/sh op with a password
            Prefer, root_certificates: None, application_name: None, connect_timeout: 5s, statement_timeout: None, pool_size: None, commit_tokens: false, load_balance: false, target: Any, options: None }"#]],
    );
    check(
        "postgres:///shop?host=/run/postgresql&port=5433&user=me&password=tweety",
        expect![[r#"
            postgres://me@/run/postgresql:5433/shop with a password
            Prefer, root_certificates: None, application_name: None, connect_timeout: 5s, statement_timeout: None, pool_size: None, commit_tokens: false, load_balance: false, target: Any, options: None }"#]],
    );
    check(
        "postgres://one,two/shop?port=1,2",
        expect![[r#"
            postgres://postgres@one:1,two:2/shop
            Prefer, root_certificates: None, application_name: None, connect_timeout: 5s, statement_timeout: None, pool_size: None, commit_tokens: false, load_balance: false, target: Any, options: None }"#]],
    );
}

#[test]
fn options() {
    check(
        "postgres://h/d?sslmode=verify-full&sslrootcert=/ca.pem&application_name=a%20b&connect_timeout=2&statement_timeout=1500&pool_size=3\
         &target_session_attrs=prefer-standby&options=-c%20a%3Db",
        expect![[r#"
            postgres://postgres@h:5432/d
            VerifyFull, root_certificates: Some("/ca.pem"), application_name: Some("a b"), connect_timeout: 2s, statement_timeout: Some(1.5s), pool_size: Some(3), commit_tokens: false, load_balance: false, target: PreferStandby, options: Some("-c a=b") }"#]],
    );
}

#[test]
fn mistakes() {
    check(
        "postgres://me:tweety@h/d?sslmode=yes",
        expect![[r#"
            ConfigError: `sslmode=yes` is no option of a PostgreSQL database
              hint: the options are `sslmode=disable|prefer|require|verify-ca|verify-full`, `sslrootcert=FILE`, `application_name`, `connect_timeout=SECONDS`, `statement_timeout=MILLISECONDS`, `pool_size=N`, `commit_tokens=off|on`, `load_balance_hosts=disable|random`, `target_session_attrs=any|read-write|read-only|primary|standby|prefer-standby`, `options`, `host`, `port`, `user`, `password` and `dbname`"#]],
    );
    check(
        "postgres://me:tweety@h/d?key=tweety",
        expect![[r#"
            ConfigError: `key` is no option of a PostgreSQL database
              hint: the options are `sslmode=disable|prefer|require|verify-ca|verify-full`, `sslrootcert=FILE`, `application_name`, `connect_timeout=SECONDS`, `statement_timeout=MILLISECONDS`, `pool_size=N`, `commit_tokens=off|on`, `load_balance_hosts=disable|random`, `target_session_attrs=any|read-write|read-only|primary|standby|prefer-standby`, `options`, `host`, `port`, `user`, `password` and `dbname`"#]],
    );
    for url in ["postgres://me:12/tweety@h/d", "postgres://me:/tweety@h/d", "postgres://me:1?tweety@h/d", "postgres://me:1@2/tweety@h/d"] {
        check(
            url,
            expect![[r#"
                ConfigError: the URL of the database has an `@` behind its host
                  hint: in what stands there, `:`, `/`, `?` and `@` are written `%3A`, `%2F`, `%3F` and `%40`"#]],
        );
    }
    check(
        "postgres://me:twee:ty@tweety@h:many/d",
        expect![[r#"
            ConfigError: the URL has a port that is none
              hint: write `postgres://user:password@host:5432/database`; in what stands there, `:`, `/`, `?` and `@` are written `%3A`, `%2F`, `%3F` and `%40`"#]],
    );
    check(
        "postgres://me:tweety/5@h/d",
        expect![[r#"
            ConfigError: the URL of the database has an `@` behind its host
              hint: in what stands there, `:`, `/`, `?` and `@` are written `%3A`, `%2F`, `%3F` and `%40`"#]],
    );
    check(
        "postgres://h:0/d",
        expect![[r#"
            ConfigError: the URL has a port that is none
              hint: write `postgres://user:password@host:5432/database`; in what stands there, `:`, `/`, `?` and `@` are written `%3A`, `%2F`, `%3F` and `%40`"#]],
    );
    check(
        "postgres://h/d?connect_timeout=0",
        expect![[r#"
            ConfigError: `connect_timeout=0` is not a number of seconds
              hint: the options are `sslmode=disable|prefer|require|verify-ca|verify-full`, `sslrootcert=FILE`, `application_name`, `connect_timeout=SECONDS`, `statement_timeout=MILLISECONDS`, `pool_size=N`, `commit_tokens=off|on`, `load_balance_hosts=disable|random`, `target_session_attrs=any|read-write|read-only|primary|standby|prefer-standby`, `options`, `host`, `port`, `user`, `password` and `dbname`"#]],
    );
    check(
        "postgres://one,two,three/d?port=1,2",
        expect![[r#"
        ConfigError: the URL names 3 hosts and 2 ports
          hint: write `postgres://user:password@host:5432/database`"#]],
    );
    check(
        "mysql://me:tweety@h/d",
        expect![[r#"
        ConfigError: a URL that begins with `mysql:` is not one of a PostgreSQL database
          hint: write `postgres://user:password@host:5432/database`"#]],
    );
    check(
        "tweety",
        expect![[r#"
        ConfigError: a URL without a scheme is not one of a PostgreSQL database
          hint: write `postgres://user:password@host:5432/database`"#]],
    );
    check(
        "postgres://%ff@h/d",
        expect![[r#"
        ConfigError: the URL is not UTF-8 behind its `%`
          hint: write each byte of a character in UTF-8 as `%` and two digits"#]],
    );
    check("postgres://h/d%00", expect!["ConfigError: the URL holds a NUL character, where the server would stop reading"]);
}

#[test]
fn the_driver_shows_no_password() {
    let driver = Postgres::from_url("postgres://me:tweety@one:1,two/shop?pool_size=7").expect("a URL");
    assert_eq!(driver.name(), "postgres://me@one:1,two:5432/shop");
    assert_eq!(format!("{driver:?}"), "Postgres(postgres://me@one:1,two:5432/shop)");
    assert_eq!(driver.pool().size, 7);
    let error = Postgres::from_url("postgres://me:tweety@h/d?sslmode=verify-ca&sslrootcert=/nowhere.pem").expect_err("no file");
    assert!(format!("{error:?}").starts_with("ConfigError: the root certificates `/nowhere.pem` cannot be read"), "{error:?}");
}
