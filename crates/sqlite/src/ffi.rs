//! Prepared statements: what rusqlite's borrow their connection for, and therefore cannot be kept in a cache of our
//! own or move between threads. The only unsafe code of Aludel; everything above is safe to call in any order.

#![allow(unsafe_code)]

use std::ffi::{c_char, c_int};
use std::hash::{BuildHasherDefault, Hasher};
use std::marker::PhantomData;
use std::ptr::NonNull;
use std::sync::{Arc, OnceLock};

use aludel_sql::row::{exact, mismatch};
use aludel_sql::{Error, ErrorKind, Result, RowRef, Step, Value};
use jiff::SignedDuration;
use libsqlite3_sys as sys;

use hashlink::LruCache;
use hashlink::linked_hash_map::RawEntryMut;

use crate::effect::Effect;
use crate::errors::{During, error};

/// How many statements a connection keeps prepared.
const STATEMENTS: usize = 256;

/// A connection together with its prepared statements, which never outlive it.
pub(crate) struct Database {
    // Dropped in this order: SQLite cannot close a connection that has statements.
    statements: LruCache<u128, Statement, BuildHasherDefault<Hashed>>,
    connection: rusqlite::Connection,
}

impl Database {
    pub(crate) fn new(connection: rusqlite::Connection) -> Self {
        Self { statements: LruCache::with_hasher(STATEMENTS, BuildHasherDefault::default()), connection }
    }

    /// The connection, for all that is not a prepared statement.
    pub(crate) fn connection(&self) -> &rusqlite::Connection {
        &self.connection
    }

    /// The statement of this key, prepared from the text on its first use.
    pub(crate) fn prepared(&mut self, key: u128, text: impl FnOnce() -> Result<Arc<str>>) -> Result<&mut Statement> {
        match self.statements.raw_entry_mut().from_key(&key) {
            RawEntryMut::Occupied(mut known) => {
                known.to_back();
                Ok(known.into_mut())
            }
            RawEntryMut::Vacant(new) => Ok(new.insert(key, Statement::prepare(&self.connection, &text()?)?).1),
        }
    }

    /// Runs a statement that will hardly come again, and keeps nothing of it.
    pub(crate) fn once(&self, sql: &str, values: &[Value<'_>], row: impl FnMut(&dyn RowRef) -> Result<bool>) -> Result<Stepped> {
        Statement::prepare(&self.connection, sql)?.run(values, row)
    }
}

/// The hash of a key that is a hash already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u128(&mut self, key: u128) {
        self.0 = key as u64;
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stepped {
    /// The statement stands on a row.
    Row,
    /// The statement has ended.
    Done,
    /// Another process is in the way, and nothing has been done.
    Busy,
}

/// A prepared statement.
pub(crate) struct Statement {
    raw: NonNull<sys::sqlite3_stmt>,
    names: OnceLock<Arc<[Box<str>]>>,
    /// How often SQLite had prepared the statement again, because the schema had changed, when the names were read.
    prepared: c_int,
    effect: Effect,
    /// Whether it leaves the database as it is.
    reads: bool,
    /// How many values it takes.
    parameters: usize,
    /// Which of the first 64 parameters are NULL already, from the lowest bit on: they stay so, and need not be told again.
    nulls: u64,
}

// SAFETY: a statement may be used from any thread, one at a time, as its connection may (SQLite is built and opened
// in its multi-thread mode); `Database` owns both, and `&mut` keeps a second user out.
unsafe impl Send for Statement {}

impl Statement {
    /// Prepares the only statement of the text; semicolons and comments around it are none.
    fn prepare(connection: &rusqlite::Connection, sql: &str) -> Result<Self> {
        if sql.contains('\0') {
            return Err(Error::new(ErrorKind::Syntax, "the statement holds a NUL character, where SQLite would stop reading"));
        }
        let (mut rest, mut found) = (sql, None);
        while !rest.trim_start().is_empty() {
            let prepared = Self::prepare_next(connection, &mut rest);
            found = match (found, prepared) {
                (None, prepared) => prepared?,
                (found, Ok(None)) => found,
                (Some(_), Ok(Some(_)) | Err(_)) => {
                    return Err(Error::new(ErrorKind::Syntax, "the text holds more than one statement").hint("run them one by one"));
                }
            };
        }
        found.ok_or_else(|| Error::new(ErrorKind::Syntax, "the statement is empty"))
    }

