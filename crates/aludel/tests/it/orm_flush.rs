//! The order of a flush: parents before children, children deleted before parents, keys where they come from.

use aludel::prelude::*;
use expect_test::expect;

use crate::library::{Author, Node, Setting, Ticket, author, committed, library, names, node, post};
use crate::log::Log;

#[aludel::test(library)]
async fn parents_are_inserted_before_children_in_whatever_order_they_come(mut db: Db, engine: Engine) -> Result {
    let orphan = db.add(post(Ref::key(1), "placeholder"));
    let ann = db.add(author("Ann"));
    let bob = db.add(author("Bob"));
    db[orphan].author = bob.into();
    let second = db.add(post(ann, "second"));
    db[second].editor = Some(bob.into());
    let log = Log::begin();
    db.commit().await?;
    log.check(expect![[r#"
        INSERT INTO authors (name, score, motto) VALUES (?1, ?2, ?3) x2
        INSERT INTO posts (author_id, editor_id, title) VALUES (?1, ?2, ?3) x2
        COMMIT
    "#]]);
    assert_eq!((db[orphan].author.get(), db[second].author.get()), (Some(&db[bob].id), Some(&db[ann].id)));
    assert_eq!(names(&engine).await, [(1, "Ann".to_owned()), (2, "Bob".to_owned())]);
    Ok(())
}

#[aludel::test(library)]
async fn a_tree_is_inserted_level_by_level(mut db: Db) -> Result {
    let leaf = db.add(node(None, "leaf"));
    let twig = db.add(node(None, "twig"));
    let root = db.add(node(None, "root"));
    db[leaf].parent = Some(twig.into());
    db[twig].parent = Some(root.into());
    let _other = db.add(node(Some(root), "other"));
    let log = Log::begin();
    db.commit().await?;
    log.check(expect![[r#"
        INSERT INTO nodes (parent_id, label) VALUES (?1, ?2)
        INSERT INTO nodes (parent_id, label) VALUES (?1, ?2) x2
        INSERT INTO nodes (parent_id, label) VALUES (?1, ?2)
        COMMIT
    "#]]);
    let parent = db[leaf].parent.as_ref().and_then(Ref::get).copied();
    assert_eq!(parent, Some(db[twig].id));
    Ok(())
}

#[aludel::test(library)]
async fn a_tree_is_deleted_from_its_leaves(mut db: Db) -> Result {
    let root = db.add(node(None, "root"));
    let twig = db.add(node(Some(root), "twig"));
    let leaf = db.add(node(Some(twig), "leaf"));
    db.commit().await?;
    for order in [[leaf, twig, root], [root, twig, leaf], [twig, leaf, root]] {
        order.into_iter().for_each(|node| db.delete(node));
        db.flush().await?;
        assert_eq!(Node::query().count(&mut db).await?, 0);
        db.rollback().await?;
    }
    Ok(())
}

#[aludel::test(library)]
async fn a_row_that_refers_to_itself_is_deleted(mut db: Db) -> Result {
    let own = db.add(Node { id: 5, parent: Some(Ref::key(5)), label: "own".into() });
    let child = db.add(node(Some(own), "child"));
    db.commit().await?;
    db.delete(child);
    db.delete(own);
    db.commit().await?;
    assert_eq!(Node::query().count(&mut db).await?, 0);
    Ok(())
}

#[aludel::test(library)]
async fn children_are_deleted_before_parents(mut db: Db) -> Result {
    let [ann] = committed(&mut db, ["Ann"]).await;
    let one = db.add(post(ann, "one"));
    db.commit().await?;
    db.delete(one);
    db.delete(ann);
    let log = Log::begin();
    db.commit().await?;
    log.check(expect![[r#"
        DELETE FROM posts WHERE id = ?1
        DELETE FROM authors WHERE id = ?1
        COMMIT
    "#]]);
    Ok(())
}

#[aludel::test(library)]
async fn a_circle_of_new_rows_is_an_error_that_names_them_and_loses_nothing(mut db: Db) -> Result {
    let first = db.add(node(None, "first"));
    let second = db.add(Node { id: 9, ..node(Some(first), "second") });
    db[first].parent = Some(second.into());
    let error = db.flush().await.unwrap_err();
    expect![[r#"
        UsageError: objects refer to each other in a circle, so that none of them can be inserted first: `Node(new)` by `parent_id`, `Node(9)` by `parent_id`
          hint: leave one of the references empty at first, flush, and set it then"#]]
    .assert_eq(&format!("{error:?}"));

    db[first].parent = None;
    db.flush().await?;
    db[first].parent = Some(second.into());
    db.commit().await?;
    assert_eq!(db[first].parent.as_ref().and_then(Ref::get), Some(&9));
    Ok(())
}

/// Two tables that point at each other; `create_all` makes no such tables.
mod circular {
    use aludel::prelude::*;

    #[derive(Model, Debug)]
    #[table(name = "teams")]
    pub(super) struct Team {
        #[column(primary_key)]
        pub(super) id: i64,
        pub(super) captain: Option<Ref<Player>>,
    }

    #[derive(Model, Debug)]
    #[table(name = "players")]
    pub(super) struct Player {
        #[column(primary_key)]
        pub(super) id: i64,
        pub(super) team: Option<Ref<Team>>,
    }
}

#[aludel::test]
async fn rows_of_tables_in_a_circle_are_ordered_one_by_one(mut db: Db, engine: Engine) -> Result {
    use circular::{Player, Team};
    engine.execute(raw("CREATE TABLE teams (id INTEGER PRIMARY KEY, captain_id INTEGER REFERENCES players)")).await?;
    engine.execute(raw("CREATE TABLE players (id INTEGER PRIMARY KEY, team_id INTEGER REFERENCES teams)")).await?;
    let bottom = db.add(Team { id: auto(), captain: None });
    let star = db.add(Player { id: auto(), team: Some(bottom.into()) });
    let top = db.add(Team { id: auto(), captain: Some(star.into()) });
    let rookie = db.add(Player { id: auto(), team: Some(top.into()) });
    db.commit().await?;
    assert_eq!(db[rookie].team.as_ref().and_then(Ref::get), Some(&db[top].id));
    db.delete(bottom);
    db.delete(top);
    db.delete(star);
    db.delete(rookie);
    db.commit().await?;
    assert_eq!((Team::query().count(&mut db).await?, Player::query().count(&mut db).await?), (0, 0));
    Ok(())
}

#[aludel::test(library)]
async fn given_keys_go_first_so_that_no_assigned_key_takes_one(mut db: Db, engine: Engine) -> Result {
    let first = db.add(author("assigned"));
    let given = db.add(Author { id: 1, ..author("given") });
    let last = db.add(author("assigned too"));
    let log = Log::begin();
    db.commit().await?;
    log.check(expect![[r#"
        INSERT INTO authors (id, name, score, motto) VALUES (?1, ?2, ?3, ?4)
        INSERT INTO authors (name, score, motto) VALUES (?1, ?2, ?3) x2
        COMMIT
    "#]]);
    assert_eq!((db[given].id, db[first].id, db[last].id), (1, 2, 3));
    assert_eq!(names(&engine).await.len(), 3);
    Ok(())
}

#[aludel::test(library)]
async fn a_row_of_nothing_but_an_assigned_key(mut db: Db) -> Result {
    let tickets = [(); 3].map(|()| db.add(Ticket { id: auto() }));
    db.commit().await?;
    assert_eq!(tickets.map(|ticket| db[ticket].id), [1, 2, 3]);
    Ok(())
}

#[aludel::test(library)]
async fn many_rows_get_their_own_keys(mut db: Db, engine: Engine) -> Result {
    let added: Vec<_> = (0..1000).map(|n| db.add(author(&format!("n{n}")))).collect();
    db.commit().await?;
    let rows = names(&engine).await;
    assert_eq!(rows.len(), 1000);
    for (n, obj) in added.into_iter().enumerate() {
        assert!(rows.contains(&(db[obj].id, format!("n{n}"))));
    }
    Ok(())
}

#[aludel::test(library)]
async fn what_is_deleted_before_it_was_flushed_was_never_there(mut db: Db) -> Result {
    let ann = db.add(author("Ann"));
    db.delete(ann);
    assert!(!db.has_changes());
    let log = Log::begin();
    db.commit().await?;
    log.check(expect![""]);
    Ok(())
}

#[aludel::test(library)]
async fn a_deletion_drops_the_edits_of_its_object(mut db: Db) -> Result {
    let setting = db.add(Setting { key: "a".into(), value: 1 });
    db.commit().await?;
    db[setting].value = 2;
    db.delete(setting);
    let log = Log::begin();
    db.commit().await?;
    log.check(expect![[r#"
        DELETE FROM settings WHERE "key" = ?1
        COMMIT
    "#]]);
    Ok(())
}

#[aludel::test(library)]
async fn a_changed_key_is_where_the_object_is_found(mut db: Db) -> Result {
    let setting = db.add(Setting { key: "old".into(), value: 1 });
    db.commit().await?;
    db[setting].key = "new".into();
    db.commit().await?;
    assert_eq!(db.get::<Setting>("new").await?, Some(setting));
    assert_eq!(db.get::<Setting>("old").await?, None);
    Ok(())
}
