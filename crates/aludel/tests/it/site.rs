//! An application that a test asks, with a record of what its requests came to.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aludel::TestContext;
use aludel::prelude::*;

use crate::library::Author;

/// No wait of a test is longer; only a broken product gets near it.
const DEADLINE: Duration = Duration::from_secs(20);

/// A served application.
pub(crate) struct Site {
    pub(crate) client: Client,
    pub(crate) engine: Engine,
    ended: Ended,
    context: TestContext,
}

/// The ends of requests, as the teardown hook has heard of them.
type Ended = Arc<Mutex<Vec<String>>>;

impl Site {
    /// Serves it on a database file of its own.
    pub(crate) async fn open(app: App) -> Self {
        let (app, ended) = recorded(app);
        Self::of(TestContext::serve(app).await.unwrap(), ended)
    }

    /// Serves it on this database.
    pub(crate) async fn on(engine: Engine, app: App) -> Self {
        let (app, ended) = recorded(app);
        Self::of(TestContext::serve_on(engine, app).await.unwrap(), ended)
    }

    fn of(context: TestContext, ended: Ended) -> Self {
        let (client, engine) = (Client::new(context.service().unwrap().clone()), context.engine().clone());
        Self { client, engine, ended, context }
    }

    /// From now on a request that loses its client has its handler dropped at once.
    pub(crate) fn hurry(&self) {
        self.service().hurry();
    }

    /// The ends so far: `show`, or `show: SomeError: ..`.
    pub(crate) fn ended(&self) -> Vec<String> {
        self.ended.lock().unwrap().clone()
    }

    /// The application, to be served on a socket.
    pub(crate) fn service(&self) -> aludel::web::Service {
        self.context.service().unwrap().clone()
    }

    /// How many authors there are, as another connection sees it.
    pub(crate) async fn authors(&self) -> i64 {
        Author::query().count(&self.engine).await.unwrap()
    }

    /// Nothing is left behind: every connection is free, and the writer's place too.
    pub(crate) async fn check_clean(&self, connections: usize) {
        assert_eq!(self.engine.free_connections(), connections);
        self.engine.execute(raw("CREATE TABLE IF NOT EXISTS probe (id INTEGER)")).await.unwrap();
        self.engine.execute(raw("INSERT INTO probe VALUES (1)")).await.unwrap();
        assert_eq!(self.engine.free_connections(), connections);
    }
}

fn recorded(app: App) -> (App, Ended) {
    let ended = Ended::default();
    let record = ended.clone();
    let app = app.models(models![Author]).teardown(move |info, error| {
        let record = record.clone();
        async move {
            // A hook that does not end at once must be awaited.
            tokio::task::yield_now().await;
            let name = info.endpoint().unwrap_or("-").to_owned();
            record.lock().unwrap().push(error.map_or_else(|| name.clone(), |error| format!("{name}: {error}")));
        }
    });
    (app, ended)
}

/// Waits until a condition holds.
#[track_caller]
pub(crate) fn until(condition: impl Fn() -> bool) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        let start = Instant::now();
        while !condition() {
            assert!(start.elapsed() < DEADLINE, "{place}: the condition does not hold within {DEADLINE:?}");
            tokio::time::sleep(Duration::from_millis(1)).await; // tidy: condition, the pause between two looks at it
        }
    }
}