    /// Prepares the first statement of `rest`, which becomes what is behind it; none where only a comment or a semicolon is.
    fn prepare_next(connection: &rusqlite::Connection, rest: &mut &str) -> Result<Option<Self>> {
        let sql = *rest;
        let length = c_int::try_from(sql.len()).map_err(|_| Error::new(ErrorKind::Unsupported, "the statement is longer than 2 GiB"))?;
        let (mut raw, mut tail) = (std::ptr::null_mut(), std::ptr::null::<c_char>());
        // SAFETY: the handle is open as long as `connection` lives; `sql` is `length` bytes long; both out
        // pointers are ours. `SQLITE_PREPARE_PERSISTENT` says only that the statement will be kept.
        let code = unsafe {
            sys::sqlite3_prepare_v3(connection.handle(), sql.as_ptr().cast(), length, sys::SQLITE_PREPARE_PERSISTENT, &mut raw, &mut tail)
        };
        if code != sys::SQLITE_OK {
            return Err(last_error(connection, code));
        }
        let used = tail.addr().saturating_sub(sql.as_ptr().addr());
        *rest = sql.get(used.max(1)..).unwrap_or_default();
        let Some(raw) = NonNull::new(raw) else { return Ok(None) };
        // SAFETY: `raw` is the statement that was just prepared.
        let reads = unsafe { sys::sqlite3_stmt_readonly(raw.as_ptr()) != 0 };
        // SAFETY: as above.
        let parameters = usize::try_from(unsafe { sys::sqlite3_bind_parameter_count(raw.as_ptr()) }).unwrap_or(0);
        Ok(Some(Self { raw, names: OnceLock::new(), prepared: 0, effect: Effect::of(sql), reads, parameters, nulls: u64::MAX }))
    }

    /// Whether the statement leaves the database as it is.
    pub(crate) fn is_read_only(&self) -> bool {
        self.reads
    }

    /// Whether the statement opens a savepoint, and with it a transaction.
    pub(crate) fn opens_savepoint(&self) -> bool {
        self.effect == Effect::Savepoint
    }

    /// Whether the statement changes the connection itself.
    pub(crate) fn alters_connection(&self) -> bool {
        self.effect == Effect::Connection
    }

    /// The number of rows that all statements of the connection have changed so far.
    pub(crate) fn total_changes(&self) -> u64 {
        // SAFETY: a statement knows its connection, which is open as long as the statement lives.
        let total = unsafe { sys::sqlite3_total_changes64(sys::sqlite3_db_handle(self.raw.as_ptr())) };
        u64::try_from(total).unwrap_or(0)
    }

    /// The number of rows that the last statement which could change any has changed, and the key of the row inserted last.
    pub(crate) fn last_change(&self) -> (u64, i64) {
        // SAFETY: as for `total_changes`.
        let handle = unsafe { sys::sqlite3_db_handle(self.raw.as_ptr()) };
        // SAFETY: as for `total_changes`.
        let (changes, key) = unsafe { (sys::sqlite3_changes64(handle), sys::sqlite3_last_insert_rowid(handle)) };
        (u64::try_from(changes).unwrap_or(0), key)
    }

