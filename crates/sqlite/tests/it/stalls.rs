//! A long statement stalls nobody, shown without a clock: it runs until another task of the same runtime ends it.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use aludel_engine::Engine;
use aludel_sql::{Executable, raw};
use rusqlite::functions::FunctionFlags;
use tokio::runtime::Runtime;
use tokio::task::LocalSet;

use crate::child::Child;
use crate::dirty::{Refuse, caught};
use crate::people::{all, insert};
use crate::world::{World, execute, foreign_workers, on, one_worker};

const UNTIL_TOLD: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE NOT told()) SELECT count(*) FROM n";

/// What the statement asks at every row.
#[derive(Clone, Default)]
struct Word {
    said: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
    in_vain: Arc<AtomicBool>,
}

impl Word {
    /// An engine with the function `told()`, which gives up after a while instead of hanging.
    fn engine(&self, world: &World) -> Engine {
        let word = self.clone();
        Engine::on(world.driver().configure(move |connection| {
            let (word, started) = (word.clone(), Instant::now());
            connection.create_scalar_function("told", 0, FunctionFlags::SQLITE_UTF8, move |_| {
                word.asked.fetch_add(1, Ordering::SeqCst);
                if started.elapsed() > Duration::from_secs(20) {
                    word.in_vain.store(true, Ordering::SeqCst);
                }
                Ok(word.said.load(Ordering::SeqCst) || word.in_vain.load(Ordering::SeqCst))
            })
        }))
    }

    #[track_caller]
    fn check_heard(&self) {
        assert!(!self.in_vain.load(Ordering::SeqCst), "the other task came to nothing while the statement ran");
        assert_eq!(refusals().load(Ordering::SeqCst), 0, "a hand-over panicked");
    }
}

/// How often `block_in_place` has panicked in this process, caught or not.
fn refusals() -> &'static AtomicUsize {
    static REFUSALS: AtomicUsize = AtomicUsize::new(0);
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if info.to_string().contains("can call blocking only") {
                REFUSALS.fetch_add(1, Ordering::SeqCst);
            }
            before(info);
        }));
    });
    &REFUSALS
}

/// The statement, on a task of the worker that also the other task is to run on.
async fn told_by_a_neighbour(engine: Engine, word: Word) {
    let mut connection = engine.connect().await.expect("a connection");
    // From here to the statement this task never yields: the neighbour begins only if its worker is handed over.
    tokio::spawn({
        let said = Arc::clone(&word.said);
        async move { said.store(true, Ordering::SeqCst) }
    });
    raw(UNTIL_TOLD).one(&mut connection).await.expect("it ends");
    word.check_heard();
}

/// A database that waits for the disk at each commit; here for a word, which gives up after a while instead of hanging.
fn slow_disk(world: &World, word: &Word) -> Engine {
    let location = aludel_sqlite::Location::parse(&format!("sqlite:///{}?synchronous=full", world.file().display())).expect("a URL");
    let word = word.clone();
    Engine::on(aludel_sqlite::Sqlite::new(location).configure(move |connection| {
        let word = word.clone();
        connection.commit_hook(Some(move || {
            let started = Instant::now();
            while !word.said.load(Ordering::SeqCst) && !word.in_vain.load(Ordering::SeqCst) {
                word.in_vain.store(started.elapsed() > Duration::from_secs(20), Ordering::SeqCst);
                std::thread::yield_now();
            }
            false
        }))
    }))
}

/// A task that commits without an await before it; only its neighbour can say the word.
async fn committed_beside_a_neighbour(engine: Engine, word: Word) {
    execute(&engine, "CREATE TABLE notes (id INTEGER PRIMARY KEY)").await;
    let says = |word: &Word| {
        let said = Arc::clone(&word.said);
        said.store(false, Ordering::SeqCst);
        tokio::spawn(async move { said.store(true, Ordering::SeqCst) })
    };
    let neighbour = says(&word);
    execute(&engine, "INSERT INTO notes (id) VALUES (1)").await;
    word.check_heard();
    neighbour.await.expect("it ends");
    let mut transaction = engine.begin().await.expect("a transaction");
    raw("INSERT INTO notes (id) VALUES (2)").execute(&mut transaction).await.expect("it is written");
    let neighbour = says(&word);
    transaction.commit().await.expect("it is committed");
    word.check_heard();
    neighbour.await.expect("it ends");
}

/// `synchronous=full`: the wait for the disk is within COMMIT, where SQLite calls no handler of ours.
#[test]
fn a_commit_that_waits_for_the_disk_stalls_nobody() {
    refusals();
    let (runtime, world, word) = (one_worker(), World::new(), Word::default());
    word.said.store(true, Ordering::SeqCst);
    on(&runtime, committed_beside_a_neighbour(slow_disk(&world, &word), word));
}

#[track_caller]
fn check(runtime: &Runtime, world: &World) {
    refusals();
    let word = Word::default();
    on(runtime, told_by_a_neighbour(word.engine(world), word));
}

#[test]
fn on_the_one_worker_of_our_runtime() {
    check(&one_worker(), &World::new());
}

