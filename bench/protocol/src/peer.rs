//! What every peer on a PostgreSQL server does in the same way: it fills its table before a job that reads, repeats the job, and
//! tells how long that took. What is measured is the peer's own.

use std::io;
use std::time::Instant;

use crate::{Answer, Checksum, Job, Request, Run, Store};

/// What a peer does on its server.
pub trait OnServer: Send {
    /// Its errors.
    type Error: From<io::Error> + Send;

    /// Returns the version of the server.
    fn version(&mut self) -> impl Future<Output = Result<String, Self::Error>> + Send;

    /// Empties the table.
    fn empty(&mut self) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Reads one row by its key.
    fn point(&mut self, key: i64, checksum: &mut Checksum) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Reads all rows.
    fn load(&mut self, checksum: &mut Checksum) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Inserts so many rows and commits.
    fn insert(&mut self, rows: u64) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// A peer that answers requests.
pub struct Measured<P> {
    /// The peer itself.
    pub peer: P,
    /// How many rows are there, for a job that does not write.
    rows: Option<u64>,
}

impl<P: OnServer> Measured<P> {
    /// Returns it, with an empty table.
    pub fn new(peer: P) -> Measured<P> {
        Measured { peer, rows: None }
    }

    /// Answers a request.
    ///
    /// # Errors
    /// The peer's own, and one for a request that is not for a server.
    pub async fn answered(&mut self, request: Request) -> Result<Answer, P::Error> {
        match request {
            Request::Version => Ok(Answer::Version(self.peer.version().await?)),
            Request::Run(run) if run.store == Store::Postgres && !run.is_tracked => self.measure(&run).await,
            _ => Err(io::Error::other("not measured here").into()),
        }
    }

    async fn measure(&mut self, run: &Run) -> Result<Answer, P::Error> {
        let Measured { peer, rows } = self;
        if *rows != Some(run.rows()) {
            peer.empty().await?;
            peer.insert(run.rows()).await?;
        }
        let mut checksum = Checksum::default();
        let start = Instant::now();
        for iteration in 0..run.iterations {
            match run.job {
                Job::Point => peer.point(Run::key(iteration), &mut checksum).await?,
                Job::Load(_) => peer.load(&mut checksum).await?,
                Job::Insert(rows) => peer.insert(rows).await?,
            }
        }
        let elapsed = start.elapsed();
        if run.reads_at_end() {
            peer.load(&mut checksum).await?;
        }
        *rows = (!matches!(run.job, Job::Insert(_))).then(|| run.rows());
        Ok(Answer::Done(elapsed, checksum))
    }
}