    /// Binds the values and runs the statement; `row` is called for each row, until it wants no more.
    ///
    /// Whatever happens, also a panic in `row`, the statement is reset afterwards. If `row`
    /// fails, what a statement outside of a transaction has written is undone.
    pub(crate) fn run(&mut self, values: &[Value<'_>], mut row: impl FnMut(&dyn RowRef) -> Result<bool>) -> Result<Stepped> {
        self.start(values)?.go(|found| Ok(if row(found)? { Step::More } else { Step::Enough }))
    }

    /// Binds the values, which live as long as the run.
    #[inline(always)]
    pub(crate) fn start<'s>(&'s mut self, values: &'s [Value<'_>]) -> Result<Run<'s>> {
        let expected = self.parameters;
        if expected != values.len() {
            return Err(miscounted(expected, values.len()));
        }
        let run = Run { statement: self, undo: false, stands: false, wanted: true };
        let mut at = 0;
        for value in values {
            at += 1;
            run.statement.bind(at, value)?;
        }
        Ok(run)
    }

    /// Text and bytes are not copied. Only [`start`](Statement::start) calls this, for every parameter and before the first step, and
    /// the run resets the statement before the values can go: SQLite never reads what an earlier run has left bound.
    fn bind(&mut self, at: c_int, value: &Value<'_>) -> Result<()> {
        let raw = self.raw.as_ptr();
        if matches!(value, Value::Null) {
            return self.bind_null(at);
        }
        // Of a parameter beyond the 64th it is another one's, which is told once more than it had to be.
        self.nulls &= !1_u64.wrapping_shl(at.cast_unsigned().wrapping_sub(1));
        let code = match value {
            // SAFETY (here and below): `raw` is a statement that is not running; an index out of range is an error code.
            Value::Bool(bool) => unsafe { sys::sqlite3_bind_int64(raw, at, i64::from(*bool)) },
            Value::Int(int) => unsafe { sys::sqlite3_bind_int64(raw, at, *int) },
            // It would be NULL.
            Value::Float(float) if float.is_nan() => {
                return Err(Error::new(ErrorKind::Data { column: None }, "SQLite keeps no number that is not a number (NaN)"));
            }
            Value::Float(float) => unsafe { sys::sqlite3_bind_double(raw, at, *float) },
            // SAFETY: pointer and length are of one slice, which outlives the bind (see above).
            Value::Text(text) | Value::Decimal(text) | Value::Json(text) => unsafe {
                let utf8 = sys::SQLITE_UTF8 as std::ffi::c_uchar;
                sys::sqlite3_bind_text64(raw, at, pointer(text.as_bytes()).cast(), text.len() as u64, sys::SQLITE_STATIC(), utf8)
            },
            // SAFETY: as for text.
            Value::Bytes(bytes) => unsafe {
                sys::sqlite3_bind_blob64(raw, at, pointer(bytes).cast(), bytes.len() as u64, sys::SQLITE_STATIC())
            },
            other => return self.bind_rarer(at, other),
        };
        match code {
            sys::SQLITE_OK => Ok(()),
            code => Err(self.error(code)),
        }
    }

    fn bind_null(&mut self, at: c_int) -> Result<()> {
        let bit = 1_u64.checked_shl(at.cast_unsigned().wrapping_sub(1)).unwrap_or(0);
        if self.nulls & bit != 0 {
            return Ok(());
        }
        // SAFETY: as in `bind`.
        match unsafe { sys::sqlite3_bind_null(self.raw.as_ptr(), at) } {
            sys::SQLITE_OK => {
                self.nulls |= bit;
                Ok(())
            }
            code => Err(self.error(code)),
        }
    }

    /// What SQLite has no type for: as microseconds, or as text. Apart from the others, which pay for nothing of it.
    #[inline(never)]
    fn bind_rarer(&mut self, at: c_int, value: &Value<'_>) -> Result<()> {
        if let Value::Duration(duration) = value {
            return self.bind(at, &Value::Int(microseconds(*duration)));
        }
        let Some(text) = value.text() else {
            return Err(Error::new(ErrorKind::Unsupported, format!("SQLite cannot keep {}", value.kind())));
        };
        let utf8 = sys::SQLITE_UTF8 as std::ffi::c_uchar;
        // SAFETY: the statement is not running; pointer and length are of one text, which SQLite copies before it returns.
        let code = unsafe {
            sys::sqlite3_bind_text64(self.raw.as_ptr(), at, text.as_ptr().cast(), text.len() as u64, sys::SQLITE_TRANSIENT(), utf8)
        };
        match code {
            sys::SQLITE_OK => Ok(()),
            code => Err(self.error(code)),
        }
    }

    fn step(&mut self) -> Result<Stepped> {
        // SAFETY: `raw` is a statement until it is finalized in `drop`; `&mut self` keeps a second step out.
        match unsafe { sys::sqlite3_step(self.raw.as_ptr()) } {
            sys::SQLITE_ROW => Ok(Stepped::Row),
            sys::SQLITE_DONE => Ok(Stepped::Done),
            code if code & 0xff == sys::SQLITE_BUSY && code != sys::SQLITE_BUSY_SNAPSHOT => Ok(Stepped::Busy),
            code => Err(self.error(code)),
        }
    }

    /// Makes a running statement fail, so that its reset does not commit. Inside of a transaction this is left to who began it.
    fn undo(&mut self) {
        // SAFETY: a statement knows its connection, which is open as long as the statement lives.
        let handle = unsafe { sys::sqlite3_db_handle(self.raw.as_ptr()) };
        // SAFETY: as above.
        if unsafe { sys::sqlite3_get_autocommit(handle) } == 0 {
            return;
        }
        // SAFETY: as above; the flag is gone as soon as no statement runs.
        unsafe { sys::sqlite3_interrupt(handle) };
        // SAFETY: `raw` is a statement until it is finalized in `drop`; interrupted, it rolls back and ends.
        unsafe { sys::sqlite3_step(self.raw.as_ptr()) };
    }

    fn reset(&mut self) {
        // SAFETY: `raw` is a statement until it is finalized in `drop`. The code repeats the last step's.
        unsafe { sys::sqlite3_reset(self.raw.as_ptr()) };
    }

    #[cold]
    fn error(&self, code: c_int) -> Error {
        // SAFETY: a statement knows its connection, which is open as long as the statement lives.
        let handle = unsafe { sys::sqlite3_db_handle(self.raw.as_ptr()) };
        describe(handle, code, During::Run)
    }

    /// A changed schema may have changed the columns of `SELECT *`.
    fn forget_old_names(&mut self) {
        // SAFETY: `raw` is a statement until it is finalized in `drop`.
        let prepared = unsafe { sys::sqlite3_stmt_status(self.raw.as_ptr(), sys::SQLITE_STMTSTATUS_REPREPARE, 0) };
        if prepared != self.prepared {
            self.prepared = prepared;
            self.names = OnceLock::new();
        }
    }

    fn column_names(&self) -> Arc<[Box<str>]> {
        // SAFETY: `raw` is a statement until it is finalized in `drop`.
        let count = unsafe { sys::sqlite3_column_count(self.raw.as_ptr()) };
        // SAFETY: the index is below the count; the text lives until the statement is prepared again.
        (0..count).map(|at| unsafe { text_at(sys::sqlite3_column_name(self.raw.as_ptr(), at)) }.into()).collect()
    }

    fn cell(&self, at: usize) -> Cell<'_> {
        // SAFETY: the statement stands on a row; an index out of range gives a NULL that lives for ever.
        Cell { value: unsafe { sys::sqlite3_column_value(self.raw.as_ptr(), at as c_int) }, row: PhantomData }
    }

    fn text_of<'r>(&'r self, at: usize, cell: Cell<'r>) -> Result<&'r str> {
        std::str::from_utf8(cell.text()).map_err(|_| mismatch(&self.names()[at], "text", "bytes that are not UTF-8"))
    }

    #[cold]
    fn mismatch(&self, at: usize, expected: &str, kind: c_int) -> Error {
        mismatch(&self.names()[at], expected, kind_name(kind))
    }
}

