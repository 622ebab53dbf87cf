//! The same programs on SQLite, PostgreSQL and MariaDB, by their URLs alone.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};

use aludel::TestContext;
use aludel::engine::Event;
use aludel::prelude::*;
use aludel::sql::RawSql;
use tempfile::TempDir;

use crate::library::{Author, Member, Post, author, library, post};

/// Runs a test on an empty database of each kind; the databases are gone afterwards.
pub(crate) async fn on_each<F: Future<Output = Result>>(test: impl Fn(Engine) -> F) {
    let folder = TempDir::new().unwrap();
    let file = format!("sqlite:///{}", folder.path().join("database.db").display());
    test(Engine::new(&file).unwrap()).await.expect("it passes on SQLite");
    for (variable, standard) in [
        ("ALUDEL_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres"),
        ("ALUDEL_TEST_MYSQL", "mariadb://root@127.0.0.1:3306/test"),
    ] {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var(variable).unwrap_or_else(|_unset| standard.to_owned());
        let name = format!("aludel_facade_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let outside = Engine::new(&server).unwrap();
        let run = |sql: String| raw(RawSql::trusted(sql));
        run(format!("DROP DATABASE IF EXISTS {name}")).execute(&outside).await.expect("a server, as the README says");
        run(format!("CREATE DATABASE {name}")).execute(&outside).await.unwrap();
        let (base, options) = server.split_once('?').map_or((&*server, String::new()), |(base, options)| (base, format!("?{options}")));
        let url = format!("{}/{name}{options}", base.rsplit_once('/').unwrap().0);
        let engine = Engine::new(&url).unwrap();
        let outcome = test(engine.clone()).await;
        // What still comes back is closed before the database goes.
        while engine.pool().free < engine.pool().most {
            tokio::task::yield_now().await;
        }
        engine.dispose();
        let force = if variable.ends_with("POSTGRES") { " WITH (FORCE)" } else { "" };
        run(format!("DROP DATABASE {name}{force}")).execute(&outside).await.unwrap();
        assert!(outcome.is_ok(), "on the server of {variable}: {:?}", outcome.err());
    }
}

#[derive(Model, Debug)]
#[table(name = "people")]
struct Person {
    #[column(primary_key)]
    id: i64,
    #[column(unique, length = 50)]
    name: String,
}

mod declarative {
    use super::*;

    #[get("/")]
    pub(super) async fn index(mut db: Db) -> Result<String> {
        let person = Person::query().filter(Person::id.eq(1)).first(&mut db).await?.or_404()?;
        Ok(db[person].name.clone())
    }

    #[post("/people/{name}")]
    pub(super) async fn add(mut db: Db, name: String) -> Result<Response> {
        db.add(Person { id: auto(), name });
        db.commit().await?;
        Ok(redirect(url_for!(index)))
    }
}

mod core {
    use super::*;

    table! {
        pub(super) people {
            id: i64 [primary_key],
            name: String [unique, length = 50],
        }
    }

    #[get("/")]
    pub(super) async fn index(engine: Engine) -> Result<String> {
        let mut con = engine.connect().await?;
        con.execute(people::insert().set(people::name, "bob")).await?;
        let person = people::select().filter(people::id.eq(1)).first(&mut con).await?.or_404()?;
        Ok(person.get(people::name))
    }
}

#[tokio::test]
async fn the_tutorial_application() {
    on_each(async |engine| {
        let app = App::new("people").models(models![Person]).routes(routes![declarative::index, declarative::add]);
        let context = TestContext::serve_on(engine.clone(), app).await?;
        let client = Client::new(context.service()?.clone());
        client.get("/").await.assert_status(404);
        client.post("/people/bob").await.assert_status(303);
        assert_eq!(client.get("/").await.assert_status(200).text(), "bob");
        let page = client.post("/people/bob").await;
        page.assert_status(500).assert_contains("uq_people_name");
        client.post("/people/ann").await.assert_status(303);
        assert_eq!(Person::query().count(&engine).await?, 2);
        client.post("/people/%00").await.assert_status(500);
        client.post(format!("/people/{}", "x".repeat(60))).await.assert_status(500);
        client.post("/people/'%3B%20DROP%20TABLE%20people%3B--").await.assert_status(303);
        assert_eq!(Person::query().filter(Person::name.eq("'; DROP TABLE people;--")).count(&engine).await?, 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_same_by_the_sql_layer_alone() {
    on_each(async |engine| {
        MetaData::of(tables![core::people]).create_all(&engine).await?;
        let context = TestContext::serve_on(engine, App::new("people").routes(routes![core::index])).await?;
        let client = Client::new(context.service()?.clone());
        assert_eq!(client.get("/").await.assert_status(200).text(), "bob");
        client.get("/").await.assert_status(500).assert_contains("uq_people_name");
        Ok(())
    })
    .await;
}

/// A graph in, changed, and out; a flush that fails and is mended; what is rolled back is gone.
#[tokio::test]
async fn a_session() {
    on_each(async |engine| {
        TestContext::serve_on(engine.clone(), library()).await?;
        let mut db = engine.session();
        let [ann, bob] = [author("Ann"), author("Bob")].map(|author| db.add(author));
        let posts: Vec<_> = (0..50).map(|number| db.add(post(if number % 2 == 0 { ann } else { bob }, "title"))).collect();
        db.commit().await?;
        assert_eq!((db[ann].id, db[bob].id), (1, 2));
        assert_eq!(posts.iter().map(|post| db[*post].id).collect::<Vec<_>>(), (1..=50).collect::<Vec<_>>());
        for post in &posts[..20] {
            db[*post].title = "changed".into();
        }
        db[posts[20]].editor = Some(bob.into());
        db.delete(posts[49]);
        db.commit().await?;
        assert_eq!(Post::query().filter(Post::title.eq("changed")).count(&engine).await?, 20);
        assert_eq!(Post::query().filter(Post::editor.eq(2)).count(&engine).await?, 1);
        let twin = db.add(author("Ann"));
        db[ann].score = 7.5;
        let error = db.flush().await.unwrap_err();
        assert_eq!(error.as_integrity().unwrap().constraint.as_deref(), Some("uq_authors_name"), "{error:?}");
        db[twin].name = "Eve".into();
        db.flush().await?;
        db[bob].name = "Ann".into();
        assert!(db.flush().await.is_err(), "what was written before stays");
        db[bob].name = "Bobby".into();
        db.commit().await?;
        let mut other = engine.session();
        let found = Author::query().order_by(Author::name).all(&mut other).await?;
        assert_eq!(found.iter().map(|author| other[*author].name.clone()).collect::<Vec<_>>(), ["Ann", "Bobby", "Eve"]);
        assert_eq!(other[found[0]].score, 7.5);
        other[found[0]].name = "Zoe".into();
        other.flush().await?;
        other.rollback().await?;
        assert_eq!(other[found[0]].name, "Ann");
        db.delete(ann);
        let error = db.flush().await.unwrap_err();
        assert_eq!(error.as_integrity().unwrap().table.as_deref(), Some("posts"), "{error:?}");
        db.rollback().await?;
        assert_eq!(Author::query().count(&engine).await?, 3);
        Ok(())
    })
    .await;
}

/// Units of work that read, then write the same row, side by side: where the database refuses one, it runs again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn units_of_work() {
    on_each(async |engine| {
        TestContext::serve_on(engine.clone(), library()).await?;
        Author::insert().set(Author::name, "Ann").set(Author::score, 0.0).execute(&engine).await?;
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let engine = engine.clone();
                tokio::spawn(async move {
                    for _ in 0..5 {
                        let serializable = Begin::default().isolation(Isolation::Serializable);
                        let unit = engine.transaction_with(serializable, async |mut db| {
                            let ann = db.get::<Author>(1).await?.or_404()?;
                            db[ann].score += 1.0;
                            Ok(())
                        });
                        unit.await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(Author::query().one(&engine).await?.score, 20.0);
        Ok(())
    })
    .await;
}

/// While the first rows of a source are waited for, a session holds no connection; without rows it opens none.
#[tokio::test]
async fn bulk_inserts_of_slow_sources() {
    on_each(async |engine| {
        TestContext::serve_on(engine.clone(), library()).await?;
        let mut db = engine.session();
        for rows in [0, 1] {
            let mut left = (0..rows).map(|nth| author(&format!("late {nth}")));
            let pool = engine.clone();
            let source = move |_context: &mut std::task::Context<'_>| {
                let stats = pool.pool();
                assert_eq!(stats.free, stats.most, "nothing is lent");
                std::task::Poll::Ready(Ok(left.next()))
            };
            assert_eq!(Author::bulk_insert_polled(source).execute(&mut db).await?, rows);
            assert_eq!(db.has_changes(), rows > 0);
        }
        assert_eq!(Author::query().count(&mut db).await?, 1);
        db.rollback().await?;
        Ok(())
    })
    .await;
}

/// Many models, from an iterator and from a stream of another query: all or none, on an engine and within a session.
#[tokio::test]
async fn bulk_inserts() {
    on_each(async |engine| {
        TestContext::serve_on(engine.clone(), library()).await?;
        let authors = |range: std::ops::Range<i32>| range.map(|nth| author(&format!("author {nth}")));
        assert_eq!(Author::bulk_insert(authors(0..3_000)).execute(&engine).await?, 3_000);
        assert_eq!(Author::bulk_insert([]).execute(&engine).await?, 0);
        let last = Author::query().order_by(Author::id.desc()).first(&engine).await?.or_404()?;
        assert_eq!(last, Author { id: last.id, ..author("author 2999") });
        // A post for each author, as the authors are read.
        let mut read = Author::query().order_by(Author::id).stream(&engine).await?;
        let posts = Post::bulk_insert_polled(move |context| {
            let author = std::task::ready!(read.poll_next(context))?;
            std::task::Poll::Ready(Ok(author.map(|author| post(Ref::key(author.id), &author.name))))
        });
        assert_eq!(posts.execute(&engine).await?, 3_000);
        let both = (Post::title, Author::name);
        let pair = aludel::sql::select(both).filter(Post::author.eq(Author::id)).filter(Author::id.eq(last.id)).one(&engine).await?;
        assert_eq!(pair.0, pair.1);

        // Within a session, behind what waits to be flushed, and taken back with it.
        let mut db = engine.session();
        db.add(author("waits"));
        Author::bulk_insert(authors(5_000..5_003)).execute(&mut db).await?;
        assert_eq!(Author::query().filter(Author::name.eq("author 5001")).count(&mut db).await?, 1);
        let error = Author::bulk_insert([author("new"), author("waits")]).execute(&mut db).await.unwrap_err();
        assert!(error.as_integrity().is_some_and(|it| it.table.as_deref() == Some("authors")), "{error:?}");
        db.commit().await?;
        assert_eq!(Author::query().count(&engine).await?, 3_004);

        // What no statement can send is told by its column, with nothing of the rows there.
        let keyed = |id, name: &str| Author { id, ..author(name) };
        let mixed = Author::bulk_insert([author("one"), keyed(9_000, "two")]).execute(&engine).await.unwrap_err();
        assert!(*mixed.kind() == ErrorKind::Usage && mixed.to_string().contains("`id` of `authors`"), "{mixed:?}");
        let none = Member::bulk_insert([Member { club: auto(), number: 1, name: String::new() }]).execute(&engine).await.unwrap_err();
        assert!(matches!(none.kind(), ErrorKind::Data { column: Some(column) } if column == "club"), "{none:?}");
        assert_eq!(Author::bulk_insert([keyed(9_001, "three"), keyed(9_002, "four")]).execute(&engine).await?, 2);
        assert_eq!(Author::query().count(&engine).await?, 3_006);
        Ok(())
    })
    .await;
}

/// Statements of one flush and table go out together: a flush of many rows is one statement to a listener.
#[tokio::test]
async fn a_flush_is_few_statements() {
    on_each(async |engine| {
        TestContext::serve_on(engine.clone(), library()).await?;
        let statements = std::sync::Arc::new(AtomicU32::new(0));
        let counter = std::sync::Arc::clone(&statements);
        engine.listen(move |event| {
            if let Event::BeforeExecute(_) = event {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut db = engine.session();
        let ann = db.add(author("Ann"));
        for _ in 0..100 {
            db.add(post(ann, "title"));
        }
        db.commit().await?;
        assert_eq!(statements.load(Ordering::Relaxed), 2, "one for each table");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn savepoints_of_a_session() {
    on_each(|engine| async move {
        MetaData::of(models![Author, Post]).create_all(&engine).await?;
        let mut db = engine.session();
        let ann = db.add(author("Ann"));
        db.flush().await?;
        let outer = db.begin_nested().await?;
        let bob = db.add(author("Bob"));
        let inner = db.begin_nested().await?;
        db[ann].name = "Anna".into();
        let twice = db.add(author("Bob"));
        let error = db.flush().await.expect_err("the name is taken");
        assert!(error.as_integrity().is_some(), "{error:?}");
        inner.rollback(&mut db).await?;
        assert!(db.try_ref(twice).is_err());
        assert_eq!((&*db[ann].name, &*db[bob].name), ("Ann", "Bob"));
        let dropped = db.begin_nested().await?;
        db[bob].name = "Bobby".into();
        db.flush().await?;
        drop(dropped);
        outer.commit(&mut db).await?;
        db.commit().await?;
        let found = Author::query().order_by(Author::name).all(&engine).await?;
        let found: Vec<_> = found.into_iter().map(|author| author.name).collect();
        assert_eq!(found, ["Ann", "Bob"]);
        Ok(())
    })
    .await;
}
