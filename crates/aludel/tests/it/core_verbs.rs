//! Every verb on every executor, every operator, and what statements return, against the rows that they are to give.

use aludel::prelude::*;
use aludel::sql::select;

use crate::library::{Author, Member, Node, Post, Setting, Ticket, author, library, post};

/// Four authors: `(1, Ann, 1.0, NULL)`, `(2, Bob, 2.0, b)`, `(3, Cid, 2.0, NULL)`, `(4, dan, 4.0, d%)`.
async fn four(engine: &Engine) {
    let rows = [("Ann", 1.0, None), ("Bob", 2.0, Some("b")), ("Cid", 2.0, None), ("dan", 4.0, Some("d%"))];
    let authors = rows.map(|(name, score, motto)| Author { score, motto: motto.map(Into::into), ..author(name) });
    assert_eq!(Author::insert_many(authors).execute(engine).await.unwrap(), 4);
}

/// Runs a check on a session, on the engine, on a connection and on a transaction.
macro_rules! on_each_executor {
    ($check:ident, $db:ident, $engine:ident) => {
        four(&$engine).await;
        $check(&mut $db).await;
        $db.rollback().await?;
        $check(&$engine).await;
        $check(&mut $engine.connect().await?).await;
        let mut transaction = $engine.begin().await?;
        $check(&mut transaction).await;
        transaction.rollback().await?;
    };
}

/// The value, or the kind of the error.
fn kind<T>(result: Result<T, DbError>) -> Result<T, ErrorKind> {
    result.map_err(|error| error.kind().clone())
}

/// Each verb of a query, by what `all` is to give.
async fn verbs_of<E: Executor>(on: &mut E, condition: Expr<bool>, rows: &[&str]) {
    let (names, models) = (select(Author::name).filter(condition.clone()).order_by(Author::id), Author::query().filter(condition));
    let first = rows.first().map(|name| name.to_string());
    let at_most_one = if rows.len() > 1 { Err(ErrorKind::MultipleRows) } else { Ok(first.clone()) };
    let exactly_one = at_most_one.clone().and_then(|row| row.ok_or(ErrorKind::NoRow));
    assert_eq!(names.all(on.by_ref()).await.unwrap(), rows);
    assert_eq!(names.first(on.by_ref()).await.unwrap(), first);
    assert_eq!(kind(names.one(on.by_ref()).await), exactly_one);
    assert_eq!(kind(names.one_or_none(on.by_ref()).await), at_most_one);
    assert_eq!(names.count(on.by_ref()).await.unwrap(), rows.len() as i64);
    assert_eq!(names.exists(on.by_ref()).await.unwrap(), !rows.is_empty());

    assert_eq!(models.all(on.by_ref()).await.unwrap().len(), rows.len());
    assert_eq!(models.first(on.by_ref()).await.unwrap().is_some(), !rows.is_empty());
    assert_eq!(kind(models.one(on.by_ref()).await).map(|_model| ()), exactly_one.map(|_name| ()));
    assert_eq!(kind(models.one_or_none(on.by_ref()).await).map(|model| model.is_some()), at_most_one.map(|name| name.is_some()));
    assert_eq!(models.count(on.by_ref()).await.unwrap(), rows.len() as i64);
    assert_eq!(models.exists(on.by_ref()).await.unwrap(), !rows.is_empty());
}

async fn verbs<E: Executor>(mut on: E) {
    verbs_of(&mut on, Author::id.eq(9), &[]).await;
    verbs_of(&mut on, Author::id.eq(3), &["Cid"]).await;
    verbs_of(&mut on, Author::score.eq(2.0), &["Bob", "Cid"]).await;
    verbs_of(&mut on, Author::id.gt(0), &["Ann", "Bob", "Cid", "dan"]).await;
}

#[aludel::test(library)]
async fn each_verb_on_each_executor(mut db: Db, engine: Engine) -> Result {
    on_each_executor!(verbs, db, engine);
    Ok(())
}

