//! A request that is dropped after each number of polls in turn, until one is answered: its teardown runs once, nothing stays
//! open, and what it wrote is there if its commit was answered, else nothing of it. One thread, so that polls can be counted.

use std::future::{IntoFuture, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use aludel::prelude::*;
use tokio::sync::Notify;
use tokio::task::{JoinHandle, yield_now};

use crate::library::{Author, author};
use crate::site::{Site, until};

/// How often each commit of the handler was answered.
#[derive(Clone, Default)]
struct Answered(Arc<[AtomicUsize; 2]>);

impl Answered {
    fn note(&self, commit: usize) {
        self.0[commit].fetch_add(1, Ordering::SeqCst);
    }

    fn read(&self) -> [usize; 2] {
        [0, 1].map(|commit| self.0[commit].load(Ordering::SeqCst))
    }
}

/// Reads, writes, flushes, writes on and commits; then the same without a session. Each row has a second one beside it.
#[post("/writes/{name}")]
async fn writes(mut db: Db, engine: Engine, answered: Extension<Answered>, name: String) -> Result<&'static str> {
    Author::query().count(&mut db).await?;
    yield_now().await;
    let first = db.add(author(&name));
    db.flush().await?;
    yield_now().await;
    db[first].score = 2.0;
    db.add(Author { score: 2.0, ..author(&format!("{name}+")) });
    db.commit().await?;
    answered.note(0);
    yield_now().await;
    let mut transaction = engine.begin().await?;
    for name in [name.clone(), format!("{name}+")] {
        transaction.execute(Author::update().set(Author::score, 3.0).filter(Author::name.eq(name))).await?;
        yield_now().await;
    }
    transaction.commit().await?;
    answered.note(1);
    Ok("done")
}

/// Another task takes the writer's place, and leaves it after so many turns of the scheduler.
async fn hold(engine: &Engine, turns: usize) -> JoinHandle<()> {
    let (engine, entered) = (engine.clone(), Arc::<Notify>::default());
    let inside = entered.clone();
    let task = tokio::spawn(async move {
        let transaction = engine.begin_immediate().await.unwrap();
        inside.notify_one();
        for _ in 0..turns {
            yield_now().await;
        }
        drop(transaction);
    });
    entered.notified().await;
    task
}

/// Polls a request so often, each time that it is woken, and drops it where it waits then. Says whether it was answered.
async fn polled(client: &Client, name: &str, mut polls: usize) -> bool {
    let mut request = client.post(format!("/writes/{name}")).into_future();
    poll_fn(|context| {
        if polls == 0 {
            return Poll::Ready(false);
        }
        polls -= 1;
        match request.as_mut().poll(context) {
            Poll::Ready(page) => Poll::Ready(page.assert_status(200).status() == 200),
            Poll::Pending if polls == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// The scores of the two rows of a name: all or nothing of each transaction.
async fn scores(site: &Site, name: &str) -> Vec<f64> {
    let both = Author::query().filter(Author::name.like(format!("{name}%"))).all(&site.engine).await.unwrap();
    both.into_iter().map(|author| author.score).collect()
}

async fn dropped_at_every_poll(url: &str, turns: usize) {
    let answered = Answered::default();
    let app = App::new("drops").routes(routes![writes]).extension(answered.clone());
    let site = Site::on(Engine::new(url).unwrap(), app).await;
    site.hurry();
    let free = site.engine.free_connections();
    let mut seen = Vec::new();
    for polls in 0.. {
        let (before, name) = (answered.read(), format!("n{polls}n"));
        let other = hold(&site.engine, turns).await;
        let done = polled(&site.client, &name, polls).await;
        other.await.unwrap();
        // A request that was never polled has not begun.
        until(|| site.ended().len() == polls).await;
        site.check_clean(free).await;
        let after = answered.read();
        let expected = match (after[0] - before[0], after[1] - before[1]) {
            (0, 0) => vec![],
            (1, 0) => vec![2.0, 2.0],
            (1, 1) => vec![3.0, 3.0],
            odd => panic!("commits answered: {odd:?}"),
        };
        assert_eq!(scores(&site, &name).await, expected, "dropped after {polls} polls beside another writer for {turns} turns");
        // A turn that is over in between costs one poll more, now and then.
        if !seen.contains(&expected) {
            seen.push(expected);
        }
        if done {
            assert!(polls > 5, "answered after {polls} polls: the handler alone waits more often");
            break;
        }
    }
    assert_eq!(seen, [vec![], vec![2.0, 2.0], vec![3.0, 3.0]], "all stages were met, one after the other");
    let ended = site.ended();
    let (done, dropped) = ended.split_last().unwrap();
    let abandoned = "writes: the client went away and the handler was not done in time";
    // One that is dropped within its teardown is done.
    assert!(dropped.iter().all(|end| end == abandoned || end == "writes"), "{dropped:?}");
    assert!(dropped.iter().filter(|end| *end == abandoned).count() >= 5 && done == "writes", "{ended:?}");
}

/// A database file in a folder that goes with the test.
fn file(options: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:///{}{options}", folder.path().join("drops.db").display());
    (folder, url)
}

#[tokio::test]
async fn on_a_file() {
    for turns in [0, 2, 20] {
        let (_folder, url) = file("");
        dropped_at_every_poll(&url, turns).await;
    }
}

#[tokio::test]
async fn on_a_pool_of_one() {
    for turns in [0, 2, 20] {
        let (_folder, url) = file("?pool_size=1");
        dropped_at_every_poll(&url, turns).await;
    }
}

#[tokio::test]
async fn in_memory() {
    for turns in [0, 2, 20] {
        dropped_at_every_poll("sqlite://", turns).await;
    }
}
