//! Files that cannot be opened: each error says what is wrong with it and what to do.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use aludel_engine::Engine;
use aludel_sqlite::Sqlite;
use expect_test::{Expect, expect};

use crate::people::insert;
use crate::world::World;

/// What a use of the database at `place` in the folder comes to, the folder's own path taken out.
async fn check(world: &World, place: &str, expected: Expect) {
    let folder = world.folder();
    let url = format!("sqlite:///{}/{place}", folder.display());
    let error = Engine::on(Sqlite::from_url(&url).expect("a URL")).execute(insert("bob")).await.expect_err("nonsense");
    expected.assert_eq(&format!("{error:?}").replace(&folder.display().to_string(), "FOLDER"));
}

#[tokio::test]
async fn files_that_are_not_there() {
    let world = World::new();
    check(
        &world,
        "missing/file.db",
        expect![[r#"
        ConnectError: `FOLDER/missing/file.db` cannot be made: there is no folder `FOLDER/missing`
          hint: make the folder first, or name another one"#]],
    )
    .await;
    check(
        &world,
        "file.db?mode=ro",
        expect![[r#"
        ConnectError: there is no database file `FOLDER/file.db`, and the URL says that it must exist
          hint: leave `mode` out of the URL to have it made"#]],
    )
    .await;
    check(
        &world,
        "file.db?mode=rw",
        expect![[r#"
        ConnectError: there is no database file `FOLDER/file.db`, and the URL says that it must exist
          hint: leave `mode` out of the URL to have it made"#]],
    )
    .await;
    check(
        &world,
        "missing/file.db?mode=ro",
        expect![[r#"
            ConnectError: there is no database file `FOLDER/missing/file.db`, and the URL says that it must exist
              hint: leave `mode` out of the URL to have it made"#]],
    )
    .await;
    assert_eq!(std::fs::read_dir(world.folder()).expect("the folder").count(), 0, "nothing was made");
}

#[tokio::test]
async fn files_that_are_something_else() {
    let world = World::new();
    std::fs::create_dir(world.folder().join("folder")).expect("a folder");
    check(
        &world,
        "folder",
        expect![[r#"
        ConnectError: `FOLDER/folder` is a folder, not a database file
          hint: name a file in it, such as `database.db`"#]],
    )
    .await;
    std::fs::write(world.folder().join("text.db"), "This is a letter, and no database at all.\n".repeat(50)).expect("a file");
    check(
        &world,
        "text.db",
        expect![[r#"
        ConnectError: `FOLDER/text.db` is no SQLite database
          hint: it holds something else; name another file, which will be made if it is missing"#]],
    )
    .await;
    check(
        &world,
        "text.db/file.db",
        expect![[r#"
            ConnectError: `FOLDER/text.db/file.db` cannot be made: there is no folder `FOLDER/text.db`
              hint: make the folder first, or name another one"#]],
    )
    .await;
}

/// Root may write everywhere: for it the kernel's own files stand in.
#[tokio::test]
async fn places_that_may_not_be_written() {
    let world = World::new();
    let closed = world.folder().join("closed");
    std::fs::create_dir(&closed).expect("a folder");
    std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o500)).expect("to close it");
    let everywhere = std::fs::write(closed.join("probe"), "").is_ok();
    let path = if everywhere { "/proc/file.db".to_owned() } else { format!("{}/file.db", closed.display()) };
    let error = Engine::on(Sqlite::from_url(&format!("sqlite:///{path}")).expect("a URL")).connect().await.map(drop).expect_err("closed");
    expect![[r#"
        ConnectError: `PATH` cannot be made
          hint: check that you may write in its folder"#]]
    .assert_eq(&format!("{error:?}").replace(&path, "PATH"));
}

#[tokio::test]
async fn a_database_that_is_open_for_reading_only() {
    let (world, engine) = World::with_people().await;
    engine.execute(insert("eve")).await.expect("to insert");
    check(
        &world,
        "database.db?mode=ro",
        expect![[r#"
        ReadOnlyError: the database is open for reading only
          statement: INSERT INTO people (name) VALUES (?1)
          hint: check the permissions of the file and of its folder, and whether the URL says `mode=ro`"#]],
    )
    .await;
}

#[tokio::test]
async fn a_path_that_is_there_only_in_the_other_reading_of_the_slashes() {
    let (world, _engine) = World::with_people().await;
    let file = world.file();
    let relative = file.strip_prefix("/").expect("an absolute path");
    let error = Engine::on(Sqlite::from_url(&format!("sqlite:///{}", relative.display())).expect("a URL"));
    let error = error.connect().await.map(drop).expect_err("no such folder here");
    let shown = format!("{error:?}").replace(&folder(relative), "FOLDER").replace(&file.display().to_string(), "/FOLDER/database.db");
    expect![[r#"
        ConnectError: `FOLDER/database.db` cannot be made: there is no folder `FOLDER`
          hint: there is a file `/FOLDER/database.db`: three slashes, `sqlite:///file.db`, make a relative path, four, `sqlite:////folder/file.db`, an absolute one"#]].assert_eq(&shown);
}

fn folder(file: &Path) -> String {
    file.parent().map(|folder| folder.display().to_string()).unwrap_or_default()
}
