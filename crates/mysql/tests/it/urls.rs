//! The URLs of MySQL and MariaDB databases; and that a password is shown nowhere.

use aludel_engine::Driver;
use aludel_mysql::{Location, MySql, Tls};
use expect_test::{Expect, expect};

#[track_caller]
fn check(url: &str, expected: Expect) {
    let shown = match Location::parse(url) {
        Ok(location) => {
            let Location { user, password, host, port, socket, database, tls, connect_timeout, statement_timeout, pool_size, .. } =
                &location;
            let parts = format!("{user:?} {password:?} {host} {port} {socket:?} {database:?} {tls:?}");
            format!("{}\n{parts} {connect_timeout:?} {statement_timeout:?} {pool_size:?}", MySql::new(location.clone()).name())
        }
        Err(error) => {
            let shown = format!("{error:?}");
            assert!(!shown.contains("s3cret") && !shown.contains("tail"), "{shown}");
            shown
        }
    };
    expected.assert_eq(&shown);
}

#[test]
fn places() {
    check(
        "mysql://root@127.0.0.1/test",
        expect![[r#"
        mysql://root@127.0.0.1:3306/test
        Some("root") None 127.0.0.1 3306 None Some("test") Preferred 5s None None"#]],
    );
    check(
        "mariadb://b%40b:s3cret%2F%3A@[::1]:3307/a%20b",
        expect![[r#"
        mariadb://b@b@[::1]:3307/a b
        Some("b@b") Some("s3cret/:") ::1 3307 None Some("a b") Preferred 5s None None"#]],
    );
    check(
        "mysql://",
        expect![[r#"
        mysql://localhost:3306/
        None None localhost 3306 None None Preferred 5s None None"#]],
    );
    check(
        "mysql://h/",
        expect![[r#"
        mysql://h:3306/
        None None h 3306 None None Preferred 5s None None"#]],
    );
    check(
        "mariadb://u:p:q@x@h:1/d",
        expect![[r#"
        mariadb://u@h:1/d
        Some("u") Some("p:q@x") h 1 None Some("d") Preferred 5s None None"#]],
    );
}

#[test]
fn options() {
    check(
        "mysql://h/d?ssl-mode=VERIFY_CA&ssl-ca=/etc/ca.pem&connect_timeout=1&statement_timeout=250&pool_size=3&charset=utf8mb4",
        expect![[r#"
            mysql://h:3306/d
            None None h 3306 None Some("d") VerifyCa 1s Some(250ms) Some(3)"#]],
    );
    for (options, tls) in [
        ("ssl-ca=ca.pem", Tls::VerifyCa),
        ("ssl-ca=ca.pem&ssl-mode=preferred", Tls::Preferred),
        ("ssl-mode=verify_identity&ssl-ca=ca.pem", Tls::VerifyIdentity),
        ("ssl-mode=required", Tls::Required),
    ] {
        assert_eq!(Location::parse(&format!("mysql://h/d?{options}")).expect(options).tls, tls, "{options}");
    }
    check(
        "mysql://h/d?socket=/run/mysqld/mysqld.sock&&ssl-mode=verify-identity",
        expect![[r#"
        mysql:///run/mysqld/mysqld.sock/d
        None None h 3306 Some("/run/mysqld/mysqld.sock") Some("d") VerifyIdentity 5s None None"#]],
    );
}

#[test]
fn mistakes() {
    check(
        "postgres://u:s3cret@h/d",
        expect![[r#"
        ConfigError: a URL that begins with `postgres:` is not one of a MySQL or MariaDB database
          hint: write `mysql://user:password@host:3306/database`, or `mariadb://..` for a MariaDB server"#]],
    );
    check(
        "u:s3cret@h/d",
        expect![[r#"
        ConfigError: a URL that begins with `u:` is not one of a MySQL or MariaDB database
          hint: write `mysql://user:password@host:3306/database`, or `mariadb://..` for a MariaDB server"#]],
    );
    check(
        "mysql://u:s3cret/tail@h/d",
        expect![[r#"
        ConfigError: the URL of the database has an `@` behind its host
          hint: write the characters `@`, `/`, `?`, `:` and `%` in a user, a password or a database as `%40`, `%2F`, `%3F`, `%3A` and `%25`"#]],
    );
    check(
        "mysql://u:s3cret?tail@h/d",
        expect![[r#"
        ConfigError: the URL of the database has an `@` behind its host
          hint: write the characters `@`, `/`, `?`, `:` and `%` in a user, a password or a database as `%40`, `%2F`, `%3F`, `%3A` and `%25`"#]],
    );
    check(
        "mysql://u:s3cret",
        expect![[r#"
        ConfigError: the URL of the database names no port behind the `:` of its host
          hint: write the characters `@`, `/`, `?`, `:` and `%` in a user, a password or a database as `%40`, `%2F`, `%3F`, `%3A` and `%25`"#]],
    );
    check(
        "mysql://h:99999/",
        expect![[r#"
        ConfigError: the URL of the database names no port behind the `:` of its host
          hint: write the characters `@`, `/`, `?`, `:` and `%` in a user, a password or a database as `%40`, `%2F`, `%3F`, `%3A` and `%25`"#]],
    );
    check(
        "mysql://u:%ff@h/",
        expect![[r#"
        ConfigError: the password in the URL of the database is not UTF-8
          hint: `%` and two hexadecimal digits stand for one byte"#]],
    );
    check(
        "mysql://h/?ssl-mode=maybe",
        expect![[r#"
            ConfigError: `ssl-mode=maybe` is no option of a MySQL or MariaDB database
              hint: the options are `ssl-mode=disabled|preferred|required|verify_ca|verify_identity`, `ssl-ca=FILE`, `connect_timeout=SECONDS`, `statement_timeout=MILLISECONDS`, `pool_size=N`, `commit_tokens=off|on` and `socket=FILE`"#]],
    );
    check(
        "mysql://h/?pool_size=0",
        expect![[r#"
            ConfigError: `pool_size=0` is no option of a MySQL or MariaDB database
              hint: the options are `ssl-mode=disabled|preferred|required|verify_ca|verify_identity`, `ssl-ca=FILE`, `connect_timeout=SECONDS`, `statement_timeout=MILLISECONDS`, `pool_size=N`, `commit_tokens=off|on` and `socket=FILE`"#]],
    );
    check(
        "mysql://h/?charset=latin1",
        expect![[r#"
        ConfigError: the character set of a connection is always `utf8mb4`
          hint: leave `charset` out of the URL"#]],
    );
    check(
        "mysql://h/?compress=1",
        expect![[r#"
            ConfigError: `compress` is no option of a MySQL or MariaDB database
              hint: the options are `ssl-mode=disabled|preferred|required|verify_ca|verify_identity`, `ssl-ca=FILE`, `connect_timeout=SECONDS`, `statement_timeout=MILLISECONDS`, `pool_size=N`, `commit_tokens=off|on` and `socket=FILE`"#]],
    );
}

#[test]
fn the_password_is_shown_nowhere() {
    let driver = MySql::from_url("mysql://u:s3cret@h/d").expect("a URL");
    let location = Location::parse("mysql://u:s3cret@h/d").expect("a URL");
    let shown = format!("{driver:?} {driver:#?} {} {location:?} {location:#?}", driver.name());
    assert!(!shown.contains("s3cret"), "{shown}");
}