#[aludel::test(library)]
async fn models_are_objects_of_a_session_and_values_elsewhere(mut db: Db, engine: Engine) -> Result {
    four(&engine).await;
    let bob = Author { id: 2, score: 2.0, motto: Some("b".into()), ..author("Bob") };
    let query = Author::query().filter(Author::name.eq("Bob"));
    let object = query.one(&mut db).await?;
    assert_eq!(db[object], bob);
    assert_eq!(query.one(&engine).await?, bob);
    assert_eq!(query.first(&mut engine.connect().await?).await?, Some(bob.clone()));
    assert_eq!(query.all(&mut engine.begin().await?).await?, [bob]);
    Ok(())
}

async fn operators<E: Executor>(mut on: E) {
    let (id, name, score, motto) = (Author::id, Author::name, Author::score, Author::motto);
    let table: Vec<(Expr<bool>, &[i64])> = vec![
        (name.eq("Bob"), &[2]),
        (name.eq("bob"), &[]),
        (name.ne("Bob"), &[1, 3, 4]),
        (score.lt(2.0), &[1]),
        (score.le(2.0), &[1, 2, 3]),
        (score.gt(2.0), &[4]),
        (score.ge(2.0), &[2, 3, 4]),
        (name.lt("Bob"), &[1]),
        (id.ge(id), &[1, 2, 3, 4]),
        (name.like("%a%"), &[1, 4]),
        (name.like("_o_"), &[2]),
        (name.not_like("%a%"), &[2, 3]),
        (motto.like("d\\%"), &[]),
        (id.is_in([1, 3, 9]), &[1, 3]),
        (id.is_in(Vec::<i64>::new()), &[]),
        (id.not_in([1, 3, 9]), &[2, 4]),
        (id.not_in(Vec::<i64>::new()), &[1, 2, 3, 4]),
        (name.is_in(["Ann", "dan"]), &[1, 4]),
        (motto.eq("b"), &[2]),
        (motto.ne("b"), &[4]),
        (motto.not_in(["b"]), &[4]),
        (motto.is_null(), &[1, 3]),
        (motto.is_not_null(), &[2, 4]),
        (motto.is(Some("b")), &[2]),
        (motto.is(None::<&str>), &[1, 3]),
        (score.eq(2.0).and(motto.is_null()), &[3]),
        (score.eq(2.0) & motto.is_null(), &[3]),
        (score.eq(1.0).or(motto.is_not_null()), &[1, 2, 4]),
        (score.eq(1.0) | motto.is_not_null(), &[1, 2, 4]),
        (!score.eq(2.0), &[1, 4]),
        (!(score.eq(1.0) | motto.is_not_null()), &[3]),
        ((id.eq(1) | id.eq(2)) & (id.eq(2) | id.eq(3)), &[2]),
        (id.eq(1) | id.eq(2) & id.eq(3), &[1]),
        (id.eq(2).eq(name.eq("Bob")), &[1, 2, 3, 4]),
    ];
    for (condition, expected) in table {
        let told = format!("{condition:?}");
        let found = select(id).filter(condition).order_by(id).all(on.by_ref()).await.unwrap();
        assert_eq!(found, expected, "{told}");
    }
}

#[aludel::test(library)]
async fn each_operator_on_each_executor(mut db: Db, engine: Engine) -> Result {
    on_each_executor!(operators, db, engine);
    Ok(())
}

