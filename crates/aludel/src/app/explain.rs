//! What the error page of a debug build says of a database's error.

use std::error::Error as StdError;

use aludel_sql::{Error, excerpt};
use aludel_web::Explanation;

/// Explains a database's error: the statement, the constraint, what to do. Never a bound value.
pub(super) fn explain(error: &(dyn StdError + 'static)) -> Option<Explanation> {
    let error = error.downcast_ref::<Error>()?;
    let mut explanation =
        Explanation { title: error.kind().name().to_owned(), hint: error.advice().map(str::to_owned), ..Explanation::default() };
    if let Some(sql) = error.sql() {
        explanation.sections.push(("Statement".to_owned(), excerpt(sql).into_owned()));
    }
    Some(explanation)
}