impl Drop for Statement {
    fn drop(&mut self) {
        // SAFETY: the statement came from `prepare` and is finalized here only; its connection is still open,
        // since `Database` drops its statements first.
        unsafe { sys::sqlite3_finalize(self.raw.as_ptr()) };
    }
}

/// A statement that runs. It is reset at the end, whatever the end is.
pub(crate) struct Run<'s> {
    statement: &'s mut Statement,
    /// What takes the rows has refused one, or has panicked: what was written is not to stay.
    undo: bool,
    /// Whether it has come to a row.
    stands: bool,
    wanted: bool,
}

impl Run<'_> {
    /// Gives rows to `row` until it wants no more, or no more for now: [`Stepped::Row`] says that there may be others.
    #[inline]
    pub(crate) fn go(&mut self, mut row: impl FnMut(&dyn RowRef) -> Result<Step>) -> Result<Stepped> {
        let writes = !self.statement.is_read_only();
        loop {
            match self.statement.step()? {
                Stepped::Row => {
                    if !std::mem::replace(&mut self.stands, true) {
                        self.statement.forget_old_names();
                    }
                    if self.wanted {
                        self.undo = writes;
                        let step = row(&*self.statement)?;
                        self.undo = false;
                        self.wanted = step != Step::Enough;
                        if step == Step::Pause {
                            return Ok(Stepped::Row);
                        }
                    }
                    // What writes goes to its end, since it may fail there: rows that nobody wants were changed all the same.
                    if !self.wanted && !writes {
                        return Ok(Stepped::Done);
                    }
                }
                // The rows that were given cannot be taken back, as a second run would have to.
                Stepped::Busy if self.stands => return Err(self.statement.error(sys::SQLITE_BUSY)),
                end => return Ok(end),
            }
        }
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        if self.undo {
            self.statement.undo();
        }
        self.statement.reset();
    }
}