async fn orders<E: Executor>(mut on: E) {
    let (id, name, score) = (Author::id, Author::name, Author::score);
    let all = || select(id);
    let table: Vec<(Select<i64>, &[i64])> = vec![
        (all().order_by(name), &[1, 2, 3, 4]),
        (all().order_by(name.asc()), &[1, 2, 3, 4]),
        (all().order_by(name.desc()), &[4, 3, 2, 1]),
        (all().order_by(score.desc()).order_by(id), &[4, 2, 3, 1]),
        (all().order_by(score).order_by(id.desc()), &[1, 3, 2, 4]),
        (all().order_by(id.eq(3)).order_by(id), &[1, 2, 4, 3]),
        (all().order_by(id).limit(2), &[1, 2]),
        (all().order_by(id).limit(0), &[]),
        (all().order_by(id).limit(9), &[1, 2, 3, 4]),
        (all().order_by(id).limit(2).offset(1), &[2, 3]),
        (all().order_by(id).offset(3), &[4]),
        (all().order_by(id).offset(9), &[]),
        (all().order_by(id).limit(u64::MAX).offset(u64::MAX), &[]),
    ];
    for (query, expected) in table {
        assert_eq!(query.all(on.by_ref()).await.unwrap(), expected, "{query:?}");
        assert_eq!(query.count(on.by_ref()).await.unwrap(), expected.len() as i64, "{query:?}");
        assert_eq!(query.exists(on.by_ref()).await.unwrap(), !expected.is_empty(), "{query:?}");
        assert_eq!(query.first(on.by_ref()).await.unwrap().as_ref(), expected.first(), "{query:?}");
    }
}

#[aludel::test(library)]
async fn order_limit_and_offset_on_each_executor(mut db: Db, engine: Engine) -> Result {
    on_each_executor!(orders, db, engine);
    Ok(())
}

/// Changes rows, and leaves them as they were.
async fn changes<E: Executor>(mut on: E) {
    let (id, name, score, motto) = (Author::id, Author::name, Author::score, Author::motto);
    let named = |text: &'static str| Author::insert().set(name, text).set(score, 9.0);
    assert_eq!(named("Eve").execute(on.by_ref()).await.unwrap(), 1);
    assert_eq!(kind(named("Eve").execute(on.by_ref()).await).unwrap_err().name(), "IntegrityError");
    let inserted = named("Fay").set(motto, None).returning((name, score, motto)).all(on.by_ref()).await.unwrap();
    assert_eq!(inserted, [("Fay".to_owned(), 9.0, None)]);
    let of_many = Author::insert_many([author("Gil"), author("Hal")]).returning(name);
    assert_eq!(of_many.all(on.by_ref()).await.unwrap(), ["Gil", "Hal"], "in the order of the values");
    assert_eq!(Author::insert_many([author("Ida"), author("Jon"), author("Kay")]).execute(on.by_ref()).await.unwrap(), 3);
    assert_eq!(Author::insert_many([]).execute(on.by_ref()).await.unwrap(), 0);
    assert_eq!(Author::query().count(on.by_ref()).await.unwrap(), 11);

    let new = || id.gt(4);
    assert_eq!(Author::update().set(motto, "new").filter(new()).execute(on.by_ref()).await.unwrap(), 7);
    assert_eq!(Author::update().set(motto, "new").filter(id.eq(99)).execute(on.by_ref()).await.unwrap(), 0);
    let renamed = |from: &'static str, to: &'static str| Author::update().set(name, to).filter(name.eq(from)).returning((name, motto));
    let new_name = Some(("Evi".to_owned(), Some("new".to_owned())));
    assert_eq!(renamed("Eve", "Evi").one_or_none(on.by_ref()).await.unwrap(), new_name);
    assert_eq!(renamed("Eve", "Evi").one_or_none(on.by_ref()).await.unwrap(), None);
    assert_eq!(kind(renamed("Eve", "Evi").one(on.by_ref()).await), Err(ErrorKind::NoRow));
    let scores = Author::update().set(score, 3.0).filter(name.is_in(["Gil", "Hal"])).returning((name, score.gt(2.5)));
    let mut changed = scores.all(on.by_ref()).await.unwrap();
    changed.sort();
    assert_eq!(changed, [("Gil".to_owned(), true), ("Hal".to_owned(), true)]);
    assert_eq!(kind(scores.one(on.by_ref()).await), Err(ErrorKind::MultipleRows));

    assert_eq!(Author::delete().filter(name.eq("Evi")).returning((name, score)).one(on.by_ref()).await.unwrap(), ("Evi".to_owned(), 9.0));
    assert_eq!(Author::delete().filter(new()).execute(on.by_ref()).await.unwrap(), 6);
    assert_eq!(Author::delete().filter(new()).returning(id).all(on.by_ref()).await.unwrap(), Vec::<i64>::new());
    assert_eq!(Author::query().count(on.by_ref()).await.unwrap(), 4);
}

