//! `Job`: a statement on its way to a driver: key and binds at hand, the text only if somebody asks for it.

use std::sync::{Arc, Mutex, PoisonError};

use aludel_sql::{Access, Compiled, Dialect, Error, Result, Shape, Statement, Value, compile, excerpt};
use hashlink::LruCache;

/// How many texts an engine keeps. A program has fewer statements; generated ones are let go, oldest first.
const TEXTS: usize = 1024;

/// Writes statements, and keeps what it has written.
#[derive(Debug)]
pub struct Compiler {
    texts: Mutex<LruCache<u128, Arc<Compiled>>>,
}

impl Default for Compiler {
    fn default() -> Self {
        Self { texts: Mutex::new(LruCache::new(TEXTS)) }
    }
}

impl Compiler {
    fn text(&self, key: u128, statement: &Statement, dialect: &dyn Dialect) -> Result<Arc<Compiled>> {
        if let Some(known) = self.lock().get(&key) {
            return Ok(Arc::clone(known));
        }
        let compiled = Arc::new(compile(statement, dialect)?);
        if let Some((one, other)) = &compiled.unjoined {
            let (sql, one, other) = (&*excerpt(&compiled.sql), one.full_name(), other.full_name());
            tracing::warn!(target: "aludel::sql", sql, "no condition joins `{one}` and `{other}`: every row of the one meets every row of the other");
        }
        self.lock().insert(key, Arc::clone(&compiled));
        Ok(compiled)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<u128, Arc<Compiled>>> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A statement to run.
pub struct Job<'s> {
    statement: &'s Statement,
    key: u128,
    binds: &'s [Value<'s>],
    repeat: usize,
    compiler: &'s Compiler,
    dialect: &'s dyn Dialect,
}

impl<'s> Job<'s> {
    /// Prepares a statement with the values in it.
    #[inline]
    pub fn new(statement: &'s Statement, shape: &'s Shape<'_>, compiler: &'s Compiler) -> Self {
        let (key, binds, repeat, dialect) = (shape.key(), shape.binds(), shape.repeat, shape.dialect());
        let job = Self { statement, key, binds, repeat, compiler, dialect };
        #[cfg(feature = "witness")]
        crate::witness::bound(job.binds, || job.sql());
        job
    }

    /// Runs the statement `repeat` times, each time with the next part of `binds` instead of with its own values.
    #[must_use]
    pub fn with_binds(mut self, binds: &'s [Value<'s>], repeat: usize) -> Self {
        self.binds = binds;
        self.repeat = repeat;
        #[cfg(feature = "witness")]
        crate::witness::bound(binds, || self.sql());
        self
    }

    /// The same question with another value, for a fault that is planted.
    #[cfg(feature = "planted-faults")]
    pub(crate) fn asking<'v>(&'v self, binds: &'v [Value<'v>]) -> Job<'v> {
        Job { binds, ..*self }
    }

    /// The same for all statements of one text, and for no others.
    pub fn key(&self) -> u128 {
        self.key
    }

    /// The values of the `nth` run, in the order of the placeholders.
    pub fn binds(&self, nth: usize) -> &[Value<'s>] {
        let each = self.binds.len() / self.repeat;
        &self.binds[nth * each..(nth + 1) * each]
    }

    /// The values of all runs, one after the other.
    #[inline]
    pub fn runs(&self) -> impl Iterator<Item = &[Value<'s>]> {
        let (each, mut rest) = (self.binds.len() / self.repeat, self.binds);
        (0..self.repeat).map(move |_| {
            let (run, later) = rest.split_at(each);
            rest = later;
            run
        })
    }

    /// How often the statement is to be run.
    pub fn repeat(&self) -> usize {
        self.repeat
    }

    /// The statement.
    pub fn statement(&self) -> &'s Statement {
        self.statement
    }

    /// The text.
    ///
    /// # Errors
    /// As [`compile`].
    pub fn compiled(&self) -> Result<Arc<Compiled>> {
        self.compiler.text(self.key, self.statement, self.dialect)
    }

    /// The text, for a message; none if the statement cannot even be written.
    pub fn sql(&self) -> Option<Arc<str>> {
        self.compiled().ok().map(|compiled| Arc::clone(&compiled.sql))
    }

    /// Adds the text to an error.
    #[cold]
    pub fn blame(&self, error: Error) -> Error {
        match self.sql() {
            Some(sql) => error.statement(sql),
            None => error,
        }
    }

    /// Whether the statement writes by itself, as far as can be told; a raw one is judged by its text. What a function writes that a
    /// SELECT calls is not seen.
    pub fn may_write(&self, judge: impl FnOnce(&str) -> bool) -> bool {
        match self.access() {
            Access::Read => false,
            Access::Write => true,
            Access::Unknown => self.sql().is_some_and(|sql| judge(&sql)),
        }
    }

    /// What the statement does, as far as it says itself.
    pub fn access(&self) -> Access {
        self.statement.access()
    }
}