/// A value of the row that the statement stands on.
///
/// SQLite calls such a value unprotected: two threads must not read it at once. None can, since the connection is used
/// by one at a time, and `Statement` is not `Sync`.
#[derive(Clone, Copy)]
struct Cell<'r> {
    value: *mut sys::sqlite3_value,
    row: PhantomData<&'r Statement>,
}

impl<'r> Cell<'r> {
    fn kind(self) -> c_int {
        // SAFETY: the value lives as long as the statement stands on its row, which `'r` outlives not.
        unsafe { sys::sqlite3_value_type(self.value) }
    }

    fn int(self) -> i64 {
        // SAFETY: as for `kind`.
        unsafe { sys::sqlite3_value_int64(self.value) }
    }

    fn float(self) -> f64 {
        // SAFETY: as for `kind`.
        unsafe { sys::sqlite3_value_double(self.value) }
    }

    /// The bytes of a value whose kind is text.
    fn text(self) -> &'r [u8] {
        // SAFETY: as for `kind`; the value is text, so that nothing is converted.
        self.content(unsafe { sys::sqlite3_value_text(self.value) })
    }

    /// The bytes of a value whose kind is a blob.
    fn blob(self) -> &'r [u8] {
        // SAFETY: as for `kind`; the value is a blob, so that nothing is converted.
        self.content(unsafe { sys::sqlite3_value_blob(self.value) }.cast())
    }

    fn content(self, start: *const u8) -> &'r [u8] {
        // SAFETY: as for `kind`; the length belongs to the representation that was asked for last.
        let length = usize::try_from(unsafe { sys::sqlite3_value_bytes(self.value) }).unwrap_or(0);
        if start.is_null() || length == 0 {
            return &[];
        }
        // SAFETY: `length` bytes from `start` live until the next step, reset or conversion of the value; steps and resets
        // need `&mut Statement`, and a value is converted only if it is read as another type than it has, which no reader does.
        unsafe { std::slice::from_raw_parts(start, length) }
    }
}

/// The row that the statement stands on.
impl RowRef for Statement {
    fn names(&self) -> &Arc<[Box<str>]> {
        self.names.get_or_init(|| self.column_names())
    }

    fn int(&self, at: usize) -> Result<Option<i64>> {
        let cell = self.cell(at);
        match cell.kind() {
            sys::SQLITE_INTEGER => Ok(Some(cell.int())),
            sys::SQLITE_NULL => Ok(None),
            kind => Err(self.mismatch(at, "an integer", kind)),
        }
    }