#[aludel::test(library)]
async fn inserts_updates_and_deletes_on_each_executor(mut db: Db, engine: Engine) -> Result {
    on_each_executor!(changes, db, engine);
    Ok(())
}

#[aludel::test(library)]
async fn values_come_back_as_they_were_inserted(engine: Engine) -> Result {
    four(&engine).await;
    let rows = select((Author::id, Author::name, Author::score, Author::motto)).order_by(Author::id).all(&engine).await?;
    let expected = [(1, "Ann", 1.0, None), (2, "Bob", 2.0, Some("b")), (3, "Cid", 2.0, None), (4, "dan", 4.0, Some("d%"))];
    let rows: Vec<_> = rows.iter().map(|(id, name, score, motto)| (*id, &**name, *score, motto.as_deref())).collect();
    assert_eq!(rows, expected);

    let posts = [post(Ref::key(1), "one"), Post { editor: Some(Ref::key(2)), ..post(Ref::key(4), "two") }];
    assert_eq!(Post::insert_many(posts).execute(&engine).await?, 2);
    let keys = select((Post::author, Post::editor)).order_by(Post::id).all(&engine).await?;
    let keys: Vec<_> = keys.iter().map(|(author, editor)| (author.get(), editor.as_ref().and_then(Ref::get))).collect();
    assert_eq!(keys, [(Some(&1), None), (Some(&4), Some(&2))]);
    let by_author = select((Author::name, Post::title)).filter(Post::author.eq(Author::id)).order_by(Post::id);
    assert_eq!(by_author.all(&engine).await?, [("Ann".to_owned(), "one".to_owned()), ("dan".to_owned(), "two".to_owned())]);

    let rows =
        Member::insert_many([Member { club: 1, number: -2, name: "it's".into() }]).returning((Member::club, Member::number, Member::name));
    assert_eq!(rows.all(&engine).await?, [(1, -2, "it's".to_owned())]);
    let max = Setting { key: "é\u{1F600}".into(), value: i64::MAX };
    assert_eq!(Setting::insert_many([max]).execute(&engine).await?, 1);
    assert_eq!(select((Setting::key, Setting::value)).one(&engine).await?, ("é\u{1F600}".to_owned(), i64::MAX));
    assert_eq!(Ticket::insert_many([0, 1, 2].map(|_| Ticket { id: auto() })).execute(&engine).await?, 3);
    assert_eq!(Ticket::insert().returning(Ticket::id).one(&engine).await?, 4);
    Ok(())
}

#[aludel::test(library)]
async fn drop_all_takes_everything_away(engine: Engine) -> Result {
    four(&engine).await;
    Post::insert_many([post(Ref::key(1), "one")]).execute(&engine).await?;
    let metadata = MetaData::of(models![Author, Post, Node]);
    metadata.drop_all(&engine).await?;
    for missing in [Author::query().count(&engine).await, Post::query().count(&engine).await, Node::query().count(&engine).await] {
        assert_eq!(kind(missing), Err(ErrorKind::Syntax));
    }
    assert_eq!(Setting::query().count(&engine).await?, 0, "another table stays");
    metadata.drop_all(&engine).await?;
    metadata.create_all(&engine).await?;
    metadata.create_all(&engine).await?;
    assert_eq!(Author::query().count(&engine).await?, 0);
    four(&engine).await;
    Ok(())
}