#[test]
fn on_a_runtime_that_somebody_else_built() {
    check(&foreign_workers(1), &World::new());
    check(&foreign_workers(2), &World::new());
}

#[test]
fn on_a_runtime_that_names_its_threads_and_marks_them() {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).enable_all().thread_name("api").on_thread_start(aludel_engine::worker::mark).build();
    check(&runtime.expect("a runtime"), &World::new());
}

#[test]
fn again_and_again_on_the_same_runtime() {
    let (runtime, world) = (one_worker(), World::new());
    (0..5).for_each(|_| check(&runtime, &world));
}

#[test]
fn while_another_process_holds_the_write_lock() {
    let (runtime, world) = (one_worker(), World::new());
    let engine = world.engine();
    on(&runtime, async move { execute(&engine, "CREATE TABLE notes (id INTEGER PRIMARY KEY)").await });
    let _child = Child::with_lock(&world.file());
    check(&runtime, &world);
}

/// Somebody else has the file to itself: a reader waits in SQLite's own handler, on the worker.
#[test]
fn a_wait_for_the_whole_file_stalls_nobody() {
    let (runtime, world) = (one_worker(), World::new());
    world.outside().execute_batch("CREATE TABLE people (id INTEGER PRIMARY KEY)").expect("a table");
    let engine = Engine::on(aludel_sqlite::Sqlite::from_url(&format!("sqlite:///{}?mode=ro", world.file().display())).expect("a URL"));
    let count = on(&runtime, {
        let file = world.file();
        async move {
            let mut connection = engine.connect().await.expect("a connection");
            let mut child = Child::alone_with(&file);
            tokio::spawn(async move { child.let_go() });
            all().count(&mut connection).await
        }
    });
    assert_eq!(count.expect("it waits until the other one lets go"), 0);
}

/// A panic among the rows of a write leaves the thread as it was: later readers on it wait as they did before.
#[test]
fn a_panic_in_a_write_changes_no_later_wait() {
    let world = World::new();
    world.outside().execute_batch("CREATE TABLE people (id INTEGER PRIMARY KEY)").expect("a table");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let memory = Engine::on(aludel_sqlite::Sqlite::from_url("sqlite://").expect("a URL"));
        execute(&memory, "CREATE TABLE notes (id INTEGER PRIMARY KEY)").await;
        let statement = raw("INSERT INTO notes DEFAULT VALUES RETURNING id").into_statement();
        let mut connection = memory.connect().await.expect("a connection");
        assert!(caught(connection.run_with(&statement, &mut Refuse::Panic, &mut ())).await.is_err());

        let engine = Engine::on(aludel_sqlite::Sqlite::from_url(&format!("sqlite:///{}?mode=ro", world.file().display())).expect("a URL"));
        let mut reader = engine.connect().await.expect("a connection");
        let mut child = Child::alone_with(&world.file());
        let other = std::thread::spawn(move || {
            // tidy: condition, the reader is to meet the lock; where it comes later nothing is shown, and nothing fails
            std::thread::sleep(Duration::from_millis(30));
            child.let_go();
        });
        all().count(&mut reader).await.expect("it waits until the other one lets go");
        other.join().expect("the thread ends");
    });
}

/// On these nothing can be handed over; the statement runs all the same, and nothing panics.
async fn told_by_a_thread(engine: Engine, word: Word) {
    ended_by_a_thread(engine, &word).await;
    word.check_heard();
}

async fn ended_by_a_thread(engine: Engine, word: &Word) {
    let mut connection = engine.connect().await.expect("a connection");
    let (asked, said) = (Arc::clone(&word.asked), Arc::clone(&word.said));
    let other = std::thread::spawn(move || {
        // By then it has run for several milliseconds, on any machine, and counts as long.
        crate::world::until("the statement", || asked.load(Ordering::SeqCst) > 200_000);
        said.store(true, Ordering::SeqCst);
    });
    raw(UNTIL_TOLD).one(&mut connection).await.expect("it ends");
    other.join().expect("the thread ends");
}

fn told<T>(run: impl FnOnce(std::pin::Pin<Box<dyn Future<Output = ()>>>) -> T) -> T {
    refusals();
    let (world, word) = (World::new(), Word::default());
    run(Box::pin(async move { told_by_a_thread(word.engine(&world), word).await }))
}

#[test]
fn on_a_current_thread_runtime_nothing_panics() {
    told(|statement| tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(statement));
}

#[test]
fn in_a_local_set_nothing_panics() {
    told(|statement| LocalSet::new().block_on(&foreign_workers(2), statement));
    told(|statement| LocalSet::new().block_on(&one_worker(), async { tokio::task::spawn_local(statement).await.expect("no panic") }));
    told(|statement| one_worker().block_on(statement));
}

/// On a thread that carries the name of tokio's workers and is none.
fn on_a_thread_with_a_workers_name(run: impl FnOnce() + Send + 'static) {
    let named = std::thread::Builder::new().name("tokio-rt-worker".into()).spawn(run);
    named.expect("a thread").join().expect("no panic comes out of it");
}