    fn float(&self, at: usize) -> Result<Option<f64>> {
        let cell = self.cell(at);
        match cell.kind() {
            sys::SQLITE_FLOAT => Ok(Some(cell.float())),
            sys::SQLITE_INTEGER if exact(cell.int()) => Ok(Some(cell.int() as f64)),
            sys::SQLITE_NULL => Ok(None),
            kind => Err(self.mismatch(at, "a floating-point number", kind)),
        }
    }

    fn bool(&self, at: usize) -> Result<Option<bool>> {
        match self.int(at)? {
            None => Ok(None),
            Some(int @ (0 | 1)) => Ok(Some(int == 1)),
            Some(_) => Err(self.mismatch(at, "a truth value (0 or 1)", sys::SQLITE_INTEGER)),
        }
    }

    fn text(&self, at: usize) -> Result<Option<&str>> {
        let cell = self.cell(at);
        match cell.kind() {
            sys::SQLITE_TEXT => self.text_of(at, cell).map(Some),
            sys::SQLITE_NULL => Ok(None),
            kind => Err(self.mismatch(at, "text", kind)),
        }
    }

    fn bytes(&self, at: usize) -> Result<Option<&[u8]>> {
        let cell = self.cell(at);
        match cell.kind() {
            sys::SQLITE_BLOB => Ok(Some(cell.blob())),
            sys::SQLITE_NULL => Ok(None),
            kind => Err(self.mismatch(at, "bytes", kind)),
        }
    }

    fn value(&self, at: usize) -> Result<Value<'_>> {
        let cell = self.cell(at);
        Ok(match cell.kind() {
            sys::SQLITE_INTEGER => Value::Int(cell.int()),
            sys::SQLITE_FLOAT => Value::Float(cell.float()),
            sys::SQLITE_TEXT => Value::Text(self.text_of(at, cell)?.into()),
            sys::SQLITE_BLOB => Value::Bytes(cell.blob().into()),
            _ => Value::Null,
        })
    }
}

#[cold]
fn miscounted(expected: usize, bound: usize) -> Error {
    Error::usage(format!("the statement has {expected} parameters, but {bound} values are bound"))
}

/// A duration is kept as its microseconds; that they fit was checked before.
fn microseconds(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

fn kind_name(kind: c_int) -> &'static str {
    match kind {
        sys::SQLITE_INTEGER => "an integer",
        sys::SQLITE_FLOAT => "a floating-point number",
        sys::SQLITE_TEXT => "text",
        sys::SQLITE_BLOB => "bytes",
        _ => "NULL",
    }
}

/// An empty slice may point anywhere; SQLite takes a null pointer for NULL.
fn pointer(bytes: &[u8]) -> *const u8 {
    if bytes.is_empty() { c"".as_ptr().cast() } else { bytes.as_ptr() }
}

fn last_error(connection: &rusqlite::Connection, code: c_int) -> Error {
    // SAFETY: the handle is open as long as `connection` lives.
    describe(unsafe { connection.handle() }, code, During::Prepare)
}

#[cold]
fn describe(handle: *mut sys::sqlite3, code: c_int, during: During) -> Error {
    // SAFETY: both callers have an open connection; no other thread uses it, so that its last error is that of this call.
    let extended = unsafe { sys::sqlite3_extended_errcode(handle) };
    // SAFETY: as above; the text lives until the next call on the connection, and is copied at once.
    let words = unsafe { text_at(sys::sqlite3_errmsg(handle)) };
    error(if extended & 0xff == code & 0xff { extended } else { code }, &words, during)
}

/// Copies a text of SQLite's; an empty one for a null pointer.
///
/// # Safety
/// `start` is null or points at a text that ends with a zero byte and lives until this returns.
unsafe fn text_at(start: *const c_char) -> String {
    if start.is_null() {
        return String::new();
    }
    // SAFETY: what the caller promises.
    unsafe { std::ffi::CStr::from_ptr(start) }.to_string_lossy().into_owned()
}
