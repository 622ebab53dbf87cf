//! `Attached`: a second file that every connection has beside its own, as a schema with a name.

use std::path::Path;

use aludel_sql::{Error, ErrorKind, Result};

use crate::url::Location;

/// SQLite's own limit, as it is built unless somebody says otherwise.
///
/// Source: <https://www.sqlite.org/limits.html>, "Maximum Number Of Attached Databases".
const MOST: usize = 10;

/// A database that is attached to each connection.
#[derive(Clone, Debug)]
pub(crate) struct Attached {
    /// What the tables in it are qualified with.
    pub(crate) name: String,
    pub(crate) location: Location,
}

impl Attached {
    /// One that can stand beside `main` and the others.
    pub(crate) fn new(name: String, location: Location, main: &Location, others: &[Self]) -> Result<Self> {
        let config = |message: String| Error::new(ErrorKind::Config, message);
        if name.is_empty() || name.contains('\0') {
            return Err(config("an attached database has a name, without a NUL character".to_owned()));
        }
        let taken = ["main", "temp"].into_iter().chain(others.iter().map(|other| &*other.name));
        if taken.into_iter().any(|taken| taken.eq_ignore_ascii_case(&name)) {
            return Err(config(format!("the name `{name}` is taken, so that no database can be attached by it"))
                .hint("`main` is the file of the engine itself, `temp` are its temporary tables; choose another name"));
        }
        if others.len() == MOST {
            return Err(config(format!("`{name}` cannot be attached: SQLite attaches {MOST} databases at most")));
        }
        if location.path.is_none() && main.path.is_some() {
            return Err(config(format!("`{name}` is in memory, where each connection would have one of its own"))
                .hint("attach a file; only a database in memory, which has one connection, can have another one in memory beside it"));
        }
        Ok(Self { name, location })
    }
}

/// The name of a file as a URI, which alone can say of each of several files how it is opened.
///
/// Source: <https://www.sqlite.org/uri.html>.
pub(crate) fn uri(location: &Location) -> Result<String> {
    let Some(path) = &location.path else { return Ok(":memory:".to_owned()) };
    let mode = match (location.read_only, location.must_exist) {
        (true, _) => "ro",
        (false, true) => "rw",
        (false, false) => "rwc",
    };
    let place = if path.is_absolute() { "//" } else { "" };
    Ok(format!("file:{place}{}?mode={mode}", encoded(path)?))
}

/// The characters that end a path in a URI, and the one that stands for others.
fn encoded(path: &Path) -> Result<String> {
    let text = path
        .to_str()
        .ok_or_else(|| Error::new(ErrorKind::Config, format!("`{}` is no text in UTF-8, and cannot be attached", path.display())))?;
    Ok(text.replace('%', "%25").replace('?', "%3f").replace('#', "%23"))
}