#[test]
fn the_name_of_a_thread_alone_makes_nothing_panic() {
    let current = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    on_a_thread_with_a_workers_name(move || told(|statement| current().block_on(statement)));
    let as_a_task = |statement| async { tokio::task::spawn_local(statement).await.expect("no panic") };
    on_a_thread_with_a_workers_name(move || told(|statement| LocalSet::new().block_on(&current(), as_a_task(statement))));
    on_a_thread_with_a_workers_name(|| told(|statement| one_worker().block_on(statement)));
}

/// Nobody can ask tokio whether a thread is inside of a `LocalSet`: it is tried once, and the refusal stays inside.
#[test]
fn a_local_set_on_a_thread_with_a_workers_name_goes_on() {
    refusals();
    on_a_thread_with_a_workers_name(|| {
        let world = World::new();
        LocalSet::new().block_on(&foreign_workers(2), async move {
            for _ in 0..3 {
                let word = Word::default();
                let engine = word.engine(&world);
                tokio::task::spawn_local(async move { ended_by_a_thread(engine, &word).await }).await.expect("no panic");
            }
        });
    });
    assert_eq!(refusals().load(Ordering::SeqCst), 1, "more than one attempt on a thread where it cannot be done");
}

/// The three ways to begin a write: a statement alone, a transaction that says so, and one that reads first.
#[derive(Clone, Copy, Debug)]
enum Write {
    Alone,
    Immediate,
    AfterReading,
}

async fn write(engine: Engine, how: Write, name: String) -> aludel_sql::Result<u64> {
    let mut transaction = match how {
        Write::Alone => return engine.execute(insert(name)).await,
        Write::Immediate => engine.begin_immediate().await?,
        Write::AfterReading => engine.begin().await?,
    };
    transaction.execute(insert(name)).await?;
    transaction.commit().await?;
    Ok(1)
}

/// On one thread that can hand nothing over: were a thread to wait for the lock, nobody could let it go.
#[test]
fn no_thread_waits_for_the_lock_of_another_process() {
    for how in [Write::Alone, Write::Immediate, Write::AfterReading] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let (world, engine) = World::with_people().await;
            let mut child = Child::with_lock(&world.file());
            let mut writing = Box::pin(write(engine.clone(), how, "bob".into()));
            let started = Instant::now();
            let waits = std::future::poll_fn(|context| std::task::Poll::Ready(writing.as_mut().poll(context).is_pending())).await;
            assert!(waits && started.elapsed() < Duration::from_secs(1), "{how:?}");
            for _ in 0..200 {
                assert_eq!(crate::world::number(&engine, "SELECT count(*) FROM people").await, 0);
            }
            child.let_go();
            assert_eq!(writing.await.expect("it waits"), 1, "{how:?}");
            assert_eq!(world.count(), 1);
        });
    }
}

/// More of them than there are connections, and no reader waits for one even for a moment.
#[test]
fn writers_that_wait_leave_the_connections_to_those_who_read() {
    for how in [Write::Alone, Write::Immediate] {
        let world = World::new();
        on(&one_worker(), {
            let (engine, file) = (world.small_engine(2), world.file());
            async move {
                aludel_sql::MetaData::of([&crate::people::TABLE]).create_all(&engine).await.expect("the table");
                let mut child = Child::with_lock(&file);
                let writers: Vec<_> = (0..12).map(|nth| tokio::spawn(write(engine.clone(), how, format!("bob {nth}")))).collect();
                for _ in 0..200 {
                    assert_eq!(crate::world::number(&engine, "SELECT count(*) FROM people").await, 0);
                    tokio::task::yield_now().await;
                }
                assert!(writers.iter().all(|writer| !writer.is_finished()), "{how:?}: the lock was held for all of the reads");
                child.let_go();
                for writer in writers {
                    assert_eq!(writer.await.expect("no panic").expect("it waits"), 1, "{how:?}");
                }
                assert_eq!(engine.free_connections(), 2, "{how:?}");
            }
        });
        assert_eq!(world.count(), 12);
    }
}

#[test]
fn a_write_that_waits_for_another_process_leaves_the_worker_to_others() {
    let (runtime, world) = (one_worker(), World::new());
    let engine = world.engine();
    let mut child = on(&runtime, {
        let (engine, file) = (engine.clone(), world.file());
        async move {
            aludel_sql::MetaData::of([&crate::people::TABLE]).create_all(&engine).await.expect("the table");
            Child::with_lock(&file)
        }
    });
    on(&runtime, async move {
        let write = tokio::spawn({
            let engine = engine.clone();
            async move { engine.execute(insert("bob")).await }
        });
        for _ in 0..200 {
            assert_eq!(crate::world::number(&engine, "SELECT count(*) FROM people").await, 0);
            tokio::task::yield_now().await;
        }
        assert!(!write.is_finished(), "the lock was held for all of the reads");
        child.let_go();
        assert_eq!(write.await.expect("no panic").expect("it waits"), 1);
    });
    assert_eq!(world.count(), 1);
}
