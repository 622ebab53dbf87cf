//! `TestContext`: an application that a test can ask, on a database file of its own that goes with the test.

use std::future::Future;
use std::path::PathBuf;
use std::process::Termination;
use std::sync::atomic::{AtomicU64, Ordering};

use aludel_web::Service;

use super::fail::fail;
use crate::app::{App, Ready};
use crate::data::Engine;
use crate::error::{Error, Result};
use crate::runtime::block_on;

/// What a test's arguments are made from.
pub struct TestContext {
    service: Option<Service>,
    engine: Engine,
    // Dropped last: the files under it are open until then.
    _folder: Option<Folder>,
}

impl TestContext {
    /// Makes an application ready, on a database of its own instead of the one that it names.
    ///
    /// # Errors
    /// As the start of the application.
    pub async fn serve(app: App) -> Result<Self> {
        let (engine, folder) = database()?;
        Ok(Self { _folder: Some(folder), ..Self::serve_on(engine, app).await? })
    }

    /// Makes an application ready on this database instead of the one that it names, such as one in memory.
    ///
    /// # Errors
    /// As the start of the application.
    pub async fn serve_on(engine: Engine, app: App) -> Result<Self> {
        let Ready { service, .. } = app.engine(engine.clone()).ready().await?;
        Ok(Self { service: Some(service), engine, _folder: None })
    }

    /// A database of its own, without an application.
    ///
    /// # Errors
    /// If there is no place for temporary files.
    pub async fn plain() -> Result<Self> {
        let (engine, folder) = database()?;
        Ok(Self { service: None, engine, _folder: Some(folder) })
    }

    /// The application.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](aludel_sql::ErrorKind::Usage) if the test names none.
    pub fn service(&self) -> Result<&Service, aludel_sql::Error> {
        self.service.as_ref().ok_or_else(|| {
            aludel_sql::Error::usage("the test asks for a client, but names no application")
                .hint("write `#[aludel::test(app)]`, where `app()` returns the application")
        })
    }

    /// The database.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}

/// A database file that is nobody else's. Not in memory, so that test and request can both hold a connection.
fn database() -> Result<(Engine, Folder)> {
    let folder = Folder::new().map_err(Error::unplaced)?;
    let url = format!("sqlite:///{}", folder.0.join("test.db").display());
    Ok((Engine::new(&url).map_err(Error::unplaced)?, folder))
}

/// A folder that is removed with everything in it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> std::io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        loop {
            let name = format!("aludel-test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let path = std::env::temp_dir().join(name);
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(target: "aludel", folder = %self.0.display(), %error, "the files of a test are left behind");
        }
    }
}

/// Runs a test on a context; what the test returns decides.
///
/// # Panics
/// If the context cannot be made: the test has failed.
#[doc(hidden)]
pub fn run_test<T: Termination>(context: impl Future<Output = Result<TestContext>>, test: impl AsyncFnOnce(&TestContext) -> T) -> T {
    block_on(async {
        match context.await {
            Ok(context) => test(&context).await,
            Err(error) => fail(error),
        }
    })
}
